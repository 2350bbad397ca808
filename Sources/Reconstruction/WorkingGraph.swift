import Network

/// A cut graph in an order in which a sum's shortcut is reckoned before the branch that is fitted to it.
struct WorkingGraph {
    private(set) var graph: Graph
    /// For each of its nodes, the same one's index in the cut graph, and what it stands for in the whole one.
    let cutNodes, origins, standsFor: [Int]
    let consumers: [[Int]]
    /// Nodes whose values are no longer those of the whole graph, even before anything is fitted.
    let isChanged: [Bool]

    /// - Throws: `NetworkError`, which is not to be expected of a graph that exists.
    init(_ cut: CutGraph, of whole: Graph) throws(NetworkError) {
        let order = Self.order(cut.graph)
        var places = Array(repeating: 0, count: order.count)
        for (place, node) in order.enumerated() { places[node] = place }
        var builder = try GraphBuilder(inputShape: cut.graph.inputShape)
        var consumers = Array(repeating: [Int](), count: order.count)
        var isChanged = Array(repeating: false, count: order.count)
        for (place, index) in order.enumerated().dropFirst() {
            let node = cut.graph.nodes[index]
            let inputs = node.inputs.map { places[$0] }
            try builder.append(node.name, node.operation, to: inputs)
            for input in inputs { consumers[input].append(place) }
            isChanged[place] =
                inputs.contains { isChanged[$0] }
                || whole.nodes[cut.origins[index]].inputs != node.inputs.map { cut.origins[$0] }
        }
        graph = try builder.graph()
        cutNodes = order
        origins = order.map { cut.origins[$0] }
        standsFor = order.map { cut.standsFor[$0] }
        (self.consumers, self.isChanged) = (consumers, isChanged)
    }

    /// Depth first from the end, the operand with fewer parameters first.
    private static func order(_ graph: Graph) -> [Int] {
        let weights = graph.weightsSinceFork
        var order = [0]
        var isPlaced = Array(repeating: false, count: graph.nodes.count)
        isPlaced[0] = true
        var pending = [graph.nodes.count - 1]
        while let node = pending.last {
            let missing = graph.nodes[node].inputs.filter { !isPlaced[$0] }
                .sorted { (weights[$0], $0) > (weights[$1], $1) }
            if missing.isEmpty {
                pending.removeLast()
                if !isPlaced[node] {
                    isPlaced[node] = true
                    order.append(node)
                }
            } else {
                pending += missing
            }
        }
        return order
    }

    mutating func replace(_ operations: [Int: Operation]) throws(NetworkError) {
        graph = try graph.replacing(operations)
    }
}

extension Graph {
    /// For each node, the parameters on the longest way to it since values were last added.
    fileprivate var weightsSinceFork: [Int] {
        var weights = Array(repeating: 0, count: nodes.count)
        for (index, node) in nodes.enumerated() where node.operation != .add {
            let own =
                switch node.operation {
                case .convolution(let convolution): convolution.weight.count
                case .linear(let linear): linear.weight.count
                default: 0
                }
            weights[index] = (node.inputs.map { weights[$0] }.max() ?? 0) + own
        }
        return weights
    }
}
