import Foundation
import Tensors

/// The state dict of a made-up residual network with one block a stage, and the safetensors file it stands in.
struct MadeUpNetwork {
    private(set) var parameters: [(name: String, tensor: Tensor)] = []
    var metadata: [String: String] = [:]
    private var generator: SplitMix64

    /// - Parameters:
    ///   - widths: channels of the stages; the first block of each but the first halves the map.
    ///   - projects: whether shortcuts that change shape are convolutions (option B) instead of padding (option A).
    init(channels: Int = 3, widths: [Int] = [4, 8, 16], projects: Bool = false, classes: Int = 3, seed: UInt64 = 5) {
        generator = SplitMix64(seed: seed)
        var width = widths[0]
        convolution("conv1", "bn1", [width, channels, 3, 3])
        for (stage, output) in widths.enumerated() {
            let block = "layer\(stage + 1).0"
            convolution("\(block).conv1", "\(block).bn1", [output, width, 3, 3])
            convolution("\(block).conv2", "\(block).bn2", [output, output, 3, 3])
            if projects, stage > 0 { convolution("\(block).shortcut.0", "\(block).shortcut.1", [output, width, 1, 1]) }
            width = output
        }
        append("linear.weight", [classes, width], -0.5...0.5)
        append("linear.bias", [classes], -0.1...0.1)
    }

    /// Weights that keep the spread of values about the same from layer to layer.
    private mutating func convolution(_ name: String, _ normalization: String, _ dims: [Int]) {
        let bound = (6 / Float(dims.dropFirst().reduce(1, *))).squareRoot()
        append("\(name).weight", dims, -bound...bound)
        append("\(normalization).weight", [dims[0]], 0.7...1.3)
        append("\(normalization).bias", [dims[0]], -0.3...0.3)
        append("\(normalization).running_mean", [dims[0]], -0.2...0.2)
        append("\(normalization).running_var", [dims[0]], 0.5...1.5)
    }

    private mutating func append(_ name: String, _ dims: [Int], _ range: ClosedRange<Float>) {
        let values = (0..<dims.reduce(1, *)).map { _ in
            range.lowerBound + (range.upperBound - range.lowerBound) * Float(generator.next() >> 40) / Float(1 << 24)
        }
        if let shape = Shape(dims), let tensor = Tensor(shape: shape, values: values) {
            parameters.append((name, tensor))
        }
    }

    /// Calls parameters by other names.
    mutating func rename(_ change: (String) -> String) {
        for place in parameters.indices { parameters[place].name = change(parameters[place].name) }
    }

    /// Gives a parameter the value that `value` says for each index.
    mutating func set(_ name: String, _ value: (_ index: Int) -> Float) {
        guard let place = parameters.firstIndex(where: { $0.name == name }) else { return }
        let shape = parameters[place].tensor.shape
        if let tensor = Tensor(shape: shape, values: (0..<shape.count).map(value)) {
            parameters[place].tensor = tensor
        }
    }

    /// Makes a batch normalisation put out `scale` times what it gets.
    mutating func scale(_ normalization: String, by scale: Float) {
        set("\(normalization).weight") { _ in scale }
        for part in ["bias", "running_mean"] { set("\(normalization).\(part)") { _ in 0 } }
        set("\(normalization).running_var") { _ in 1 - 1e-5 }
    }

    /// The safetensors file: length of the header, header, values.
    func file() throws -> [UInt8] {
        var header: [String: Any] = metadata.isEmpty ? [:] : ["__metadata__": metadata]
        var data: [UInt8] = []
        for (name, tensor) in parameters {
            header[name] = [
                "dtype": "F32", "shape": tensor.shape.dims,
                "data_offsets": [data.count, data.count + tensor.bytes.count],
            ]
            data += tensor.bytes
        }
        let text = [UInt8](try JSONSerialization.data(withJSONObject: header, options: .sortedKeys))
        return withUnsafeBytes(of: UInt64(text.count).littleEndian, Array.init) + text + data
    }
}
