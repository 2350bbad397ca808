import Formats

extension ONNXImporter {
    mutating func addFunction(_ node: ONNXGraph.Node) throws {
        try add(function(of: node), to: node)
    }

    /// Applies a function to what a node's input is; it is carried out when something else needs the values.
    private mutating func add(_ activation: Activation?, to node: ONNXGraph.Node) throws {
        let (base, formula) = try term(0, of: node)
        set(node, .tensor(base, activation.map { .apply($0, formula) } ?? formula))
    }

    /// An input as a formula of a view that is small enough to grow.
    private mutating func term(_ index: Int, of node: ONNXGraph.Node) throws -> (TensorView, Formula) {
        if let name = node.input(index), case .tensor(let base, let formula)? = values[name],
            formula.size < Formula.maximumSize / 2
        {
            return (base, formula)
        }
        return (try view(index, of: node), .x)
    }

    /// The function of an elementwise operator; nil where it changes nothing.
    mutating func function(of node: ONNXGraph.Node) throws -> Activation? {
        switch node.operation {
        case "Relu": return .relu
        case "LeakyRelu": return .leakyRelu(slope: try node.float("alpha", 0.01))
        case "Elu": return .elu(alpha: try node.float("alpha", 1))
        case "Sigmoid": return .sigmoid
        case "HardSigmoid":
            return .hardSigmoid(slope: try node.float("alpha", 0.2), offset: try node.float("beta", 0.5))
        case "HardSwish": return .hardSwish
        case "Swish":
            guard try node.float("alpha", 1) == 1 else { throw node.refused("its alpha is not 1") }
            return .swish
        case "Gelu": return try node.text("approximate", "none") == "tanh" ? .geluTanh : .gelu
        case "Tanh": return .tanh
        case "Erf": return .erf
        case "Exp": return .exponential
        case "Sqrt": return .squareRoot
        case "Neg": return .negative
        case "Abs": return .absolute
        case "Reciprocal": return .reciprocal
        case "Clip": return try clip(node)
        default:
            guard let exponent = try requiredConstant(1, node, "exponent").scalar else {
                throw node.refused("its exponent is no single number")
            }
            return exponent == 1 ? nil : exponent == 0.5 ? .squareRoot : exponent == -1 ? .reciprocal : .power(exponent)
        }
    }

    private mutating func clip(_ node: ONNXGraph.Node) throws -> Activation {
        var bounds: [Float] = [-Float.greatestFiniteMagnitude, Float.greatestFiniteMagnitude]
        for (index, name) in ["min", "max"].enumerated() {
            bounds[index] = try node.float(name, bounds[index])
            guard node.input(index + 1) != nil else { continue }
            guard let bound = try requiredConstant(index + 1, node, name).scalar else {
                throw node.refused("its \(name) is no single number")
            }
            bounds[index] = bound
        }
        return Self.clip(bounds[0], bounds[1])
    }

    private static func clip(_ low: Float, _ high: Float) -> Activation {
        low == 0 && high >= .greatestFiniteMagnitude ? .relu : .clip(low: low, high: high)
    }

    // MARK: Arithmetic

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
    private mutating func addArithmetic(
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
    private mutating func combine(
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

    // MARK: Carrying out

    private mutating func carryOut(_ operation: Operation, _ view: TensorView, _ name: String) throws -> TensorView {
        var result = view
        result.node = try append(name, operation, to: view.node)
        return result
    }

    private mutating func apply(_ single: Formula.Single, _ view: TensorView, _ name: String) throws -> TensorView {
        switch single {
        case .activation(let activation): return try carryOut(.activation(activation), view, name)
        case .linear(-1, 0): return try carryOut(.activation(.negative), view, name)
        case .linear(let scale, let shift):
            func affine(_ channels: Int) -> Operation {
                .affine(
                    Affine(
                        scale: Array(repeating: scale, count: channels),
                        shift: Array(repeating: shift, count: channels)))
            }
            let shape = builder.nodes[view.node].shape
            if [1, 3].contains(shape.count) { return try carryOut(affine(shape[0]), view, name) }
            return try perChannel(view, axis: 0, name: name, affine(view.shape[0]))
        }
    }

    /// Carries a formula out: as the one operation that it amounts to, if there is one, else term by term.
    mutating func compute(_ formula: Formula, of base: TensorView, name: String) throws -> TensorView {
        if case .x = formula { return base }
        if let single = formula.single { return try apply(single, base, name) }
        if let (inner, outer) = formula.split {
            return try apply(outer, try compute(inner, of: base, name: "\(name).inner"), name)
        }
        switch formula {
        case .x, .number: return base
        case .apply(let activation, let inner):
            return try carryOut(.activation(activation), try compute(inner, of: base, name: "\(name).inner"), name)
        case .combine(let combination, let a, let b):
            if case .number(let number) = b {
                let (scale, shift): (Double, Double) =
                    switch combination {
                    case .sum: (1, number)
                    case .difference: (1, -number)
                    case .product: (number, 0)
                    case .quotient: (1 / number, 0)
                    }
                let inner = try compute(a, of: base, name: "\(name).inner")
                return try apply(.linear(scale: Float(scale), shift: Float(shift)), inner, name)
            }
            if case .number(let number) = a {
                var inner = try compute(b, of: base, name: "\(name).inner")
                if combination == .quotient {
                    inner = try carryOut(.activation(.reciprocal), inner, "\(name).reciprocal")
                }
                let (scale, shift): (Double, Double) =
                    switch combination {
                    case .sum: (1, number)
                    case .difference: (-1, number)
                    case .product, .quotient: (number, 0)
                    }
                return try apply(.linear(scale: Float(scale), shift: Float(shift)), inner, name)
            }
            let first = try compute(a, of: base, name: "\(name).first")
            let second = try compute(b, of: base, name: "\(name).second")
            let operation: Operation = combination == .sum ? .add : .combine(combination)
            guard first.split == second.split, first.axes == second.axes,
                builder.nodes[first.node].shape == builder.nodes[second.node].shape
            else { throw NetworkError.shape(node: name, problem: "its two operands lie in unlike orders") }
            var result = first
            result.node = try append(name, operation, to: first.node, second.node)
            return result
        }
    }
}
