import Network

/// One piece of work over all samples: an operation with what could be fused into it.
struct Step: Sendable {
    enum Kind: Sendable {
        /// With batch normalisation folded into weights and bias; `accumulate` says whether the second input is added.
        case convolution(Convolution, accumulate: Bool, relu: Bool)
        /// y = x · scale + shift per channel.
        case affine(scale: [Float], shift: [Float], relu: Bool)
        case add(relu: Bool)
        case relu
        case subsample(stride: Int, channelsBefore: Int)
        case globalAveragePool
        case linear(Linear)
    }

    var kind: Kind
    /// Nodes whose values it takes.
    var inputs: [Int]
    /// The node whose value it puts out: the last of those fused.
    var output: Int
    var inputShape: [Int]
    var outputShape: [Int]

    /// Multiply-adds per sample; what progress and the time left are reckoned by.
    var cost: Int {
        let values = outputShape.reduce(1, *)
        switch kind {
        case .convolution(let convolution, _, _):
            let perValue = convolution.kernel.height * convolution.kernel.width * convolution.inputChannels
            return values * (perValue / max(1, convolution.groups))
        case .linear(let linear): return linear.inputs * linear.outputs
        default: return values
        }
    }
}
