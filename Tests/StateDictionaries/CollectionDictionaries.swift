import Network

/// State dicts under the names of further collections, each written out after the modules that make them.
extension StateDictionary {
    /// weiaicunzai's ResNet: `conv1` = Sequential(conv, bn, relu), `residual_function` = Sequential(conv, bn, relu, conv,
    /// bn[, relu, conv, bn]), `shortcut` = Sequential(conv, bn) where shapes change.
    public static func residualFunctions(
        widths: [Int], counts: [Int], isBottleneck: Bool = false, classes: Int = 100, isZero: Bool = false
    ) -> StateDictionary {
        var dictionary = StateDictionary(isZero: isZero)
        var channels = widths[0]
        dictionary.convolution("conv1.0", "conv1.1", [channels, 3, 3, 3])
        for (stage, (width, count)) in zip(widths, counts).enumerated() {
            for index in 0..<count {
                let block = "conv\(stage + 2)_x.\(index)"
                let output = isBottleneck ? 4 * width : width
                let function = "\(block).residual_function"
                if isBottleneck {
                    dictionary.convolution("\(function).0", "\(function).1", [width, channels, 1, 1])
                    dictionary.convolution("\(function).3", "\(function).4", [width, width, 3, 3])
                    dictionary.convolution("\(function).6", "\(function).7", [output, width, 1, 1])
                } else {
                    dictionary.convolution("\(function).0", "\(function).1", [width, channels, 3, 3])
                    dictionary.convolution("\(function).3", "\(function).4", [width, width, 3, 3])
                }
                if stage > 0 && index == 0 || channels != output {
                    dictionary.convolution("\(block).shortcut.0", "\(block).shortcut.1", [output, channels, 1, 1])
                }
                channels = output
            }
        }
        dictionary.linear("fc", channels, classes)
        return dictionary
    }

    /// kuangliu's PreActResNet: every BatchNorm before its convolution, a bare convolution on shortcuts.
    public static func preActivation(
        widths: [Int], counts: [Int], isBottleneck: Bool = false, isZero: Bool = false
    ) -> StateDictionary {
        var dictionary = StateDictionary(isZero: isZero)
        var channels = widths[0]
        dictionary.append("conv1.weight", [channels, 3, 3, 3])
        for (stage, (width, count)) in zip(widths, counts).enumerated() {
            for index in 0..<count {
                let block = "layer\(stage + 1).\(index)"
                let output = isBottleneck ? 4 * width : width
                let shapes =
                    isBottleneck
                    ? [[width, channels, 1, 1], [width, width, 3, 3], [output, width, 1, 1]]
                    : [[width, channels, 3, 3], [width, width, 3, 3]]
                for (place, shape) in shapes.enumerated() {
                    dictionary.normalization("\(block).bn\(place + 1)", shape[1])
                    dictionary.append("\(block).conv\(place + 1).weight", shape)
                }
                if stage > 0 && index == 0 || channels != output {
                    dictionary.append("\(block).shortcut.0.weight", [output, channels, 1, 1])
                }
                channels = output
            }
        }
        dictionary.linear("linear", channels, 10)
        return dictionary
    }

    /// VGG: `features` = Sequential(conv, [bn,] relu, …, with 0 for a pool).
    /// - Parameters:
    ///   - classifier: places of the three linear layers; none for a single one that is `classifier` itself.
    ///   - inputs: features that the head takes; the last convolution's channels where nil.
    public static func vgg(
        _ configuration: [Int], isNormalized: Bool = true, hasBias: Bool = true, classifier: [Int] = [],
        hidden: Int = 512, inputs: Int? = nil, classes: Int = 10, isZero: Bool = false
    ) -> StateDictionary {
        var dictionary = StateDictionary(isZero: isZero)
        var (place, channels) = (0, 3)
        for width in configuration {
            if width == 0 {
                place += 1
                continue
            }
            dictionary.append("features.\(place).weight", [width, channels, 3, 3])
            if hasBias { dictionary.append("features.\(place).bias", [width]) }
            if isNormalized { dictionary.normalization("features.\(place + 1)", width) }
            place += isNormalized ? 3 : 2
            channels = width
        }
        let inputs = inputs ?? channels
        if classifier.isEmpty {
            dictionary.linear("classifier", inputs, classes)
        } else {
            let widths = [inputs] + Array(repeating: hidden, count: classifier.count - 1) + [classes]
            for (index, place) in classifier.enumerated() {
                dictionary.linear("classifier.\(place)", widths[index], widths[index + 1])
            }
        }
        return dictionary
    }

