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
