import Network

/// The statements of a module's `forward`, in the graph's order.
///
/// What only one operation takes becomes part of that one's expression, up to the ends of natural steps: activations,
/// pools, sums. Everything else has a variable, of which there are as few as are needed at a time.
struct TorchForward {
    private(set) var lines: [String] = []
    private let graph: Graph
    private let pointwise: Set<String>
    private var consumers: [[Int]]

    /// Beyond this many characters an expression is broken up.
    private static let longest = 96

    init(_ graph: Graph, pointwise: Set<String>, blocks: [String]) throws(PruningError) {
        self.graph = graph
        self.pointwise = pointwise
        consumers = Array(repeating: [], count: graph.nodes.count)
        for (index, node) in graph.nodes.enumerated() {
            for input in node.inputs { consumers[input].append(index) }
        }
        let statements = try statements()
        write(statements, blocks: blocks)
    }

    private struct Statement {
        var node: Int
        var expression: TorchExpression
        /// The nodes that the expression computes, the smallest first.
        var covered: [Int]
    }

    private func statements() throws(PruningError) -> [Statement] {
        var pending: [Int: (expression: TorchExpression, covered: [Int])] = [:]
        var statements: [Statement] = []
        for (index, node) in graph.nodes.enumerated() where !node.inputs.isEmpty {
            var inputs: [TorchExpression] = []
            var covered = [index]
            for input in node.inputs {
                guard let (expression, nodes) = pending.removeValue(forKey: input) else {
                    inputs.append(.node(input))
                    continue
                }
                inputs.append(expression)
                covered = nodes + covered
            }
            let expression = try graph.torchExpression(of: index, on: inputs, pointwise: pointwise)
            if isPart(index), expression.length <= Self.longest {
                pending[index] = (expression, covered)
            } else {
                statements.append(Statement(node: index, expression: expression, covered: covered))
            }
        }
        return statements
    }

    /// Whether a node's value stands in the expression of the one that takes it.
    private func isPart(_ index: Int) -> Bool {
        guard consumers[index].count == 1, let consumer = consumers[index].first else { return false }
        let node = graph.nodes[index]
        switch node.operation {
        case .convolution, .batchNormalization, .layerNormalization, .affine, .linear:
            return graph.nodes[consumer].inputs.count == 1
        case .rearrange: return true
        case .add, .combine:
            if case .activation = graph.nodes[consumer].operation { return true }
            return false
        case .input, .activation, .parametricRelu, .pool, .adaptiveAveragePool, .globalAveragePool, .concatenate,
            .softmax:
            return false
        }
    }

    /// Gives variables their names, each the first that is free, and writes the statements.
    private mutating func write(_ statements: [Statement], blocks: [String]) {
        var lastUses: [Int: Int] = [:]
        for (place, statement) in statements.enumerated() {
            for node in statement.expression.nodes { lastUses[node] = place }
        }
        var names = [0: "x"]
        var free = Set(0..<0)
        var made = 1
        var numbers = [0: 0]
        var block: String?
        for (place, statement) in statements.enumerated() {
            let current = blocks.first { name in
                statement.covered.contains { graph.nodes[$0].name.hasPrefix("\(name).") }
            }
            if let current, current != block { lines.append("# \(current.plainASCII)") }
            block = current ?? block
            let text = statement.expression.text(names)
            for node in statement.expression.nodes where lastUses[node] == place {
                if let number = numbers.removeValue(forKey: node) { free.insert(number) }
                names[node] = nil
            }
            if place == statements.count - 1 {
                lines.append("return \(text)")
                continue
            }
            let number = free.min() ?? made
            free.remove(number)
            made = max(made, number + 1)
            numbers[statement.node] = number
            names[statement.node] = Self.variable(number)
            lines.append("\(Self.variable(number)) = \(text)")
        }
    }

    private static func variable(_ number: Int) -> String {
        let short = ["x", "y", "z"]
        return short.indices.contains(number) ? short[number] : "t\(number - short.count + 1)"
    }
}
