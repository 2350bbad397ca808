/// Finds the units of a network: blocks that end at an Add, inverted residuals without one, other parts with one way in and
/// one way out that keep the shape, and each convolution that is left.
struct UnitSearch {
    let graph: Graph
    /// The nodes of each layer, in order.
    let chains: [[Int]]
    let junctions: [Junction]
    let consumers: [[Int]]
    let isFreelyBuilt: Bool
    private let layerOfNode: [Int: Int]

    init(_ graph: Graph, chains: [[Int]], junctions: [Junction], consumers: [[Int]], isFreelyBuilt: Bool) {
        self.graph = graph
        self.chains = chains
        self.junctions = junctions
        self.consumers = consumers
        self.isFreelyBuilt = isFreelyBuilt
        layerOfNode = chains.enumerated().reduce(into: [:]) { layers, chain in
            for node in chain.element { layers[node] = chain.offset }
        }
    }

    /// All units, in the order of their outputs, and which of them are blocks that the block level has a place for.
    ///
    /// - Complexity: O(nodes of all units).
    func run() -> (units: [Network.Unit], blocks: [Network.Unit]) {
        let blocks = junctions.compactMap(unit) + linearBottlenecks()
        var taken = Set(blocks.flatMap(\.layers))
        let parts = parts(besides: taken)
        taken.formUnion(parts.flatMap(\.layers))
        let rest = chains.indices.filter { !taken.contains($0) }.map(plainUnit)
        // Blocks that end at one layer stay in the order of their Adds.
        let units = (blocks + parts + rest).enumerated()
            .sorted { ($0.element.outputLayer, $0.offset) < ($1.element.outputLayer, $1.offset) }.map(\.element)
        return (uniquelyNamed(units), blocks)
    }

    // MARK: Blocks

    /// The unit that ends at an Add; nil where no layer's chain passes the Add.
    private func unit(at junction: Junction) -> Network.Unit? {
        guard let outputLayer = layerOfNode[junction.add] else { return nil }
        let convolutions = junction.onMain.filter { graph.nodes[$0].operation.isConvolution }
        let members = junction.onMain.union(junction.onShortcut)
        let layers = convolutions.compactMap { layerOfNode[$0] }.sorted()
        // Activations behind the Add belong to the block: without it, what it takes is activated already.
        let behind = chains[outputLayer].drop { $0 <= junction.add }
            .prefix { graph.nodes[$0].operation.isActivation }
        let add = graph.nodes[junction.add]
        let output = behind.last ?? junction.add
        let shortcut = add.inputs.first { $0 != junction.main } ?? junction.main
        let input = junction.onShortcut.isEmpty ? shortcut : entry(of: members)
        return unit(
            name: isFreelyBuilt ? commonPrefix(layers.map(name), else: place(of: add.name)) : add.name, .block,
            layers: layers, outputLayer: outputLayer, members: members, input: input, output: output,
            isEntangled: isEntangled(members, input: input, junction.add),
            hasProjection: !junction.onShortcut.isEmpty)
    }

    /// Where a node lies in what was exported: `/layer1/layer1.0` for `/layer1/layer1.0/Add`; its name where that is no
    /// path.
    private func place(of node: String) -> String {
        let path = node.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
        return path.isEmpty ? node : path
    }

    /// The last node outside of `members` that one of them takes.
    private func entry(of members: Set<Int>) -> Int {
        members.lazy.flatMap { graph.nodes[$0].inputs }.filter { !members.contains($0) }.max() ?? 0
    }

    /// Whether anything but `input` leads into the members, or anything but `exit` takes what they put out.
    private func isEntangled(_ members: Set<Int>, input: Int, _ exit: Int) -> Bool {
        members.contains { node in
            graph.nodes[node].inputs.contains { $0 != input && !members.contains($0) }
                || consumers[node].contains { $0 != exit && !members.contains($0) }
        }
    }

    private func unit(
        name: String, _ kind: Network.Unit.Kind, layers: [Int], outputLayer: Int, members: Set<Int>, input: Int,
        output: Int, isEntangled: Bool = false, hasProjection: Bool = false
    ) -> Network.Unit {
        let (from, to) = (graph.nodes[input].shape, graph.nodes[output].shape)
        let obstacle: Network.Obstacle? =
            if input == 0 {
                .takesImage
            } else if from != to {
                .changesShape(from: from, to: to)
            } else if hasProjection, !isFreelyBuilt {
                .hasProjection
            } else if isEntangled {
                .isEntangled
            } else {
                nil
            }
        return Network.Unit(
            name: name, kind: kind, layers: layers, outputLayer: outputLayer, input: input,
            inputLayer: layer(endingAtOrBefore: input), output: output,
            parameters: members.reduce(0) { $0 + graph.nodes[$1].operation.parameters },
            multiplyAdds: members.reduce(0) { $0 + graph.multiplyAdds(of: $1) }, obstacle: obstacle)
    }

