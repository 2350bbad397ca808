import Formats

extension ONNXExporter {
    mutating func activate(_ activation: Activation, _ source: Source) throws(NetworkError) -> String {
        let x = source.input
        switch activation {
        case .relu: return append("Relu", [x], source)
        case .clip(let low, let high): return try clip(low, high, source)
        case .leakyRelu(let slope): return append("LeakyRelu", [x], source, ["alpha": .float(slope)])
        case .elu(let alpha): return append("Elu", [x], source, ["alpha": .float(alpha)])
        case .sigmoid: return append("Sigmoid", [x], source)
        case .hardSigmoid(let slope, let offset):
            return append("HardSigmoid", [x], source, ["alpha": .float(slope), "beta": .float(offset)])
        case .hardSwish: return append("HardSwish", [x], source)
        case .swish:
            let share = append("Sigmoid", [x], source, part: "sigmoid")
            return append("Mul", [x, share], source)
        case .gelu: return try gelu(source)
        case .geluTanh: return try geluTanh(source)
        case .tanh: return append("Tanh", [x], source)
        case .erf: return append("Erf", [x], source)
        case .exponential: return append("Exp", [x], source)
        case .squareRoot: return append("Sqrt", [x], source)
        case .reciprocal: return append("Reciprocal", [x], source)
        case .absolute: return append("Abs", [x], source)
        case .negative: return append("Neg", [x], source)
        case .power(let exponent):
            return append("Pow", [x, try float(exponent, "exponent", source)], source)
        }
    }

    /// A bound that no number reaches is left out.
    private mutating func clip(_ low: Float, _ high: Float, _ source: Source) throws(NetworkError) -> String {
        var tensors = [source.input]
        if low > -Float.greatestFiniteMagnitude { tensors.append(try float(low, "min", source)) }
        if high < .greatestFiniteMagnitude {
            if tensors.count == 1 { tensors.append("") }
            tensors.append(try float(high, "max", source))
        }
        return append("Clip", tensors, source)
    }

    /// x · (1 + erf(x / √2)) / 2, as exporters write it.
    private mutating func gelu(_ source: Source) throws(NetworkError) -> String {
        let (root, one) = (try float(Float(2).squareRoot(), "root", source), try float(1, "one", source))
        let half = try float(0.5, "half", source)
        let quotient = append("Div", [source.input, root], source, part: "div")
        let function = append("Erf", [quotient], source, part: "erf")
        let sum = append("Add", [function, one], source, part: "add")
        let product = append("Mul", [source.input, sum], source, part: "mul")
        return append("Mul", [product, half], source)
    }

    /// x · (1 + tanh(√(2/π) · (x + 0.044715 x³))) / 2.
    private mutating func geluTanh(_ source: Source) throws(NetworkError) -> String {
        let x = source.input
        let (three, cubic) = (try float(3, "three", source), try float(0.044715, "cubic", source))
        let scale = try float((2 / Float.pi).squareRoot(), "scale", source)
        let (one, half) = (try float(1, "one", source), try float(0.5, "half", source))
        let power = append("Pow", [x, three], source, part: "pow")
        let term = append("Mul", [power, cubic], source, part: "mul")
        let inner = append("Add", [x, term], source, part: "add")
        let scaled = append("Mul", [inner, scale], source, part: "mul")
        let function = append("Tanh", [scaled], source, part: "tanh")
        let sum = append("Add", [function, one], source, part: "add")
        let product = append("Mul", [x, sum], source, part: "mul")
        return append("Mul", [product, half], source)
    }
}
