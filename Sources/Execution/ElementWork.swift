import Foundation
import Kernels
import Network

// Work on one value at a time, or on the channels of one place. Inputs and outputs may be the same memory.

/// ReLU, which lets NaN through: `max(0, value)` would make a zero of it.
@inline(__always)
private func rectified(_ value: Float) -> Float { max(value, 0) }

/// Calls `body` with each place's first channel, in the input and in the output, where all channels of a place stand together.
@inline(__always)
private func forEachPlace(
    _ source: UnsafeMutablePointer<Float>, _ result: UnsafeMutablePointer<Float>, channels: Int, count: Int,
    _ body: (UnsafeMutablePointer<Float>, UnsafeMutablePointer<Float>) -> Void
) {
    for place in stride(from: 0, to: count, by: channels) { body(source + place, result + place) }
}

/// Where the channels of a batch stand.
struct ChannelMaps {
    /// Blocks of channels of a sample, channels of a block, and places of a map.
    private let blocks, block, places: Int

    init(_ shape: [Int], _ order: ChannelOrder) {
        block = shape.count == 3 ? order.block(of: shape[0]) : shape[0]
        blocks = shape[0] / max(1, block)
        places = shape.dropFirst().reduce(1, *)
    }

    /// Calls `body` with the number of a channel and the place of each of its values.
    @inline(__always)
    func forEach(_ body: (_ channel: Int, _ place: Int) -> Void) {
        var start = 0
        for _ in 0..<Executor.batch {
            for first in stride(from: 0, to: blocks * block, by: block) {
                for _ in 0..<places {
                    for lane in 0..<block { body(first + lane, start + lane) }
                    start += block
                }
            }
        }
    }
}

struct AffineWork: StepWork {
    let affine: Affine
    let relu: Bool
    let maps: ChannelMaps

    func run(_ inputs: [UnsafeMutablePointer<Float>], into output: UnsafeMutablePointer<Float>, worker: Int) {
        let source = inputs[0]
        affine.scale.withUnsafeBufferPointer { scale in
            affine.shift.withUnsafeBufferPointer { shift in
                maps.forEach { channel, place in
                    let value = source[place] * scale[channel] + shift[channel]
                    output[place] = relu ? rectified(value) : value
                }
            }
        }
    }
}

struct ParametricReluWork: StepWork {
    /// One per channel.
    let slopes: [Float]
    let maps: ChannelMaps

    func run(_ inputs: [UnsafeMutablePointer<Float>], into output: UnsafeMutablePointer<Float>, worker: Int) {
        let source = inputs[0]
        slopes.withUnsafeBufferPointer { slopes in
            maps.forEach { channel, place in
                let value = source[place]
                output[place] = value < 0 ? value * slopes[channel] : value
            }
        }
    }
}

struct LayerNormalizationWork: StepWork {
    let norm: LayerNormalization
    /// Values of the output.
    let count: Int

    func run(_ inputs: [UnsafeMutablePointer<Float>], into output: UnsafeMutablePointer<Float>, worker: Int) {
        let channels = norm.scale.count
        forEachPlace(inputs[0], output, channels: channels, count: count) { source, result in
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
    /// Values of the output.
    let count: Int

    func run(_ inputs: [UnsafeMutablePointer<Float>], into output: UnsafeMutablePointer<Float>, worker: Int) {
        forEachPlace(inputs[0], output, channels: channels, count: count) { source, result in
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
    /// Values of the output.
    let count: Int

    func run(_ inputs: [UnsafeMutablePointer<Float>], into output: UnsafeMutablePointer<Float>, worker: Int) throws {
        let source = inputs[0]
        if activation == .relu {
            for index in 0..<count { output[index] = rectified(source[index]) }
            return
        }
        guard !kernels.isEmpty else {
            for index in 0..<count { output[index] = Float(activation(Double(source[index]))) }
            return
        }
        if source != output { output.update(from: source, count: count) }
        for kernel in kernels { try kernel.run(output, worker: worker) }
    }
}

struct AddWork: StepWork {
    let relu: Bool
    /// Values of the output.
    let count: Int

    func run(_ inputs: [UnsafeMutablePointer<Float>], into output: UnsafeMutablePointer<Float>, worker: Int) {
        // The only input of a sum of a value with itself.
        let (a, b) = (inputs[0], inputs[inputs.count - 1])
        for index in 0..<count {
            let value = a[index] + b[index]
            output[index] = relu ? rectified(value) : value
        }
    }
}

/// Two tensors element by element, one or both stretched along axes where they have an extent of 1.
struct CombineWork: StepWork {
    let combination: Combination
    /// Values of a sample, in the output and in the operands.
    private let columns: Int
    private let sizes: (Int, Int)
    /// For each element of a row of the output, where its operands stand in a row of theirs; nil where all stand alike.
    private let places: (a: [Int32], b: [Int32])?

    init(combination: Combination, shapes: ([Int], [Int]), outputShape: [Int], order: StoredOrder) {
        self.combination = combination
        columns = outputShape.reduce(1, *)
        sizes = (shapes.0.reduce(1, *), shapes.1.reduce(1, *))
        let alike = shapes.0 == outputShape && shapes.1 == outputShape
        places =
            alike
            ? nil
            : (order.stretched(shapes.0, to: outputShape), order.stretched(shapes.1, to: outputShape))
    }

    func run(_ inputs: [UnsafeMutablePointer<Float>], into output: UnsafeMutablePointer<Float>, worker: Int) {
        let operands = (inputs[0], inputs[inputs.count - 1])
        switch combination {
        case .sum: combine(operands, output) { $0 + $1 }
        case .difference: combine(operands, output) { $0 - $1 }
        case .product: combine(operands, output) { $0 * $1 }
        case .quotient: combine(operands, output) { $0 / $1 }
        }
    }

    @inline(__always)
    private func combine(
        _ operands: (UnsafeMutablePointer<Float>, UnsafeMutablePointer<Float>), _ output: UnsafeMutablePointer<Float>,
        _ operation: (Float, Float) -> Float
    ) {
        for sample in 0..<Executor.batch {
            let (a, b) = (operands.0 + sample * sizes.0, operands.1 + sample * sizes.1)
            let result = output + sample * columns
            guard let places else {
                for index in 0..<columns { result[index] = operation(a[index], b[index]) }
                continue
            }
            places.a.withUnsafeBufferPointer { first in
                places.b.withUnsafeBufferPointer { second in
                    for index in 0..<columns {
                        result[index] = operation(a[Int(first[index])], b[Int(second[index])])
                    }
                }
            }
        }
    }
}
