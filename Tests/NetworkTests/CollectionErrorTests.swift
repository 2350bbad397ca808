import Network
import StateDictionaries
import Tensors
import Testing

/// What is wrong with state dicts of the further collections.
@Suite struct CollectionErrorTests {
    private let stages: [StateDictionary.Stage] = [
        (1, 2, 1), (2, 3, 1), (2, 4, 2), (2, 5, 1), (2, 6, 1), (2, 7, 1), (2, 8, 1),
    ]
    private var mobileNet: StateDictionary { .mobileNet(stages, stem: 4, last: 9) }
    private var plainMobileNet: StateDictionary { .plainMobileNet(stages, stem: 4, last: 9) }
    private let mobileNetName = "mobilenetv2, blocks 1-1-2-1-1-1-1, widths 2-3-4-5-6-7-8"
    private let vgg = StateDictionary.vgg([4, 0, 4, 6, 0], classifier: [0, 3, 6], hidden: 5)

    private func expect(
        _ name: String, missing: [String] = [], leftOver: [String] = [], mismatched: [String] = [],
        location: SourceLocation = #_sourceLocation, _ dictionary: StateDictionary, extent: Int = 4,
        _ change: (inout StateDictionary) -> Void
    ) {
        var dictionary = dictionary
        change(&dictionary)
        let differences = ParameterDifferences(missing: missing, leftOver: leftOver, mismatched: mismatched)
        #expect(throws: NetworkError.parameters(architecture: name, differences), sourceLocation: location) {
            try dictionary.candidates(extent: extent)
        }
    }

    private func unknown(
        _ looksLike: String, location: SourceLocation = #_sourceLocation, _ dictionary: StateDictionary,
        _ change: (inout StateDictionary) -> Void
    ) {
        var dictionary = dictionary
        change(&dictionary)
        #expect(throws: NetworkError.unknownNetwork(looksLike: looksLike), sourceLocation: location) {
            try dictionary.candidates()
        }
    }

    private let parts = ["weight", "bias", "running_mean", "running_var"]

    @Test func vggs() {
        let name = "vgg_bn, blocks 1-2"
        expect(name, missing: ["features.4.weight"], vgg) { $0.remove(prefix: "features.4.weight") }
        expect(name, missing: ["features.4.weight", "features.4.bias"], vgg) { $0.remove(prefix: "features.4.") }
        expect(name, missing: parts.map { "features.8.\($0)" }, vgg) { $0.remove(prefix: "features.8.") }
        expect(name, missing: ["classifier.3.weight", "classifier.3.bias"], vgg) { $0.remove(prefix: "classifier.3.") }
        expect(name, missing: ["classifier.6.bias"], vgg) { $0.remove(prefix: "classifier.6.bias") }
        expect(name, leftOver: ["classifier.9.weight"], vgg) { $0.append("classifier.9.weight", [1]) }
        expect(name, mismatched: ["classifier.0.weight is 5×7, should be 5×6"], vgg) {
            $0.reshape("classifier.0.weight", [5, 7])
        }
        expect(name, mismatched: ["features.4.weight is 4×4×5×5, should be 4×4×3×3"], vgg) {
            $0.reshape("features.4.weight", [4, 4, 5, 5])
        }
        expect(name, mismatched: ["features.5.bias is 0, should be 4"], vgg) { $0.reshape("features.5.bias", [0]) }
    }

    @Test func featuresThatAreNoVGGs() {
        // A gap of five: pool and something else, which no parameter shows.
        unknown("a VGG with something else than BatchNorm, ReLU and pool between features.7 and features.12", vgg) {
            $0.append("features.12.weight", [6, 6, 3, 3])
            $0.normalization("features.13", 6)
        }
        unknown(
            "a VGG with something else than ReLU and pool between features.2 and features.9",
            .vgg([4, 4], isNormalized: false)
        ) { $0.append("features.9.weight", [6, 4, 3, 3]) }
        unknown("numbered features that do not begin with a convolution features.0", vgg) {
            $0.remove(prefix: "features.0.")
            $0.remove(prefix: "features.1.")
        }
        for number in [Int.max, 1 << 40] {
            expect("vgg_bn, blocks 1-2", leftOver: ["features.\(number).weight"], vgg) {
                $0.append("features.\(number).weight", [6, 6, 3, 3])
            }
        }
        unknown("3 parameters named features.0.weight, features.3.squeeze.weight, features.3.squeeze.bias", vgg) {
            $0.parameters = []
            $0.append("features.0.weight", [4, 3, 3, 3])
            $0.append("features.3.squeeze.weight", [2, 4, 1, 1])
            $0.append("features.3.squeeze.bias", [2])
        }
    }

    @Test func vggImagesTooSmall() {
        #expect(throws: NetworkError.imageTooSmall(node: "pool2", height: 1, width: 1)) {
            try StateDictionary.vgg([4, 0, 4, 0, 6, 0]).candidates(extent: 2)
        }
        #expect(throws: NetworkError.inputChannels(expected: 3, found: 1)) { try vgg.candidates(1) }
        for extent in [0, -1, Int.max] { #expect(throws: NetworkError.self) { try vgg.candidates(extent: extent) } }
    }

    @Test func mobileNets() {
        let first = "\(mobileNetName), relu6, cifar strides"
        expect(first, missing: ["features.3.conv.3.bias"], mobileNet) { $0.remove(prefix: "features.3.conv.3.bias") }
        expect(
            first,
            missing: ["features.4.conv.0.0.weight"] + parts.map { "features.4.conv.0.1.\($0)" }
                + ["features.4.conv.1.0.weight"] + parts.map { "features.4.conv.1.1.\($0)" }
                + ["features.4.conv.2.weight"] + parts.map { "features.4.conv.3.\($0)" },
            mobileNet
        ) { $0.remove(prefix: "features.4.") }
        expect(first, missing: ["classifier.1.weight"], mobileNet) { $0.remove(prefix: "classifier.1.weight") }
        expect(first, leftOver: ["features.2.conv.4.weight"], mobileNet) { $0.append("features.2.conv.4.weight", [1]) }
        expect(
            first, mismatched: ["features.2.conv.1.0.weight is 4×4×3×3, should be 4×1×3×3"], mobileNet
        ) { $0.reshape("features.2.conv.1.0.weight", [4, 4, 3, 3]) }
        expect(
            mobileNetName, mismatched: ["layers.2.conv2.weight is 6×1×5×5, should be 6×1×3×3"], plainMobileNet
        ) { $0.reshape("layers.2.conv2.weight", [6, 1, 5, 5]) }
        expect(mobileNetName, missing: ["layers.1.shortcut.1.bias"], plainMobileNet) {
            $0.remove(prefix: "layers.1.shortcut.1.bias")
        }
        expect(
            mobileNetName, missing: ["layers.5.shortcut.0.weight"] + parts.map { "layers.5.shortcut.1.\($0)" },
            plainMobileNet
        ) { $0.remove(prefix: "layers.5.shortcut.") }
        expect(mobileNetName, leftOver: ["layers.2.shortcut.0.weight"], plainMobileNet) {
            $0.append("layers.2.shortcut.0.weight", [4, 3, 1, 1])
        }
    }

    @Test func otherMobileNets() {
        let other = "a MobileNet of another version than V2, or another network like it"
        // Version 1: depthwise and 1×1 alone. Version 3: `block` instead of `conv`.
        unknown(other, StateDictionary()) {
            $0.convolution("conv1", "bn1", [32, 3, 3, 3])
            $0.convolution("layers.0.conv1", "layers.0.bn1", [32, 1, 3, 3])
            $0.convolution("layers.0.conv2", "layers.0.bn2", [64, 32, 1, 1])
        }
        unknown(other, StateDictionary()) {
            $0.convolution("features.0.0", "features.0.1", [16, 3, 3, 3])
            $0.convolution("features.1.block.0.0", "features.1.block.0.1", [16, 1, 3, 3])
        }
        unknown(other, mobileNet) { $0.append("features.300.conv.0.0.weight", [1]) }
        unknown(
            "a MobileNetV2 of 2 blocks, whose widths do not show its seven stages", .mobileNet([(1, 4, 1), (6, 8, 1)])
        ) {
            _ in
        }
        for number in [Int.max, 1 << 40] {
            expect(
                "\(mobileNetName), relu6, cifar strides", leftOver: ["features.\(number).conv.0.0.weight"], mobileNet
            ) {
                $0.append("features.\(number).conv.0.0.weight", [1])
            }
        }
        #expect(throws: NetworkError.imageTooSmall(node: "layers.4.conv2", height: 1, width: 1)) {
            try plainMobileNet.candidates(extent: 2)
        }
    }

    @Test func preActivation() {
        let intact = StateDictionary.preActivation(widths: [2, 4], counts: [1, 1])
        let name = "preactresnet, blocks 1-1, option B"
        expect(
            "preactresnet8, option B, widths 2-4-6", missing: ["layer2.0.shortcut.0.weight"],
            .preActivation(widths: [2, 4, 6], counts: [1, 1, 1])
        ) { $0.remove(prefix: "layer2.0.shortcut") }
        expect(name, missing: ["layer2.0.bn1.weight"], intact) { $0.remove(prefix: "layer2.0.bn1.weight") }
        expect(name, leftOver: ["layer2.0.shortcut.1.weight"], intact) { $0.append("layer2.0.shortcut.1.weight", [4]) }
        expect(name, mismatched: ["layer2.0.bn1.bias is 4, should be 2"], intact) {
            $0.reshape("layer2.0.bn1.bias", [4])
        }
        // Post-activation without the stem's BatchNorm is not taken for it: its BatchNorms have other widths.
        #expect(throws: NetworkError.self) {
            var dictionary = StateDictionary(widths: [2, 4], counts: [1, 1], shortcut: "shortcut")
            dictionary.remove(prefix: "bn1.")
            return try dictionary.candidates()
        }
    }

    @Test func residualFunctions() {
        let intact = StateDictionary.residualFunctions(widths: [2, 4], counts: [1, 1])
        let name = "resnet, blocks 1-1, option B"
        expect(name, missing: ["conv2_x.0.residual_function.3.weight"], intact) {
            $0.remove(prefix: "conv2_x.0.residual_function.3.weight")
        }
        expect(name, missing: ["conv1.1.bias"], intact) { $0.remove(prefix: "conv1.1.bias") }
        for number in [0, 1, -1, .min, .max] {
            expect(name, leftOver: ["conv\(number)_x.0.residual_function.0.weight"], intact) {
                $0.append("conv\(number)_x.0.residual_function.0.weight", [1])
            }
        }
    }

    /// Whatever is done to a state dict, the answer is an error of one line or networks that run.
    @Test func randomDamageIsAnErrorAndNeverATrap() throws {
        var generator = SplitMix64(seed: 2)
        let extents = [0, 1, 2, 3, 7, 1 << 24, 1 << 40, .max]
        let intact: [StateDictionary] = [
            mobileNet, plainMobileNet, vgg, .vgg([4, 0, 6], isNormalized: false, inputs: 6 * 49),
            .preActivation(widths: [2, 4], counts: [1, 1]), .residualFunctions(widths: [2, 4], counts: [1, 1]),
        ]
        for intact in intact {
            for _ in 0..<60 {
                var dictionary = intact
                for _ in 0...Int.random(in: 0..<3, using: &generator) {
                    let index = dictionary.parameters.indices.randomElement(using: &generator) ?? 0
                    let (name, tensor) = dictionary.parameters.remove(at: index)
                    let digit = name.first { $0.isNumber }.map(String.init) ?? "x"
                    switch Int.random(in: 0..<4, using: &generator) {
                    case 0: break
                    case 1: dictionary.parameters += [(name, tensor), (name, tensor)]
                    case 2:
                        let number = extents.randomElement(using: &generator) ?? 0
                        dictionary.parameters.append((name.replacing(digit, with: "\(number)"), tensor))
                    default:
                        // A tensor without elements may have any extents beside the zero.
                        var dims = tensor.shape.dims.map { _ in extents.randomElement(using: &generator) ?? 1 }
                        guard let place = dims.indices.randomElement(using: &generator) else { break }
                        dims[place] = 0
                        if let shape = Shape(dims), let damaged = Tensor(shape: shape, values: []) {
                            dictionary.parameters.append((name, damaged))
                        }
                    }
                }
                do throws(NetworkError) {
                    for network in try dictionary.candidates(extent: 8) {
                        let outputs = try ReferenceExecutor.run(network.graph, input: Array(repeating: 1, count: 192))
                        #expect(outputs.last?.count == network.graph.classCount)
                    }
                } catch {
                    #expect(!error.description.contains("\n"))
                }
            }
        }
    }
}
