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
    /// Whether it is on the block level: the stem, or the output of a block; every layer in a network without blocks.
    public var isBlock: Bool
}

/// A network ready to run: what was recognised, its graph, and the layers the analysis looks at.
public struct Network: Equatable, Sendable {
    /// For people: `resnet56, option A`.
    public var architecture: String
    public var graph: Graph
    /// In the order of the graph.
    public var layers: [Layer]
    /// What the network consists of, as far as it has convolutions, in the order of the units' outputs: every layer belongs
    /// to at least one.
    public var units: [Unit]
    /// Trained parameters: weights, biases, BN scale and shift, not running statistics.
    public var parameters: Int
    /// Multiply-adds of convolutions and fully connected layers for one image.
    public var multiplyAdds: Int
    /// Whether it need not stay one of its family's.
    public let isFreelyBuilt: Bool

    /// Finds the layers and units of a graph and counts its parameters. O(residual blocks × nodes).
    ///
    /// - Parameter isFreelyBuilt: whether the network need not stay one of its family's: a block is then cuttable wherever
    ///   it puts out the shape it takes, whatever lies on its shortcut.
    public init(architecture: String, graph: Graph, isFreelyBuilt: Bool = false) {
        let search = LayerSearch(graph, isFreelyBuilt: isFreelyBuilt)
        self.architecture = architecture
        self.graph = graph
        self.isFreelyBuilt = isFreelyBuilt
        layers = search.layers
        units = search.units
        parameters = graph.nodes.reduce(0) { $0 + $1.operation.parameters }
        multiplyAdds = graph.nodes.indices.reduce(0) { $0 + graph.multiplyAdds(of: $1) }
    }

    /// The node that Lu et al.'s protocol taps for a layer on the block level: a block at its output, the
    /// stem and plain convolutions at the raw convolution output before BatchNorm.
    public func protocolTap(of layer: Layer) -> Int {
        let isBlock = units.contains { $0.kind == .block && layers[$0.outputLayer].output == layer.output }
        return isBlock ? layer.output : layer.convolution
    }
}
