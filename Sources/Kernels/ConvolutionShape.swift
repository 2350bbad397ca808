import COneDNN

/// A convolution's extents, in pixels and channels, and how its images stand in memory.
///
/// It takes the extents as they are: whether they fit together is for the caller to know, and for oneDNN to refuse.
public struct ConvolutionShape: Hashable, Sendable {
    public var channels, height, width: Int
    public var outputChannels, outputHeight, outputWidth: Int
    public var kernelHeight, kernelWidth: Int
    public var strideHeight, strideWidth: Int
    public var dilationHeight, dilationWidth: Int
    public var padTop, padLeft, padBottom, padRight: Int
    public var groups: Int
    /// Of its input and its output.
    public var order: ChannelOrder

    public init(
        channels: Int, height: Int, width: Int, outputChannels: Int, outputHeight: Int, outputWidth: Int,
        kernel: (height: Int, width: Int), stride: (height: Int, width: Int), dilation: (height: Int, width: Int),
        padding: (top: Int, left: Int, bottom: Int, right: Int), groups: Int, order: ChannelOrder = .last
    ) {
        self.channels = channels
        self.height = height
        self.width = width
        self.outputChannels = outputChannels
        self.outputHeight = outputHeight
        self.outputWidth = outputWidth
        (kernelHeight, kernelWidth) = kernel
        (strideHeight, strideWidth) = stride
        (dilationHeight, dilationWidth) = dilation
        (padTop, padLeft, padBottom, padRight) = padding
        self.groups = groups
        self.order = order
    }

    /// Whether oneDNN has a fast way for it in blocked order: with even blocks, in each group too, or with the few channels
    /// of an image.
    public var suitsBlocks: Bool {
        func isEven(_ channels: Int) -> Bool { channels.isMultiple(of: ChannelOrder.width) }
        if groups == 1 { return (isEven(channels) || channels < ChannelOrder.width) && isEven(outputChannels) }
        if groups == channels, groups == outputChannels { return isEven(channels) }
        return isEven(channels / groups) && isEven(outputChannels / groups)
    }

    /// Values of one image before the convolution.
    public var inputFeatures: Int { channels * height * width }
    /// Values of one image behind it.
    public var outputFeatures: Int { outputChannels * outputHeight * outputWidth }
    /// Values of its weights.
    var weights: Int { outputChannels * (channels / max(1, groups)) * kernelHeight * kernelWidth }

    func description(batch: Int, accumulate: Bool, functions: [ElementFunction]) -> sepal_convolution {
        let none = sepal_function()
        return sepal_convolution(
            batch: Int64(batch), groups: Int64(groups),
            channels: Int64(channels), height: Int64(height), width: Int64(width),
            out_channels: Int64(outputChannels), out_height: Int64(outputHeight), out_width: Int64(outputWidth),
            kernel_height: Int64(kernelHeight), kernel_width: Int64(kernelWidth),
            stride_height: Int64(strideHeight), stride_width: Int64(strideWidth),
            dilation_height: Int64(dilationHeight), dilation_width: Int64(dilationWidth),
            pad_top: Int64(padTop), pad_left: Int64(padLeft), pad_bottom: Int64(padBottom), pad_right: Int64(padRight),
            block: order == .blocked ? Int32(ChannelOrder.width) : 0,
            accumulate: accumulate ? 1 : 0,
            functions: Int32(min(2, functions.count)),
            function: (functions.first?.description ?? none, functions.dropFirst().first?.description ?? none))
    }
}
