import COneDNN

/// oneDNN's convolution, with one or several sets of weights to choose from.
final class DirectConvolution: Sendable {
    private let engine: Handle
    private let primitive: Handle
    private let weights: [Handle]
    private let bias: Handle
    private let lanes: [Lane]

    /// What one worker needs for itself.
    private struct Lane: Sendable {
        let stream, source, destination, scratchpad: Handle
    }

    /// - Parameters:
    ///   - weights: sets of them, each row-major (groups ×) out × in × kernel height × kernel width and of the right size.
    ///   - bias: one value per output channel.
    ///   - accumulate: add what the destination holds before.
    ///   - functions: applied to the result, one after the other; at most two.
    ///   - workers: as many as may run it at a time.
    /// - Throws: `KernelError.library`.
    init(
        shape: ConvolutionShape, batch: Int, weights: some Sequence<[Float]>, bias: [Float], accumulate: Bool,
        functions: [ElementFunction], workers: Int
    ) throws(KernelError) {
        // How many threads a call wants is settled now.
        sepal_use_one_openmp_thread()
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
        self.weights = try weights.map { weights throws(KernelError) in
            try Handle("weights of a convolution", destroy: dnnl_memory_destroy) { handle in
                weights.withUnsafeBufferPointer {
                    sepal_convolution_reorder_weights(
                        engine.pointer, setup.pointer, primitive.pointer, &description, $0.baseAddress, &handle)
                }
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

    /// Convolves a batch with one set of weights.
    /// - Parameter worker: whose lane to use; no two threads may use one at a time.
    /// - Throws: `KernelError.library`.
    func run(
        _ source: UnsafePointer<Float>, into destination: UnsafeMutablePointer<Float>, weights set: Int = 0, worker: Int
    ) throws(KernelError) {
        let lane = lanes[worker]
        var arguments = sepal_convolution_arguments(
            source: lane.source.pointer, weights: weights[set].pointer, bias: bias.pointer,
            destination: lane.destination.pointer, scratchpad: lane.scratchpad.pointer)
        try check("running a convolution") {
            sepal_convolution_execute(primitive.pointer, lane.stream.pointer, &arguments, source, destination)
        }
    }
}
