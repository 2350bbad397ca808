/// The structure of a MobileNetV2 (Sandler et al. 2018, doi:10.1109/CVPR.2018.00474): a stem, seven stages of inverted
/// residuals, a last 1×1 convolution, mean over each map, linear head.
struct MobileNetPlan: Equatable {
    /// A 1×1 convolution that widens, one filter for each channel, a 1×1 convolution that narrows, with no activation behind it.
    struct Block: Equatable {
        var name: String
        var expansion: PlannedConvolution?
        var depthwise: PlannedConvolution
        var projection: PlannedConvolution
        /// On the shortcut, where stride is 1 and channels differ.
        var shortcut: PlannedConvolution?

        var inputChannels: Int { (expansion ?? depthwise).inputChannels }
        var outputChannels: Int { projection.outputChannels }
        /// Hidden channels for each of the input's.
        var isExpanding: Bool { depthwise.inputChannels > inputChannels }
        var hasAdd: Bool { depthwise.stride == 1 && (shortcut != nil || inputChannels == outputChannels) }
    }

    /// Strides of the stem and of the stages' first blocks.
    enum Strides: String, CaseIterable {
        /// For images of 32×32.
        case cifar
        /// For images of 224×224.
        case imagenet

        var stem: Int { self == .cifar ? 1 : 2 }
        var stages: [Int] { [1, self == .cifar ? 1 : 2, 2, 2, 1, 2, 1] }
    }

    var stem: PlannedConvolution
    var stages: [[Block]]
    var last: PlannedConvolution
    var head: PlannedLinear
    var activation = Activation.relu
    /// What the parameters leave open or is unusual, for the name.
    var remarks: [String] = []

    /// As a plan of steps.
    var network: NetworkPlan {
        NetworkPlan(
            architecture: architecture, inputChannels: stem.inputChannels,
            steps: active(stem, "relu") + stages.joined().flatMap(steps) + active(last, "last.relu")
                + [.plain("pool", .globalAveragePool), .linear(head)])
    }

    private func active(_ convolution: PlannedConvolution, _ name: String) -> [PlanStep] {
        [.convolution(convolution), .plain(name, .activation(activation))]
    }

    private func steps(_ block: Block) -> [PlanStep] {
        let main =
            (block.expansion.map { active($0, "\(block.name).relu1") } ?? [])
            + active(block.depthwise, "\(block.name).relu2") + [.convolution(block.projection)]
        guard block.hasAdd else { return main }
        let shortcut = block.shortcut.map { [PlanStep.convolution($0)] } ?? []
        return [.residual(PlannedResidual(name: block.name, main: main, shortcut: shortcut))]
    }

    /// For people: `mobilenetv2, relu6, imagenet strides`; other block counts and widths than the usual are named.
    private var architecture: String {
        var parts = ["mobilenetv2"]
        let (counts, widths) = (stages.map(\.count), stages.map { $0.last?.outputChannels ?? 0 })
        if counts != Self.usualCounts { parts.append("blocks \(listed(counts))") }
        if widths != [16, 24, 32, 64, 96, 160, 320] { parts.append("widths \(listed(widths))") }
        return (parts + remarks).joined(separator: ", ")
    }

    static let usualCounts = [1, 2, 3, 4, 3, 3, 1]
}
