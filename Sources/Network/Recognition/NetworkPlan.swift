/// A network as the names and shapes of its parameters tell it, step by step. Every family of networks reads its plan off
/// a state dict; the parameters with their shapes, and the graph, follow from the plan alone.
struct NetworkPlan: Equatable, Sendable {
    /// For people, and what `architecture` of `Network.candidates` selects by: `resnet18, pool after the stem`.
    var architecture: String
    var inputChannels: Int
    var steps: [PlanStep]
}

/// One step of a plan, on the output of the step before it.
indirect enum PlanStep: Equatable, Sendable {
    case convolution(PlannedConvolution)
    case normalization(String, channels: Int)
    /// An operation that has no parameters in the file.
    case plain(String, Operation)
    /// C×H×W to a row.
    case flatten(String)
    case residual(PlannedResidual)
    case linear(PlannedLinear)
}

/// A convolution, padded to keep the map's size at stride 1, and the BatchNorm behind it, if there is one.
struct PlannedConvolution: Equatable, Sendable {
    var name: String
    var normalization: String?
    var inputChannels: Int
    var outputChannels: Int
    var kernel: Int
    var stride = 1
    /// One filter for each channel.
    var isDepthwise = false
    var hasBias = false
}

/// An Add of what `main` makes of its input, and the input itself or what `shortcut` makes of it.
struct PlannedResidual: Equatable, Sendable {
    /// The block's prefix.
    var name: String
    /// Steps before the branches part. An identity shortcut, which has no steps, leaves out these as well.
    var lead: [PlanStep] = []
    var main: [PlanStep]
    var shortcut: [PlanStep] = []
}

struct PlannedLinear: Equatable, Sendable {
    var name: String
    var inputs: Int
    var outputs: Int
    var hasBias = true
    /// A 1×1 convolution after the pool does the same; its weight has two more axes.
    var isConvolution = false
}

extension NetworkPlan {
    /// Every parameter with its shape, in the order of the steps.
    var parameters: [(name: String, dims: [Int])] { steps.flatMap(\.parameters) }
}

extension PlanStep {
    static func relu(_ name: String) -> PlanStep { .plain(name, .relu) }

    fileprivate var parameters: [(name: String, dims: [Int])] {
        switch self {
        case .convolution(let convolution): convolution.parameters
        case .normalization(let name, let channels): Self.normalizationParameters(name, channels)
        case .plain, .flatten: []
        case .residual(let block): (block.lead + block.main + block.shortcut).flatMap(\.parameters)
        case .linear(let linear):
            [("\(linear.name).weight", [linear.outputs, linear.inputs] + (linear.isConvolution ? [1, 1] : []))]
                + (linear.hasBias ? [("\(linear.name).bias", [linear.outputs])] : [])
        }
    }

    fileprivate static func normalizationParameters(_ name: String, _ channels: Int) -> [(name: String, dims: [Int])] {
        ParameterTable.normalizationParts.map { ("\(name).\($0)", [channels]) }
    }
}

extension PlannedConvolution {
    fileprivate var parameters: [(name: String, dims: [Int])] {
        [("\(name).weight", [outputChannels, isDepthwise ? 1 : inputChannels, kernel, kernel])]
            + (hasBias ? [("\(name).bias", [outputChannels])] : [])
            + (normalization.map { PlanStep.normalizationParameters($0, outputChannels) } ?? [])
    }
}
