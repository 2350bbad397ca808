import Network
import Tensors

/// State dicts of residual networks written out by the collections' rules, with made-up values.
public struct StateDictionary: Sendable {
    public var parameters: [(name: String, tensor: Tensor)] = []
    /// Whether all values are 0, which large networks are filled with faster.
    public var isZero = false

    public var shapes: [String: [Int]] {
        Dictionary(parameters.map { ($0.name, $0.tensor.shape.dims) }) { first, _ in first }
    }

    public init(isZero: Bool = false) { self.isZero = isZero }

    /// - Parameters:
    ///   - shortcut: `shortcut` or `downsample`; nil for option A.
    ///   - head: `linear` or `fc`; `headAxes` are added to its weight's shape.
    public init(
        inputChannels: Int = 3, stem: Int? = nil, stemKernel: Int = 3, widths: [Int], counts: [Int],
        isBottleneck: Bool = false,
        shortcut: String? = nil, head: String = "linear", headAxes: [Int] = [], headBias: Bool = true,
        classes: Int = 10, isZero: Bool = false
    ) {
        self.isZero = isZero
        var channels = stem ?? widths[0]
        convolution("conv1", "bn1", [channels, inputChannels, stemKernel, stemKernel])
        for (stage, (width, count)) in zip(widths, counts).enumerated() {
            for block in 0..<count {
                let prefix = "layer\(stage + 1).\(block)"
                let output = isBottleneck ? 4 * width : width
                let shapes =
                    isBottleneck
                    ? [[width, channels, 1, 1], [width, width, 3, 3], [output, width, 1, 1]]
                    : [[width, channels, 3, 3], [width, width, 3, 3]]
                for (index, shape) in shapes.enumerated() {
                    convolution("\(prefix).conv\(index + 1)", "\(prefix).bn\(index + 1)", shape)
                }
                if let shortcut, stage > 0 && block == 0 || channels != output {
                    convolution("\(prefix).\(shortcut).0", "\(prefix).\(shortcut).1", [output, channels, 1, 1])
                }
                channels = output
            }
        }
        append("\(head).weight", [classes, channels] + headAxes)
        if headBias { append("\(head).bias", [classes]) }
    }

    /// A convolution without bias, and the BatchNorm behind it.
    public mutating func convolution(_ name: String, _ normalization: String, _ shape: [Int]) {
        append("\(name).weight", shape)
        self.normalization(normalization, shape[0])
    }

    public mutating func normalization(_ normalization: String, _ channels: Int) {
        for part in ["weight", "bias", "running_mean", "running_var"] {
            append("\(normalization).\(part)", [channels])
        }
        append("\(normalization).num_batches_tracked", [])
    }

    public mutating func linear(_ name: String, _ inputs: Int, _ outputs: Int) {
        append("\(name).weight", [outputs, inputs])
        append("\(name).bias", [outputs])
    }

    /// Appends a parameter whose values depend on its name alone; variances lie between 1 and 2.
    public mutating func append(_ name: String, _ dims: [Int]) {
        guard let shape = Shape(dims) else { return }
        if isZero {
            let bytes = [UInt8](repeating: 0, count: 4 * shape.count)
            if let tensor = Tensor(shape: shape, elementType: .float32, bytes: bytes) {
                parameters.append((name, tensor))
            }
            return
        }
        var generator = SplitMix64(seed: UInt64(name.utf8.reduce(7) { ($0 &* 31 &+ Int($1)) & 0xFFFF }))
        let values = (0..<shape.count).map { _ in
            let value = Float(generator.next() >> 40) / Float(1 << 24)
            return name.hasSuffix("running_var") ? 1 + value : value - 0.5
        }
        if let tensor = Tensor(shape: shape, values: values) { parameters.append((name, tensor)) }
    }

    /// Puts another tensor in a parameter's place.
    public mutating func replace(_ name: String, _ change: ([Float], [Int]) -> (values: [Float], dims: [Int])) {
        guard let index = parameters.firstIndex(where: { $0.name == name }) else { return }
        let old = parameters[index].tensor
        let new = change(old.floats(), old.shape.dims)
        if let shape = Shape(new.dims), let tensor = Tensor(shape: shape, values: new.values) {
            parameters[index].tensor = tensor
        }
    }

    public mutating func reshape(_ name: String, _ dims: [Int]) {
        replace(name) { _, _ in (Array(repeating: 0, count: dims.reduce(1, *)), dims) }
    }

    public mutating func remove(prefix: String) { parameters.removeAll { $0.name.hasPrefix(prefix) } }

    public func recognized(
        _ channels: Int = 3, height: Int = 8, width: Int = 8, as architecture: String? = nil
    ) throws(NetworkError) -> Network {
        try Network.recognize(
            parameters: parameters, inputShape: [channels, height, width], architecture: architecture)
    }

    public func candidates(
        _ channels: Int = 3, extent: Int = 32, as architecture: String? = nil
    ) throws(NetworkError) -> [Network] {
        try Network.candidates(
            parameters: parameters, inputShape: [channels, extent, extent], architecture: architecture)
    }
}

extension Network {
    /// The likeliest of the candidates.
    public static func recognize(
        parameters: [(name: String, tensor: Tensor)], inputShape: [Int], architecture: String? = nil
    ) throws(NetworkError) -> Network {
        try candidates(parameters: parameters, inputShape: inputShape, architecture: architecture)[0]
    }
}
