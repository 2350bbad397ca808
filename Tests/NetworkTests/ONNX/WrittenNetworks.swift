import Network
import Tensors
import Testing

/// A small graph around one operation, or a few of them, to be written as ONNX.
struct WrittenNetwork: CustomTestStringConvertible {
    let testDescription: String
    let graph: @Sendable () throws -> Graph

    /// The operations one behind the other, and behind them, where it is no row yet, what makes one of it.
    init(_ name: String, of shape: [Int] = [2, 5, 6], _ operations: Operation...) {
        self.init(name, of: shape) { builder in
            for operation in operations { try builder.append("it", operation, to: builder.nodes.count - 1) }
        }
    }

    init(_ name: String, of shape: [Int] = [2, 5, 6], build: @escaping @Sendable (inout GraphBuilder) throws -> Void) {
        testDescription = name
        graph = {
            var builder = try GraphBuilder(inputShape: shape)
            try build(&builder)
            let last = builder.nodes.count - 1
            let shape = builder.nodes[last].shape
            if shape.count != 1 {
                let row = Rearrangement.reshape(shape, to: [shape.reduce(1, *)])
                try builder.append("row", .rearrange(row), to: last)
            }
            return try builder.graph()
        }
    }

    /// Numbers from −2 to 2, or another range.
    static func numbers(_ count: Int, seed: UInt64 = 1, in range: ClosedRange<Float> = -2...2) -> [Float] {
        var generator = SplitMix64(seed: seed)
        return (0..<count).map { _ in Float.random(in: range, using: &generator) }
    }

    static let all = layers + functions + composed + arithmetic + pools + averages + moves

    static let layers = [
        WrittenNetwork(
            "convolution with groups, strides, gaps and uneven padding", of: [4, 7, 8],
            .convolution(
                Convolution(
                    inputChannels: 4, outputChannels: 6, kernel: (3, 2), stride: (2, 1), dilation: (1, 2),
                    padding: .init(top: 1, left: 2, bottom: 0, right: 1), groups: 2, weight: numbers(6 * 2 * 3 * 2),
                    bias: numbers(6, seed: 2)))),
        WrittenNetwork(
            "convolution without bias",
            .convolution(
                Convolution(inputChannels: 2, outputChannels: 3, kernel: (1, 1), weight: numbers(6)))),
        WrittenNetwork("batch normalisation of maps", .batchNormalization(batchNormalization)),
        WrittenNetwork("batch normalisation of a row", of: [2], .batchNormalization(batchNormalization)),
        WrittenNetwork("layer normalisation of maps", .layerNormalization(layerNormalization)),
        WrittenNetwork("layer normalisation of a row", of: [2], .layerNormalization(layerNormalization)),
        WrittenNetwork("affine", .affine(Affine(scale: [2, 3], shift: [-1, 0.5]))),
        WrittenNetwork("affine of a row", of: [2], .affine(Affine(scale: [2, 3], shift: [-1, 0.5]))),
        WrittenNetwork("scale", .affine(Affine(scale: [2, 3], shift: [0, 0]))),
        WrittenNetwork("shift", .affine(Affine(scale: [1, 1], shift: [0.5, 3]))),
        WrittenNetwork("one scale and shift", .affine(Affine(scale: [2, 2], shift: [3, 3]))),
        WrittenNetwork("nothing changed", .affine(Affine(scale: [1, 1], shift: [0, 0]))),
        WrittenNetwork("slopes", .parametricRelu(slopes: [0.25, -0.5])),
        WrittenNetwork("slopes of a row", of: [2], .parametricRelu(slopes: [0.25, -0.5])),
        WrittenNetwork("one slope", .parametricRelu(slopes: [0.25])),
        WrittenNetwork(
            "linear", of: [3], .linear(Linear(inputs: 3, outputs: 2, weight: numbers(6), bias: [1, -1]))),
        WrittenNetwork(
            "linear without bias", of: [3], .linear(Linear(inputs: 3, outputs: 2, weight: numbers(6), bias: nil))),
        WrittenNetwork(
            "linear at each place", .linear(Linear(inputs: 2, outputs: 3, weight: numbers(6), bias: [1, -1, 0]))),
        WrittenNetwork(
            "linear at each place without bias",
            .linear(Linear(inputs: 2, outputs: 3, weight: numbers(6), bias: nil))),
        // At the very end it would be taken for what makes probabilities of logits.
        WrittenNetwork("softmax of maps", .softmax, .activation(.negative)),
        WrittenNetwork("softmax of a row", of: [4], .softmax, .activation(.negative)),
    ]

