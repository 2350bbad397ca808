import Tensors

/// The parameters of a state dict by name. `num_batches_tracked`, which no forward pass uses, is left out.
struct ParameterTable {
    /// In the order of the file.
    let names: [String]
    /// Names that stand in the file more than once.
    let duplicates: [String]
    private let tensors: [String: TensorDescription]

    init(_ parameters: [TensorDescription]) {
        let used = parameters.filter { !$0.name.hasSuffix("num_batches_tracked") }
        var tensors: [String: TensorDescription] = [:]
        var duplicates: [String] = []
        for tensor in used where tensors.updateValue(tensor, forKey: tensor.name) != nil {
            duplicates.append(tensor.name)
        }
        names = used.map(\.name)
        self.duplicates = duplicates
        self.tensors = tensors
    }

    func dims(_ name: String) -> [Int]? { tensors[name]?.shape.dims }

    func has(prefix: String) -> Bool { names.contains { $0.hasPrefix(prefix) } }

    /// A BatchNorm's parameters.
    static let normalizationParts = ["weight", "bias", "running_mean", "running_var"]

    /// The output channels that most of a layer's parameters and those of the BatchNorm behind it agree on, so that a
    /// single wrong one is told from the rest; at least 1, no more than a graph may have, and nil where all are missing.
    func outputChannels(of layer: String, normalization: String? = nil) -> Int? {
        let behind = normalization.map { name in Self.normalizationParts.map { "\(name).\($0)" } } ?? []
        let candidates = (["\(layer).weight", "\(layer).bias"] + behind).compactMap { dims($0)?.first }
        let votes = Dictionary(grouping: candidates) { $0 }.mapValues(\.count)
        let most = votes.values.max()
        return candidates.first { votes[$0] == most }.map(Self.withinLimits)
    }

    /// The channels that a layer's weight takes; 3, those of a picture in colour, where it does not tell.
    func inputChannels(of layer: String) -> Int {
        Self.withinLimits(dims("\(layer).weight")?.dropFirst().first ?? 3)
    }

    /// The numbers that stand right behind a prefix, in order. Numbers beyond the count of names are no numbering.
    func numbers(behind prefix: String) -> [Int] {
        let numbers = names.filter { $0.hasPrefix(prefix) }.compactMap { name in
            name.dropFirst(prefix.count).split(separator: ".", omittingEmptySubsequences: false).first.flatMap {
                Int($0)
            }
        }
        return Set(numbers).filter { $0 >= 0 && $0 < 4 * names.count }.sorted()
    }

    static func withinLimits(_ extent: Int) -> Int { min(max(extent, 1), GraphBuilder.maximumExtent) }

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
}

extension ElementType {
    fileprivate var isFloatingPoint: Bool {
        switch self {
        case .float16, .bfloat16, .float32, .float64: true
        case .bool, .uint8, .int8, .int16, .int32, .int64: false
        }
    }
}
