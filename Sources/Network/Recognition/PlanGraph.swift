extension NetworkPlan {
    /// The network with the file's values, by name; they must be exactly those of the plan's parameters.
    func graph(_ values: [String: [Float]], inputShape: [Int]) throws(NetworkError) -> Graph {
        var builder = try GraphBuilder(inputShape: inputShape)
        try builder.append(steps, values, to: 0)
        return try builder.graph()
    }
}

extension GraphBuilder {
    @discardableResult
    fileprivate mutating func append(
        _ steps: [PlanStep], _ values: [String: [Float]], to input: Int
    ) throws(NetworkError) -> Int {
        var last = input
        for step in steps { last = try append(step, values, to: last) }
        return last
    }

    private mutating func append(
        _ step: PlanStep, _ values: [String: [Float]], to input: Int
    ) throws(NetworkError) -> Int {
        switch step {
        case .convolution(let convolution): return try append(convolution, values, to: input)
        case .normalization(let name, _):
            return try append(name, .batchNormalization(.init(named: name, values)), to: input)
        case .plain(let name, let operation): return try append(name, operation, to: input)
        case .flatten(let name):
            let shape = nodes[input].shape
            let row = Rearrangement.reshape(shape, to: [shape.reduce(1, *)])
            return try append(name, .rearrange(row), to: input)
        case .residual(let block):
            let lead = try append(block.lead, values, to: input)
            let main = try append(block.main, values, to: lead)
            let shortcut = block.shortcut.isEmpty ? input : try append(block.shortcut, values, to: lead)
            return try append(block.name, .add, to: main, shortcut)
        case .linear(let linear):
            let operation = Linear(
                inputs: linear.inputs, outputs: linear.outputs, weight: values["\(linear.name).weight"] ?? [],
                bias: values["\(linear.name).bias"])
            return try append(linear.name, .linear(operation), to: input)
        }
    }

    private mutating func append(
        _ convolution: PlannedConvolution, _ values: [String: [Float]], to input: Int
    ) throws(NetworkError) -> Int {
        let (name, map) = (convolution.name, nodes[input].shape.dropFirst())
        guard let height = map.first, let width = map.last, map.count == 2 else {
            throw .shape(node: name, problem: "takes C×H×W, not a row")
        }
        guard min(height, width) >= convolution.stride else {
            throw .imageTooSmall(node: name, height: height, width: width)
        }
        let operation = Convolution(
            inputChannels: convolution.inputChannels, outputChannels: convolution.outputChannels,
            kernel: (convolution.kernel, convolution.kernel), stride: (convolution.stride, convolution.stride),
            padding: .init(convolution.kernel / 2), groups: convolution.isDepthwise ? convolution.inputChannels : 1,
            weight: values["\(name).weight"] ?? [], bias: convolution.hasBias ? values["\(name).bias"] : nil)
        let node = try append(name, .convolution(operation), to: input)
        guard let normalization = convolution.normalization else { return node }
        return try append(normalization, .batchNormalization(.init(named: normalization, values)), to: node)
    }
}

extension BatchNormalization {
    fileprivate init(named name: String, _ values: [String: [Float]]) {
        self.init(
            scale: values["\(name).weight"] ?? [], shift: values["\(name).bias"] ?? [],
            mean: values["\(name).running_mean"] ?? [], variance: values["\(name).running_var"] ?? [])
    }
}
