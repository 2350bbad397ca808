import Tensors

extension Network {
    /// Recognises a network from the names and shapes of its parameters alone, and puts it together.
    ///
    /// - Parameters:
    ///   - parameters: a state dict, prefixes such as `module.` taken off. Values are computed with in float32.
    ///   - inputShape: an image of the data: channels × height × width.
    ///   - architecture: a name that the result must have, such as `resnet18` or `resnet56, option A`; it also settles
    ///     what the parameters leave open.
    /// - Throws: `NetworkError`; never is a network filled in part.
    /// - Complexity: O(parameters).
    public static func recognize(
        parameters: [(name: String, tensor: Tensor)], inputShape: [Int], architecture: String? = nil
    ) throws(NetworkError) -> Network {
        let table = ParameterTable(parameters)
        if let other = table.unsupportedNetwork { throw .unknownNetwork(looksLike: other) }
        let names = try ResNetNames(table)
        if architecture == nil, names.mayHavePooledStem {
            throw .unknownNetwork(
                looksLike: "a ResNet of four stages with downsample keys, where the collections pool after the stem, "
                    + "which parameters do not show (naming the architecture takes it as one without)")
        }
        let plan = ResNetPlan(names, table)
        let differences = table.differences(from: plan.parameters)
        guard differences.isEmpty else { throw .parameters(architecture: plan.architecture, differences) }
        if let architecture, !"\(plan.architecture), ".hasPrefix("\(architecture), ") {
            throw .otherArchitecture(asked: architecture, found: plan.architecture)
        }
        guard inputShape.count == 3 else {
            throw .shape(node: "input", problem: "an image is channels × height × width, not \(inputShape)")
        }
        guard inputShape[0] == plan.stem.inputChannels else {
            throw .inputChannels(expected: plan.stem.inputChannels, found: inputShape[0])
        }
        return Network(architecture: plan.architecture, graph: try plan.graph(table, inputShape: inputShape))
    }
}

extension ResNetNames {
    /// The collections that call shortcuts `downsample` and have four stages keep a max-pool after their 3×3 stem.
    fileprivate var mayHavePooledStem: Bool { blockCounts.count == 4 && shortcut == "downsample" }
}

extension ParameterTable {
    /// What the parameters look like where they are not a CIFAR ResNet's; nil where they are.
    fileprivate var unsupportedNetwork: String? {
        if names.isEmpty { return "the file holds no parameters" }
        if has(prefix: "conv2_x.") { return "a ResNet with residual_function keys" }
        if has(prefix: "features.0.0.") || has(prefix: "layers.0.conv") { return "a MobileNet" }
        if has(prefix: "features.0.") { return "a VGG or another network of numbered features" }
        guard has(prefix: "layer1.0.conv"), has(prefix: "conv1.") || has(prefix: "bn1.") else {
            let first = names.prefix(3).joined(separator: ", ")
            return "\(names.count) parameters named \(first)\(names.count > 3 ? ", …" : "")"
        }
        if !has(prefix: "bn1.") { return "a pre-activation ResNet (no bn1 after the stem)" }
        if let kernel = dims("conv1.weight")?.dropFirst(2), kernel.elementsEqual([7, 7]) {
            return "a ResNet with a 7×7 stem, for images of 224×224"
        }
        if let first = dims("layer1.0.conv1.weight")?.first, has(prefix: "layer1.0.conv3."),
            let second = dims("layer1.0.conv2.weight")?.dropFirst().first, second > 0, second < first,
            first.isMultiple(of: second)
        {
            return "a ResNeXt (grouped convolutions)"
        }
        return nil
    }
}
