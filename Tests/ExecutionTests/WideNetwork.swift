import Network
import Tensors

/// What the networks of newer families are made of, with made-up weights: every operation that SmallNetwork lacks.
struct WideNetwork {
    private var builder: GraphBuilder
    private var generator = SplitMix64(seed: 12)
    private var marks: [String: Int] = [:]
    /// Channels behind the stem.
    private let width: Int

    static func make() throws -> (graph: Graph, marks: [String: Int]) { try make(width: 8, normalizesLayers: true) }

    /// With channels that come in whole blocks wherever maps are larger than a pixel, and nothing that works on all of a place.
    static func makeBlocked() throws -> (graph: Graph, marks: [String: Int]) {
        try make(width: 32, normalizesLayers: false)
    }

    private static func make(width: Int, normalizesLayers: Bool) throws -> (graph: Graph, marks: [String: Int]) {
        var network = WideNetwork(builder: try GraphBuilder(inputShape: [3, 9, 10]), width: width)
        var x = try network.stem()
        x = try network.gatedBlock(x)
        x = try network.shuffledUnit(x)
        if normalizesLayers { x = try network.layerNormalizedBlock(x) }
        x = try network.functions(x)
        try network.head(x)
        return (try network.builder.graph(), network.marks)
    }

    private init(builder: GraphBuilder, width: Int) {
        self.builder = builder
        self.width = width
    }

    private var shape: [Int] { builder.nodes[builder.nodes.count - 1].shape }

    private mutating func append(_ name: String, _ operation: Operation, _ inputs: Int...) throws -> Int {
        try builder.append(name, operation, to: inputs)
    }

    private mutating func stem() throws -> Int {
        var x = try append("stem", .convolution(convolution(3, width, 3, padding: 1)), 0)
        marks["stem.convolution"] = x
        x = try append("stem.relu6", .activation(.relu6), x)
        let most = try append(
            "maximum", .pool(Pool(.maximum, kernel: (3, 3), stride: (2, 2), padding: .init(1))), x)
        // Windows reach beyond the map's end, and zeros around it count, or do not.
        let mean = try append(
            "mean",
            .pool(
                Pool(
                    .average(countsPadding: true), kernel: (2, 3), stride: (2, 2),
                    padding: .init(top: 0, left: 1, bottom: 0, right: 0), roundsUp: true)), x)
        let other = try append(
            "otherMean",
            .pool(
                Pool(
                    .average(countsPadding: false), kernel: (3, 3), stride: (2, 2),
                    padding: .init(top: 1, left: 1, bottom: 1, right: 0), roundsUp: false)), x)
        return try append("joined", .concatenate(axis: 0), most, mean, other)
    }

    /// A depthwise convolution with a squeeze-excite gate.
    private mutating func gatedBlock(_ x: Int) throws -> Int {
        var y = try append(
            "depthwise", .convolution(convolution(3 * width, 3 * width, 3, padding: 1, groups: 3 * width)), x)
        y = try append("depthwise.swish", .activation(.swish), y)
        marks["depthwise"] = y
        var gate = try append("squeeze", .globalAveragePool, y)
        gate = try append("squeeze.maps", .rearrange(.reshape([3 * width], to: [3 * width, 1, 1])), gate)
        gate = try append("gate.1", .convolution(convolution(3 * width, 4, 1)), gate)
        gate = try append("gate.hardSwish", .activation(.hardSwish), gate)
        gate = try append("gate.2", .convolution(convolution(4, 3 * width, 1)), gate)
        gate = try append("gate", .activation(.hardSigmoid(slope: 0.25, offset: 0.4)), gate)
        y = try append("gated", .combine(.product), y, gate)
        return try append("residual", .add, y, x)
    }

    private mutating func shuffledUnit(_ x: Int) throws -> Int {
        let (whole, half) = (3 * width, 3 * width / 2)
        let left = try append("left", .rearrange(.slice(axis: 0, start: 0, count: half, step: 1)), x)
        let right = try append("right", .rearrange(.slice(axis: 0, start: whole - 1, count: half, step: -1)), x)
        var y = try append("right.convolution", .convolution(convolution(half, half, 1)), right)
        y = try append("right.leaky", .activation(.leakyRelu(slope: 0.1)), y)
        y = try append("unit", .concatenate(axis: 0), left, y)
        let (height, width) = (shape[1], shape[2])
        y = try append(
            "shuffle",
            .rearrange(
                .permute(
                    split: [2, half, height * width], permutation: [1, 0, 2], shape: [whole, height, width])), y)
        marks["shuffle"] = y
        let padded = try append(
            "padded", .rearrange(.pad(before: [0, 1, 0], after: [0, 0, 2], value: -0.5)), y)
        return try append("narrow", .convolution(convolution(whole, self.width, 1)), padded)
    }

    private mutating func layerNormalizedBlock(_ x: Int) throws -> Int {
        var y = try append(
            "layerNorm",
            .layerNormalization(
                LayerNormalization(scale: values(8, 0.5...1.5), shift: values(8, -0.2...0.2), epsilon: 1e-6)), x)
        y = try append("wide", .linear(linear(8, 20)), y)
        y = try append("gelu", .activation(.gelu), y)
        y = try append("back", .linear(linear(20, 8)), y)
        y = try append("layerScale", .affine(Affine(scale: values(8, 0.1...1), shift: values(8, -1...1))), y)
        marks["layerScale"] = y
        let sum = try append("block", .add, x, y)
        return try append("transposed", .rearrange(.transpose(shape, [0, 2, 1])), sum)
    }

    private mutating func functions(_ x: Int) throws -> Int {
        var y = try append("prelu", .parametricRelu(slopes: values(width, 0...0.5)), x)
        for (name, function) in [
            ("elu", Activation.elu(alpha: 0.7)), ("geluTanh", .geluTanh), ("tanh", .tanh), ("erf", .erf),
            ("negative", .negative), ("absolute", .absolute), ("squareRoot", .squareRoot),
            ("exponential", .exponential), ("reciprocal", .reciprocal), ("power", .power(2)),
        ] {
            y = try append(name, .activation(function), y)
        }
        y = try append("difference", .combine(.difference), y, x)
        let rows = try append("rows", .rearrange(.slice(axis: 1, start: 0, count: 1, step: 1)), x)
        y = try append("sum", .combine(.sum), y, rows)
        let positive = try append("positive", .activation(.exponential), y)
        return try append("quotient", .combine(.quotient), y, positive)
    }

    private mutating func head(_ x: Int) throws {
        var y = try append("adaptive", .adaptiveAveragePool(height: 3, width: 2), x)
        y = try append("flat", .rearrange(.reshape(shape, to: [6 * width])), y)
        marks["flat"] = y
        y = try append("linear", .linear(linear(6 * width, 5)), y)
        _ = try append("softmax", .softmax, y)
    }

    private mutating func convolution(
        _ from: Int, _ to: Int, _ kernel: Int, padding: Int = 0, groups: Int = 1
    ) -> Convolution {
        Convolution(
            inputChannels: from, outputChannels: to, kernel: (kernel, kernel), padding: .init(padding),
            groups: groups, weight: values(to * from / groups * kernel * kernel, -0.5...0.5),
            bias: values(to, -0.1...0.1))
    }

    private mutating func linear(_ from: Int, _ to: Int) -> Linear {
        Linear(inputs: from, outputs: to, weight: values(from * to, -0.5...0.5), bias: values(to, -0.5...0.5))
    }

    private mutating func values(_ count: Int, _ range: ClosedRange<Float>) -> [Float] {
        (0..<count).map { _ in Float.random(in: range, using: &generator) }
    }
}
