extension MobileNetPlan {
    /// The MobileNetV2s that a state dict which looks like one may be, the likeliest first: they differ in strides and in
    /// the bound of activations. Shortcuts with parameters, which one collection has, show strides: there they lie where
    /// the stride is 1 and channels differ.
    static func plans(_ table: ParameterTable, inputShape: [Int]) throws(NetworkError) -> [NetworkPlan] {
        let names = try MobileNetNames(table)
        let plan = try MobileNetPlan(names, table)
        guard names.isPlain else {
            let isForImageNet = plan.head.outputs == 1000 || inputShape.dropFirst().allSatisfy { $0 > 64 }
            let strides = isForImageNet ? [Strides.imagenet, .cifar] : [.cifar, .imagenet]
            return [(Activation.relu6, "relu6"), (.relu, "relu")].flatMap { activation, word in
                strides.map {
                    plan.with($0, names, activation: activation, remarks: [word, "\($0.rawValue) strides"])
                }
            }
        }
        let second = plan.stages[1][0]
        if second.inputChannels == second.outputChannels {
            return Strides.allCases.map { plan.with($0, names, remarks: ["\($0.rawValue) strides"]) }
        }
        return table.has(prefix: "\(second.name).shortcut.")
            ? [plan.with(.cifar, names)] : [plan.with(.imagenet, names, remarks: ["imagenet strides"])]
    }

    /// All strides 1, no shortcuts.
    private init(_ names: MobileNetNames, _ table: ParameterTable) throws(NetworkError) {
        func planned(
            _ pair: MobileNetNames.Pair, _ channels: Int, kernel: Int = 1, isDepthwise: Bool = false
        ) -> PlannedConvolution {
            let output = table.outputChannels(of: pair.convolution, normalization: pair.normalization)
            return PlannedConvolution(
                name: pair.convolution, normalization: pair.normalization, inputChannels: channels,
                outputChannels: isDepthwise ? channels : output ?? channels, kernel: kernel, isDepthwise: isDepthwise)
        }
        stem = planned(names.stem, table.inputChannels(of: names.stem.convolution), kernel: 3)
        var channels = stem.outputChannels
        let blocks = names.blocks.map { block in
            let expansion = block.expansion.map { planned($0, channels) }
            let depthwise = planned(
                block.depthwise, expansion?.outputChannels ?? channels, kernel: 3, isDepthwise: true)
            let projection = planned(block.projection, depthwise.outputChannels)
            channels = projection.outputChannels
            return Block(name: block.name, expansion: expansion, depthwise: depthwise, projection: projection)
        }
        stages = try Self.stages(of: blocks)
        last = planned(names.last, channels)
        head = PlannedLinear(
            name: names.head, inputs: last.outputChannels, outputs: table.outputChannels(of: names.head) ?? 1,
            hasBias: table.dims("\(names.head).bias") != nil)
    }

    /// Blocks by stages. A stage begins where channels change, and behind a first block that does not widen; where this
    /// does not give seven, as with narrow networks whose stages are equally wide, the usual counts do, if they can.
    private static func stages(of blocks: [Block]) throws(NetworkError) -> [[Block]] {
        let changes = blocks.indices.filter { index in
            index == 0 || blocks[index].inputChannels != blocks[index].outputChannels
                || index == 1 && !blocks[0].isExpanding && blocks[1].isExpanding
        }
        let usual = usualCounts.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1) }
        var starts = changes
        if starts.count != 7, blocks.count == usual[7], Set(changes).isSubset(of: usual) {
            starts = usual.dropLast()
        }
        guard starts.count == 7 else {
            throw .unknownNetwork(
                looksLike: "a MobileNetV2 of \(blocks.count) blocks, whose widths do not show its seven stages")
        }
        return zip(starts, starts.dropFirst() + [blocks.count]).map { Array(blocks[$0..<$1]) }
    }

    private func with(
        _ strides: Strides, _ names: MobileNetNames, activation: Activation = .relu, remarks: [String] = []
    ) -> NetworkPlan {
        var plan = self
        plan.activation = activation
        plan.remarks = remarks
        plan.stem.stride = strides.stem
        let shortcuts = Dictionary(uniqueKeysWithValues: names.blocks.map { ($0.name, $0.shortcut) })
        for (stage, stride) in strides.stages.enumerated() {
            plan.stages[stage][0].depthwise.stride = stride
            let first = plan.stages[stage][0]
            guard stride == 1, first.inputChannels != first.outputChannels,
                let pair = shortcuts[first.name] ?? nil
            else { continue }
            plan.stages[stage][0].shortcut = PlannedConvolution(
                name: pair.convolution, normalization: pair.normalization, inputChannels: first.inputChannels,
                outputChannels: first.outputChannels, kernel: 1)
        }
        return plan.network
    }
}
