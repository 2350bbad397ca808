import Formats
import Network
import Tensors

/// A network without some of its units, under the names that a class with fewer blocks gives its parameters.
public struct PrunedNetwork: Sendable {
    /// As it is read from its own state dict.
    public let network: Network
    /// Parameters in the order and of the element types of the checkpoint they come from.
    public let state: StateDict
    /// Stages that are left without blocks, for which a class may have no number.
    public let emptied: [String]

    /// - Parameters:
    ///   - network: the whole network.
    ///   - units: what goes; all of them can be cut.
    ///   - parameters: the checkpoint that the network was read from; nil for an ONNX graph, whose parts keep their names.
    /// - Throws: `NetworkError`; `PruningError.otherNetwork` where the parameters that are left don't make the network
    ///   that the graph without the units is.
    /// - Complexity: O(parameters).
    public init(_ network: Network, cutting units: [Network.Unit], parameters: StateDict?) throws {
        let cut = try network.cutting(units)
        guard let parameters else {
            guard let state = StateDict(TorchModule.stateDict(of: cut.graph)) else {
                throw PruningError.otherNetwork("two operations with parameters have one name")
            }
            (self.network, self.state, emptied) = (cut, state, [])
            return
        }
        // A part is made of convolutions with numbers of their own.
        let names = units.flatMap { $0.kind == .part ? $0.layers.map { network.layers[$0].name } : [$0.name] }
        let renumbering = Renumbering(units: names, among: parameters.names)
        let kept = parameters.entries.compactMap { entry in
            renumbering(entry.name).map { (name: $0, tensor: entry.tensor) }
        }
        guard let state = StateDict(kept, metadata: parameters.metadata) else {
            throw PruningError.otherNetwork("two parameters would have one name")
        }
        let candidates: [Network]
        do {
            candidates = try Network.candidates(parameters: kept, inputShape: network.graph.inputShape)
        } catch {
            guard cut.graph.hasPoolBehindPool else { throw error }
            throw PruningError.otherNetwork("no convolution would be left between two pools; leave one of them in")
        }
        // Names alone may leave open what the whole network has settled, such as strides.
        guard let same = candidates.first(where: { $0.graph.computesLike(cut.graph) }) else {
            throw PruningError.otherNetwork(
                "they are read as \(candidates[0].architecture), which computes something else")
        }
        (self.network, self.state, emptied) = (same, state, renumbering.emptied(among: state.names))
    }

    private init(network: Network, state: StateDict, emptied: [String]) {
        (self.network, self.state, self.emptied) = (network, state, emptied)
    }

    /// The same with the parameters of a graph that is the network's otherwise, as near as the checkpoint's element types
    /// hold them.
    ///
    /// - Throws: `PruningError.otherNetwork` where one can't be held; `NetworkError`.
    /// - Complexity: O(parameters).
    public func taking(_ graph: Graph) throws -> PrunedNetwork {
        var values: [String: [Float]] = [:]
        for (own, node) in zip(network.graph.nodes, graph.nodes) where own.operation != node.operation {
            let renamed = Node(name: own.name, operation: node.operation, inputs: own.inputs, shape: own.shape)
            for parameter in renamed.torchParameters { values[parameter.key] = parameter.values }
        }
        var rounded: [String: [Float]] = [:]
        let entries = try state.entries.map { entry in
            guard let found = values[entry.name] else { return entry }
            guard let tensor = Tensor(shape: entry.tensor.shape, values: found, as: entry.tensor.elementType) else {
                throw PruningError.otherNetwork("\(entry.name) can't be held as \(entry.tensor.elementType)")
            }
            rounded[entry.name] = tensor.floats()
            return (name: entry.name, tensor: tensor)
        }
        guard let state = StateDict(entries, metadata: state.metadata) else {
            throw PruningError.otherNetwork("two parameters would have one name")
        }
        var operations: [Int: Operation] = [:]
        for (index, own) in network.graph.nodes.enumerated() {
            guard graph.nodes.indices.contains(index), own.operation != graph.nodes[index].operation else { continue }
            operations[index] = graph.nodes[index].operation.taking { rounded["\(own.name).\($0)"] }
        }
        return PrunedNetwork(
            network: Network(
                architecture: network.architecture, graph: try network.graph.replacing(operations),
                isFreelyBuilt: network.isFreelyBuilt),
            state: state, emptied: emptied)
    }
}

extension Graph {
    /// Whether a pool takes what another puts out.
    fileprivate var hasPoolBehindPool: Bool {
        func isPool(_ node: Int) -> Bool { if case .pool = nodes[node].operation { true } else { false } }
        return nodes.indices.contains { isPool($0) && nodes[$0].inputs.contains(where: isPool) }
    }

    /// Whether two graphs do the same with the same numbers, whatever their nodes are called.
    fileprivate func computesLike(_ other: Graph) -> Bool {
        nodes.count == other.nodes.count
            && zip(nodes, other.nodes).allSatisfy { $0.inputs == $1.inputs && $0.operation == $1.operation }
    }
}
