import Network

/// Small graphs of one operation each, with the line that their module's `forward` has for it.
struct OperationGraph: Sendable, CustomStringConvertible {
    var line: String
    /// Part of the constructor; nil where there is no module.
    var module: String?
    var input: [Int]
    var operation: Operation
    /// Times the operation takes the input.
    var inputs = 1

    var description: String { line }

    init(_ line: String, module: String? = nil, on input: [Int] = [4, 5, 6], inputs: Int = 1, _ operation: Operation) {
        self.line = line
        self.module = module
        self.input = input
        self.operation = operation
        self.inputs = inputs
    }

    /// The operation between two that leave all as it is in shape, and a flattening to a row where it is needed.
    func network() throws -> Network {
        var builder = try GraphBuilder(inputShape: input)
        let node = try builder.append("it", operation, to: Array(repeating: 0, count: inputs))
        let shape = builder.nodes[node].shape
        if shape.count > 1 {
            try builder.append("row", .rearrange(.reshape(shape, to: [shape.reduce(1, *)])), to: node)
        }
        return Network(architecture: "one operation", graph: try builder.graph())
    }

    /// Numbers between −1 and 1 that follow no pattern; none is 0.
    static func numbers(_ count: Int, _ seed: Int = 1) -> [Float] {
        (0..<count).map { Float(($0 + seed) * 7919 % 2003) / 1001.5 - 1 }
    }

    static func convolution(
        _ kernel: (height: Int, width: Int), stride: (height: Int, width: Int) = (1, 1),
        dilation: (height: Int, width: Int) = (1, 1), padding: Convolution.Padding = .init(), groups: Int = 1,
        bias: Bool = false
    ) -> Operation {
        .convolution(
            Convolution(
                inputChannels: 4, outputChannels: 6, kernel: kernel, stride: stride, dilation: dilation,
                padding: padding, groups: groups, weight: numbers(24 / groups * kernel.height * kernel.width),
                bias: bias ? numbers(6, 3) : nil))
    }

    private static func pool(
        _ kind: Pool.Kind, _ kernel: (Int, Int), _ stride: (Int, Int), dilation: (Int, Int) = (1, 1),
        padding: Convolution.Padding = .init(), roundsUp: Bool = false
    ) -> Operation {
        .pool(Pool(kind, kernel: kernel, stride: stride, dilation: dilation, padding: padding, roundsUp: roundsUp))
    }

    static let all: [OperationGraph] = [
        convolutions, normalizations, pools, others, activations.map { OperationGraph($0, .activation($1)) },
        rearrangements.map { OperationGraph($0, .rearrange($1)) },
    ].flatMap(\.self)

    private static let convolutions: [OperationGraph] = [
        OperationGraph(
            "m(\"it\")(x)", module: "nn.Conv2d(4, 6, 3, padding=1, bias=False)", convolution((3, 3), padding: .init(1))),
        OperationGraph(
            "m(\"it\")(x)",
            module: "nn.Conv2d(4, 6, (3, 2), stride=(2, 1), padding=(1, 2), dilation=(1, 2), groups=2)",
            convolution(
                (3, 2), stride: (2, 1), dilation: (1, 2), padding: .init(top: 1, left: 2, bottom: 1, right: 2),
                groups: 2,
                bias: true)),
        OperationGraph(
            "m(\"it\")(F.pad(x, (0, 1, 2, 0)))", module: "nn.Conv2d(4, 6, 2, stride=2, bias=False)",
            convolution((2, 2), stride: (2, 2), padding: .init(top: 2, left: 0, bottom: 0, right: 1))),
    ]

    private static let normalizations: [OperationGraph] = [
        OperationGraph(
            "m(\"it\")(x)", module: "nn.BatchNorm2d(4, eps=0.001)",
            .batchNormalization(
                .init(
                    scale: numbers(4), shift: numbers(4, 2), mean: numbers(4, 3), variance: [1, 2, 3, 0.5],
                    epsilon: 0.001))),
        OperationGraph(
            "m(\"it\")(x)", module: "nn.BatchNorm1d(4)", on: [4],
            .batchNormalization(
                .init(scale: numbers(4), shift: numbers(4, 2), mean: numbers(4, 3), variance: [1, 2, 3, 0.5]))),
        OperationGraph(
            "m(\"it\")(x)", module: "ChannelNorm(4, eps=1e-06)",
            .layerNormalization(.init(scale: numbers(4), shift: numbers(4, 2), epsilon: 1e-6))),
        OperationGraph(
            "m(\"it\")(x)", module: "ChannelNorm(5)", on: [5],
            .layerNormalization(.init(scale: numbers(5), shift: numbers(5, 2), epsilon: 1e-5))),
        OperationGraph(
            "m(\"it\")(x)", module: "Affine(4)", .affine(.init(scale: numbers(4), shift: numbers(4, 2)))),
        OperationGraph(
            "m(\"it\")(x)", module: "Affine(3)", on: [3], .affine(.init(scale: numbers(3), shift: numbers(3, 2)))),
    ]

    private static let activations: [(String, Activation)] = [
        ("F.relu(x)", .relu), ("F.relu6(x)", .relu6), ("x.clamp(-0.25, 0.5)", .clip(low: -0.25, high: 0.5)),
        ("x.clamp(-0.25, float(\"inf\"))", .clip(low: -0.25, high: .infinity)),
        ("F.leaky_relu(x, 0.1)", .leakyRelu(slope: 0.1)), ("F.elu(x)", .elu(alpha: 1)),
        ("F.elu(x, 0.5)", .elu(alpha: 0.5)), ("x.sigmoid()", .sigmoid),
        ("F.hardsigmoid(x)", .hardSigmoid(slope: Float(1) / 6, offset: 0.5)),
        ("(x * 0.2 + 0.5).clamp(0, 1)", .hardSigmoid(slope: 0.2, offset: 0.5)), ("F.hardswish(x)", .hardSwish),
        ("F.silu(x)", .swish), ("F.gelu(x)", .gelu), ("F.gelu(x, approximate=\"tanh\")", .geluTanh),
        ("x.tanh()", .tanh), ("x.erf()", .erf), ("x.exp()", .exponential), ("x.reciprocal()", .reciprocal),
        ("x.abs()", .absolute), ("x.neg()", .negative), ("x.pow(3)", .power(3)),
    ]

