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
    /// - Parameters:
    ///   - order: of the channels of images, C×H×W.
    ///   - workspace: what workers may write to while they run the step, `workspace(order:)` values each.
    /// - Throws: `KernelError`.
    func work(order: ChannelOrder, workers: Int, workspace: Workspace) throws(KernelError) -> any StepWork {
        let shape = inputShapes[0]
        let count = Executor.batch * outputShape.reduce(1, *)
        let stored = StoredOrder(channels: order)
        switch kind {
        case .convolution(let convolution, let accumulate, let functions):
            return ConvolutionWork(
                kernel: try ConvolutionKernel(
                    shape: convolutionShape(convolution, order: order), batch: Executor.batch,
                    weights: convolution.weight,
                    bias: convolution.bias ?? Array(repeating: 0, count: convolution.outputChannels),
                    accumulate: accumulate, functions: functions, workers: workers),
                accumulate: accumulate, count: count, workspace: workspace)
        case .affine(let affine, let relu):
            return AffineWork(affine: affine, relu: relu, maps: ChannelMaps(shape, order))
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
                slopes: slopes.count == 1 ? Array(repeating: slopes[0], count: shape[0]) : slopes,
                maps: ChannelMaps(shape, order))
        case .add(let relu): return AddWork(relu: relu, count: count)
        case .combine(let combination):
            return CombineWork(
                combination: combination, shapes: (shape, inputShapes[inputShapes.count - 1]), outputShape: outputShape,
                order: stored)
        case .pool(let pool):
            return PoolWork(pool: pool, shape: shape, outputShape: outputShape, block: order.block(of: shape[0]))
        case .means(let height, let width):
            return MeansWork(height: height, width: width, shape: shape, block: order.block(of: shape[0]))
        case .linear(let linear): return LinearWork(linear: linear, places: count / linear.outputs)
        case .rearrange(let rearrangement):
            return CopyWork(rearrangement, shape: shape, outputShape: outputShape, order: stored)
        case .concatenate(let axis):
            return CopyWork(concatenating: inputShapes, axis: axis, outputShape: outputShape, order: stored)
        case .softmax: return SoftmaxWork(channels: shape[0], count: count)
        }
    }

    /// Values of working memory that a worker wants.
    func workspace(order: ChannelOrder) -> Int {
        guard case .convolution(let convolution, _, let functions) = kind else { return 0 }
        return ConvolutionKernel.workspace(
            shape: convolutionShape(convolution, order: order), batch: Executor.batch, functions: functions)
    }

    /// Whether images may stand in blocks where the step takes or makes them.
    var suitsBlocks: Bool {
        switch kind {
        case .convolution(let convolution, _, _):
            areSinglePlaces || convolutionShape(convolution, order: .blocked).suitsBlocks
        // They work on all channels of a place.
        case .layerNormalization, .linear, .softmax: areSinglePlaces
        default: true
        }
    }

    /// Whether there are no images larger than a pixel, whose values stand the same way in any order.
    private var areSinglePlaces: Bool {
        (inputShapes + [outputShape]).allSatisfy { $0.count != 3 || $0[1] * $0[2] == 1 }
    }

    private func convolutionShape(_ convolution: Convolution, order: ChannelOrder) -> ConvolutionShape {
        let (input, output, padding) = (inputShapes[0], outputShape, convolution.padding)
        return ConvolutionShape(
            channels: input[0], height: input[1], width: input[2], outputChannels: output[0], outputHeight: output[1],
            outputWidth: output[2], kernel: convolution.kernel, stride: convolution.stride,
            dilation: convolution.dilation,
            padding: (padding.top, padding.left, padding.bottom, padding.right), groups: convolution.groups,
            order: areSinglePlaces ? .last : order)
    }
}

/// Memory for workers to write to while they run a step, a piece for each.
final class Workspace: Sendable {
    private let memory: FeatureMatrix
    private let size: Int

    /// - Parameter size: values a worker gets.
    /// - Throws: `KernelError.allocation`.
    init(size: Int, workers: Int) throws(KernelError) {
        // Only the count of values matters, not how they are cut in rows.
        let rows = FeatureMatrix.rowMultiple
        self.size = (size + 15) / 16 * 16
        memory = try FeatureMatrix(rows: rows, columns: (workers * self.size + rows - 1) / rows)
    }

    subscript(worker: Int) -> UnsafeMutablePointer<Float> { memory.base + worker * size }
}

struct ConvolutionWork: StepWork {
    let kernel: ConvolutionKernel
    /// Whether the second input is added.
    let accumulate: Bool
    /// Values of the output.
    let count: Int
    let workspace: Workspace

    func run(_ inputs: [UnsafeMutablePointer<Float>], into output: UnsafeMutablePointer<Float>, worker: Int) throws {
        if accumulate, inputs[1] != output { output.update(from: inputs[1], count: count) }
        try kernel.run(inputs[0], into: output, workspace: workspace[worker], worker: worker)
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
