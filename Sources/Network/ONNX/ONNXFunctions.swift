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
    mutating func term(_ index: Int, of node: ONNXGraph.Node) throws -> (TensorView, Formula) {
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

    static func clip(_ low: Float, _ high: Float) -> Activation {
        low == 0 && high >= .greatestFiniteMagnitude ? .relu : .clip(low: low, high: high)
    }
}