    private static let pools: [OperationGraph] = [
        OperationGraph("F.max_pool2d(x, 2)", pool(.maximum, (2, 2), (2, 2))),
        OperationGraph(
            "F.max_pool2d(x, 3, 2, padding=1, ceil_mode=True)",
            pool(.maximum, (3, 3), (2, 2), padding: .init(1), roundsUp: true)),
        OperationGraph(
            "F.max_pool2d(x, 2, (1, 2), dilation=2)", pool(.maximum, (2, 2), (1, 2), dilation: (2, 2))),
        OperationGraph(
            "F.max_pool2d(F.pad(x, (0, 1, 1, 1), value=-float(\"inf\")), 3, 2)",
            pool(.maximum, (3, 3), (2, 2), padding: .init(top: 1, left: 0, bottom: 2, right: 1))),
        OperationGraph(
            "F.avg_pool2d(x, 3, 2, padding=1)", pool(.average(countsPadding: true), (3, 3), (2, 2), padding: .init(1))),
        OperationGraph(
            "F.avg_pool2d(x, 3, 2, padding=1, ceil_mode=True, count_include_pad=False)",
            pool(.average(countsPadding: false), (3, 3), (2, 2), padding: .init(1), roundsUp: true)),
        OperationGraph(
            "F.avg_pool2d(F.pad(x, (0, 2, 1, 0)), 4, 2) / F.avg_pool2d(F.pad(F.pad(torch.ones(1, 1, 5, 6), "
                + "(0, 1, 1, 0), value=1), (0, 1, 0, 0)), 4, 2).to(next(self.parameters(), x))",
            pool(
                .average(countsPadding: true), (4, 4), (2, 2), padding: .init(top: 1, left: 0, bottom: 0, right: 1),
                roundsUp: true)),
        OperationGraph(
            "F.avg_pool2d(F.pad(x, (0, 0, 1, 0)), 2) / F.avg_pool2d(F.pad(torch.ones(1, 1, 5, 6), "
                + "(0, 0, 1, 0)), 2).to(next(self.parameters(), x))",
            pool(.average(countsPadding: false), (2, 2), (2, 2), padding: .init(top: 1))),
        OperationGraph("F.adaptive_avg_pool2d(x, (2, 4))", .adaptiveAveragePool(height: 2, width: 4)),
        OperationGraph("x.mean((2, 3))", .globalAveragePool),
    ]

    private static let rearrangements: [(String, Rearrangement)] = [
        ("x.flatten(1)", .reshape([4, 5, 6], to: [120])),
        ("x.reshape(-1, 2, 10, 6)", .reshape([4, 5, 6], to: [2, 10, 6])),
        ("x.permute(0, 3, 1, 2)", .transpose([4, 5, 6], [2, 0, 1])),
        (
            "x.reshape(-1, 2, 2, 30).permute(0, 2, 1, 3).reshape(-1, 4, 5, 6)",
            .permute(split: [2, 2, 30], permutation: [1, 0, 2], shape: [4, 5, 6])
        ),
        ("x[:, 1:3]", .slice(axis: 0, start: 1, count: 2, step: 1)),
        ("x[:, :, :, 1::2]", .slice(axis: 2, start: 1, count: 3, step: 2)),
        ("x[:, :, 1::2].flip(2)", .slice(axis: 1, start: 3, count: 2, step: -2)),
        ("x.flip(1)", .slice(axis: 0, start: 3, count: 4, step: -1)),
        ("x[:, 2:3].repeat_interleave(3, 1)", .slice(axis: 0, start: 2, count: 3, step: 0)),
        ("F.pad(x, (0, 3, 2, 0, 1, 0), value=0.5)", .pad(before: [1, 2, 0], after: [0, 0, 3], value: 0.5)),
        (
            "F.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, 1, 2))",
            .subsample(stride: 2, channelsBefore: 1, channelsAfter: 2)
        ),
    ]

    private static let others: [OperationGraph] = [
        OperationGraph("m(\"it\")(x)", module: "nn.PReLU(4)", .parametricRelu(slopes: numbers(4))),
        OperationGraph("m(\"it\")(x)", module: "nn.PReLU(1)", on: [3], .parametricRelu(slopes: [0.25])),
        OperationGraph("x + x", inputs: 2, .add), OperationGraph("x - x", inputs: 2, .combine(.difference)),
        OperationGraph("x * x", inputs: 2, .combine(.product)),
        OperationGraph("x / x", inputs: 2, .combine(.quotient)),
        OperationGraph("torch.cat([x, x, x], 2)", inputs: 3, .concatenate(axis: 1)),
        OperationGraph("x.softmax(1)", .softmax), OperationGraph("x.softmax(1)", on: [5], .softmax),
        OperationGraph(
            "m(\"it\")(x)", module: "nn.Linear(4, 3)", on: [4],
            .linear(.init(inputs: 4, outputs: 3, weight: numbers(12), bias: numbers(3)))),
        OperationGraph(
            "m(\"it\")(x.movedim(1, -1)).movedim(-1, 1)", module: "nn.Linear(4, 3, bias=False)",
            .linear(.init(inputs: 4, outputs: 3, weight: numbers(12), bias: nil))),
    ]
}
