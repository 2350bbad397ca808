import Formats
import Tensors

extension ONNXImporter {
    /// Computes a node whose inputs are all known before the network runs, or that asks for a shape. Returns whether it
    /// was one.
    mutating func foldConstants(_ node: ONNXGraph.Node) throws -> Bool {
        if node.operation == "Shape" {
            set(node, .constant(try shape(node)))
            return true
        }
        let inputs = node.inputs.filter { !$0.isEmpty }
        guard inputs.allSatisfy({ isConstant($0) }) else { return false }
        set(node, .constant(try folded(node)))
        return true
    }

    private mutating func shape(_ node: ONNXGraph.Node) throws -> ONNXConstant {
        guard let input = node.input(0) else { throw node.refused("it has no input") }
        let shape: [Int?]
        switch values[input] {
        case .tensor(let base, _): shape = [nil] + base.shape
        case .padded: shape = [nil] + (try view(input, node)).shape
        case .constant, .batchInRow, .sampleIndices, nil: shape = try requiredConstant(0, node, "input").shape
        }
        let places = Self.places(shape.count, try node.integer("start", 0), try node.integer("end", shape.count), 1)
        return ONNXConstant(places.map { shape[$0] })
    }

    private mutating func folded(_ node: ONNXGraph.Node) throws -> ONNXConstant {
        switch node.operation {
        case "Constant": return try literal(node)
        case "ConstantOfShape":
            let shape = try self.shape(from: 0, node)
            let value: ONNXConstant
            if case .tensor(let tensor)? = node.attributes["value"] {
                value = ONNXConstant(try checked(tensor, node))
            } else {
                value = ONNXConstant(shape: [1], .floats([0]))
            }
            guard value.count == 1 else { throw node.refused("its value is no single number") }
            let count = try budget.charge(.computed, shape: shape, node.label)
            return value.gathered(Array(repeating: 0, count: count), shape: shape)
        case "Range": return try range(node)
        case "Identity", "Dropout": return try input(of: node)
        case "Cast": return try cast(node)
        case "Reshape", "Flatten", "Transpose", "Squeeze", "Unsqueeze", "Expand", "Concat", "Gather", "Slice":
            return try rearranged(node)
        case "Add", "Sub", "Mul", "Div", "Mod", "Min", "Max", "Equal", "Where": return try arithmetic(node)
        case "ReduceProd":
            guard let values = try requiredConstant(0, node, "input").integers else {
                throw node.refused("it multiplies the number of samples")
            }
            let product = values.reduce(into: (1, false)) { product, value in
                let (next, overflow) = product.0.multipliedReportingOverflow(by: value)
                product = (next, product.1 || overflow)
            }
            guard !product.1 else { throw node.refused("its product is too large") }
            let shape = try node.integer("keepdims", 1) == 0 ? [] : [1]
            return ONNXConstant(shape: shape, .integers([product.0]))
        case "Floor", "Ceil":
            let input = try input(of: node)
            guard case .floats(let values) = input.values else { return input }
            let rule: FloatingPointRoundingRule = node.operation == "Floor" ? .down : .up
            return ONNXConstant(shape: input.shape, .floats(values.map { $0.rounded(rule) }))
        case "Split": throw node.refused("constants are not split here")
        default: return try function(node)
        }
    }

    /// The constant that a node makes another one of, as large as it.
    private mutating func input(of node: ONNXGraph.Node) throws -> ONNXConstant {
        let input = try requiredConstant(0, node, "input")
        try budget.charge(.computed, input.count, node.label)
        return input
    }

    private mutating func checked(_ tensor: ONNXTensor, _ node: ONNXGraph.Node) throws -> Tensor {
        try budget.charge(.uses, shape: tensor.shape.dims, node.label)
        return try tensor.tensor()
    }

    private mutating func literal(_ node: ONNXGraph.Node) throws -> ONNXConstant {
        for (name, value) in node.attributes {
            switch (name, value) {
            case ("value", .tensor(let tensor)): return ONNXConstant(try checked(tensor, node))
            case ("value_int", .integer(let number)): return ONNXConstant(shape: [], .integers([number]))
            case ("value_ints", .integers(let numbers)): return ONNXConstant(numbers)
            case ("value_float", .float(let number)): return ONNXConstant(shape: [], .floats([number]))
            case ("value_floats", .floats(let numbers)): return ONNXConstant(shape: [numbers.count], .floats(numbers))
            default: continue
            }
        }
        throw node.refused("it has no value that is known here")
    }

    /// A shape given by an input.
    mutating func shape(from index: Int, _ node: ONNXGraph.Node) throws -> [Int] {
        guard let shape = try requiredConstant(index, node, "shape").integers,
            shape.allSatisfy((0...GraphBuilder.maximumExtent).contains)
        else { throw node.refused("its shape is not known, or depends on the number of samples") }
        return shape
    }

    private mutating func range(_ node: ONNXGraph.Node) throws -> ONNXConstant {
        let ends = try (0..<3).map { try requiredConstant($0, node, "end").integers?.first }
        let limit = -GraphBuilder.maximumExtent...GraphBuilder.maximumExtent
        guard let start = ends[0], let end = ends[1], let step = ends[2], step != 0, limit.contains(start),
            limit.contains(end), limit.contains(step)
        else { throw node.refused("its ends are not known, or depend on the number of samples") }
        let values = stride(from: start, to: end, by: step)
        try budget.charge(.computed, shape: [max(0, (end - start) / step + 1)], node.label)
        return ONNXConstant(Array(values))
    }

    mutating func cast(_ node: ONNXGraph.Node) throws -> ONNXConstant {
        let input = try input(of: node)
        let isFloat = [1, 10, 11, 16].contains(try node.integer("to", 1))
        switch input.values {
        // The number of samples stays what it is.
        case .integers(let values) where isFloat && !values.contains(nil):
            return ONNXConstant(shape: input.shape, .floats(values.compactMap { $0.map { Float($0) } }))
        case .floats(let values) where !isFloat:
            return ONNXConstant(
                shape: input.shape, .integers(values.map { Int(exactly: $0.rounded(.towardZero)) ?? 0 }))
        default: return input
        }
    }

    mutating func function(_ node: ONNXGraph.Node) throws -> ONNXConstant {
        guard Self.operators.contains(node.operation) else { throw node.refused("the operator is not known") }
        let input = try input(of: node)
        if node.operation == "Neg", let integers = input.integers {
            return ONNXConstant(shape: input.shape, .integers(integers.map { 0 &- $0 }))
        }
        guard Self.functions.contains(node.operation), let values = input.floats else {
            throw node.refused("it is computed of constants alone, which is not known for this operator")
        }
        guard let activation = try self.function(of: node) else { return input }
        return ONNXConstant(shape: input.shape, .floats(values.map { Float(activation(Double($0))) }))
    }
}
