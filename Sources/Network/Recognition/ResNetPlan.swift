/// The structure of a ResNet (He et al. 2016, doi:10.1109/CVPR.2016.90): a stem, with or without a max-pool behind it,
/// stages of basic or bottleneck blocks, mean over each map, linear head. From the second stage on, the first block has
/// stride 2, in a bottleneck on its 3×3 convolution. In a pre-activation network (He et al. 2016,
/// doi:10.1007/978-3-319-46493-0_38) BatchNorm and ReLU come before each convolution instead of behind it.
struct ResNetPlan: Equatable {
    enum Shortcut: Equatable {
        case identity
        /// Option A: no parameters.
        case subsample(stride: Int, channelsPerSide: Int)
        /// Option B.
        case projection(PlannedConvolution)
    }

    struct Block: Equatable {
        var name: String
        /// In a pre-activation network the BatchNorm of each convolution lies before it.
        var convolutions: [PlannedConvolution]
        var shortcut: Shortcut
        var outputChannels: Int
    }

    /// How maps shrink before the first stage.
    enum Entry: Equatable {
        /// A 3×3 stem of stride 1 and nothing else.
        case plain
        /// A 3×3 stem of stride 1, then the pool.
        case pooled
        /// A 7×7 stem of stride 2, then the pool.
        case imageNet
    }

    var stem: PlannedConvolution
    var entry: Entry
    /// Whether the names leave open if there is a pool.
    var isEntryOpen: Bool
    var isPreActivation: Bool
    var stages: [[Block]]
    var head: PlannedLinear

    /// As a plan of steps.
    var network: NetworkPlan {
        NetworkPlan(
            architecture: architecture, inputChannels: stem.inputChannels,
            steps: entrySteps + stages.joined().flatMap { isPreActivation ? $0.preActivationSteps : $0.steps }
                + [.plain("pool", .globalAveragePool), .linear(head)])
    }

    private var entrySteps: [PlanStep] {
        var steps: [PlanStep] = [.convolution(stem)]
        if !isPreActivation { steps.append(.relu("relu")) }
        if entry != .plain {
            steps.append(
                .plain("maxpool", .pool(Pool(.maximum, kernel: (3, 3), stride: (2, 2), padding: .init(1)))))
        }
        return steps
    }
}

extension ResNetPlan.Block {
    /// Conv – BN – ReLU, the last ReLU behind the Add.
    fileprivate var steps: [PlanStep] {
        var main: [PlanStep] = []
        for (index, convolution) in convolutions.enumerated() {
            if index > 0 { main.append(.relu("\(name).relu\(index)")) }
            main.append(.convolution(convolution))
        }
        return [
            .residual(PlannedResidual(name: name, main: main, shortcut: shortcutSteps)),
            .relu("\(name).relu\(convolutions.count)"),
        ]
    }

    /// BN – ReLU – Conv; a shortcut with parameters takes what the first BN and ReLU put out.
    fileprivate var preActivationSteps: [PlanStep] {
        var main: [PlanStep] = []
        for (index, convolution) in convolutions.enumerated() {
            if let normalization = convolution.normalization {
                main.append(.normalization(normalization, channels: convolution.inputChannels))
            }
            main.append(.relu("\(name).relu\(index + 1)"))
            var plain = convolution
            plain.normalization = nil
            main.append(.convolution(plain))
        }
        return [
            .residual(
                PlannedResidual(
                    name: name, lead: Array(main.prefix(2)), main: Array(main.dropFirst(2)), shortcut: shortcutSteps))
        ]
    }

    private var shortcutSteps: [PlanStep] {
        switch shortcut {
        case .identity: []
        case .projection(let projection): [.convolution(projection)]
        case .subsample(let stride, let channels):
            [
                .plain(
                    "\(name).shortcut",
                    .rearrange(.subsample(stride: stride, channelsBefore: channels, channelsAfter: channels)))
            ]
        }
    }
}
