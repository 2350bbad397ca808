import Network
import Testing

@Suite struct ReferenceExecutorTests {
    private func output(_ operation: Operation, of input: [Float], _ shape: [Int]) throws -> [Float] {
        var builder = try GraphBuilder(inputShape: shape)
        var last = try builder.append("it", operation, to: 0)
        if builder.nodes[last].shape.count == 3 { last = try builder.append("pool", .globalAveragePool, to: last) }
        let outputs = try ReferenceExecutor.run(builder.graph(), input: input)
        #expect(outputs.map(\.count) == builder.nodes.map { $0.shape.reduce(1, *) })
        #expect(outputs[0] == input)
        return outputs[1]
    }

    @Test func convolvesWithStrideAndUnevenPadding() throws {
        // Rows 1 2 3 / 4 5 6, one zero row above and one zero column on the left; a 2×2 kernel, 2 apart horizontally:
        //   0 0 0 0        taps 1 10 / 100 1000, bias ½
        //   0 1 2 3   →    row 0: (0 0 / 0 1), (0 0 / 2 3);  row 1: (0 1 / 0 4), (2 3 / 5 6)
        //   0 4 5 6
        let convolution = Convolution(
            inputChannels: 1, outputChannels: 1, kernel: (2, 2), stride: (1, 2), padding: .init(top: 1, left: 1),
            weight: [1, 10, 100, 1000], bias: [0.5])
        let found = try output(.convolution(convolution), of: [1, 2, 3, 4, 5, 6], [1, 2, 3])
        #expect(found == [1000.5, 3200.5, 4010.5, 6532.5])
    }

    @Test func convolvesWithDilationAndGroups() throws {
        // Two groups of one map each; taps two columns apart.
        let convolution = Convolution(
            inputChannels: 2, outputChannels: 4, kernel: (1, 2), dilation: (1, 2), groups: 2,
            weight: [1, 0, 0, 1, 1, 1, 2, -1])
        let found = try output(.convolution(convolution), of: [1, 2, 3, 4, 5, 6, 7, 8], [2, 1, 4])
        #expect(found == [1, 2, 3, 4, 12, 14, 3, 4])
    }

    @Test func sumsOverAllInputChannels() throws {
        let convolution = Convolution(
            inputChannels: 3, outputChannels: 2, kernel: (1, 1), weight: [1, 10, 100, 1, 1, 1])
        let found = try output(.convolution(convolution), of: [1, 2, 3, 4, 5, 6], [3, 1, 2])
        #expect(found == [531, 642, 9, 12])
    }

    @Test func normalisesPerChannel() throws {
        // (x − 1) / √(3.75 + 0.25) · 3 + 5 and (x + 2) / √(0.25) · 1 − 1.
        let normalization = BatchNormalization(
            scale: [3, 1], shift: [5, -1], mean: [1, -2], variance: [3.75, 0], epsilon: 0.25)
        let found = try output(.batchNormalization(normalization), of: [1, 3, 0, -2], [2, 1, 2])
        #expect(found == [5, 8, 3, -1])
    }

    @Test func subsamplesAndPadsChannels() throws {
        let found = try output(
            .rearrange(.subsample(stride: 2, channelsBefore: 1, channelsAfter: 2)), of: [1, 2, 3, 4, 5, 6, 7, 8, 9],
            [1, 3, 3])
        #expect(found == [0, 0, 0, 0, 1, 3, 7, 9] + Array(repeating: 0, count: 8))
    }

    @Test func poolsAndActivatesAndMultiplies() throws {
        #expect(try output(.globalAveragePool, of: [1, 2, 3, 6, -1, 0, 0, 0], [2, 2, 2]) == [3, -0.25])
        #expect(try output(.relu, of: [-1, 0, 2, -3], [1, 2, 2]) == [0, 0, 2, 0])
        let head = Linear(inputs: 2, outputs: 2, weight: [1, 2, 3, 4], bias: [0.5, 0])
        #expect(try output(.linear(head), of: [10, 1], [2]) == [12.5, 34])
        let plain = Linear(inputs: 2, outputs: 1, weight: [1, 2], bias: nil)
        #expect(try output(.linear(plain), of: [10, 1], [2]) == [12])
    }

    @Test func addsEarlierOutputs() throws {
        var builder = try GraphBuilder(inputShape: [3])
        let active = try builder.append("relu", .relu, to: 0)
        try builder.append("add", .add, to: 0, active)
        #expect(try ReferenceExecutor.run(builder.graph(), input: [-1, 2, 0])[2] == [-1, 4, 0])
    }

    @Test func sumsInDoublePrecision() throws {
        // In float32 1e8 + 1 − 1e8 is 0.
        let head = Linear(inputs: 3, outputs: 1, weight: [1e8, 1, -1e8], bias: nil)
        #expect(try output(.linear(head), of: [1, 1, 1], [3]) == [1])
    }

    @Test func refusesASampleOfAnotherSize() throws {
        var builder = try GraphBuilder(inputShape: [3])
        try builder.append("relu", .relu, to: 0)
        let graph = try builder.graph()
        #expect(throws: NetworkError.shape(node: "input", problem: "a sample has 2 values, not [3]")) {
            try ReferenceExecutor.run(graph, input: [1, 2])
        }
    }
}
