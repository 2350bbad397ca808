import Network
import Testing

@Suite struct GraphBuilderTests {
    private func convolution(
        _ inputs: Int, _ outputs: Int, kernel: (height: Int, width: Int) = (3, 3),
        stride: (height: Int, width: Int) = (1, 1), dilation: (height: Int, width: Int) = (1, 1),
        padding: Convolution.Padding = .init(), groups: Int = 1, weights: Int? = nil, bias: [Float]? = nil
    ) -> Convolution {
        let count = weights ?? outputs * inputs / max(groups, 1) * kernel.height * kernel.width
        return Convolution(
            inputChannels: inputs, outputChannels: outputs, kernel: kernel, stride: stride, dilation: dilation,
            padding: padding, groups: groups, weight: Array(repeating: 1, count: max(count, 0)), bias: bias)
    }

    private func normalization(_ channels: Int, variance: Float = 1) -> BatchNormalization {
        let ones = [Float](repeating: 1, count: channels)
        return BatchNormalization(
            scale: ones, shift: ones, mean: ones, variance: Array(repeating: variance, count: channels))
    }

    @Test func infersTheShapeOfEveryOperation() throws {
        var builder = try GraphBuilder(inputShape: [2, 7, 10])
        // (7 + 1 + 0 − 2·1 − 1) / 2 + 1 = 3 rows; (10 + 2 + 1 − 1·3 − 1) / 3 + 1 = 4 columns.
        let wide = convolution(
            2, 6, kernel: (2, 4), stride: (2, 3), dilation: (2, 1),
            padding: .init(top: 1, left: 2, bottom: 0, right: 1), groups: 2, bias: [0, 0, 0, 0, 0, 0])
        let first = try builder.append("conv", .convolution(wide), to: 0)
        #expect(builder.nodes[first].shape == [6, 3, 4])
        let normal = try builder.append("bn", .batchNormalization(normalization(6)), to: first)
        #expect(builder.nodes[normal].shape == [6, 3, 4])
        let active = try builder.append("relu", .relu, to: normal)
        let sum = try builder.append("add", .add, to: active, normal)
        #expect(builder.nodes[sum].shape == [6, 3, 4])
        let sampled = try builder.append(
            "sample", .rearrange(.subsample(stride: 2, channelsBefore: 1, channelsAfter: 2)), to: sum)
        #expect(builder.nodes[sampled].shape == [9, 2, 2])
        let pooled = try builder.append("pool", .globalAveragePool, to: sampled)
        #expect(builder.nodes[pooled].shape == [9])
        let head = Linear(inputs: 9, outputs: 3, weight: Array(repeating: 0, count: 27), bias: [1, 2, 3])
        try builder.append("head", .linear(head), to: pooled)
        let graph = try builder.graph()
        #expect(graph.inputShape == [2, 7, 10])
        #expect(graph.classCount == 3)
        #expect(graph.nodes.map(\.inputs) == [[], [0], [1], [2], [3, 2], [4], [5], [6]])
    }

