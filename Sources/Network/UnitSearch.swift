extension Graph {
    /// The unit that ends at an Add; nil where no layer's chain passes the Add.
    func unit(at junction: Junction, layerOfNode: [Int: Int]) -> Network.Unit? {
        guard let output = layerOfNode[junction.add] else { return nil }
        let convolutions = junction.onMain.filter { nodes[$0].operation.isConvolution }
        let members = junction.onMain.union(junction.onShortcut)
        return Network.Unit(
            name: nodes[junction.add].name, kind: .block, layers: convolutions.compactMap { layerOfNode[$0] }.sorted(),
            outputLayer: output,
            parameters: members.reduce(0) { $0 + nodes[$1].operation.parameters },
            isCuttable: junction.onShortcut.isEmpty)
    }

    /// A layer outside of all blocks that can be cut: one convolution with an activation at the end, of as many maps of
    /// one size as it takes. The first layer, which takes the image, never is.
    func plainUnit(_ chain: [Int], layer: Int) -> Network.Unit? {
        let (start, end) = (nodes[chain[0]], nodes[chain[chain.count - 1]])
        guard end.operation.isActivation, let input = start.inputs.first, input != 0, nodes[input].shape == end.shape
        else { return nil }
        return Network.Unit(
            name: start.name, kind: .convolution, layers: [layer], outputLayer: layer,
            parameters: chain.reduce(0) { $0 + nodes[$1].operation.parameters }, isCuttable: true)
    }

    /// Inverted residuals without an Add (Sandler et al. 2018): a 1×1 convolution that widens and its activation, where
    /// there is one; a filter for each channel and its activation; a 1×1 convolution with nothing but a BatchNorm behind
    /// it, and no activation on the way to what takes it. A gate may scale what the last one takes.
    func linearBottlenecks(_ chains: [[Int]], consumers: [[Int]]) -> [Network.Unit] {
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
            return Network.Unit(
                name: commonPrefix(layers.map { nodes[chains[$0][0]].name }), kind: .block, layers: layers,
                outputLayer: last, parameters: members.reduce(0) { $0 + nodes[$1].operation.parameters },
                isCuttable: false)
        }
    }

    /// The nodes that `node` depends on, itself included, behind the end of a chain.
    private func between(_ node: Int, _ chain: [Int]) -> Set<Int> {
        guard let start = chain.last else { return [] }
        var found: Set<Int> = []
        var pending = [node]
        while let next = pending.popLast() {
            guard next > start, found.insert(next).inserted else { continue }
            pending += nodes[next].inputs
        }
        return found
    }

    private func endsActive(_ chain: [Int]) -> Bool { chain.last.map { nodes[$0].operation.isActivation } ?? false }

    private func isPointwise(_ node: Int) -> Bool {
        guard case .convolution(let convolution) = nodes[node].operation else { return false }
        return convolution.kernel == (1, 1) && convolution.groups == 1
    }

    private func isWidening(_ node: Int) -> Bool {
        guard isPointwise(node), case .convolution(let convolution) = nodes[node].operation else { return false }
        return convolution.outputChannels > convolution.inputChannels
    }

    private func isDepthwise(_ node: Int) -> Bool {
        guard case .convolution(let convolution) = nodes[node].operation else { return false }
        return convolution.groups > 1 && convolution.groups == convolution.inputChannels
            && convolution.outputChannels == convolution.inputChannels
    }
}

/// What dotted names have in common: `layers.2` for its three convolutions. Without the `conv` that torchvision puts
/// between a block and its parts; the last name where nothing is common.
private func commonPrefix(_ names: [String]) -> String {
    let paths = names.map { $0.split(separator: ".", omittingEmptySubsequences: false) }
    guard let last = paths.last else { return "" }
    var common = last.indices.prefix { place in
        paths.allSatisfy { $0.indices.contains(place) && $0[place] == last[place] }
    }.map { last[$0] }
    if common.count > 1, common.last == "conv" { common.removeLast() }
    return common.isEmpty ? names[names.count - 1] : common.joined(separator: ".")
}

extension Operation {
    fileprivate var isActivation: Bool {
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
