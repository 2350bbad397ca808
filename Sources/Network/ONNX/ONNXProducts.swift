import Formats

/// Products with matrices.
extension ONNXImporter {
    mutating func addGemm(_ node: ONNXGraph.Node) throws {
        guard try node.integer("transA", 0) == 0 else { throw node.refused("it transposes the image's values") }
        let matrix = try requiredConstant(1, node, "weight")
        let view = try view(0, of: node)
        guard view.axes.count == 1 else { throw node.refused("takes a row, gets \(view.shape)") }
        let alpha = try node.float("alpha", 1)
        let beta = try node.float("beta", 1)
        let isTransposed = try node.integer("transB", 0) != 0
        var (weight, outputs) = try weights(matrix, isTransposed: isTransposed, node)
        if alpha != 1 { weight = weight.map { $0 * alpha } }
        var bias: [Float]?
        if node.input(2) != nil {
            let constant = try requiredConstant(2, node, "bias")
            guard let values = constant.floats, values.count == outputs || values.count == 1 else {
                throw node.refused("its bias has the shape \(constant.shape) where \(outputs) numbers are needed")
            }
            bias = (values.count == 1 ? Array(repeating: values[0], count: outputs) : values).map { $0 * beta }
        }
        try addLinear(node, view, weight, outputs, bias)
    }

    mutating func addProduct(_ node: ONNXGraph.Node) throws {
        guard node.inputs.count == 2, isConstant(node.inputs[1]) else {
            throw node.refused("only products of the image's values with a constant matrix on the right are known")
        }
        let matrix = try requiredConstant(1, node, "weight")
        let view = try view(0, of: node)
        guard let last = view.axes.indices.last else { throw node.refused("takes a row, gets a scalar") }
        let (weight, outputs) = try weights(matrix, isTransposed: false, node)
        // A sum with one number per output behind it is the layer's bias.
        var after = view
        after.axes[last] = []
        let bias = try absorbBias(after: node, outputs: outputs, rank: view.axes.count)
        try addLinear(node, view, weight, outputs, bias)
    }

    mutating func absorbBias(after node: ONNXGraph.Node, outputs: Int, rank: Int) throws -> [Float]? {
        guard let output = node.outputs.first, part.uses[output] == 1, let index = part.consumers[output]?.first,
            case let sum = part.nodes[index], sum.operation == "Add", sum.inputs.count == 2,
            let result = sum.outputs.first,
            case let other = sum.inputs[0] == output ? sum.inputs[1] : sum.inputs[0], isConstant(other),
            let constant = try constant(other), let values = constant.floats, values.count == outputs,
            constant.shape.last == outputs, constant.shape.count <= rank + 1
        else { return nil }
        absorbed[result] = output
        return values
    }

    /// A constant matrix as outputs × inputs.
    func weights(
        _ matrix: ONNXConstant, isTransposed: Bool, _ node: ONNXGraph.Node
    ) throws(NetworkError) -> (weight: [Float], outputs: Int) {
        guard matrix.shape.count == 2, let values = matrix.floats else {
            throw node.refused("its weight has \(matrix.shape.count) axes: a matrix is needed")
        }
        if isTransposed { return (values, matrix.shape[0]) }
        let (inputs, outputs) = (matrix.shape[0], matrix.shape[1])
        let transposed = [Float](unsafeUninitializedCapacity: values.count) { buffer, count in
            for input in 0..<inputs {
                for output in 0..<outputs { buffer[output * inputs + input] = values[input * outputs + output] }
            }
            count = values.count
        }
        return (transposed, outputs)
    }

    mutating func addLinear(
        _ node: ONNXGraph.Node, _ view: TensorView, _ weight: [Float], _ outputs: Int, _ bias: [Float]?
    ) throws {
        let axis = view.axes.count - 1
        let linear = Linear(inputs: view.shape[axis], outputs: outputs, weight: weight, bias: bias)
        let name = name(ofWeight: 1, node)
        set(node, try perChannel(view, axis: axis, name: name, channels: outputs, .linear(linear)))
    }
}
