import Tensors

/// The parameters of a state dict by name. `num_batches_tracked`, which no forward pass uses, is left out.
struct ParameterTable {
    /// In the order of the file.
    let names: [String]
    /// Names that stand in the file more than once.
    let duplicates: [String]
    private let tensors: [String: Tensor]

    init(_ parameters: [(name: String, tensor: Tensor)]) {
        let used = parameters.filter { !$0.name.hasSuffix("num_batches_tracked") }
        var tensors: [String: Tensor] = [:]
        var duplicates: [String] = []
        for (name, tensor) in used where tensors.updateValue(tensor, forKey: name) != nil { duplicates.append(name) }
        names = used.map(\.name)
        self.duplicates = duplicates
        self.tensors = tensors
    }

    func dims(_ name: String) -> [Int]? { tensors[name]?.shape.dims }

    func has(prefix: String) -> Bool { names.contains { $0.hasPrefix(prefix) } }

    /// How the table differs from a network's parameters.
    func differences(from expected: [(name: String, dims: [Int])]) -> ParameterDifferences {
        var differences = ParameterDifferences()
        for (name, dims) in expected {
            guard let tensor = tensors[name] else {
                differences.missing.append(name)
                continue
            }
            if tensor.shape.dims != dims {
                let found = tensor.shape.rank == 0 ? "a scalar" : tensor.shape.description
                let shape = dims.map(String.init).joined(separator: "×")
                differences.mismatched.append("\(name) is \(found), should be \(shape)")
            } else if !tensor.elementType.isFloatingPoint {
                differences.mismatched.append("\(name) is of type \(tensor.elementType.rawValue), should be float32")
            }
        }
        let known = Set(expected.map(\.name))
        differences.leftOver = names.filter { !known.contains($0) } + duplicates
        return differences
    }

    /// A parameter's values, all of them finite; none where it is missing, which no operation's shape check lets pass.
    func values(_ name: String) throws(NetworkError) -> [Float] {
        let values = tensors[name]?.floats() ?? []
        if let index = firstNonFinite(values) { throw .nonFinite(tensor: name, index: index) }
        return values
    }
}

/// A plain loop, since networks have millions of weights.
private func firstNonFinite(_ values: [Float]) -> Int? {
    values.withUnsafeBufferPointer { values in
        var index = 0
        while index < values.count {
            if !values[index].isFinite { return index }
            index += 1
        }
        return nil
    }
}

extension ElementType {
    fileprivate var isFloatingPoint: Bool {
        switch self {
        case .float16, .bfloat16, .float32, .float64: true
        case .bool, .uint8, .int8, .int16, .int32, .int64: false
        }
    }
}
