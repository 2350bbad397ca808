import Network
import Tensors

/// State dicts of small networks, with values made from the parameters' names.
struct StateDictionary {
    private(set) var parameters: [(name: String, tensor: Tensor)] = []

    var shapes: [String: [Int]] {
        Dictionary(parameters.map { ($0.name, $0.tensor.shape.dims) }) { first, _ in first }
    }

    init() {}

    /// A ResNet of basic blocks.
    /// - Parameters:
    ///   - shortcut: key of the projections; nil for option A.
    ///   - headAxes: added to the shape of the head's weight.
    init(
        widths: [Int], counts: [Int], stemKernel: Int = 3, shortcut: String? = nil, head: String = "linear",
        headAxes: [Int] = [], classes: Int = 10
    ) {
        var channels = widths[0]
        convolution("conv1", "bn1", [channels, 3, stemKernel, stemKernel])
        for (stage, (width, count)) in zip(widths, counts).enumerated() {
            for index in 0..<count {
                let block = "layer\(stage + 1).\(index)"
                convolution("\(block).conv1", "\(block).bn1", [width, channels, 3, 3])
                convolution("\(block).conv2", "\(block).bn2", [width, width, 3, 3])
                if let shortcut, stage > 0 && index == 0 || channels != width {
                    convolution("\(block).\(shortcut).0", "\(block).\(shortcut).1", [width, channels, 1, 1])
                }
                channels = width
            }
        }
        append("\(head).weight", [classes, channels] + headAxes)
        append("\(head).bias", [classes])
    }

    /// A convolution without bias, and the BatchNorm behind it.
    mutating func convolution(_ name: String, _ normalization: String, _ shape: [Int]) {
        append("\(name).weight", shape)
        self.normalization(normalization, shape[0])
    }

    mutating func normalization(_ name: String, _ channels: Int) {
        for part in ["weight", "bias", "running_mean", "running_var"] { append("\(name).\(part)", [channels]) }
        append("\(name).num_batches_tracked", [])
    }

    mutating func linear(_ name: String, _ inputs: Int, _ outputs: Int) {
        append("\(name).weight", [outputs, inputs])
        append("\(name).bias", [outputs])
    }

    /// Variances lie between 1 and 2, everything else between −½ and ½.
    mutating func append(_ name: String, _ dims: [Int]) {
        guard let shape = Shape(dims) else { return }
        var generator = SplitMix64(seed: UInt64(name.utf8.reduce(7) { ($0 &* 31 &+ Int($1)) & 0xFFFF }))
        let values = (0..<shape.count).map { _ in
            let value = Float(generator.next() >> 40) / Float(1 << 24)
            return name.hasSuffix("running_var") ? 1 + value : value - 0.5
        }
        if let tensor = Tensor(shape: shape, values: values) { parameters.append((name, tensor)) }
    }

    func recognized(extent: Int = 8) throws -> Network {
        try Network.candidates(parameters: parameters, inputShape: [3, extent, extent])[0]
    }

    /// kuangliu's PreActResNet of one block a stage.
    static func preActivation(_ widths: [Int]) -> StateDictionary {
        var dictionary = StateDictionary()
        var channels = widths[0]
        dictionary.append("conv1.weight", [channels, 3, 3, 3])
        for (stage, width) in widths.enumerated() {
            let block = "layer\(stage + 1).0"
            for (place, shape) in [[width, channels, 3, 3], [width, width, 3, 3]].enumerated() {
                dictionary.normalization("\(block).bn\(place + 1)", shape[1])
                dictionary.append("\(block).conv\(place + 1).weight", shape)
            }
            if stage > 0 { dictionary.append("\(block).shortcut.0.weight", [width, channels, 1, 1]) }
            channels = width
        }
        dictionary.linear("linear", channels, 10)
        return dictionary
    }

    /// VGG with BatchNorm; 0 stands for a pool.
    static func vgg(_ configuration: [Int]) -> StateDictionary {
        var dictionary = StateDictionary()
        var (place, channels) = (0, 3)
        for width in configuration {
            place += width == 0 ? 1 : 3
            if width == 0 { continue }
            dictionary.convolution("features.\(place - 3)", "features.\(place - 2)", [width, channels, 3, 3])
            dictionary.append("features.\(place - 3).bias", [width])
            channels = width
        }
        dictionary.linear("classifier", channels, 10)
        return dictionary
    }

    /// torchvision's MobileNetV2 of one block a stage.
    static func mobileNet(_ widths: [Int]) -> StateDictionary {
        var dictionary = StateDictionary()
        dictionary.convolution("features.0.0", "features.0.1", [4, 3, 3, 3])
        var channels = 4
        for (index, width) in widths.enumerated() {
            let (inside, hidden) = ("features.\(index + 1).conv", index == 0 ? channels : 3 * channels)
            if index > 0 { dictionary.convolution("\(inside).0.0", "\(inside).0.1", [hidden, channels, 1, 1]) }
            let place = index == 0 ? 0 : 1
            dictionary.convolution("\(inside).\(place).0", "\(inside).\(place).1", [hidden, 1, 3, 3])
            dictionary.convolution("\(inside).\(place + 1)", "\(inside).\(place + 2)", [width, hidden, 1, 1])
            channels = width
        }
        dictionary.convolution(
            "features.\(widths.count + 1).0", "features.\(widths.count + 1).1", [16, channels, 1, 1])
        dictionary.linear("classifier.1", 16, 10)
        return dictionary
    }
}
