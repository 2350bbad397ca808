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
    /// The blocks, and the plain convolutions that can be cut, in the order of their outputs.
    public var units: [Unit]
    /// Trained parameters: weights, biases, BN scale and shift, not running statistics.
    public var parameters: Int

    /// Finds the layers and units of a graph and counts its parameters. O(residual blocks × nodes).
    public init(architecture: String, graph: Graph) {
        let search = LayerSearch(graph)
        self.architecture = architecture
        self.graph = graph
        layers = search.layers
        units = search.units
        parameters = graph.nodes.reduce(0) { $0 + $1.operation.parameters }
    }

    /// A part of the network that may be cut out as a whole.
    public struct Unit: Equatable, Sendable {
        public enum Kind: Equatable, Sendable {
            /// What lies between a fork and the Add that joins its branches again, or an inverted residual without Add.
            case block
            /// A plain convolution with its BatchNorm and activation.
            case convolution
        }

        /// The block's prefix in the checkpoint, `layer1.0`, or the convolution's.
        public var name: String
        public var kind: Kind
        /// Indices of its layers, in order.
        public var layers: [Int]
        /// Index of the layer that ends at the block's output.
        public var outputLayer: Int
        /// Trained parameters, those of its shortcut included.
        public var parameters: Int
        /// Whether shapes stay intact where the unit is removed: a block with an Add whose shortcut is the identity, or a
        /// convolution that puts out the shape it takes.
        public var isCuttable: Bool
    }

    /// The node that Lu et al.'s protocol taps for a layer on the block level: a block at its output, the
    /// stem and plain convolutions at the raw convolution output before BatchNorm.
    public func protocolTap(of layer: Layer) -> Int {
        let isBlock = units.contains { $0.kind == .block && layers[$0.outputLayer].output == layer.output }
        return isBlock ? layer.output : layer.convolution
    }
}
