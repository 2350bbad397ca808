/// Maximum or mean over windows of each map, as PyTorch and ONNX define them.
public struct Pool: Equatable, Sendable {
    public enum Kind: Equatable, Sendable {
        case maximum
        /// - Parameter countsPadding: whether the zeros around the map count as values.
        case average(countsPadding: Bool)
    }

    public var kind: Kind
    public var kernel: (height: Int, width: Int)
    public var stride: (height: Int, width: Int)
    public var dilation: (height: Int, width: Int)
    public var padding: Convolution.Padding
    /// Whether a last window that begins on the map or the padding before it, but reaches beyond its end, counts.
    public var roundsUp: Bool

    public init(
        _ kind: Kind, kernel: (height: Int, width: Int), stride: (height: Int, width: Int),
        dilation: (height: Int, width: Int) = (1, 1), padding: Convolution.Padding = .init(), roundsUp: Bool = false
    ) {
        self.kind = kind
        self.kernel = kernel
        self.stride = stride
        self.dilation = dilation
        self.padding = padding
        self.roundsUp = roundsUp
    }

    public static func == (a: Pool, b: Pool) -> Bool {
        a.kind == b.kind && a.kernel == b.kernel && a.stride == b.stride && a.dilation == b.dilation
            && a.padding == b.padding && a.roundsUp == b.roundsUp
    }

    /// Windows along an axis; at least 1 where extent, kernel and stride are positive and the kernel fits.
    static func windows(
        extent: Int, before: Int, after: Int, kernel: Int, stride: Int, dilation: Int, roundsUp: Bool
    ) -> Int {
        let room = extent + before + after - dilation * (kernel - 1) - 1
        guard room >= 0 else { return 0 }
        guard roundsUp else { return room / stride + 1 }
        let windows = (room + stride - 1) / stride + 1
        // A window must not begin in the padding behind the map.
        return (windows - 1) * stride >= extent + before ? windows - 1 : windows
    }

    /// Where a window meets the map along an axis, and how many of its places count for a mean.
    public static func span(
        _ window: Int, extent: Int, before: Int, after: Int, kernel: Int, stride: Int, dilation: Int
    ) -> (places: StrideThrough<Int>, counted: Int) {
        let start = window * stride - before
        let first = start >= 0 ? start : start + (-start + dilation - 1) / dilation * dilation
        let last = min(start + (kernel - 1) * dilation, extent - 1)
        let padded = min(start + kernel * dilation, extent + after) - start
        return (Swift.stride(from: first, through: last, by: dilation), (padded + dilation - 1) / dilation)
    }
}
