import Tensors

/// The named tensors of a trained network, in the order of the file.
public struct StateDict: Sendable {
    /// Names in the file's order, without wrappers' prefixes.
    public let names: [String]
    /// The writer's remarks (safetensors' `__metadata__`); empty for PyTorch files.
    public let metadata: [String: String]
    /// What was done to get here, for people: unwrapped keys, stripped prefixes, entries left out.
    public let notes: [String]
    private let tensors: [String: Tensor]

    /// Fails where a name comes twice.
    public init?(_ entries: [(name: String, tensor: Tensor)], metadata: [String: String] = [:], notes: [String] = []) {
        let tensors = Dictionary(entries.map { ($0.name, $0.tensor) }) { first, _ in first }
        guard tensors.count == entries.count else { return nil }
        self.names = entries.map(\.name)
        self.tensors = tensors
        self.metadata = metadata
        self.notes = notes
    }

    public subscript(name: String) -> Tensor? { tensors[name] }

    /// Names and tensors in the file's order.
    public var entries: [(name: String, tensor: Tensor)] {
        names.compactMap { name in tensors[name].map { (name, $0) } }
    }
}

extension StateDict {
    /// What wrappers around a network put before every name: DataParallel, `torch.compile`.
    static let wrapperPrefixes = ["module.", "_orig_mod."]

    /// The state dict of these entries under names free of wrappers' prefixes, with a note on what was stripped.
    ///
    /// - Throws: `FormatError.malformed` where a name comes twice, or would after stripping.
    static func normalized(
        _ entries: [(name: String, tensor: Tensor)], metadata: [String: String] = [:], notes: [String] = [],
        _ context: ReadContext
    ) throws -> StateDict {
        var counts: [String: Int] = [:]
        var seen: Set<String> = []
        var stripped: [(name: String, tensor: Tensor)] = []
        stripped.reserveCapacity(entries.count)
        for (name, tensor) in entries {
            var rest = Substring(name)
            while let prefix = wrapperPrefixes.first(where: { rest.hasPrefix($0) }) {
                rest = rest.dropFirst(prefix.count)
                counts[prefix, default: 0] += 1
            }
            guard seen.insert(String(rest)).inserted else {
                throw context.malformed(.tensor(String(rest)), "the name comes twice")
            }
            stripped.append((String(rest), tensor))
        }
        let remarks = wrapperPrefixes.compactMap { prefix in
            counts[prefix].map { "stripped the prefix \(prefix) \($0) times" }
        }
        guard let result = StateDict(stripped, metadata: metadata, notes: notes + remarks) else {
            throw context.malformed(.file, "a name comes twice")
        }
        return result
    }
}
