import Formats

/// Arithmetic on constants, most of it on shapes.
extension ONNXImporter {
    mutating func arithmetic(_ node: ONNXGraph.Node) throws -> ONNXConstant {
        let inputs = try node.inputs.indices.map { try requiredConstant($0, node, "input") }
        guard inputs.count == (node.operation == "Where" ? 3 : 2) else {
            throw node.refused("it has \(inputs.count) inputs")
        }
        var shape = inputs[0].shape
        for input in inputs.dropFirst() {
            guard let both = ONNXConstant.stretched(shape, input.shape) else {
                throw node.refused("its constants of \(shape) and \(input.shape) do not fit")
            }
            shape = both
        }
        let count = try budget.charge(.computed, shape: shape, node.label)
        let places = inputs.map { $0.places(in: shape) }
        let integers: [[Int?]] = inputs.compactMap { if case .integers(let values) = $0.values { values } else { nil } }
        if integers.count == inputs.count {
            let values = try (0..<count).map { element in
                try Self.integer(node, integers.indices.map { integers[$0][places[$0][element]] })
            }
            return ONNXConstant(shape: shape, .integers(values))
        }
        let floats = inputs.compactMap(\.floats)
        guard floats.count == inputs.count else { throw node.refused("it computes with the number of samples") }
        let values = try (0..<count).map { element in
            try Self.float(node, floats.indices.map { floats[$0][places[$0][element]] })
        }
        return ONNXConstant(shape: shape, .floats(values))
    }

    /// The number of samples may be passed on, multiplied or divided by 1; nothing else can be known of it.
    private static func integer(_ node: ONNXGraph.Node, _ values: [Int?]) throws(NetworkError) -> Int? {
        if node.operation == "Where" {
            guard let condition = values[0] else { throw node.refused("it computes with the number of samples") }
            return condition != 0 ? values[1] : values[2]
        }
        guard let a = values[0], let b = values[1] else {
            switch node.operation {
            case "Mul" where values[0] == 1 || values[1] == 1: return nil
            case "Div" where values[1] == 1: return nil
            // It is compared with −1 or 0, where a shape is taken as it is or filled up.
            case "Equal" where (values[0] ?? values[1]).map { $0 <= 0 } ?? false: return 0
            case "Equal" where values[0] == nil && values[1] == nil: return 1
            default: throw node.refused("it computes with the number of samples")
            }
        }
        var result = 0
        var overflow = false
        switch node.operation {
        case "Add": (result, overflow) = a.addingReportingOverflow(b)
        case "Sub": (result, overflow) = a.subtractingReportingOverflow(b)
        case "Mul": (result, overflow) = a.multipliedReportingOverflow(by: b)
        // Both report a division by 0 as an overflow.
        case "Div": (result, overflow) = a.dividedReportingOverflow(by: b)
        case "Mod": (result, overflow) = a.remainderReportingOverflow(dividingBy: b)
        case "Min": result = min(a, b)
        case "Max": result = max(a, b)
        default: result = a == b ? 1 : 0
        }
        guard !overflow else { throw node.refused("\(a) and \(b) give no whole number") }
        // The remainder has the divisor's sign.
        return node.operation == "Mod" && result != 0 && (result < 0) != (b < 0) ? result + b : result
    }

    private static func float(_ node: ONNXGraph.Node, _ values: [Float]) throws(NetworkError) -> Float {
        let (a, b) = (values[0], values[1])
        switch node.operation {
        case "Add": return a + b
        case "Sub": return a - b
        case "Mul": return a * b
        case "Div": return a / b
        case "Min": return min(a, b)
        case "Max": return max(a, b)
        case "Equal": return a == b ? 1 : 0
        case "Where": return a != 0 ? b : values[2]
        default: throw node.refused("it is computed of constants alone, which is not known for this operator")
        }
    }
}
