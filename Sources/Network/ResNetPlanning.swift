extension ResNetPlan {
    /// Reads the plan off a state dict that looks like a ResNet. Where parameters are missing or contradict each other
    /// the plan is the likeliest one; its `parameters` then differ from the table's.
    init(_ names: ResNetNames, _ table: ParameterTable) {
        let stemWeight = table.dims("conv1.weight") ?? []
        let stem = NormalizedConvolution(
            name: "conv1", normalization: "bn1", inputChannels: max(stemWeight.dropFirst().first ?? 3, 1),
            outputChannels: table.outputChannels(of: "conv1", normalization: "bn1") ?? 1, kernel: 3)
        var channels = stem.outputChannels
        var stages: [[Block]] = []
        for (stage, count) in names.blockCounts.enumerated() {
            var blocks: [Block] = []
            for index in 0..<count {
                let block = Block(
                    name: "layer\(stage + 1).\(index)", inputChannels: channels,
                    stride: stage > 0 && index == 0 ? 2 : 1, mayWiden: index == 0, names, table)
                channels = block.outputChannels
                blocks.append(block)
            }
            stages.append(blocks)
        }
        let weight = table.dims("\(names.head).weight") ?? []
        let bias = table.dims("\(names.head).bias")
        self.stem = stem
        self.stages = stages
        head = Head(
            name: names.head, inputs: channels, outputs: max(weight.first ?? bias?.first ?? 1, 1),
            hasBias: bias != nil, isConvolution: weight.count == 4)
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
        var convolutions: [ResNetPlan.NormalizedConvolution] = []
        for (index, kernel) in kernels.enumerated() {
            let (convolution, normalization) = ("\(name).conv\(index + 1)", "\(name).bn\(index + 1)")
            let output = table.outputChannels(of: convolution, normalization: normalization) ?? channels
            convolutions.append(
                .init(
                    name: convolution, normalization: normalization, inputChannels: channels, outputChannels: output,
                    kernel: kernel, stride: index == strided ? stride : 1))
            channels = output
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
                    name: "\(name).\(key).0", normalization: "\(name).\(key).1", inputChannels: input,
                    outputChannels: output, kernel: 1, stride: stride))
        }
        return changes ? .subsample(stride: stride, channelsPerSide: max(0, output - input) / 2) : .identity
    }
}

extension ParameterTable {
    /// The output channels that most of a convolution's and its BatchNorm's parameters agree on, so that a single wrong
    /// one is told from the rest; at least 1, and nil where all are missing.
    fileprivate func outputChannels(of convolution: String, normalization: String) -> Int? {
        let found = ["weight", "bias", "running_mean", "running_var"].map { "\(normalization).\($0)" }
        let candidates = (["\(convolution).weight"] + found).compactMap { dims($0)?.first }
        let votes = Dictionary(grouping: candidates) { $0 }.mapValues(\.count)
        let most = votes.values.max()
        return candidates.first { votes[$0] == most }.map { max($0, 1) }
    }
}
