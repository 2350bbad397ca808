/// Finds the layers and units of a graph by the chain rule: from a convolution along single consumers through
/// BatchNorm, Add and activation, where an Add is passed only from its main operand. A convolution on a shortcut
/// is no layer, nor is one inside a gate. In a pre-activation network, where BatchNorm and activation belong to the
/// convolution behind them, a chain ends at its Add, or at the convolution itself.
struct LayerSearch {
    let layers: [Layer]
    let units: [Network.Unit]

    init(_ graph: Graph, isFreelyBuilt: Bool) {
        let junctions = Junction.all(in: graph)
        let mains = Dictionary(uniqueKeysWithValues: junctions.map { ($0.add, $0.main) })
        let passed = junctions.reduce(into: graph.gateConvolutions) { $0.formUnion($1.onShortcut) }
        let consumers = graph.consumers
        let isPreActivation = graph.isPreActivation(consumers)

        let chains = graph.nodes.indices
            .filter { graph.nodes[$0].operation.isConvolution && !passed.contains($0) }
            .map { graph.chain(from: $0, consumers: consumers, mains: mains) }
            .map { isPreActivation ? graph.endingAtAdd($0) : $0 }
        let blocks: [Network.Unit]
        (units, blocks) = UnitSearch(
            graph, chains: chains, junctions: junctions, consumers: consumers, isFreelyBuilt: isFreelyBuilt
        ).run()
        let blockLayers = Set(blocks.map(\.outputLayer)).union([0])
        layers = chains.enumerated().map { index, chain in
            graph.layer(chain, isBlock: blocks.isEmpty || blockLayers.contains(index))
        }
    }
}

extension Graph {
    /// For each node, the nodes that take its output; one that takes it twice is listed twice.
    fileprivate var consumers: [[Int]] {
        var consumers = Array(repeating: [Int](), count: nodes.count)
        for (index, node) in nodes.enumerated() {
            for input in node.inputs { consumers[input].append(index) }
        }
        return consumers
    }

    /// Whether a BatchNorm takes what an Add puts out.
    fileprivate func isPreActivation(_ consumers: [[Int]]) -> Bool {
        nodes.indices.contains { add in
            nodes[add].operation == .add && consumers[add].contains { nodes[$0].operation.isBatchNormalization }
        }
    }

    /// The nodes of the chain that starts at a convolution, in order. `mains`: the main operand of each Add.
    fileprivate func chain(from convolution: Int, consumers: [[Int]], mains: [Int: Int]) -> [Int] {
        var chain = [convolution]
        var last = convolution
        while consumers[last].count == 1, let next = consumers[last].first {
            switch nodes[next].operation {
            case .batchNormalization, .affine, .activation, .parametricRelu: break
            case .add where mains[next] == last: break
            default: return chain
            }
            chain.append(next)
            last = next
        }
        return chain
    }

    /// The chain up to its last Add; the convolution alone where there is none.
    fileprivate func endingAtAdd(_ chain: [Int]) -> [Int] {
        Array(chain[...(chain.lastIndex { nodes[$0].operation == .add } ?? 0)])
    }

    fileprivate func layer(_ chain: [Int], isBlock: Bool) -> Layer {
        let start = nodes[chain[0]]
        let output = chain[chain.count - 1]
        return Layer(
            name: start.name, convolution: chain[0], output: output, shape: nodes[output].shape,
            parameters: chain.reduce(0) { $0 + nodes[$1].operation.parameters },
            multiplyAdds: multiplyAdds(of: chain[0]),
            isBlock: isBlock)
    }
}
