import Network
import Tensors

/// Short spellings for graphs drawn by hand. Numbers follow from names, so that two drawings that share a part put out the
/// same there.
struct Drawing {
    var builder: GraphBuilder

    init(channels: Int = 4, extent: Int = 4) throws {
        builder = try GraphBuilder(inputShape: [channels, extent, extent])
    }

    /// Between −½ and ½.
    private static func numbers(_ count: Int, _ name: String) -> [Float] {
        var generator = SplitMix64(seed: UInt64(name.utf8.reduce(7) { ($0 &* 31 &+ Int($1)) & 0xFFFF }))
        return (0..<count).map { _ in Float(generator.next() >> 40) / Float(1 << 24) - 0.5 }
    }

    mutating func convolution(
        _ name: String, _ input: Int, to outputs: Int? = nil, kernel: Int = 1, stride: Int = 1,
        depthwise: Bool = false
    ) throws -> Int {
        let inputs = builder.nodes[input].shape[0]
        let outputs = outputs ?? inputs
        let groups = depthwise ? inputs : 1
        let operation = Convolution(
            inputChannels: inputs, outputChannels: outputs, kernel: (kernel, kernel), stride: (stride, stride),
            padding: .init(kernel / 2), groups: groups,
            weight: Self.numbers(outputs * inputs / groups * kernel * kernel, name))
        return try builder.append(name, .convolution(operation), to: input)
    }

    mutating func normalization(_ input: Int) throws -> Int {
        let channels = builder.nodes[input].shape[0]
        let ones = [Float](repeating: 1, count: channels)
        let operation = BatchNormalization(
            scale: ones, shift: ones, mean: Self.numbers(channels, builder.nodes[input].name), variance: ones)
        return try builder.append("bn", .batchNormalization(operation), to: input)
    }

    mutating func append(_ name: String, _ operation: Operation, _ inputs: Int...) throws -> Int {
        try builder.append(name, operation, to: inputs)
    }

    /// Conv – BN – activation.
    mutating func active(
        _ name: String, _ input: Int, to outputs: Int? = nil, kernel: Int = 1, stride: Int = 1,
        depthwise: Bool = false, _ activation: Activation = .relu6
    ) throws -> Int {
        let node = try convolution(
            name, input, to: outputs, kernel: kernel, stride: stride, depthwise: depthwise)
        return try append("act", .activation(activation), normalization(node))
    }

    mutating func network(_ input: Int, isFreelyBuilt: Bool = false) throws -> Network {
        let pool = try append("pool", .globalAveragePool, input)
        let inputs = builder.nodes[pool].shape[0]
        let head = Linear(inputs: inputs, outputs: 2, weight: Self.numbers(2 * inputs, "head"), bias: nil)
        _ = try append("head", .linear(head), pool)
        return Network(architecture: "drawn", graph: try builder.graph(), isFreelyBuilt: isFreelyBuilt)
    }
}
