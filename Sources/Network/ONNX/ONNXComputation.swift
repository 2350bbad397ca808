import Formats

/// Carrying formulas out.
extension ONNXImporter {
    mutating func carryOut(_ operation: Operation, _ view: TensorView, _ name: String) throws -> TensorView {
        var result = view
        result.node = try append(name, operation, to: view.node)
        return result
    }

    mutating func apply(_ single: Formula.Single, _ view: TensorView, _ name: String) throws -> TensorView {
        switch single {
        case .activation(let activation): return try carryOut(.activation(activation), view, name)
        case .linear(-1, 0): return try carryOut(.activation(.negative), view, name)
        case .linear(let scale, let shift):
            func affine(_ channels: Int) throws(NetworkError) -> Operation {
                try budget.charge(.uses, shape: [2, channels], name)
                return .affine(
                    Affine(
                        scale: Array(repeating: scale, count: channels),
                        shift: Array(repeating: shift, count: channels)))
            }
            let shape = builder.nodes[view.node].shape
            if [1, 3].contains(shape.count) { return try carryOut(affine(shape[0]), view, name) }
            guard !view.axes.isEmpty else {
                let number = TensorView(node: try place(view, shape: [1], name: name), shape: [])
                return try carryOut(affine(1), number, name)
            }
            return try perChannel(view, axis: 0, name: name, affine(view.shape[0]))
        }
    }

    private mutating func reading(of formula: Formula, _ name: String) throws(NetworkError) -> Formula.Reading {
        if let known = readings[formula] { return known }
        var values = 0
        let reading = formula.reading(counting: &values)
        try budget.charge(.formulas, values, name)
        readings[formula] = reading
        return reading
    }

    /// Carries a formula out: as the one operation that it amounts to, if there is one, else term by term.
    mutating func compute(_ formula: Formula, of base: TensorView, name: String) throws -> TensorView {
        if case .x = formula { return base }
        switch try reading(of: formula, name) {
        case .single(let single): return try apply(single, base, name)
        case .composed(let outer, let inner):
            return try apply(outer, try compute(inner, of: base, name: "\(name).inner"), name)
        case .terms: break
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
