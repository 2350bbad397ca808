/// An Add and what lies on its two operands since they forked.
struct Junction {
    /// Node of the Add.
    let add: Int
    /// The operand that carries the residual: the one with more convolutions since the fork, the first where they tie.
    let main: Int
    /// Nodes that only the main operand depends on.
    let onMain: Set<Int>
    /// Nodes that only the shortcut operand depends on; empty for the identity.
    let onShortcut: Set<Int>

    /// All Adds of a graph in its order. O(nodes) for each, at most, and only the block's own in a chain of blocks.
    static func all(in graph: Graph) -> [Junction] {
        graph.nodes.indices.filter { graph.nodes[$0].operation == .add }.map { Junction(add: $0, in: graph) }
    }

    private init(add: Int, in graph: Graph) {
        let (first, second) = (graph.nodes[add].inputs[0], graph.nodes[add].inputs[1])
        let (onFirst, onSecond) = graph.sinceFork(of: first, and: second)
        let swapped = graph.convolutions(among: onSecond) > graph.convolutions(among: onFirst)
        self.add = add
        main = swapped ? second : first
        onMain = swapped ? onSecond : onFirst
        onShortcut = swapped ? onFirst : onSecond
    }
}

extension Graph {
    /// The nodes that only the first of two depends on, and those that only the second does, the two included.
    fileprivate func sinceFork(of first: Int, and second: Int) -> (onFirst: Set<Int>, onSecond: Set<Int>) {
        var dependents: [Int: Dependents] = [first: .first]
        dependents[second, default: []].insert(.second)
        var (onFirst, onSecond): (Set<Int>, Set<Int>) = ([], [])
        /// Nodes found with one dependent and not yet visited; below the last of them all nodes are common.
        var pending = first == second ? 0 : 2
        // Inputs come before the nodes that take them: going down, all that depends on a node is visited before it.
        var node = max(first, second)
        while pending > 0, node >= 0 {
            let reached = dependents[node, default: []]
            if reached == .first { onFirst.insert(node) }
            if reached == .second { onSecond.insert(node) }
            if reached.isSingle { pending -= 1 }
            for input in nodes[node].inputs where !reached.isEmpty {
                let before = dependents[input, default: []]
                let after = before.union(reached)
                dependents[input] = after
                pending += (after.isSingle ? 1 : 0) - (before.isSingle ? 1 : 0)
            }
            node -= 1
        }
        return (onFirst, onSecond)
    }

    fileprivate func convolutions(among nodes: Set<Int>) -> Int {
        nodes.count { self.nodes[$0].operation.isConvolution }
    }
}

/// Which of two nodes depend on a third.
private struct Dependents: OptionSet {
    let rawValue: Int
    static let first = Dependents(rawValue: 1)
    static let second = Dependents(rawValue: 2)

    var isSingle: Bool { self == .first || self == .second }
}

extension Operation {
    var isConvolution: Bool {
        if case .convolution = self { true } else { false }
    }

    /// Numbers that training changes: weights, biases, BN scale and shift, not running statistics.
    var parameters: Int {
        switch self {
        case .convolution(let convolution): convolution.weight.count + (convolution.bias?.count ?? 0)
        case .batchNormalization(let normalization): normalization.scale.count + normalization.shift.count
        case .linear(let linear): linear.weight.count + (linear.bias?.count ?? 0)
        case .layerNormalization(let normalization): normalization.scale.count + normalization.shift.count
        case .parametricRelu(let slopes): slopes.count
        // Constants of a graph, which may have been trained or not, are counted as what they do: not.
        case .input, .affine, .activation, .add, .combine, .pool, .adaptiveAveragePool, .globalAveragePool,
            .rearrange, .concatenate, .softmax:
            0
        }
    }
}
