/// Finds the layers and units of a graph by the chain rule: from a convolution along single consumers through
/// BatchNorm, Add and activation, where an Add is passed only from its main operand. A convolution on a shortcut
/// is no layer.
struct LayerSearch {
    let layers: [Layer]
    let units: [Network.Unit]

    init(_ graph: Graph) {
        let junctions = Junction.all(in: graph)
        let mains = Dictionary(uniqueKeysWithValues: junctions.map { ($0.add, $0.main) })
        let onShortcuts = junctions.reduce(into: Set<Int>()) { $0.formUnion($1.onShortcut) }
        let consumers = graph.consumers

        let chains = graph.nodes.indices
            .filter { graph.nodes[$0].operation.isConvolution && !onShortcuts.contains($0) }
            .map { graph.chain(from: $0, consumers: consumers, mains: mains) }
        var layerOfNode: [Int: Int] = [:]
        for (index, chain) in chains.enumerated() {
            for node in chain { layerOfNode[node] = index }
        }
        let units = junctions.compactMap { graph.unit(at: $0, layerOfNode: layerOfNode) }
        let blockLayers = Set(units.map(\.outputLayer)).union([0])

        self.units = units
        layers = chains.enumerated().map { index, chain in
            graph.layer(chain, isBlock: units.isEmpty || blockLayers.contains(index))
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

    /// The unit that ends at an Add; nil where no layer's chain passes the Add.
    fileprivate func unit(at junction: Junction, layerOfNode: [Int: Int]) -> Network.Unit? {
        guard let output = layerOfNode[junction.add] else { return nil }
        let convolutions = junction.onMain.filter { nodes[$0].operation.isConvolution }
        let members = junction.onMain.union(junction.onShortcut)
        return Network.Unit(
            name: nodes[junction.add].name,
            layers: convolutions.compactMap { layerOfNode[$0] }.sorted(),
            outputLayer: output,
            parameters: members.reduce(0) { $0 + nodes[$1].operation.parameters },
            isCuttable: junction.onShortcut.isEmpty)
    }

    fileprivate func layer(_ chain: [Int], isBlock: Bool) -> Layer {
        let start = nodes[chain[0]]
        let output = chain[chain.count - 1]
        var multiplyAdds = 0
        if case .convolution(let convolution) = start.operation {
            multiplyAdds = convolution.weight.count * start.shape[1] * start.shape[2]
        }
        return Layer(
            name: start.name, convolution: chain[0], output: output, shape: nodes[output].shape,
            parameters: chain.reduce(0) { $0 + nodes[$1].operation.parameters }, multiplyAdds: multiplyAdds,
            isBlock: isBlock)
    }
}
