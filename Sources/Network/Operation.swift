/// A convolution of an N×C×H×W tensor, as PyTorch and ONNX define it.
public struct Convolution: Equatable, Sendable {
    public var inputChannels: Int
    public var outputChannels: Int
    public var kernel: (height: Int, width: Int)
    public var stride: (height: Int, width: Int)
    public var dilation: (height: Int, width: Int)
    public var padding: Padding
    public var groups: Int
    /// outputChannels × (inputChannels / groups) × kernel height × kernel width, row-major.
    public var weight: [Float]
    /// One number per output channel; nil for none.
    public var bias: [Float]?

    public struct Padding: Equatable, Sendable {
        public var top, left, bottom, right: Int
        public init(top: Int = 0, left: Int = 0, bottom: Int = 0, right: Int = 0) {
            self.top = top
            self.left = left
            self.bottom = bottom
            self.right = right
        }
        public init(_ all: Int) { self.init(top: all, left: all, bottom: all, right: all) }
    }

    public init(
        inputChannels: Int, outputChannels: Int, kernel: (height: Int, width: Int),
        stride: (height: Int, width: Int) = (1, 1),
        dilation: (height: Int, width: Int) = (1, 1), padding: Padding = Padding(), groups: Int = 1, weight: [Float],
        bias: [Float]? = nil
    ) {
        self.inputChannels = inputChannels
        self.outputChannels = outputChannels
        self.kernel = kernel
        self.stride = stride
        self.dilation = dilation
        self.padding = padding
        self.groups = groups
        self.weight = weight
        self.bias = bias
    }

    public static func == (a: Convolution, b: Convolution) -> Bool {
        a.inputChannels == b.inputChannels && a.outputChannels == b.outputChannels && a.kernel == b.kernel
            && a.stride == b.stride && a.dilation == b.dilation && a.padding == b.padding && a.groups == b.groups
            && a.weight == b.weight && a.bias == b.bias
    }
}

/// Batch normalisation with fixed statistics: y = (x − mean) / √(variance + epsilon) · scale + shift, per channel.
public struct BatchNormalization: Equatable, Sendable {
    public var scale, shift, mean, variance: [Float]
    public var epsilon: Float

    public init(scale: [Float], shift: [Float], mean: [Float], variance: [Float], epsilon: Float = 1e-5) {
        self.scale = scale
        self.shift = shift
        self.mean = mean
        self.variance = variance
        self.epsilon = epsilon
    }
}

/// A fully connected layer: y = W x + b.
public struct Linear: Equatable, Sendable {
    public var inputs: Int
    public var outputs: Int
    /// outputs × inputs, row-major.
    public var weight: [Float]
    public var bias: [Float]?

    public init(inputs: Int, outputs: Int, weight: [Float], bias: [Float]?) {
        self.inputs = inputs
        self.outputs = outputs
        self.weight = weight
        self.bias = bias
    }
}

/// What a node of the graph computes.
public enum Operation: Equatable, Sendable {
    case input
    case convolution(Convolution)
    case batchNormalization(BatchNormalization)
    case relu
    /// Elementwise sum of two tensors of one shape.
    case add
    /// Option A of He et al.: every `stride`-th row and column, zero channels before and after.
    case subsample(stride: Int, channelsBefore: Int, channelsAfter: Int)
    /// C×H×W to C: the mean over each map.
    case globalAveragePool
    case linear(Linear)
}
