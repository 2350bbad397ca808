extension ResNetPlan {
    /// The ResNets that a state dict which looks like one may be, the likeliest first: they differ in the pool behind the
    /// stem. Where parameters are missing or contradict each other the structure is the likeliest one; its parameters
    /// then differ from the table's.
    static func plans(_ table: ParameterTable) throws(NetworkError) -> [NetworkPlan] {
        if let other = table.otherResidualNetwork { throw .unknownNetwork(looksLike: other) }
        let names = try ResNetNames(table)
        let plan = ResNetPlan(names, table)
        // The collections that call shortcuts `downsample` and have four stages keep a max-pool after their 3×3 stem;
        // many people take it out.
        guard plan.entry == .plain, !plan.isPreActivation, plan.stages.count == 4, names.shortcut == "downsample" else {
            return [plan.network]
        }
        return [Entry.pooled, .plain].map { entry in
            var plan = plan
            plan.entry = entry
            plan.isEntryOpen = true
            return plan.network
        }
    }

    private init(_ names: ResNetNames, _ table: ParameterTable) {
        let stemName = names.stem
        let isWide = table.dims("\(stemName.convolution).weight").map { Array($0.dropFirst(2)) } == [7, 7]
        isPreActivation = names.isPreActivation
        stem = PlannedConvolution(
            name: stemName.convolution, normalization: isPreActivation ? nil : stemName.normalization,
            inputChannels: table.inputChannels(of: stemName.convolution),
            outputChannels: table.outputChannels(
                of: stemName.convolution, normalization: isPreActivation ? nil : stemName.normalization) ?? 1,
            kernel: isWide ? 7 : 3, stride: isWide ? 2 : 1)
        entry = isWide ? .imageNet : .plain
        isEntryOpen = false
        var channels = stem.outputChannels
        stages = []
        for (stage, count) in names.blockCounts.enumerated() {
            var blocks: [Block] = []
            for index in 0..<count {
                let block = Block(
                    name: names.block(index, ofStage: stage + 1), inputChannels: channels,
                    stride: stage > 0 && index == 0 ? 2 : 1, mayWiden: index == 0, names, table)
                channels = block.outputChannels
                blocks.append(block)
            }
            stages.append(blocks)
        }
        head = PlannedLinear(
            name: names.head, inputs: channels, outputs: table.outputChannels(of: names.head) ?? 1,
            hasBias: table.dims("\(names.head).bias") != nil,
            isConvolution: table.dims("\(names.head).weight")?.count == 4)
    }
}

extension ResNetPlan.Block {
    /// `mayWiden`: whether the block may put out more channels than it takes without a projection (option A).
    fileprivate init(
        name: String, inputChannels: Int, stride: Int, mayWiden: Bool, _ names: ResNetNames, _ table: ParameterTable
    ) {
        let kernels = names.isBottleneck ? [1, 3, 1] : [3, 3]
        let strided = names.isBottleneck ? 1 : 0
        var channels = inputChannels
        var convolutions: [PlannedConvolution] = []
        for (index, kernel) in kernels.enumerated() {
            let (convolution, normalization) = names.pair(index, of: name)
            // The BatchNorm before a convolution says nothing of what that puts out.
            let output = table.outputChannels(
                of: convolution, normalization: names.isPreActivation ? nil : normalization)
            convolutions.append(
                .init(
                    name: convolution, normalization: normalization, inputChannels: channels,
                    outputChannels: output ?? channels, kernel: kernel, stride: index == strided ? stride : 1))
            channels = output ?? channels
        }
        let shortcut = Self.shortcut(
            of: name, from: inputChannels, to: channels, stride: stride, mayWiden: mayWiden, names, table)
        // What the shortcut cannot match is expected to match the shortcut, and so is found out.
        if case .subsample(_, let perSide) = shortcut { channels = inputChannels + 2 * perSide }
        if case .identity = shortcut { channels = inputChannels }
        convolutions[convolutions.count - 1].outputChannels = channels
        self.init(name: name, convolutions: convolutions, shortcut: shortcut, outputChannels: channels)
    }

    private static func shortcut(
        of name: String, from input: Int, to output: Int, stride: Int, mayWiden: Bool, _ names: ResNetNames,
        _ table: ParameterTable
    ) -> ResNetPlan.Shortcut {
        let changes = stride != 1 || mayWiden && input != output
        // One scheme for the whole file: a projection missing from one block is missing, it does not make it option A.
        if let key = names.shortcut, changes || table.dims("\(name).\(key).0.weight") != nil {
            return .projection(
                .init(
                    name: "\(name).\(key).0", normalization: names.isPreActivation ? nil : "\(name).\(key).1",
                    inputChannels: input, outputChannels: output, kernel: 1, stride: stride))
        }
        return changes ? .subsample(stride: stride, channelsPerSide: max(0, output - input) / 2) : .identity
    }
}

extension ParameterTable {
    /// What the parameters look like where they are a residual network's, but not a ResNet's; nil where they may be.
    fileprivate var otherResidualNetwork: String? {
        if let first = dims("layer1.0.conv1.weight")?.first, has(prefix: "layer1.0.conv3."),
            let second = dims("layer1.0.conv2.weight")?.dropFirst().first, second > 0, second < first,
            first.isMultiple(of: second)
        {
            return "a ResNeXt (grouped convolutions)"
        }
        return nil
    }
}
