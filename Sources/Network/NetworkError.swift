import Formats
import Tensors

/// What can be wrong with a network: each case names the tensor or node concerned, and its description is one line.
public enum NetworkError: Error, Equatable, CustomStringConvertible {
    /// The parameters' names and shapes are not those of a supported network; says what they look like.
    case unknownNetwork(looksLike: String)
    /// The network is known, but the file does not hold exactly its parameters.
    case parameters(architecture: String, ParameterDifferences)
    /// The parameters are those of another architecture than the one asked for.
    case otherArchitecture(asked: String, found: String)
    /// A parameter that is NaN or infinite in float32; the index counts elements in row-major order.
    case nonFinite(tensor: String, index: Int)
    /// A parameter stored as float64 that float32 has no number for.
    case beyondFloat(tensor: String, index: Int)
    /// A BatchNorm whose running variance plus epsilon is not positive at this channel.
    case negativeVariance(node: String, channel: Int)
    /// The images have another number of channels than the network's first convolution takes.
    case inputChannels(expected: Int, found: Int)
    /// A map too small for the stride of the convolution that takes it.
    case imageTooSmall(node: String, height: Int, width: Int)
    /// Operators of an ONNX file that are not known here: the first of them, each with its node, and how many there are.
    case unsupportedOperators([String], count: Int)
    /// Work beyond one of the `Limits` of a file.
    case tooLarge(node: String, what: String, size: Int, limit: Int)
    /// An operation whose parameters or inputs do not fit together.
    case shape(node: String, problem: String)
    /// An operation that ONNX has no operators for.
    case unwritable(node: String, problem: String)

    public var description: String {
        switch self {
        case .unknownNetwork(let looksLike):
            "unknown network: \(looksLike); supported are ResNets, also with pre-activation, VGGs and MobileNetV2s "
                + "with the parameter names of torchvision and the public CIFAR collections"
        case .parameters(let architecture, let differences):
            "parameters do not match \(architecture): \(differences); save the whole state dict of one network"
        case .otherArchitecture(let asked, let found):
            "architecture \(asked) was asked for, but the parameters are those of \(found); "
                + "leave the architecture out or name that one"
        case .nonFinite(let tensor, let index):
            "\(tensor): element \(index) is NaN or infinite; take a checkpoint from before training diverged"
        case .beyondFloat(let tensor, let index):
            "\(tensor): element \(index) is beyond float32's range; scale the parameters, or take another checkpoint"
        case .negativeVariance(let node, let channel):
            "\(node): the running variance of channel \(channel) is negative; the checkpoint is damaged"
        case .inputChannels(let expected, let found):
            "the network takes images of \(expected) channel\(expected == 1 ? "" : "s"), the data have \(found); "
                + Self.channelAdvice(expected: expected, found: found)
        case .imageTooSmall(let node, let height, let width):
            "the images are too small: \(node) has stride 2 and gets a map of \(height)×\(width); "
                + "use larger images"
        case .unsupportedOperators(let first, let count):
            "\(count) node\(count == 1 ? "" : "s") with operators that are not known here: "
                + "\(first.joined(separator: ", "))\(count > first.count ? ", …" : ""); "
                + "export the bare network, with standard operators"
        case .tooLarge(let node, let what, let size, let limit):
            "node \(node): \(what): \(size) is beyond the limit of \(limit); is this the right file?"
        case .shape(let node, let problem):
            "node \(node): \(problem); the network cannot be run as it is described"
        case .unwritable(let node, let problem):
            "node \(node): \(problem), which cannot be written as ONNX; write a state dict instead"
        }
    }

    private static func channelAdvice(expected: Int, found: Int) -> String {
        switch (expected, found) {
        case (3, 1):
            "if it was trained on grey images in three equal channels (torchvision's Grayscale(3)), save them so; "
                + "else use the data it was trained on"
        case (1, 3): "save the images in grey, or use the data it was trained on"
        default: "use the data it was trained on"
        }
    }
}

/// How the parameters of a file differ from those of the network they were taken for.
public struct ParameterDifferences: Equatable, Sendable, CustomStringConvertible {
    /// Names of parameters that the network has and the file has not.
    public var missing: [String]
    /// Names of parameters that the file has and the network has not, or that stand in the file twice.
    public var leftOver: [String]
    /// Parameters of another shape or element type, each with what is found and what is expected.
    public var mismatched: [String]

    public init(missing: [String] = [], leftOver: [String] = [], mismatched: [String] = []) {
        self.missing = missing
        self.leftOver = leftOver
        self.mismatched = mismatched
    }

    public var isEmpty: Bool { missing.isEmpty && leftOver.isEmpty && mismatched.isEmpty }

    /// `2 missing (a, b), 9 left over (c, d, e, …)`.
    public var description: String {
        [(missing, "missing"), (leftOver, "left over"), (mismatched, "of another shape")]
            .filter { !$0.0.isEmpty }
            .map { list, word in
                let first = list.prefix(3).joined(separator: ", ")
                return "\(list.count) \(word) (\(first)\(list.count > 3 ? ", …" : ""))"
            }
            .joined(separator: ", ")
    }
}
