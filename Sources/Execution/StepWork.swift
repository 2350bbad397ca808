import Kernels
import Network

/// A step bound to its matrices. Items of work on other rows may run at the same time.
protocol StepWork: Sendable {
    /// - Parameters:
    ///   - rows: as many as the step's `rowsPerItem`.
    ///   - worker: of the pool; nobody else works under that number meanwhile.
    func run(rows: Range<Int>, worker: Int) throws
}

extension Step {
    /// Samples in one item of work; constant, so that results do not depend on the number of threads.
    var rowsPerItem: Int {
        if case .linear = kind, outputShape.count == 1 { return FeatureMatrix.rowMultiple }
        return Executor.batch
    }

    /// - Throws: `KernelError`.
    func work(inputs: [FeatureMatrix], output: FeatureMatrix, workers: Int) throws(KernelError) -> any StepWork {
        let (input, shape) = (inputs[0], inputShapes[0])
        switch kind {
        case .convolution(let convolution, let accumulate, let functions):
            return ConvolutionWork(
                kernel: try ConvolutionKernel(
                    shape: ConvolutionShape(convolution, input: shape, output: outputShape), batch: Executor.batch,
                    weights: convolution.weight,
                    bias: convolution.bias ?? Array(repeating: 0, count: convolution.outputChannels),
                    accumulate: accumulate, functions: functions, workers: workers),
                input: input, summand: accumulate ? inputs[1] : nil, output: output)
        case .affine(let affine, let relu): return AffineWork(affine: affine, relu: relu, input: input, output: output)
        case .layerNormalization(let norm): return LayerNormalizationWork(norm: norm, input: input, output: output)
        case .activation(let activation):
            return ActivationWork(
                activation: activation,
                kernels: try (activation == .relu ? [] : activation.functions ?? []).map {
                    function throws(KernelError) in
                    try ElementKernel(function, count: rowsPerItem * output.columns, workers: workers)
                }, input: input, output: output)
        case .parametricRelu(let slopes):
            return ParametricReluWork(
                slopes: slopes.count == 1 ? Array(repeating: slopes[0], count: shape[0]) : slopes, input: input,
                output: output)
        case .add(let relu): return AddWork(relu: relu, inputs: (input, inputs[inputs.count - 1]), output: output)
        case .combine(let combination):
            return CombineWork(
                combination: combination, inputs: (input, inputs[inputs.count - 1]),
                shapes: (shape, inputShapes[inputShapes.count - 1]), outputShape: outputShape, output: output)
        case .pool(let pool):
            return PoolWork(pool: pool, shape: shape, outputShape: outputShape, input: input, output: output)
        case .means(let height, let width):
            return MeansWork(height: height, width: width, shape: shape, input: input, output: output)
        case .linear(let linear): return LinearWork(linear: linear, input: input, output: output)
        case .rearrange(let rearrangement):
            return CopyWork(rearrangement, shape: shape, outputShape: outputShape, input: input, output: output)
        case .concatenate(let axis):
            return CopyWork(
                concatenating: inputs, shapes: inputShapes, axis: axis, outputShape: outputShape, output: output)
        case .softmax: return SoftmaxWork(channels: shape[0], input: input, output: output)
        }
    }
}

struct ConvolutionWork: StepWork {
    let kernel: ConvolutionKernel
    let input: FeatureMatrix
    /// What is added; the output itself where it was put in its place.
    let summand: FeatureMatrix?
    let output: FeatureMatrix

    func run(rows: Range<Int>, worker: Int) throws {
        let result = output.row(rows.lowerBound)
        if let summand, summand !== output {
            result.update(from: summand.row(rows.lowerBound), count: rows.count * output.columns)
        }
        try kernel.run(input.row(rows.lowerBound), into: result, worker: worker)
    }
}

struct LinearWork: StepWork {
    let linear: Linear
    let input: FeatureMatrix
    let output: FeatureMatrix

    func run(rows: Range<Int>, worker: Int) throws {
        let result = output.row(rows.lowerBound)
        // The channels of a place stand side by side, so that places are rows as samples are.
        let places = rows.count * output.columns / linear.outputs
        try multiplyTransposed(
            input.row(rows.lowerBound), linear.weight, into: result, rows: places, columns: linear.outputs,
            depth: linear.inputs)
        guard let bias = linear.bias else { return }
        bias.withUnsafeBufferPointer { bias in
            for place in 0..<places {
                let values = result + place * bias.count
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