    /// The layer that ends at a node, or else the last of those that the node's value comes from; nil for the image.
    private func layer(endingAtOrBefore node: Int) -> Int? {
        var node = node
        while node > 0 {
            if let layer = layerOfNode[node], chains[layer].last == node { return layer }
            guard let input = graph.nodes[node].inputs.max() else { return nil }
            node = input
        }
        return nil
    }

    private func name(_ layer: Int) -> String { graph.nodes[chains[layer][0]].name }

    // MARK: Convolutions

    /// A layer outside of all blocks. It can be cut where it puts out as many maps of one size as it takes; the first layer,
    /// which takes the image, never can.
    private func plainUnit(_ layer: Int) -> Network.Unit {
        let chain = chains[layer]
        let output = chain[chain.count - 1]
        let main = Set(chain)
        // An Add on the way has another operand.
        let isEntangled = chain.contains { graph.nodes[$0].inputs.count > 1 }
        return unit(
            name: name(layer), .convolution, layers: [layer], outputLayer: layer, members: main,
            input: graph.nodes[chain[0]].inputs.first ?? 0, output: output, isEntangled: isEntangled)
    }

    // MARK: Parts

    /// A node that a part may begin behind, and how many layers have begun before it.
    private struct Entry {
        var node: Int
        var layers: Int
    }

    /// The shortest parts that put out the shape they take, have layers, and lie between two nodes which all ways from the
    /// image to the logits pass: from the image on, one behind the other.
    private func parts(besides taken: Set<Int>) -> [Network.Unit] {
        let starts = Dictionary(uniqueKeysWithValues: chains.indices.map { (chains[$0][0], $0) })
        var found: [Network.Unit] = []
        /// For each shape the last node that a part may begin behind.
        var entries: [[Int]: Entry] = [:]
        /// Layers begun since the last part or block.
        var layers: [Int] = []
        /// The furthest node that an edge from before leads to, and the furthest at which a layer that has begun ends.
        var (reached, open) = (0, 0)
        // The image is no place to begin: something has to take it.
        for (index, node) in graph.nodes.enumerated().dropFirst() {
            if let layer = starts[index] {
                open = max(open, chains[layer].last ?? index)
                if taken.contains(layer) { (entries, layers) = ([:], []) } else { layers.append(layer) }
            }
            let isPassed = reached <= index && open <= index
            reached = max(reached, consumers[index].max() ?? index)
            guard isPassed else { continue }
            if let start = entries[node.shape], start.layers < layers.count {
                found.append(part(Array(layers[start.layers...]), from: start.node, to: index))
                (entries, layers) = ([:], [])
            }
            entries[node.shape] = Entry(node: index, layers: layers.count)
        }
        return found
    }

    private func part(_ layers: [Int], from input: Int, to output: Int) -> Network.Unit {
        if layers.count == 1 {
            let plain = plainUnit(layers[0])
            if plain.isCuttable { return plain }
        }
        return unit(
            name: partName(layers), .part, layers: layers,
            outputLayer: layers[layers.count - 1], members: Set(input + 1...output), input: input, output: output)
    }

    /// What a part's layers have in common, or its first and last one where others have that too.
    private func partName(_ layers: [Int]) -> String {
        let (first, last) = (name(layers[0]), name(layers[layers.count - 1]))
        let common = commonPrefix(layers.map(name), else: last)
        let isOthers = chains.indices.contains { layer in
            !layers.contains(layer) && [".", "/"].contains { name(layer).hasPrefix(common + $0) }
        }
        return layers.count > 1 && isOthers ? "\(first)-\(last)" : common
    }

    /// Units of one name get numbers, so that each can be asked for.
    private func uniquelyNamed(_ units: [Network.Unit]) -> [Network.Unit] {
        var names: Set<String> = []
        return units.map { unit in
            var unit = unit
            let name = unit.name
            var number = 2
            while !names.insert(unit.name).inserted {
                unit.name = "\(name)_\(number)"
                number += 1
            }
            return unit
        }
    }
}

