/// A graph without some of its units, and what it has to do with the whole one.
public struct CutGraph: Sendable {
    public let graph: Graph
    /// For each of its nodes, the same one's index in the whole graph.
    public let origins: [Int]
    /// For each of its nodes, the last node of the whole graph whose readers it serves: its own, or the output of the last
    /// of the units cut behind it.
    public let standsFor: [Int]

    /// What took a unit's output takes its input instead. What nothing depends on any more goes with it.
    ///
    /// - Parameter units: units of `whole` that can be cut.
    /// - Throws: `NetworkError.shape` where shapes don't fit, which they do for units that can be cut.
    /// - Complexity: O(nodes).
    public init(_ whole: Graph, cutting units: [Network.Unit]) throws(NetworkError) {
        let nodes = whole.nodes
        let inputs = Dictionary(units.map { ($0.output, $0.input) }) { min($0, $1) }
        /// What stands in for each node: an input lies before its output, so that chains of units resolve in one go.
        var standIns = Array(nodes.indices)
        for node in nodes.indices { if let input = inputs[node] { standIns[node] = standIns[input] } }
        let rewired = nodes.map { node in
            var node = node
            node.inputs = node.inputs.map { standIns[$0] }
            return node
        }
        (graph, origins) = try rewired.graph(endingAt: standIns[nodes.count - 1])
        // The last one is found last.
        let last = Dictionary(standIns.enumerated().map { ($0.element, $0.offset) }) { max($0, $1) }
        standsFor = origins.map { last[$0] ?? $0 }
    }
}

extension Graph {
    /// The graph without some of its units, which can be cut. O(nodes).
    /// - Throws: `NetworkError.shape`.
    public func cutting(_ units: [Network.Unit]) throws(NetworkError) -> Graph {
        try CutGraph(self, cutting: units).graph
    }
}

extension [Node] {
    /// The graph of what one node depends on, shapes inferred anew, and where its nodes come from.
    func graph(endingAt last: Int) throws(NetworkError) -> (graph: Graph, origins: [Int]) {
        var needed: Set<Int> = [0, last]
        for node in indices.reversed() where needed.contains(node) { needed.formUnion(self[node].inputs) }
        var places: [Int: Int] = [0: 0]
        var builder = try GraphBuilder(inputShape: self[0].shape)
        let origins = indices.filter { needed.contains($0) }
        for node in origins.dropFirst() {
            let inputs = self[node].inputs.compactMap { places[$0] }
            places[node] = try builder.append(self[node].name, self[node].operation, to: inputs)
        }
        return (try builder.graph(), origins)
    }
}

extension Network {
    /// The network without some of its units, which must be cuttable; parameters keep their names.
    ///
    /// - Throws: `NetworkError`.
    public func cutting(_ units: [Unit]) throws(NetworkError) -> Network {
        cutting(units, graph: try graph.cutting(units))
    }

    /// The same of a graph that is cut already.
    public func cutting(_ units: [Unit], graph: Graph) -> Network {
        Network(
            architecture: "\(architecture), \(units.count) unit\(units.count == 1 ? "" : "s") cut", graph: graph,
            isFreelyBuilt: isFreelyBuilt)
    }
}
