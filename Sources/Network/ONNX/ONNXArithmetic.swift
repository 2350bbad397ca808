import Formats

/// Sums, products and the like.
extension ONNXImporter {
    mutating func addArithmetic(_ node: ONNXGraph.Node) throws {
        guard !node.inputs.isEmpty, !node.inputs.contains("") else { throw node.refused("an input is missing") }
        if node.operation == "Sum", node.inputs.count != 2 {
            var sum = try view(0, of: node)
            for index in node.inputs.indices.dropFirst() {
                sum = try combine(.sum, sum, try view(index, of: node), node)
            }
            return set(node, sum)
        }
        guard node.inputs.count == 2 else { throw node.refused("it takes two inputs, not \(node.inputs.count)") }
        let side = node.inputs.firstIndex { isConstant($0) }
        if ["Min", "Max"].contains(node.operation) {
            guard let side, let bound = try requiredConstant(side, node, "bound").scalar else {
                throw node.refused("only bounds that are one number are known")
            }
            let (base, formula) = try term(1 - side, of: node)
            let bounds =
                node.operation == "Min" ? (-Float.greatestFiniteMagnitude, bound) : (bound, .greatestFiniteMagnitude)
            return set(node, .tensor(base, .apply(Self.clip(bounds.0, bounds.1), formula)))
        }
        let combinations: [String: Combination] = [
            "Add": .sum, "Sum": .sum, "Sub": .difference, "Mul": .product, "Div": .quotient,
        ]
        guard let combination = combinations[node.operation] else { throw node.refused("the operator is not known") }
        if let side { return try addArithmetic(node, combination, constant: side) }
        let (base, formula) = try term(0, of: node)
        let (otherBase, otherFormula) = try term(1, of: node)
        if base == otherBase, formula.size + otherFormula.size < Formula.maximumSize {
            set(node, .tensor(base, .combine(combination, formula, otherFormula)))
        } else {
            set(node, try combine(combination, try view(0, of: node), try view(1, of: node), node))
        }
    }

    /// With a constant on one side: a single number, or one for each channel.
    mutating func addArithmetic(
        _ node: ONNXGraph.Node, _ combination: Combination, constant side: Int
    ) throws {
        let constant = try requiredConstant(side, node, "constant")
        guard let numbers = constant.floats else { throw node.refused("it computes with the number of samples") }
        let (base, formula) = try term(1 - side, of: node)
        if let number = constant.scalar, constant.shape.count <= base.axes.count + 1 {
            let (a, b): (Formula, Formula) =
                side == 1 ? (formula, .number(Double(number))) : (.number(Double(number)), formula)
            return set(node, .tensor(base, .combine(combination, a, b)))
        }
        var view = try view(1 - side, of: node)
        guard let axis = channel(of: constant, in: view) else {
            throw node.refused(
                "a constant of \(constant.shape) with values of \(view.shape) for an image: only one number, or one per "
                    + "channel, is known")
        }
        let name = label(of: node.outputs.first ?? "")
        let ones = Array(repeating: Float(1), count: numbers.count)
        let zeros = Array(repeating: Float(0), count: numbers.count)
        if combination == .quotient, side == 0 {
            view = try carryOut(.activation(.reciprocal), view, "\(name).reciprocal")
        }
        let affine: Affine =
            switch (combination, side) {
            case (.sum, _): Affine(scale: ones, shift: numbers)
            case (.difference, 1): Affine(scale: ones, shift: numbers.map { -$0 })
            case (.difference, _): Affine(scale: ones.map { -$0 }, shift: numbers)
            case (.quotient, 1): Affine(scale: numbers.map { 1 / $0 }, shift: zeros)
            case (.product, _), (.quotient, _): Affine(scale: numbers, shift: zeros)
            }
        set(node, try perChannel(view, axis: axis, name: name, .affine(affine)))
    }

    /// The axis of a view along which a constant has its numbers, one for each channel; nil where it is none such.
    func channel(of constant: ONNXConstant, in view: TensorView) -> Int? {
        let rank = view.axes.count + 1
        guard constant.shape.count <= rank else { return nil }
        let shape = ONNXConstant.padded(constant.shape, rank)
        let long = shape.indices.filter { shape[$0] > 1 }
        guard long.count == 1, long[0] > 0, view.shape[long[0] - 1] == shape[long[0]] else { return nil }
        return long[0] - 1
    }

    /// Two tensors element by element, extents of 1 stretched.
    mutating func combine(
        _ combination: Combination, _ a: TensorView, _ b: TensorView, _ node: ONNXGraph.Node
    ) throws -> TensorView {
        let name = label(of: node.outputs.first ?? "")
        if a.split == b.split, a.axes == b.axes, builder.nodes[a.node].shape == builder.nodes[b.node].shape {
            let operation: Operation = combination == .sum ? .add : .combine(combination)
            var result = a
            result.node = try append(name, operation, to: a.node, b.node)
            return result
        }
        guard a.axes.count == b.axes.count, let shape = ONNXConstant.stretched(a.shape, b.shape) else {
            throw node.refused("cannot combine \(a.shape) and \(b.shape) of an image")
        }
        // In the order in which the values of the larger lie.
        let lead = a.shape == shape ? a : b
        let axes = lead.axes.indices.sorted {
            (lead.axes[$0].first ?? .max, $0) < (lead.axes[$1].first ?? .max, $1)
        }
        func placed(_ view: TensorView) throws -> Int {
            try place(
                view, order: axes.flatMap { view.axes[$0] }, shape: axes.map { view.shape[$0] }, name: name)
        }
        let (first, second) = (try placed(a), try placed(b))
        let isPlain = combination == .sum && a.shape == b.shape
        let output = try append(name, isPlain ? .add : .combine(combination), to: first, second)
        var inverse = axes
        for (place, axis) in axes.enumerated() { inverse[axis] = place }
        return TensorView(node: output, shape: builder.nodes[output].shape).transposed(inverse)
    }
}
