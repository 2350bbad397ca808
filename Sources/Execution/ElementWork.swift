import Foundation
import Kernels
import Network

// Work on one value at a time, or on the channels of one place. Inputs and outputs may be the same memory.

/// ReLU, which lets NaN through: `max(0, value)` would make a zero of it.
@inline(__always)
private func rectified(_ value: Float) -> Float { max(value, 0) }

/// Calls `body` with each place's first channel, in the input and in the output.
@inline(__always)
private func forEachPlace(
    _ rows: Range<Int>, channels: Int, _ input: FeatureMatrix, _ output: FeatureMatrix,
    _ body: (UnsafeMutablePointer<Float>, UnsafeMutablePointer<Float>) -> Void
) {
    let (source, result) = (input.row(rows.lowerBound), output.row(rows.lowerBound))
    for place in stride(from: 0, to: rows.count * output.columns, by: channels) {
        body(source + place, result + place)
    }
}

struct AffineWork: StepWork {
    let affine: Affine
    let relu: Bool
    let input: FeatureMatrix
    let output: FeatureMatrix

    func run(rows: Range<Int>, worker: Int) {
        affine.scale.withUnsafeBufferPointer { scale in
            affine.shift.withUnsafeBufferPointer { shift in
                forEachPlace(rows, channels: scale.count, input, output) { source, result in
                    for channel in 0..<scale.count {
                        let value = source[channel] * scale[channel] + shift[channel]
                        result[channel] = relu ? rectified(value) : value
                    }
                }
            }
        }
    }
}

struct ParametricReluWork: StepWork {
    /// One per channel.
    let slopes: [Float]
    let input: FeatureMatrix
    let output: FeatureMatrix

    func run(rows: Range<Int>, worker: Int) {
        slopes.withUnsafeBufferPointer { slopes in
            forEachPlace(rows, channels: slopes.count, input, output) { source, result in
                for channel in 0..<slopes.count {
                    let value = source[channel]
                    result[channel] = value < 0 ? value * slopes[channel] : value
                }
            }
        }
    }
}

struct LayerNormalizationWork: StepWork {
    let norm: LayerNormalization
    let input: FeatureMatrix
    let output: FeatureMatrix

    func run(rows: Range<Int>, worker: Int) {
        let channels = norm.scale.count
        forEachPlace(rows, channels: channels, input, output) { source, result in
            var (sum, squares) = (0.0, 0.0)
            for channel in 0..<channels { sum += Double(source[channel]) }
            let mean = sum / Double(channels)
            for channel in 0..<channels {
                let distance = Double(source[channel]) - mean
                squares += distance * distance
            }
            let scale = 1 / (squares / Double(channels) + Double(norm.epsilon)).squareRoot()
            for channel in 0..<channels {
                let normal = Float((Double(source[channel]) - mean) * scale)
                result[channel] = normal * norm.scale[channel] + norm.shift[channel]
            }
        }
    }
}

struct SoftmaxWork: StepWork {
    let channels: Int
    let input: FeatureMatrix
    let output: FeatureMatrix

    func run(rows: Range<Int>, worker: Int) {
        forEachPlace(rows, channels: channels, input, output) { source, result in
            var most = -Float.infinity
            for channel in 0..<channels { most = max(most, source[channel]) }
            var sum: Float = 0
            for channel in 0..<channels {
                result[channel] = exp(source[channel] - most)
                sum += result[channel]
            }
            for channel in 0..<channels { result[channel] /= sum }
        }
    }
}

struct ActivationWork: StepWork {
    let activation: Activation
    /// One after the other; empty where the function is to be reckoned here.
    let kernels: [ElementKernel]
    let input: FeatureMatrix
    let output: FeatureMatrix

    func run(rows: Range<Int>, worker: Int) throws {
        let (source, result) = (input.row(rows.lowerBound), output.row(rows.lowerBound))
        let count = rows.count * output.columns
        if activation == .relu {
            // oneDNN's makes a zero of NaN.
            for index in 0..<count { result[index] = rectified(source[index]) }
            return
        }
        guard !kernels.isEmpty else {
            for index in 0..<count { result[index] = Float(activation(Double(source[index]))) }
            return
        }
        if input !== output { result.update(from: source, count: count) }
        for kernel in kernels { try kernel.run(result, worker: worker) }
    }
}

struct AddWork: StepWork {
    let relu: Bool
    let inputs: (FeatureMatrix, FeatureMatrix)
    let output: FeatureMatrix

    func run(rows: Range<Int>, worker: Int) {
        let (a, b) = (inputs.0.row(rows.lowerBound), inputs.1.row(rows.lowerBound))
        let sum = output.row(rows.lowerBound)
        for index in 0..<(rows.count * output.columns) {
            let value = a[index] + b[index]
            sum[index] = relu ? rectified(value) : value
        }
    }
}

/// Two tensors element by element, one or both stretched along axes where they have an extent of 1.
struct CombineWork: StepWork {
    let combination: Combination
    let inputs: (FeatureMatrix, FeatureMatrix)
    let output: FeatureMatrix
    /// For each element of a row of the output, where its operands stand in a row of theirs; nil where all stand alike.
    private let places: (a: [Int32], b: [Int32])?

    init(
        combination: Combination, inputs: (FeatureMatrix, FeatureMatrix), shapes: ([Int], [Int]), outputShape: [Int],
        output: FeatureMatrix
    ) {
        self.combination = combination
        self.inputs = inputs
        self.output = output
        let alike = shapes.0 == outputShape && shapes.1 == outputShape
        places =
            alike
            ? nil
            : (
                StoredOrder.stretched(shapes.0, to: outputShape), StoredOrder.stretched(shapes.1, to: outputShape)
            )
    }

    func run(rows: Range<Int>, worker: Int) {
        switch combination {
        case .sum: combine(rows) { $0 + $1 }
        case .difference: combine(rows) { $0 - $1 }
        case .product: combine(rows) { $0 * $1 }
        case .quotient: combine(rows) { $0 / $1 }
        }
    }

    @inline(__always)
    private func combine(_ rows: Range<Int>, _ operation: (Float, Float) -> Float) {
        for row in rows {
            let (a, b, result) = (inputs.0.row(row), inputs.1.row(row), output.row(row))
            guard let places else {
                for index in 0..<output.columns { result[index] = operation(a[index], b[index]) }
                continue
            }
            places.a.withUnsafeBufferPointer { first in
                places.b.withUnsafeBufferPointer { second in
                    for index in 0..<output.columns {
                        result[index] = operation(a[Int(first[index])], b[Int(second[index])])
                    }
                }
            }
        }
    }
}
