/// What a node of the graph computes, for one sample: shapes leave out the batch.
public enum Operation: Equatable, Sendable {
    case input
    case convolution(Convolution)
    case batchNormalization(BatchNormalization)
    case layerNormalization(LayerNormalization)
    case affine(Affine)
    /// A function of each element.
    case activation(Activation)
    /// x where it is positive, else x times its channel's slope (He et al. 2015); one slope, or one per channel.
    case parametricRelu(slopes: [Float])
    /// Elementwise sum of two tensors of one shape: a residual's junction.
    case add
    /// Another elementwise combination of two tensors, or a sum of two of unlike shapes: extents of 1 are stretched.
    case combine(Combination)
    case pool(Pool)
    /// C×H×W to C×height×width, each value the mean over its share of the map, as PyTorch cuts it.
    case adaptiveAveragePool(height: Int, width: Int)
    /// C×H×W to C: the mean over each map.
    case globalAveragePool
    case linear(Linear)
    /// Values put elsewhere: reshaping, transposing, slicing, padding.
    case rearrange(Rearrangement)
    /// Tensors one behind the other along an axis.
    case concatenate(axis: Int)
    /// exp(x) over the sum of them, along the first axis.
    case softmax

    public static let relu = Operation.activation(.relu)
}

/// Two tensors combined element by element.
public enum Combination: String, Equatable, Sendable {
    case sum, difference, product, quotient
}
