import COneDNN

/// A convolution with bias, an optional sum with what stood in the destination, and element functions, for batches of one size.
///
/// Made once, then run by all workers of a pool at a time, each on other images.
public final class ConvolutionKernel: Sendable {
    public let shape: ConvolutionShape
    /// Images per call.
    public let batch: Int

    private enum Algorithm: Sendable {
        case direct(DirectConvolution)
        case winograd(WinogradConvolution)
    }
    private let algorithm: Algorithm

    /// - Parameters:
    ///   - weights: row-major (groups ×) out × in × kernel height × kernel width.
    ///   - bias: one value per output channel.
    ///   - accumulate: add what the destination holds before.
    ///   - functions: applied to the result, one after the other; at most two.
    ///   - workers: as many as may run it at a time.
    /// - Throws: `KernelError.library`, where weights or bias are of another size as well.
    public init(
        shape: ConvolutionShape, batch: Int, weights: [Float], bias: [Float], accumulate: Bool,
        functions: [ElementFunction], workers: Int
    ) throws(KernelError) {
        self.shape = shape
        self.batch = batch
        // oneDNN takes bare pointers and would read on behind arrays that are too short.
        guard weights.count == shape.weights, bias.count == shape.outputChannels, functions.count <= 2 else {
            throw .library(
                operation: "weights or bias of that size",
                status: UInt32(truncatingIfNeeded: dnnl_invalid_arguments.rawValue))
        }
        algorithm =
            WinogradConvolution.suits(shape, functions: functions)
            ? .winograd(
                try WinogradConvolution(
                    shape: shape, batch: batch, weights: weights, bias: bias, accumulate: accumulate,
                    relu: !functions.isEmpty, workers: workers))
            : .direct(
                try DirectConvolution(
                    shape: shape, batch: batch, weights: [weights], bias: bias, accumulate: accumulate,
                    functions: functions, workers: workers))
    }

    /// Values of working memory that a call wants.
    public static func workspace(shape: ConvolutionShape, batch: Int, functions: [ElementFunction]) -> Int {
        WinogradConvolution.suits(shape, functions: functions)
            ? WinogradConvolution.workspace(shape: shape, batch: batch) : 0
    }

    /// Convolves `batch` images. O(batch · output features · kernel area · channels / groups).
    /// - Parameters:
    ///   - source: images in the shape's order, one after the other.
    ///   - destination: as many, in the same order.
    ///   - workspace: room for as many values as `workspace(shape:batch:functions:)` says; what it holds is of no matter.
    ///   - worker: whose lane to use; no two threads may use one at a time.
    /// - Throws: `KernelError.library`.
    public func run(
        _ source: UnsafePointer<Float>, into destination: UnsafeMutablePointer<Float>,
        workspace: UnsafeMutablePointer<Float>, worker: Int
    ) throws(KernelError) {
        try run(source, into: destination, workspace: workspace, worker: worker, level: VectorLoops.level)
    }

    /// The same with the loops for a kind of processor.
    func run(
        _ source: UnsafePointer<Float>, into destination: UnsafeMutablePointer<Float>,
        workspace: UnsafeMutablePointer<Float>, worker: Int, level: Int32
    ) throws(KernelError) {
        switch algorithm {
        case .direct(let direct): try direct.run(source, into: destination, worker: worker)
        case .winograd(let winograd):
            try winograd.run(source, into: destination, workspace: workspace, worker: worker, level: level)
        }
    }
}