    private static let batchNormalization = BatchNormalization(
        scale: [3, 1], shift: [5, -1], mean: [1, -2], variance: [3.75, 0.5], epsilon: 0.25)
    private static let layerNormalization = LayerNormalization(scale: [2, 0.5], shift: [-1, 3], epsilon: 0.125)

    private static let activations: [Activation] = [
        .relu, .relu6, .clip(low: -0.5, high: .greatestFiniteMagnitude),
        .clip(low: -.greatestFiniteMagnitude, high: 0.5), .leakyRelu(slope: 0.1), .elu(alpha: 0.5), .sigmoid,
        .hardSigmoid(slope: 0.3, offset: 0.4), .hardSwish, .swish, .gelu, .geluTanh, .tanh, .erf, .exponential,
        .reciprocal, .absolute, .negative, .power(2), .power(3),
    ]

    static let functions = activations.map { WrittenNetwork("\($0)", .activation($0)) }

    /// Two functions, which are read as one at first.
    static let composed = [
        WrittenNetwork("root", .activation(.absolute), .activation(.squareRoot)),
        WrittenNetwork("root of a power", .activation(.absolute), .activation(.power(0.75))),
    ]

    static let arithmetic = [
        WrittenNetwork("sum") { builder in
            let active = try builder.append("relu", .relu, to: 0)
            try builder.append("sum", .add, to: 0, active)
        },
        WrittenNetwork("sum with itself") { try $0.append("sum", .add, to: 0, 0) },
        WrittenNetwork("gate") { builder in
            let means = try builder.append("means", .adaptiveAveragePool(height: 1, width: 1), to: 0)
            let gate = try builder.append("gate", .activation(.sigmoid), to: means)
            try builder.append("product", .combine(.product), to: 0, gate)
        },
        WrittenNetwork("difference") { builder in
            let means = try builder.append("means", .adaptiveAveragePool(height: 1, width: 1), to: 0)
            try builder.append("difference", .combine(.difference), to: means, 0)
        },
        WrittenNetwork("quotient of rows", of: [4]) { builder in
            let power = try builder.append("power", .activation(.exponential), to: 0)
            let active = try builder.append("active", .activation(.elu(alpha: 1)), to: 0)
            try builder.append("quotient", .combine(.quotient), to: active, power)
        },
        WrittenNetwork("sum of unlike shapes") { builder in
            let rows = try builder.append(
                "rows", .pool(Pool(.maximum, kernel: (5, 1), stride: (1, 1))), to: 0)
            let columns = try builder.append(
                "columns", .pool(Pool(.maximum, kernel: (1, 6), stride: (1, 1))), to: 0)
            try builder.append("sum", .combine(.sum), to: rows, columns)
        },
        WrittenNetwork("concatenation") { builder in
            let active = try builder.append("relu", .relu, to: 0)
            let channels = try builder.append("channels", .concatenate(axis: 0), to: active, 0, active)
            let softmax = try builder.append("softmax", .softmax, to: channels)
            try builder.append("columns", .concatenate(axis: 2), to: channels, softmax)
        },
        WrittenNetwork("concatenation of rows", of: [4]) { builder in
            let active = try builder.append("relu", .relu, to: 0)
            try builder.append("row", .concatenate(axis: 0), to: active, 0)
        },
    ]

