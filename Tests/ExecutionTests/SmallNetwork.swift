import Network
import Tensors

/// A residual network of a few or a few more channels with made-up weights: every kind of step and every kind of fusion occurs in it.
struct SmallNetwork {
    private var builder: GraphBuilder
    private var generator = SplitMix64(seed: 11)

    /// Named nodes, by what they are there for.
    private var marks: [String: Int] = [:]

    /// Channels behind the stem.
    let width: Int

    static func make() throws -> (graph: Graph, marks: [String: Int]) { try make(width: 4) }

    /// Wide enough for channels in blocks, and for minimal filtering.
    static func makeBlocked() throws -> (graph: Graph, marks: [String: Int]) { try make(width: 16) }

    private static func make(width: Int) throws -> (graph: Graph, marks: [String: Int]) {
        var network = SmallNetwork(builder: try GraphBuilder(inputShape: [3, 9, 6]), width: width)
        let last = try network.build()
        _ = try network.append("linear", .linear(network.linear(2 * width, 4)), last)
        return (try network.builder.graph(), network.marks)
    }

    private init(builder: GraphBuilder, width: Int) {
        self.builder = builder
        self.width = width
    }

    private mutating func build() throws -> Int {
        // Stem: all three fused.
        var x = try convolutionBlock("stem", 0, from: 3, to: width, stride: 1)
        marks["stem.convolution"] = 1
        x = try relu(x)
        // Identity block: sum in place.
        var y = try relu(try convolutionBlock("a.1", x, from: width, to: width, stride: 1))
        y = try convolutionBlock("a.2", y, from: width, to: width, stride: 1)
        x = try relu(try append("a", .add, y, x))
        marks["a"] = x
        // Option A.
        let padded = try append(
            "b.shortcut", .rearrange(.subsample(stride: 2, channelsBefore: width / 2, channelsAfter: width / 2)), x)
        y = try relu(try convolutionBlock("b.1", x, from: width, to: 2 * width, stride: 2))
        x = try relu(
            try append("b", .add, try convolutionBlock("b.2", y, from: 2 * width, to: 2 * width, stride: 1), padded))
        // Option B, the shortcut's convolution after the main branch, without a ReLU.
        y = try relu(try convolutionBlock("c.1", x, from: 2 * width, to: 2 * width, stride: 1))
        y = try convolutionBlock("c.2", y, from: 2 * width, to: 2 * width, stride: 1)
        x = try append("c", .add, y, try convolutionBlock("c.shortcut", x, from: 2 * width, to: 2 * width, stride: 1))
        marks["c"] = x
        // A convolution added to its own input; a sum of two values without a convolution; lone BN and ReLU.
        x = try append("d", .add, try append("d.1", .convolution(convolution(2 * width, 2 * width, 1)), x), x)
        let normalized = try append("e.bn", .batchNormalization(norm(2 * width)), x)
        x = try append("e", .add, try relu(normalized), normalized)
        return try append("pool", .globalAveragePool, x)
    }

    mutating func append(_ name: String, _ operation: Operation, _ a: Int, _ b: Int? = nil) throws -> Int {
        if let b { return try builder.append(name, operation, to: a, b) }
        return try builder.append(name, operation, to: a)
    }

    private mutating func relu(_ x: Int) throws -> Int { try append("relu", .relu, x) }

    private mutating func convolutionBlock(_ name: String, _ x: Int, from: Int, to: Int, stride: Int) throws -> Int {
        let y = try append(name, .convolution(convolution(from, to, 3, stride: stride)), x)
        return try append("\(name).bn", .batchNormalization(norm(to)), y)
    }

    private mutating func convolution(_ from: Int, _ to: Int, _ kernel: Int, stride: Int = 1) -> Convolution {
        Convolution(
            inputChannels: from, outputChannels: to, kernel: (kernel, kernel), stride: (stride, stride),
            padding: .init(kernel / 2), weight: values(to * from * kernel * kernel, -0.5...0.5),
            bias: kernel == 1 ? values(to, -0.1...0.1) : nil)
    }

    private mutating func norm(_ channels: Int) -> BatchNormalization {
        BatchNormalization(
            scale: values(channels, 0.5...1.5), shift: values(channels, -0.5...0.5),
            mean: values(channels, -0.2...0.2), variance: values(channels, 0.5...2))
    }

    private mutating func linear(_ from: Int, _ to: Int) -> Linear {
        Linear(inputs: from, outputs: to, weight: values(from * to, -1...1), bias: values(to, -1...1))
    }

    private mutating func values(_ count: Int, _ range: ClosedRange<Float>) -> [Float] {
        (0..<count).map { _ in Float.random(in: range, using: &generator) }
    }
}
