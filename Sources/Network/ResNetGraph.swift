extension ResNetPlan {
    /// The network with the table's values. The table must hold exactly the plan's parameters.
    func graph(_ table: ParameterTable, inputShape: [Int]) throws(NetworkError) -> Graph {
        var builder = try GraphBuilder(inputShape: inputShape)
        var last = try builder.append(stem, table, to: 0)
        last = try builder.append("relu", .relu, to: last)
        for block in stages.joined() { last = try builder.append(block, table, to: last) }
        last = try builder.append("pool", .globalAveragePool, to: last)
        let weight = try table.values("\(head.name).weight")
        let bias = head.hasBias ? try table.values("\(head.name).bias") : nil
        try builder.append(
            head.name, .linear(Linear(inputs: head.inputs, outputs: head.outputs, weight: weight, bias: bias)),
            to: last)
        return try builder.graph()
    }
}

extension GraphBuilder {
    fileprivate mutating func append(
        _ convolution: ResNetPlan.NormalizedConvolution, _ table: ParameterTable, to input: Int
    ) throws(NetworkError) -> Int {
        let (height, width) = (nodes[input].shape[1], nodes[input].shape[2])
        guard min(height, width) >= convolution.stride else {
            throw .imageTooSmall(node: convolution.name, height: height, width: width)
        }
        let operation = Convolution(
            inputChannels: convolution.inputChannels, outputChannels: convolution.outputChannels,
            kernel: (convolution.kernel, convolution.kernel), stride: (convolution.stride, convolution.stride),
            padding: .init(convolution.kernel / 2), weight: try table.values("\(convolution.name).weight"))
        let node = try append(convolution.name, .convolution(operation), to: input)
        let prefix = convolution.normalization
        let normalization = BatchNormalization(
            scale: try table.values("\(prefix).weight"), shift: try table.values("\(prefix).bias"),
            mean: try table.values("\(prefix).running_mean"), variance: try table.values("\(prefix).running_var"))
        return try append(prefix, .batchNormalization(normalization), to: node)
    }

    fileprivate mutating func append(
        _ block: ResNetPlan.Block, _ table: ParameterTable, to input: Int
    ) throws(NetworkError) -> Int {
        var last = input
        for (index, convolution) in block.convolutions.enumerated() {
            if index > 0 { last = try append("\(block.name).relu\(index)", .relu, to: last) }
            last = try append(convolution, table, to: last)
        }
        let shortcut =
            switch block.shortcut {
            case .identity: input
            case .projection(let projection): try append(projection, table, to: input)
            case .subsample(let stride, let channels):
                try append(
                    "\(block.name).shortcut",
                    .rearrange(.subsample(stride: stride, channelsBefore: channels, channelsAfter: channels)),
                    to: input)
            }
        last = try append(block.name, .add, to: last, shortcut)
        return try append("\(block.name).relu\(block.convolutions.count)", .relu, to: last)
    }
}