    private static let windows = [
        Pool(.maximum, kernel: (2, 3), stride: (2, 1)),
        Pool(.maximum, kernel: (3, 3), stride: (2, 2), padding: .init(1)),
        Pool(.maximum, kernel: (2, 2), stride: (2, 2), roundsUp: true),
        // A second window from below would begin behind the padding.
        Pool(.maximum, kernel: (2, 2), stride: (4, 4), padding: .init(1), roundsUp: true),
        Pool(.maximum, kernel: (2, 2), stride: (2, 2), dilation: (2, 3), padding: .init(1), roundsUp: true),
        Pool(.average(countsPadding: true), kernel: (2, 2), stride: (2, 2)),
        Pool(.average(countsPadding: true), kernel: (3, 3), stride: (2, 2), padding: .init(top: 1, right: 1)),
        Pool(.average(countsPadding: false), kernel: (3, 3), stride: (2, 2), padding: .init(1)),
        Pool(.average(countsPadding: true), kernel: (3, 3), stride: (3, 2), roundsUp: true),
        Pool(.average(countsPadding: true), kernel: (3, 3), stride: (3, 2), padding: .init(1), roundsUp: true),
        Pool(.average(countsPadding: false), kernel: (3, 3), stride: (3, 2), padding: .init(1), roundsUp: true),
        Pool(.average(countsPadding: true), kernel: (2, 2), stride: (1, 2), dilation: (2, 3), padding: .init(1)),
        Pool(.average(countsPadding: false), kernel: (2, 2), stride: (1, 2), dilation: (2, 3), padding: .init(1)),
        Pool(
            .average(countsPadding: true), kernel: (2, 2), stride: (2, 2), dilation: (2, 3), padding: .init(1),
            roundsUp: true),
    ]

    static let pools = windows.map { pool in
        WrittenNetwork(
            "\(pool.kind) \(pool.kernel) by \(pool.stride), gaps \(pool.dilation), "
                + "padding \(pool.padding.top) \(pool.padding.right)\(pool.roundsUp ? ", up" : "")",
            .pool(pool))
    }

    private static let places: [(Int, Int)] = [
        // Windows; shares that overlap and differ; more places than there are; one axis of each kind.
        (5, 6), (1, 1), (5, 3), (4, 4), (7, 7), (3, 5), (1, 4), (2, 3),
    ]

    static let averages =
        places.map { height, width in
            WrittenNetwork("means of \(height)×\(width) places", .adaptiveAveragePool(height: height, width: width))
        } + [
            WrittenNetwork("means of places of one", of: [2, 1, 1], .adaptiveAveragePool(height: 3, width: 2)),
            WrittenNetwork("means of maps", .globalAveragePool),
        ]

    static let moves: [WrittenNetwork] = [
        WrittenNetwork("reshape", .rearrange(.reshape([2, 5, 6], to: [5, 4, 3])), .softmax),
        WrittenNetwork("transposition", .rearrange(.transpose([2, 5, 6], [2, 0, 1])), .softmax),
        WrittenNetwork(
            "shuffle", of: [4, 2, 3],
            .rearrange(.permute(split: [2, 2, 6], permutation: [1, 0, 2], shape: [4, 2, 3])), .softmax),
        WrittenNetwork(
            "a row of axes turned", of: [4],
            .rearrange(.permute(split: [2, 2], permutation: [1, 0], shape: [4])), .softmax),
        WrittenNetwork("slice", .rearrange(.slice(axis: 2, start: 1, count: 3, step: 2)), .softmax),
        WrittenNetwork("slice to the end", .rearrange(.slice(axis: 0, start: 1, count: 1, step: 0)), .relu),
        WrittenNetwork("slice backwards", .rearrange(.slice(axis: 1, start: 4, count: 3, step: -2)), .softmax),
        WrittenNetwork("slice backwards to a place", .rearrange(.slice(axis: 1, start: 4, count: 2, step: -2))),
        WrittenNetwork("slice of a row", of: [5], .rearrange(.slice(axis: 0, start: 1, count: 4, step: 1)), .softmax),
        WrittenNetwork("padding", .rearrange(.pad(before: [1, 0, 2], after: [0, 1, 0], value: -3)), .softmax),
        WrittenNetwork(
            "zeros around maps", .rearrange(.pad(before: [0, 1, 2], after: [0, 0, 1], value: 0)), .softmax),
        WrittenNetwork("padding of a row", of: [3], .rearrange(.pad(before: [1], after: [2], value: 0))),
        WrittenNetwork("subsampling", .rearrange(.subsample(stride: 2, channelsBefore: 1, channelsAfter: 2)), .softmax),
        WrittenNetwork(
            "subsampling alone", .rearrange(.subsample(stride: 3, channelsBefore: 0, channelsAfter: 0)), .softmax),
    ]
}
