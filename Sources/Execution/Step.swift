import Kernels
import Network

/// One piece of work over all samples: an operation with what could be fused into it.
struct Step: Sendable {
    enum Kind: Sendable {
        /// With batch normalisation folded into weights and bias; `accumulate` says whether the second input is added,
        /// `functions` what is applied behind that.
        case convolution(Convolution, accumulate: Bool, functions: [ElementFunction])
        /// y = x · scale + shift per channel.
        case affine(Affine, relu: Bool)
        case layerNormalization(LayerNormalization)
        case activation(Activation)
        case parametricRelu(slopes: [Float])
        case add(relu: Bool)
        case combine(Combination)
        case pool(Pool)
        /// Means over `height × width` shares of each map.
        case means(height: Int, width: Int)
        case linear(Linear)
        case rearrange(Rearrangement)
        case concatenate(axis: Int)
        case softmax
    }

    var kind: Kind
    /// Nodes whose values it takes.
    var inputs: [Int]
    /// The node whose value it puts out: the last of those fused.
    var output: Int
    var inputShapes: [[Int]]
    var outputShape: [Int]

    /// Multiply-adds per sample; what progress and the time left are reckoned by.
    var cost: Double {
        let values = Double(outputShape.reduce(1, *))
        switch kind {
        case .convolution(let convolution, _, _):
            let perValue = convolution.kernel.height * convolution.kernel.width * convolution.inputChannels
            return values * Double(perValue / max(1, convolution.groups))
        case .linear(let linear): return Double(linear.inputs) * values
        default: return values
        }
    }

    /// Inputs whose memory the output may take over: an element is written where it was read, by the same item of work.
    var replaceableInputs: [Int] {
        switch kind {
        // Accumulated in place; a convolution's own input is read all around the place that is written.
        case .convolution(_, accumulate: true, _): inputs[0] == inputs[1] ? [] : [inputs[1]]
        case .affine, .layerNormalization, .activation, .parametricRelu, .add, .softmax: inputs
        case .combine: zip(inputs, inputShapes).filter { $1 == outputShape }.map(\.0)
        default: []
        }
    }
}

extension Activation {
    /// What oneDNN makes of it; nil where it has no such function.
    var functions: [ElementFunction]? {
        switch self {
        case .relu: [.relu]
        case .leakyRelu(let slope): [.init(.relu, alpha: slope)]
        case .elu(let alpha): [.init(.elu, alpha: alpha)]
        case .clip(let low, let high): [.init(.clip, alpha: low, beta: high)]
        case .sigmoid: [.init(.logistic)]
        case .hardSigmoid(let slope, let offset):
            [.init(.linear, alpha: slope, beta: offset), .init(.clip, alpha: 0, beta: 1)]
        case .hardSwish: [.init(.hardSwish)]
        case .swish: [.init(.swish, alpha: 1)]
        case .gelu: [.init(.gelu)]
        case .geluTanh: [.init(.geluTanh)]
        case .tanh: [.init(.tanh)]
        case .exponential: [.init(.exponential)]
        case .squareRoot: [.init(.squareRoot)]
        case .absolute: [.init(.absolute)]
        case .negative: [.init(.linear, alpha: -1)]
        case .reciprocal: [.init(.power, alpha: 1, beta: -1)]
        case .power(let exponent): [.init(.power, alpha: 1, beta: exponent)]
        case .erf: nil
        }
    }
}
