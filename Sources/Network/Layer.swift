/// A layer in the sense of the analysis: the chain Conv – BatchNorm – (Add) – (activation) that starts at a convolution.
public struct Layer: Equatable, Sendable {
    /// The convolution's prefix in the checkpoint.
    public var name: String
    /// Node of the convolution.
    public var convolution: Int
    /// Node at the end of the chain, whose output is the layer's representation.
    public var output: Int
    /// Channels, height, width.
    public var shape: [Int]
    /// Trained parameters of the convolution and its batch normalisation.
    public var parameters: Int
    /// Multiply-adds of the convolution for one image.
    public var multiplyAdds: Int
    /// Whether it is on the block level: the stem, or the output of a residual block.
    public var isBlock: Bool
}

/// A network ready to run: what was recognised, its graph, and the layers the analysis looks at.
public struct Network: Equatable, Sendable {
    /// For people: `resnet56, option A`.
    public var architecture: String
    public var graph: Graph
    /// In the order of the graph.
    public var layers: [Layer]
    /// Trained parameters: weights, biases, BN scale and shift, not running statistics.
    public var parameters: Int
}
