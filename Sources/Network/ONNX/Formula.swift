/// A function of single numbers that some nodes of an ONNX graph come to together: x · sigmoid(x) and the like.
indirect enum Formula: Hashable {
    case x
    case number(Double)
    case apply(Activation, Formula)
    case combine(Combination, Formula, Formula)

    func callAsFunction(_ x: Double) -> Double {
        switch self {
        case .x: x
        case .number(let number): number
        case .apply(let activation, let inner): activation(inner(x))
        case .combine(let combination, let a, let b): combination(a(x), b(x))
        }
    }

    /// Terms of it; formulas are kept small, since a term may stand in it twice.
    var size: Int {
        switch self {
        case .x, .number: 1
        case .apply(_, let inner): inner.size + 1
        case .combine(_, let a, let b): a.size + b.size + 1
        }
    }

    static let maximumSize = 32

    /// Itself and all terms of it, each before its own.
    var terms: [Formula] {
        switch self {
        case .x, .number: [self]
        case .apply(_, let inner): [self] + inner.terms
        case .combine(_, let a, let b): [self] + a.terms + b.terms
        }
    }

    /// With `x` wherever a term stood.
    func replacing(_ term: Formula) -> Formula {
        if self == term { return .x }
        return switch self {
        case .x, .number: self
        case .apply(let activation, let inner): .apply(activation, inner.replacing(term))
        case .combine(let combination, let a, let b): .combine(combination, a.replacing(term), b.replacing(term))
        }
    }
}

extension Formula {
    /// The one operation that computes the same, if there is one.
    enum Single: Equatable {
        case activation(Activation)
        /// x · scale + shift.
        case linear(scale: Float, shift: Float)
    }

    /// What it is carried out as.
    enum Reading: Equatable {
        case single(Single)
        /// The one operation of what an inner formula gives.
        case composed(Single, of: Formula)
        case terms
    }

    /// - Parameter values: grows by the terms that had to be computed.
    func reading(counting values: inout Int) -> Reading {
        if let single = single(counting: &values) { return .single(single) }
        if let (inner, outer) = split(counting: &values) { return .composed(outer, of: inner) }
        return .terms
    }

    private func single(counting values: inout Int) -> Single? {
        if case .apply(let activation, .x) = self { return .activation(activation) }
        if case .x = self { return nil }
        // Constants of exports are rounded to float32 and written in many ways: what a formula does is compared, not
        // how it is written. The activations differ among each other by far more than this.
        if let known = Self.known.first(where: { isClose(to: $0.callAsFunction, counting: &values) }) {
            return .activation(known)
        }
        let (shift, scale) = (self(0), self(1) - self(0))
        return shift.isFinite && scale.isFinite && isClose(to: { scale * $0 + shift }, counting: &values)
            ? .linear(scale: Float(scale), shift: Float(shift)) : nil
    }

    private static let known: [Activation] = [
        .relu, .relu6, .hardSwish, .hardSigmoid(slope: 1 / 6, offset: 0.5), .swish, .gelu, .geluTanh, .sigmoid, .tanh,
    ]

    private func isClose(to other: (Double) -> Double, counting values: inout Int) -> Bool {
        let size = size
        return stride(from: -12.0, through: 12, by: 0.0625).allSatisfy { x in
            values += size
            let (own, expected) = (self(x), other(x))
            return abs(own - expected) <= 4e-6 * max(1, abs(expected))
        }
    }

    /// A term t and an operation f, so that the whole is f(t): the smallest term that there is one for.
    private func split(counting values: inout Int) -> (inner: Formula, outer: Single)? {
        for term in terms.dropFirst().sorted(by: { $0.size < $1.size }) {
            if case .number = term { continue }
            if case .x = term { continue }
            guard !usesX(beside: term) else { continue }
            if let single = replacing(term).single(counting: &values) { return (term, single) }
        }
        return nil
    }

    /// Whether it looks at x other than through a term.
    private func usesX(beside term: Formula) -> Bool {
        if self == term { return false }
        return switch self {
        case .x: true
        case .number: false
        case .apply(_, let inner): inner.usesX(beside: term)
        case .combine(_, let a, let b): a.usesX(beside: term) || b.usesX(beside: term)
        }
    }
}