extension UnitSearch {
    /// Inverted residuals without an Add (Sandler et al. 2018): a 1×1 convolution that widens and its activation, where
    /// there is one; a filter for each channel and its activation; a 1×1 convolution with nothing but a BatchNorm behind
    /// it, and no activation on the way to what takes it. A gate may scale what the last one takes.
    private func linearBottlenecks() -> [Network.Unit] {
        let nodes = graph.nodes
        let layerAtEnd = Dictionary(uniqueKeysWithValues: chains.enumerated().map { ($1[$1.count - 1], $0) })
        return chains.indices.compactMap { last in
            let chain = chains[last]
            guard isPointwise(chain[0]), chain.dropFirst().allSatisfy({ nodes[$0].operation.isScaling }),
                let end = chain.last,
                !consumers[end].contains(where: { nodes[$0].operation.isActivation || nodes[$0].operation.isScaling }),
                let input = nodes[chain[0]].inputs.first
            else { return nil }
            let isGated = nodes[input].operation == .combine(.product)
            let ends = (isGated ? nodes[input].inputs : [input]).compactMap { layerAtEnd[$0] }
            guard let middle = ends.first(where: { isDepthwise(chains[$0][0]) && endsActive(chains[$0]) }),
                let start = nodes[chains[middle][0]].inputs.first
            else { return nil }
            var layers = [middle, last]
            if let first = layerAtEnd[start], isWidening(chains[first][0]), endsActive(chains[first]),
                consumers[start].count == 1
            {
                layers.insert(first, at: 0)
            }
            let members = Set(layers.flatMap { chains[$0] }).union(between(input, chains[middle]))
            return unit(
                name: commonPrefix(layers.map(name), else: name(last)), .block, layers: layers, outputLayer: last,
                members: members, input: nodes[chains[layers[0]][0]].inputs.first ?? 0, output: end)
        }
    }

    /// The nodes that `node` depends on, itself included, behind the end of a chain.
    private func between(_ node: Int, _ chain: [Int]) -> Set<Int> {
        guard let start = chain.last else { return [] }
        var found: Set<Int> = []
        var pending = [node]
        while let next = pending.popLast() {
            guard next > start, found.insert(next).inserted else { continue }
            pending += graph.nodes[next].inputs
        }
        return found
    }

    private func endsActive(_ chain: [Int]) -> Bool {
        chain.last.map { graph.nodes[$0].operation.isActivation } ?? false
    }

    private func isPointwise(_ node: Int) -> Bool {
        guard case .convolution(let convolution) = graph.nodes[node].operation else { return false }
        return convolution.kernel == (1, 1) && convolution.groups == 1
    }

    private func isWidening(_ node: Int) -> Bool {
        guard isPointwise(node), case .convolution(let convolution) = graph.nodes[node].operation else { return false }
        return convolution.outputChannels > convolution.inputChannels
    }

    private func isDepthwise(_ node: Int) -> Bool {
        guard case .convolution(let convolution) = graph.nodes[node].operation else { return false }
        return convolution.groups > 1 && convolution.groups == convolution.inputChannels
            && convolution.outputChannels == convolution.inputChannels
    }
}

/// What several names, dotted or parted by slashes, have in common: `layers.2` for its three convolutions. Without the
/// `conv` that torchvision puts between a block and its parts; another name where nothing is common.
private func commonPrefix(_ names: [String], else other: String) -> String {
    let separator: Character = names.contains { $0.contains("/") } ? "/" : "."
    let paths = names.map { $0.split(separator: separator, omittingEmptySubsequences: false) }
    guard let last = paths.last, paths.count > 1 else { return other }
    var common = last.indices.prefix { place in
        paths.allSatisfy { $0.indices.contains(place) && $0[place] == last[place] }
    }.map { last[$0] }
    if common.count > 1, common.last == "conv" { common.removeLast() }
    let prefix = common.joined(separator: String(separator))
    return prefix.isEmpty ? other : prefix
}

extension Operation {
    var isActivation: Bool {
        switch self {
        case .activation, .parametricRelu: true
        default: false
        }
    }

    var isBatchNormalization: Bool {
        if case .batchNormalization = self { true } else { false }
    }

    /// A BatchNorm, or what is left of one.
    fileprivate var isScaling: Bool {
        switch self {
        case .batchNormalization, .affine: true
        default: false
        }
    }
}

extension Graph {
    /// Multiply-adds of a node for one image: those of convolutions and fully connected layers; the rest is not counted.
    func multiplyAdds(of node: Int) -> Int {
        let places = nodes[node].shape.dropFirst().reduce(1, *)
        return switch nodes[node].operation {
        case .convolution(let convolution): convolution.weight.count * places
        case .linear(let linear): linear.weight.count * places
        default: 0
        }
    }
}
