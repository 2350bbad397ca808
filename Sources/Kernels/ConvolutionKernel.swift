import COneDNN

/// A convolution with bias, an optional sum with what stood in the destination, and element functions, for batches of one size.
///
/// Made once, then run by all workers of a pool at a time, each on other images.
public final class ConvolutionKernel: Sendable {
    public let shape: ConvolutionShape
    /// Images per call.
    public let batch: Int
    private let engine: Handle
    private let primitive: Handle
    private let weights: Handle
    private let bias: Handle
    private let lanes: [Lane]

    /// What one worker needs for itself.
    private struct Lane: Sendable {
        let stream, source, destination, scratchpad: Handle
    }

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
        var description = shape.description(batch: batch, accumulate: accumulate, functions: functions)
        let engine = try Handle("an engine", destroy: dnnl_engine_destroy) {
            dnnl_engine_create(&$0, sepal_cpu(), 0)
        }
        let primitive = try Handle("a convolution", destroy: dnnl_primitive_destroy) {
            sepal_convolution_create(engine.pointer, &description, &$0)
        }
        func memory(_ argument: Int32, allocate: Bool) throws(KernelError) -> Handle {
            try Handle("memory for a convolution", destroy: dnnl_memory_destroy) {
                sepal_argument_memory(primitive.pointer, argument, allocate ? 1 : 0, engine.pointer, &$0)
            }
        }
        var lanes: [Lane] = []
        for _ in 0..<max(1, workers) {
            lanes.append(
                Lane(
                    stream: try Handle("a stream", destroy: dnnl_stream_destroy) {
                        dnnl_stream_create(&$0, engine.pointer, sepal_default_stream())
                    },
                    source: try memory(DNNL_ARG_SRC, allocate: false),
                    destination: try memory(DNNL_ARG_DST, allocate: false),
                    scratchpad: try memory(DNNL_ARG_SCRATCHPAD, allocate: true)))
        }
        let setup = lanes[0].stream
        self.weights = try Handle("weights of a convolution", destroy: dnnl_memory_destroy) { handle in
            weights.withUnsafeBufferPointer {
                sepal_convolution_reorder_weights(
                    engine.pointer, setup.pointer, primitive.pointer, &description, $0.baseAddress, &handle)
            }
        }
        let biasMemory = try memory(DNNL_ARG_BIAS, allocate: true)
        try check("a bias") {
            var data: UnsafeMutableRawPointer?
            let status = dnnl_memory_get_data_handle(biasMemory.pointer, &data)
            data?.assumingMemoryBound(to: Float.self).update(from: bias, count: bias.count)
            return status
        }
        self.bias = biasMemory
        self.engine = engine
        self.primitive = primitive
        self.lanes = lanes
    }

    /// Convolves `batch` images. O(batch · output features · kernel area · channels / groups).
    /// - Parameters:
    ///   - source: batch × height × width × channels.
    ///   - destination: batch × output height × output width × output channels.
    ///   - worker: whose lane to use; no two threads may use one at a time.
    /// - Throws: `KernelError.library`.
    public func run(
        _ source: UnsafePointer<Float>, into destination: UnsafeMutablePointer<Float>, worker: Int
    ) throws(KernelError) {
        let lane = lanes[worker]
        var arguments = sepal_convolution_arguments(
            source: lane.source.pointer, weights: weights.pointer, bias: bias.pointer,
            destination: lane.destination.pointer, scratchpad: lane.scratchpad.pointer)
        try check("running a convolution") {
            sepal_convolution_execute(primitive.pointer, lane.stream.pointer, &arguments, source, destination)
        }
    }
}