    /// A stage of MobileNetV2: hidden channels for each of the input's, channels, blocks.
    public typealias Stage = (expansion: Int, channels: Int, count: Int)

    public static let mobileNetStages: [Stage] = [
        (1, 16, 1), (6, 24, 2), (6, 32, 3), (6, 64, 4), (6, 96, 3), (6, 160, 3), (6, 320, 1),
    ]

    /// torchvision's MobileNetV2, and those after it: `features.i.conv` = Sequential([ConvBNReLU(expand),] ConvBNReLU
    /// (depthwise), conv, bn), the expansion left out where it is 1.
    public static func mobileNet(
        _ stages: [Stage] = mobileNetStages, stem: Int = 32, last: Int = 1280, classes: Int = 10, isZero: Bool = false
    ) -> StateDictionary {
        var dictionary = StateDictionary(isZero: isZero)
        dictionary.convolution("features.0.0", "features.0.1", [stem, 3, 3, 3])
        var (number, channels) = (1, stem)
        for stage in stages {
            for _ in 0..<stage.count {
                let (inside, hidden) = ("features.\(number).conv", channels * stage.expansion)
                var place = 0
                if stage.expansion != 1 {
                    dictionary.convolution("\(inside).0.0", "\(inside).0.1", [hidden, channels, 1, 1])
                    place = 1
                }
                dictionary.convolution("\(inside).\(place).0", "\(inside).\(place).1", [hidden, 1, 3, 3])
                dictionary.convolution(
                    "\(inside).\(place + 1)", "\(inside).\(place + 2)", [stage.channels, hidden, 1, 1])
                (number, channels) = (number + 1, stage.channels)
            }
        }
        dictionary.convolution("features.\(number).0", "features.\(number).1", [last, channels, 1, 1])
        dictionary.linear("classifier.1", last, classes)
        return dictionary
    }

    /// kuangliu's MobileNetV2: three convolutions in every block, one on the shortcut where the stride is 1 and channels
    /// differ.
    public static func plainMobileNet(
        _ stages: [Stage] = mobileNetStages, strides: [Int] = [1, 1, 2, 2, 1, 2, 1], stem: Int = 32, last: Int = 1280
    ) -> StateDictionary {
        var dictionary = StateDictionary()
        dictionary.convolution("conv1", "bn1", [stem, 3, 3, 3])
        var (number, channels) = (0, stem)
        for (stage, stride) in zip(stages, strides) {
            for index in 0..<stage.count {
                let (block, hidden) = ("layers.\(number)", channels * stage.expansion)
                dictionary.convolution("\(block).conv1", "\(block).bn1", [hidden, channels, 1, 1])
                dictionary.convolution("\(block).conv2", "\(block).bn2", [hidden, 1, 3, 3])
                dictionary.convolution("\(block).conv3", "\(block).bn3", [stage.channels, hidden, 1, 1])
                if channels != stage.channels, index > 0 || stride == 1 {
                    dictionary.convolution(
                        "\(block).shortcut.0", "\(block).shortcut.1", [stage.channels, channels, 1, 1])
                }
                (number, channels) = (number + 1, stage.channels)
            }
        }
        dictionary.convolution("conv2", "bn2", [last, channels, 1, 1])
        dictionary.linear("linear", last, 10)
        return dictionary
    }
}
