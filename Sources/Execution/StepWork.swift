import Kernels
import Network

/// A step bound to its matrices: what one item of work does.
final class StepWork: Sendable {
    let rowsPerItem: Int
    private let step: Step
    private let inputs: [FeatureMatrix]
    private let output: FeatureMatrix
    private let convolution: ConvolutionKernel?

    init(step: Step, inputs: [FeatureMatrix], output: FeatureMatrix, workers: Int) throws {
        self.step = step
        self.inputs = inputs
        self.output = output
        if case .convolution(let convolution, let accumulate, let relu) = step.kind {
            self.convolution = try ConvolutionKernel(
                shape: ConvolutionShape(convolution, input: step.inputShape, output: step.outputShape),
                batch: Executor.batch, weights: convolution.weight,
                bias: convolution.bias ?? Array(repeating: 0, count: convolution.outputChannels),
                accumulate: accumulate, relu: relu, workers: workers)
        } else {
            convolution = nil
        }
        if case .linear = step.kind { rowsPerItem = FeatureMatrix.rowMultiple } else { rowsPerItem = Executor.batch }
    }

    /// Rows beyond the last sample are worked on as well: they exist, and constant items keep rounding constant.
    func run(item: Int, worker: Int) throws {
        let first = item * rowsPerItem
        let rows = first..<(first + rowsPerItem)
        switch step.kind {
        case .convolution(_, let accumulate, _):
            if accumulate, inputs[1] !== output {
                output.row(first).update(from: inputs[1].row(first), count: rows.count * output.columns)
            }
            try convolution?.run(inputs[0].row(first), into: output.row(first), worker: worker)
        case .affine(let scale, let shift, let relu): affine(rows, scale: scale, shift: shift, relu: relu)
        case .add(let relu):
            let (a, b, sum) = (inputs[0].row(first), inputs[inputs.count - 1].row(first), output.row(first))
            for index in 0..<(rows.count * output.columns) {
                let value = a[index] + b[index]
                sum[index] = relu ? rectified(value) : value
            }
        case .relu:
            let (source, result) = (inputs[0].row(first), output.row(first))
            for index in 0..<(rows.count * output.columns) { result[index] = rectified(source[index]) }
        case .subsample(let stride, let before): subsample(rows, stride: stride, channelsBefore: before)
        case .globalAveragePool: globalAveragePool(rows)
        case .linear(let linear): try apply(linear, to: rows)
        }
    }

    private func affine(_ rows: Range<Int>, scale: [Float], shift: [Float], relu: Bool) {
        let channels = scale.count
        for row in rows {
            let (source, result) = (inputs[0].row(row), output.row(row))
            for pixel in stride(from: 0, to: output.columns, by: channels) {
                for channel in 0..<channels {
                    let value = source[pixel + channel] * scale[channel] + shift[channel]
                    result[pixel + channel] = relu ? rectified(value) : value
                }
            }
        }
    }

    /// Option A's shortcut: every `stride`-th pixel, its channels between zeros. The output was allocated as zeros.
    private func subsample(_ rows: Range<Int>, stride: Int, channelsBefore: Int) {
        let (channels, width) = (step.inputShape[0], step.inputShape[2])
        let (outChannels, outHeight, outWidth) = (step.outputShape[0], step.outputShape[1], step.outputShape[2])
        for row in rows {
            let (source, result) = (inputs[0].row(row), output.row(row) + channelsBefore)
            for y in 0..<outHeight {
                for x in 0..<outWidth {
                    (result + (y * outWidth + x) * outChannels).update(
                        from: source + (y * stride * width + x * stride) * channels, count: channels)
                }
            }
        }
    }

    private func globalAveragePool(_ rows: Range<Int>) {
        let channels = step.inputShape[0]
        let pixels = step.inputShape.dropFirst().reduce(1, *)
        for row in rows {
            let (source, result) = (inputs[0].row(row), output.row(row))
            for channel in 0..<channels {
                var sum: Float = 0
                for pixel in 0..<pixels { sum += source[pixel * channels + channel] }
                result[channel] = sum / Float(pixels)
            }
        }
    }

    private func apply(_ linear: Linear, to rows: Range<Int>) throws {
        let result = output.row(rows.lowerBound)
        try multiplyTransposed(
            inputs[0].row(rows.lowerBound), linear.weight, into: result, rows: rows.count, columns: linear.outputs,
            depth: linear.inputs)
        guard let bias = linear.bias else { return }
        for row in 0..<rows.count {
            for index in 0..<linear.outputs { result[row * linear.outputs + index] += bias[index] }
        }
    }
}

/// ReLU, which lets NaN through: `max(0, value)` would make a zero of it.
@inline(__always)
private func rectified(_ value: Float) -> Float { max(value, 0) }

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
