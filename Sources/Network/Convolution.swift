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