    /// An operation on a 2×4×4 map and what the error must say.
    @Test func refusesWhatDoesNotFitAndNamesTheNode() throws {
        let cases: [(Operation, String)] = [
            (.convolution(convolution(3, 4)), "takes 3 channels, gets 2"),
            (.convolution(convolution(2, 4, kernel: (5, 3))), "a map of 4×4 is smaller than its kernel"),
            (.convolution(convolution(2, 4, weights: 71)), "its weight has 71 numbers where 4×2×3×3 are needed"),
            (.convolution(convolution(2, 4, bias: [1])), "its bias has 1 numbers where 4 are needed"),
            (.convolution(convolution(2, 3, groups: 2)), "2 groups do not divide 2 or 3"),
            (
                .convolution(convolution(2, 4, stride: (0, 1))),
                "channels, kernel, stride, dilation, groups or padding is out of range"
            ),
            (
                .convolution(convolution(2, 4, dilation: (.max, 1))),
                "channels, kernel, stride, dilation, groups or padding is out of range"
            ),
            (
                .convolution(convolution(2, 4, padding: .init(-1))),
                "channels, kernel, stride, dilation, groups or padding is out of range"
            ),
            (.batchNormalization(normalization(3)), "its scale has 3 numbers where 2 are needed"),
            (.linear(Linear(inputs: 32, outputs: 1, weight: [], bias: nil)), "takes a row of 32 features, gets 2×4×4"),
            (.add, "a sum takes two tensors of one shape, not 2×4×4"),
            (.input, "only the first node is the input"),
            (
                .rearrange(.subsample(stride: 0, channelsBefore: 0, channelsAfter: 0)),
                "stride 0 or padding 0, 0 is out of range"
            ),
            (
                .rearrange(.subsample(stride: 1, channelsBefore: .max, channelsAfter: 1)),
                "stride 1 or padding \(Int.max), 1 is out of range"
            ),
        ]
        for (operation, problem) in cases {
            var builder = try GraphBuilder(inputShape: [2, 4, 4])
            #expect(throws: NetworkError.shape(node: "here", problem: problem)) {
                try builder.append("here", operation, to: 0)
            }
            #expect(builder.nodes.count == 1, "nothing is appended on an error")
        }
    }

    @Test func refusesRowsWhereMapsAreNeeded() throws {
        var builder = try GraphBuilder(inputShape: [4])
        #expect(throws: NetworkError.shape(node: "pool", problem: "takes C×H×W, gets 4")) {
            try builder.append("pool", .globalAveragePool, to: 0)
        }
        let head = Linear(inputs: 4, outputs: 2, weight: [1], bias: nil)
        #expect(throws: NetworkError.shape(node: "head", problem: "its weight has 1 numbers where 2×4 are needed")) {
            try builder.append("head", .linear(head), to: 0)
        }
        #expect(throws: NetworkError.shape(node: "relu", problem: "takes one input, not 2")) {
            try builder.append("relu", .relu, to: 0, 0)
        }
        #expect(throws: NetworkError.shape(node: "relu", problem: "its input 1 is not an earlier node")) {
            try builder.append("relu", .relu, to: 1)
        }
        var other = try GraphBuilder(inputShape: [2, 4, 4])
        let pooled = try other.append("pool", .globalAveragePool, to: 0)
        let problem = "a sum takes two tensors of one shape, not 2×4×4 and 2"
        #expect(throws: NetworkError.shape(node: "add", problem: problem)) {
            try other.append("add", .add, to: 0, pooled)
        }
    }

    @Test(arguments: [[], [3, 4], [0, 4, 4], [3, -1, 4], [3, .max, 4], [1 << 24, 1 << 24, 1 << 24]])
    func refusesImpossibleInputs(_ shape: [Int]) {
        #expect(throws: NetworkError.self) { try GraphBuilder(inputShape: shape) }
    }

    @Test func theLastNodeMustPutOutARow() throws {
        let problem = "the last node must put out a row of logits"
        #expect(throws: NetworkError.shape(node: "input", problem: problem)) {
            try GraphBuilder(inputShape: [4]).graph()
        }
        var builder = try GraphBuilder(inputShape: [2, 4, 4])
        try builder.append("relu", .relu, to: 0)
        #expect(throws: NetworkError.shape(node: "relu", problem: problem)) { try builder.graph() }
    }

    @Test func refusesANegativeVariance() throws {
        var builder = try GraphBuilder(inputShape: [2, 4, 4])
        var damaged = normalization(2)
        damaged.variance[1] = -0.5
        #expect(throws: NetworkError.negativeVariance(node: "bn", channel: 1)) {
            try builder.append("bn", .batchNormalization(damaged), to: 0)
        }
        // A variance of 0 is a dead channel, which epsilon is for.
        try builder.append("bn", .batchNormalization(normalization(2, variance: 0)), to: 0)
    }
}
