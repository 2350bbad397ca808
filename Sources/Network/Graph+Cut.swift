extension Graph {
    /// The graph without some of its units: what took a unit's output takes its input instead. What nothing depends on any
    /// more goes with it.
    ///
    /// - Parameter units: units of this graph that can be cut.
    /// - Throws: `NetworkError.shape` where shapes don't fit, which they do for units that can be cut.
    /// - Complexity: O(nodes).
    public func cutting(_ units: [Network.Unit]) throws(NetworkError) -> Graph {
        let inputs = Dictionary(units.map { ($0.output, $0.input) }) { min($0, $1) }
        /// What stands in for each node: an input lies before its output, so that chains of units resolve in one go.
        var standIns = Array(nodes.indices)
        for node in nodes.indices { if let input = inputs[node] { standIns[node] = standIns[input] } }
        let rewired = nodes.map { node in
            var node = node
            node.inputs = node.inputs.map { standIns[$0] }
            return node
        }
        return try rewired.graph(endingAt: standIns[nodes.count - 1])
    }
}

extension [Node] {
    /// The graph of what one node depends on, shapes inferred anew.
    func graph(endingAt last: Int) throws(NetworkError) -> Graph {
        var needed: Set<Int> = [0, last]
        for node in indices.reversed() where needed.contains(node) { needed.formUnion(self[node].inputs) }
        var places: [Int: Int] = [0: 0]
        var builder = try GraphBuilder(inputShape: self[0].shape)
        for node in indices.dropFirst() where needed.contains(node) {
            let inputs = self[node].inputs.compactMap { places[$0] }
            places[node] = try builder.append(self[node].name, self[node].operation, to: inputs)
        }
        return try builder.graph()
    }
}

extension Network {
    /// The network without some of its units, which must be cuttable; parameters keep their names.
    ///
    /// - Throws: `NetworkError`.
    public func cutting(_ units: [Unit]) throws(NetworkError) -> Network {
        Network(
            architecture: "\(architecture), \(units.count) unit\(units.count == 1 ? "" : "s") cut",
            graph: try graph.cutting(units), isFreelyBuilt: isFreelyBuilt)
    }
}
