import Tensors

/// The networks that a state dict may be of, the likeliest first, told by the names and shapes of its parameters alone: more
/// than one where these leave something open, such as strides. Names tell them apart.
public struct NetworkCandidates: Sendable {
    /// The parameters whose values the networks are made of.
    public let parameters: Set<String>
    private let plans: [NetworkPlan]
    private let inputShape: [Int]

    /// - Parameters:
    ///   - parameters: of a state dict, prefixes such as `module.` taken off.
    ///   - inputShape: an image of the data: channels × height × width.
    ///   - architecture: a name that the results must have, such as `resnet18` or `resnet56, option A`, in full or as far
    ///     as one of its commas.
    /// - Throws: `NetworkError`.
    /// - Complexity: O(parameters).
    public init(
        _ parameters: [TensorDescription], inputShape: [Int], architecture: String? = nil
    ) throws(NetworkError) {
        guard inputShape.count == 3 else {
            throw .shape(node: "input", problem: "an image is channels × height × width, not \(inputShape)")
        }
        let table = ParameterTable(parameters)
        let plans = try table.plans(inputShape: inputShape)
        // What the plans leave open has no parameters, so one stands for all.
        let differences = table.differences(from: plans[0].parameters)
        guard differences.isEmpty else { throw .parameters(architecture: plans[0].architecture, differences) }
        let asked = plans.filter { plan in architecture.map { "\(plan.architecture), ".hasPrefix("\($0), ") } ?? true }
        if let architecture, asked.isEmpty {
            let found = plans.map(\.architecture).joined(separator: " or ")
            throw .otherArchitecture(asked: architecture, found: found)
        }
        guard inputShape[0] == plans[0].inputChannels else {
            throw .inputChannels(expected: plans[0].inputChannels, found: inputShape[0])
        }
        (self.plans, self.inputShape, self.parameters) = (asked, inputShape, Set(table.names))
    }

    /// The networks with their values; one too large for the images is left out where another is not.
    ///
    /// - Parameter values: of each of `parameters`, row-major.
    /// - Returns: one or more; they share their weights' storage.
    /// - Throws: `NetworkError`; never is a network filled in part.
    /// - Complexity: O(values) for each.
    public func networks(_ values: [String: [Float]]) throws(NetworkError) -> [Network] {
        var networks: [Network] = []
        var tooSmall: NetworkError?
        for plan in plans {
            do throws(NetworkError) {
                let graph = try plan.graph(values, inputShape: inputShape)
                networks.append(Network(architecture: plan.architecture, graph: graph))
            } catch {
                guard case .imageTooSmall = error else { throw error }
                tooSmall = tooSmall ?? error
            }
        }
        if let tooSmall, networks.isEmpty { throw tooSmall }
        return networks
    }
}

extension Network {
    /// The networks that a state dict in memory may be of, as `NetworkCandidates` tells them. Values are computed with in
    /// float32.
    ///
    /// - Throws: `NetworkError`.
    public static func candidates(
        parameters: [(name: String, tensor: Tensor)], inputShape: [Int], architecture: String? = nil
    ) throws(NetworkError) -> [Network] {
        let candidates = try NetworkCandidates(
            parameters.map { TensorDescription(name: $0, shape: $1.shape, elementType: $1.elementType) },
            inputShape: inputShape, architecture: architecture)
        var values: [String: [Float]] = [:]
        for (name, tensor) in parameters where candidates.parameters.contains(name) {
            values[name] = try tensor.weights(named: name)
        }
        return try candidates.networks(values)
    }
}

extension ParameterTable {
    private func has(anyOf prefixes: String...) -> Bool { prefixes.contains { has(prefix: $0) } }

    /// One or more plans of the family that the names belong to.
    fileprivate func plans(inputShape: [Int]) throws(NetworkError) -> [NetworkPlan] {
        if names.isEmpty { throw .unknownNetwork(looksLike: "the file holds no parameters") }
        if has(prefix: "features.0.0.") || has(prefix: "layers.0.conv") {
            guard has(prefix: "features.0.0.") || names.contains(where: { $0.contains(".conv3.") }) else {
                throw .unknownNetwork(looksLike: "a MobileNet of another version than V2, or another network like it")
            }
            return try MobileNetPlan.plans(self, inputShape: inputShape)
        }
        let features = names.filter { $0.hasPrefix("features.") }
        if !features.isEmpty, features.allSatisfy({ $0.split(separator: ".").count == 3 }),
            !numbers(behind: "features.").isEmpty
        {
            return try VGGPlan.plans(self, inputShape: inputShape)
        }
        // The first stage's blocks may all have been cut.
        let isResidual =
            has(anyOf: "layer1.0.conv", "layer2.0.conv") && has(anyOf: "conv1.", "bn1.")
        guard isResidual || has(anyOf: "conv2_x.0.residual_function.", "conv3_x.0.residual_function.") else {
            let first = names.prefix(3).joined(separator: ", ")
            throw .unknownNetwork(
                looksLike: "\(names.count) parameters named \(first)\(names.count > 3 ? ", …" : "")")
        }
        return try ResNetPlan.plans(self)
    }
}
