import Network
import StateDictionaries
import Tensors
import Testing

@Suite struct RecognitionErrorTests {
    private let name = "resnet8, option B, widths 2-4-8"
    private let intact = StateDictionary(widths: [2, 4, 8], counts: [1, 1, 1], shortcut: "shortcut")

    /// Changes the intact state dict and expects exactly these differences.
    private func expect(
        missing: [String] = [], leftOver: [String] = [], mismatched: [String] = [],
        location: SourceLocation = #_sourceLocation, _ change: (inout StateDictionary) -> Void
    ) {
        var dictionary = intact
        change(&dictionary)
        let differences = ParameterDifferences(missing: missing, leftOver: leftOver, mismatched: mismatched)
        #expect(throws: NetworkError.parameters(architecture: name, differences), sourceLocation: location) {
            try dictionary.recognized()
        }
    }

    @Test func missingParametersAreListed() {
        expect(missing: ["bn1.running_var"]) { $0.remove(prefix: "bn1.running_var") }
        expect(missing: ["linear.weight"]) { $0.remove(prefix: "linear.weight") }
        expect(missing: ["conv1.weight"]) { $0.remove(prefix: "conv1.weight") }
        let projection = ["0.weight", "1.weight", "1.bias", "1.running_mean", "1.running_var"]
        // One block without its projection does not become option A.
        expect(missing: projection.map { "layer2.0.shortcut.\($0)" }) { $0.remove(prefix: "layer2.0.shortcut") }
    }

    @Test func aGapInTheBlocksIsMissing() throws {
        var dictionary = StateDictionary(widths: [2], counts: [3])
        dictionary.remove(prefix: "layer1.1.")
        let parts = ["weight", "bias", "running_mean", "running_var"]
        let missing = (1...2).flatMap { index in
            ["layer1.1.conv\(index).weight"] + parts.map { "layer1.1.bn\(index).\($0)" }
        }
        let differences = ParameterDifferences(missing: missing)
        #expect(throws: NetworkError.parameters(architecture: "resnet, blocks 3", differences)) {
            try dictionary.recognized()
        }
    }

    @Test func leftOverParametersAreListed() {
        expect(leftOver: ["layer1.0.se.weight", "ema"]) {
            $0.append("layer1.0.se.weight", [2])
            $0.append("ema", [])
        }
        expect(leftOver: ["bn1.bias"]) { $0.append("bn1.bias", [2]) }
        expect(leftOver: ["fc.weight"]) { $0.append("fc.weight", [10, 8]) }
        expect(leftOver: ["conv1.bias", "layer1.0.downsample.0.weight"]) {
            $0.append("conv1.bias", [2])
            $0.append("layer1.0.downsample.0.weight", [2, 2, 1, 1])
        }
    }

    /// A single wrong parameter is the one named, not those that depend on it.
    @Test func otherShapesAreListed() {
        expect(mismatched: ["conv1.weight is 2×3×5×5, should be 2×3×3×3"]) { $0.reshape("conv1.weight", [2, 3, 5, 5]) }
        expect(mismatched: ["conv1.weight is 3×3×3×3, should be 2×3×3×3"]) { $0.reshape("conv1.weight", [3, 3, 3, 3]) }
        expect(mismatched: ["conv1.weight is 2, should be 2×3×3×3"]) { $0.reshape("conv1.weight", [2]) }
        expect(mismatched: ["conv1.weight is 0×3×3×3, should be 2×3×3×3"]) { $0.reshape("conv1.weight", [0, 3, 3, 3]) }
        expect(mismatched: ["layer2.0.bn1.bias is 5, should be 4"]) { $0.reshape("layer2.0.bn1.bias", [5]) }
        expect(mismatched: ["layer2.0.bn2.bias is 0, should be 4"]) { $0.reshape("layer2.0.bn2.bias", [0]) }
        expect(mismatched: ["layer3.0.conv2.weight is 8×8×1×1, should be 8×8×3×3"]) {
            $0.reshape("layer3.0.conv2.weight", [8, 8, 1, 1])
        }
        expect(mismatched: ["layer3.0.shortcut.0.weight is 8×4×3×3, should be 8×4×1×1"]) {
            $0.reshape("layer3.0.shortcut.0.weight", [8, 4, 3, 3])
        }
        expect(mismatched: ["linear.weight is 10×7, should be 10×8"]) { $0.reshape("linear.weight", [10, 7]) }
        expect(mismatched: ["linear.bias is 9, should be 10"]) { $0.reshape("linear.bias", [9]) }
        expect(mismatched: ["linear.bias is a scalar, should be 10"]) { $0.reshape("linear.bias", []) }
    }

    @Test func wholeNumbersAreNoWeights() throws {
        let shape = try #require(Shape([2]))
        let tensor = try #require(Tensor(shape: shape, elementType: .int8, bytes: [1, 2]))
        expect(mismatched: ["bn1.weight is of type int8, should be float32"]) { dictionary in
            for index in dictionary.parameters.indices where dictionary.parameters[index].name == "bn1.weight" {
                dictionary.parameters[index].tensor = tensor
            }
        }
    }

    @Test func optionACannotPadUnevenlyOrNarrow() {
        for (width, expected) in [(5, 4), (1, 2)] {
            let mismatched =
                ["layer2.0.conv2.weight is \(width)×\(width)×3×3, should be \(expected)×\(width)×3×3"]
                + ["weight", "bias", "running_mean", "running_var"].map {
                    "layer2.0.bn2.\($0) is \(width), should be \(expected)"
                } + ["linear.weight is 10×\(width), should be 10×\(expected)"]
            let differences = ParameterDifferences(mismatched: mismatched)
            let dictionary = StateDictionary(widths: [2, width], counts: [1, 1])
            #expect(throws: NetworkError.parameters(architecture: "resnet, blocks 1-1, option A", differences)) {
                try dictionary.recognized()
            }
        }
    }

    @Test func anIdentityCannotWiden() {
        var dictionary = StateDictionary(widths: [2], counts: [2])
        dictionary.reshape("layer1.1.conv2.weight", [4, 2, 3, 3])
        for part in ["weight", "bias", "running_mean", "running_var"] {
            dictionary.reshape("layer1.1.bn2.\(part)", [4])
        }
        #expect(throws: NetworkError.self) { try dictionary.recognized() }
    }

    @Test(arguments: [Float.nan, .infinity, -.infinity])
    func nonFiniteValuesAreNamed(_ value: Float) {
        for (name, index) in [("layer2.0.conv1.weight", 71), ("linear.bias", 3), ("bn1.running_mean", 0)] {
            var dictionary = intact
            dictionary.replace(name) { values, dims in
                var values = values
                values[index] = value
                return (values, dims)
            }
            #expect(throws: NetworkError.nonFinite(tensor: name, index: index)) { try dictionary.recognized() }
        }
    }

    /// What float64 holds and float32 can't is no infinity.
    @Test func numbersBeyondFloatAreCalledThat() throws {
        for (value, expected) in [
            (1e300, NetworkError.beyondFloat(tensor: "w", index: 1)), (-4e38, .beyondFloat(tensor: "w", index: 1)),
            (.infinity, .nonFinite(tensor: "w", index: 1)), (.nan, .nonFinite(tensor: "w", index: 1)), (3e38, nil),
        ] as [(Double, NetworkError?)] {
            let bytes = [0.5, value].flatMap { withUnsafeBytes(of: $0.bitPattern.littleEndian, Array.init) }
            let tensor = try #require(
                Shape([2]).flatMap { Tensor(shape: $0, elementType: .float64, bytes: bytes) })
            do {
                #expect(try tensor.weights(named: "w").count == 2 && expected == nil)
            } catch {
                #expect(error == expected)
            }
        }
    }

    @Test func negativeVariancesAreNamed() {
        var dictionary = intact
        dictionary.replace("layer1.0.bn2.running_var") { _, dims in ([1, -1], dims) }
        #expect(throws: NetworkError.negativeVariance(node: "layer1.0.bn2", channel: 1)) {
            try dictionary.recognized()
        }
    }

    @Test func imagesOfTheWrongChannelsOrSize() throws {
        #expect(throws: NetworkError.inputChannels(expected: 3, found: 1)) { try intact.recognized(1) }
        let digits = StateDictionary(inputChannels: 1, widths: [2], counts: [1])
        #expect(throws: NetworkError.inputChannels(expected: 1, found: 3)) { try digits.recognized(3) }
        // 4 → 2 → 1 is the smallest that both strides halve; 2 → 1 leaves nothing to the second.
        #expect(throws: NetworkError.imageTooSmall(node: "layer3.0.conv1", height: 1, width: 2)) {
            try intact.recognized(height: 2, width: 4)
        }
        #expect(try intact.recognized(height: 4, width: 3).layers.last?.shape == [8, 1, 1])
        #expect(throws: NetworkError.self) { try intact.recognized(height: 0) }
        #expect(throws: NetworkError.self) { try intact.recognized(height: .max) }
        #expect(throws: NetworkError.self) {
            try Network.recognize(parameters: intact.parameters, inputShape: [3])
        }
    }

    @Test(arguments: [1 << 40, Int.max])
    func absurdNumbersInNamesAreLeftOver(_ number: Int) {
        expect(leftOver: ["layer1.\(number).conv1.weight", "layer\(number).0.conv1.weight"]) {
            $0.append("layer1.\(number).conv1.weight", [1])
            $0.append("layer\(number).0.conv1.weight", [1])
        }
    }

    @Test func largeGapsAreNotCountedUp() {
        var dictionary = intact
        for stage in 4...20 { dictionary.append("layer\(stage).30.conv1.weight", [1]) }
        let looksLike = "a ResNet with large gaps in the numbers of its blocks"
        #expect(throws: NetworkError.unknownNetwork(looksLike: looksLike)) {
            try dictionary.recognized()
        }
    }

    /// Whatever is done to a state dict, the answer is an error of one line or a network that runs.
    @Test func randomDamageIsAnErrorAndNeverATrap() throws {
        var generator = SplitMix64(seed: 1)
        let extents = [0, 1, 2, 3, 4, 8, 1 << 24, .max]
        for shortcut in [nil, "shortcut", "downsample"] {
            let intact = StateDictionary(widths: [2, 4], counts: [1, 1], isBottleneck: true, shortcut: shortcut)
            for _ in 0..<60 {
                var dictionary = intact
                for _ in 0...Int.random(in: 0..<3, using: &generator) {
                    let index = dictionary.parameters.indices.randomElement(using: &generator) ?? 0
                    let (name, tensor) = dictionary.parameters.remove(at: index)
                    switch Int.random(in: 0..<4, using: &generator) {
                    case 0: break
                    case 1: dictionary.parameters += [(name, tensor), (name, tensor)]
                    case 2: dictionary.parameters.append((name.replacing("1", with: "7"), tensor))
                    default:
                        var dims = tensor.shape.dims.map { $0 > 2 ? $0 : extents.randomElement(using: &generator) ?? 1 }
                        dims.replaceSubrange(0..<min(1, dims.count), with: [0])
                        if let shape = Shape(dims), let damaged = Tensor(shape: shape, values: []) {
                            dictionary.parameters.append((name, damaged))
                        }
                    }
                }
                do throws(NetworkError) {
                    let network = try dictionary.recognized()
                    #expect(try ReferenceExecutor.run(network.graph, input: Array(repeating: 1, count: 192)).count > 9)
                } catch {
                    #expect(!error.description.contains("\n"))
                }
            }
        }
    }
}
