import Network

/// Short spellings for graphs made by hand on 1-channel 4×4 maps, where every convolution keeps the shape.
struct HandMadeGraph {
    private var builder: GraphBuilder

    init() throws { builder = try GraphBuilder(inputShape: [1, 4, 4]) }

    mutating func convolution(_ name: String, _ input: Int) throws -> Int {
        let operation = Convolution(
            inputChannels: 1, outputChannels: 1, kernel: (3, 3), padding: .init(1),
            weight: Array(repeating: 1, count: 9))
        return try builder.append(name, .convolution(operation), to: input)
    }

    mutating func normalization(_ name: String, _ input: Int) throws -> Int {
        let operation = BatchNormalization(scale: [1], shift: [0], mean: [0], variance: [1])
        return try builder.append(name, .batchNormalization(operation), to: input)
    }

    mutating func relu(_ input: Int) throws -> Int { try builder.append("relu", .relu, to: input) }

    mutating func add(_ name: String, _ first: Int, _ second: Int) throws -> Int {
        try builder.append(name, .add, to: first, second)
    }

    /// Ends with pool and head.
    mutating func network(_ input: Int) throws -> Network {
        let pool = try builder.append("pool", .globalAveragePool, to: input)
        let head = Linear(inputs: 1, outputs: 2, weight: [1, 2], bias: [0, 0])
        try builder.append("head", .linear(head), to: pool)
        return Network(architecture: "hand-made", graph: try builder.graph())
    }
}

extension Network {
    /// The units that are blocks.
    var blocks: [Unit] { units.filter { $0.kind == .block } }
}
