import Kernels
import Network

/// What a step does with one batch of samples. Batches of other workers may be worked on at the same time.
protocol StepWork: Sendable {
    /// - Parameters:
    ///   - inputs: of each input, `Executor.batch` samples one after the other.
    ///   - output: room for as many; it may be the memory of an input that the step lets be replaced, and holds anything else before.
    ///   - worker: of the pool; nobody else works under that number meanwhile.
    func run(_ inputs: [UnsafeMutablePointer<Float>], into output: UnsafeMutablePointer<Float>, worker: Int) throws
}

extension Step {
    /// - Throws: `KernelError`.
    func work(workers: Int) throws(KernelError) -> any StepWork {
        let shape = inputShapes[0]
        let count = Executor.batch * outputShape.reduce(1, *)
        switch kind {
        case .convolution(let convolution, let accumulate, let functions):
            return ConvolutionWork(
                kernel: try ConvolutionKernel(
                    shape: ConvolutionShape(convolution, input: shape, output: outputShape), batch: Executor.batch,
                    weights: convolution.weight,
                    bias: convolution.bias ?? Array(repeating: 0, count: convolution.outputChannels),
                    accumulate: accumulate, functions: functions, workers: workers),
                accumulate: accumulate, count: count)
        case .affine(let affine, let relu): return AffineWork(affine: affine, relu: relu, count: count)
        case .layerNormalization(let norm): return LayerNormalizationWork(norm: norm, count: count)
        case .activation(let activation):
            // oneDNN's ReLU makes a zero of NaN.
            return ActivationWork(
                activation: activation,
                kernels: try (activation == .relu ? [] : activation.functions ?? []).map {
                    function throws(KernelError) in
                    try ElementKernel(function, count: count, workers: workers)
                }, count: count)
        case .parametricRelu(let slopes):
            return ParametricReluWork(
                slopes: slopes.count == 1 ? Array(repeating: slopes[0], count: shape[0]) : slopes, count: count)
        case .add(let relu): return AddWork(relu: relu, count: count)
        case .combine(let combination):
            return CombineWork(
                combination: combination, shapes: (shape, inputShapes[inputShapes.count - 1]), outputShape: outputShape)
        case .pool(let pool): return PoolWork(pool: pool, shape: shape, outputShape: outputShape)
        case .means(let height, let width): return MeansWork(height: height, width: width, shape: shape)
        case .linear(let linear): return LinearWork(linear: linear, places: count / linear.outputs)
        case .rearrange(let rearrangement): return CopyWork(rearrangement, shape: shape, outputShape: outputShape)
        case .concatenate(let axis): return CopyWork(concatenating: inputShapes, axis: axis, outputShape: outputShape)
        case .softmax: return SoftmaxWork(channels: shape[0], count: count)
        }
    }
}

struct ConvolutionWork: StepWork {
    let kernel: ConvolutionKernel
    /// Whether the second input is added.
    let accumulate: Bool
    /// Values of the output.
    let count: Int

    func run(_ inputs: [UnsafeMutablePointer<Float>], into output: UnsafeMutablePointer<Float>, worker: Int) throws {
        if accumulate, inputs[1] != output { output.update(from: inputs[1], count: count) }
        try kernel.run(inputs[0], into: output, worker: worker)
    }
}

struct LinearWork: StepWork {
    let linear: Linear
    /// The channels of a place stand side by side, so that places are rows as samples are.
    let places: Int

    func run(_ inputs: [UnsafeMutablePointer<Float>], into output: UnsafeMutablePointer<Float>, worker: Int) throws {
        try multiplyTransposed(
            inputs[0], linear.weight, into: output, rows: places, columns: linear.outputs, depth: linear.inputs)
        guard let bias = linear.bias else { return }
        bias.withUnsafeBufferPointer { bias in
            for place in 0..<places {
                let values = output + place * bias.count
                for index in 0..<bias.count { values[index] += bias[index] }
            }
        }
    }
}

extension ConvolutionShape {
    fileprivate init(_ convolution: Convolution, input: [Int], output: [Int]) {
        let padding = convolution.padding
        self.init(
            channels: input[0], height: input[1], width: input[2], outputChannels: output[0], outputHeight: output[1],
            outputWidth: output[2], kernel: convolution.kernel, stride: convolution.stride,
            dilation: convolution.dilation,
            padding: (padding.top, padding.left, padding.bottom, padding.right), groups: convolution.groups)
    }
}
