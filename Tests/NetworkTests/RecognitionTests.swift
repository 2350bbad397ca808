import Network
import StateDictionaries
import Tensors
import Testing

@Suite struct RecognitionTests {
    @Test func optionA() throws {
        let network = try StateDictionary(inputChannels: 1, widths: [2, 4, 8], counts: [2, 2, 2]).recognized(1)
        #expect(network.architecture == "resnet14, option A, widths 2-4-8")
        #expect(network.graph.inputShape == [1, 8, 8])
        #expect(network.graph.classCount == 10)
        #expect(
            network.layers.map(\.name) == [
                "conv1", "layer1.0.conv1", "layer1.0.conv2", "layer1.1.conv1", "layer1.1.conv2", "layer2.0.conv1",
                "layer2.0.conv2", "layer2.1.conv1", "layer2.1.conv2", "layer3.0.conv1", "layer3.0.conv2",
                "layer3.1.conv1", "layer3.1.conv2",
            ])
        let shapes = [[2, 8, 8], [4, 4, 4], [8, 2, 2]]
        #expect(network.layers.map(\.shape) == [shapes[0]] + shapes.flatMap { Array(repeating: $0, count: 4) })
        #expect(network.layers.map(\.isBlock) == [true] + (0..<12).map { $0 % 2 == 1 })
        #expect(network.blocks.map(\.name) == (1...3).flatMap { ["layer\($0).0", "layer\($0).1"] })
        #expect(network.blocks.map(\.isCuttable) == [true, true, false, true, false, true])
        // Stem 1·2·9 + 2·2; each 3×3 of a → b channels has 9ab + 2b; head 8·10 + 10.
        let stage = [4 * (36 + 4), (72 + 8) + 3 * (144 + 8), (288 + 16) + 3 * (576 + 16)]
        #expect(network.parameters == 22 + stage.reduce(0, +) + 90)
        #expect(network.blocks.map(\.parameters) == [80, 80, 232, 304, 896, 1184])
        #expect(network.layers[5].parameters == 80)
        // 4 maps of 4×4 from 2 maps through nine taps.
        #expect(network.layers[5].multiplyAdds == 4 * 16 * 2 * 9)
        let subsamples = network.graph.nodes.compactMap { node in
            if case .rearrange(.subsample) = node.operation { node } else { nil }
        }
        #expect(
            subsamples.map(\.operation) == [
                .rearrange(.subsample(stride: 2, channelsBefore: 1, channelsAfter: 1)),
                .rearrange(.subsample(stride: 2, channelsBefore: 2, channelsAfter: 2)),
            ])
        #expect(subsamples.map(\.shape) == [[4, 4, 4], [8, 2, 2]])
    }

    @Test(arguments: [("shortcut", "linear"), ("downsample", "fc")])
    func optionBInBothKeySchemes(shortcut: String, head: String) throws {
        let network = try StateDictionary(widths: [2, 4, 8], counts: [1, 1, 1], shortcut: shortcut, head: head)
            .recognized()
        #expect(network.architecture == "resnet8, option B, widths 2-4-8")
        #expect(network.layers.count == 7, "projections are no layers")
        #expect(network.blocks.map(\.isCuttable) == [true, false, false])
        // A projection of a → b channels has ab + 2b parameters.
        #expect(network.blocks.map(\.parameters) == [80, 232 + 16, 896 + 48])
        let projection = try #require(network.graph.nodes.first { $0.name == "layer2.0.\(shortcut).0" })
        #expect(projection.shape == [4, 4, 4])
        #expect(network.graph.nodes.last?.name == head)
    }

    @Test func bottlenecksHaveTheirStrideOnThe3x3() throws {
        let network = try StateDictionary(
            widths: [2, 4], counts: [1, 2], isBottleneck: true, shortcut: "shortcut"
        ).recognized()
        #expect(network.architecture == "resnet, bottleneck blocks 1-2, option B")
        #expect(
            network.layers.map(\.shape) == [
                [2, 8, 8], [2, 8, 8], [2, 8, 8], [8, 8, 8], [4, 8, 8], [4, 4, 4], [16, 4, 4], [4, 4, 4], [4, 4, 4],
                [16, 4, 4],
            ])
        #expect(network.blocks.map(\.layers) == [[1, 2, 3], [4, 5, 6], [7, 8, 9]])
        #expect(network.blocks.map(\.isCuttable) == [false, false, true])
    }

    /// Small widths stand for the usual ones where the name carries them.
    @Test func namesFollowShapes() throws {
        func name(_ widths: [Int], _ counts: [Int], bottleneck: Bool = false, _ shortcut: String?) throws -> String {
            try StateDictionary(widths: widths, counts: counts, isBottleneck: bottleneck, shortcut: shortcut)
                .recognized(height: 32, width: 32).architecture
        }
        #expect(try name([16, 32, 64], [3, 3, 3], nil) == "resnet20, option A")
        #expect(try name([16, 32, 64], [1, 1, 1], "downsample") == "resnet8, option B")
        #expect(try name([2, 4, 8], [9, 8, 6], nil) == "resnet, blocks 9-8-6, option A")
        #expect(try name([2, 4], [2, 1], "shortcut") == "resnet, blocks 2-1, option B")
        #expect(try name([2], [3], nil) == "resnet, blocks 3")
        #expect(try name([2, 4, 6, 8], [2, 2, 2, 2], "shortcut") == "resnet18, widths 2-4-6-8")
        #expect(try name([2, 4, 6, 8], [3, 4, 6, 3], nil) == "resnet34, option A, widths 2-4-6-8")
        #expect(try name([1, 2, 3, 4], [3, 4, 6, 3], bottleneck: true, "shortcut") == "resnet50, widths 1-2-3-4")
        #expect(try name([2, 4, 6, 8, 8], [1, 1, 1, 1, 1], nil) == "resnet, blocks 1-1-1-1-1, option A")
    }

    @Test func stemsOfAnotherWidthAreMatchedInTheFirstStage() throws {
        let padded = try StateDictionary(stem: 2, widths: [4, 8], counts: [1, 1]).recognized()
        #expect(
            padded.graph.nodes.first { $0.name == "layer1.0.shortcut" }?.operation
                == .rearrange(.subsample(stride: 1, channelsBefore: 1, channelsAfter: 1)))
        let projected = try StateDictionary(stem: 2, widths: [4, 8], counts: [1, 1], shortcut: "shortcut")
            .recognized()
        #expect(projected.blocks.map(\.isCuttable) == [false, false])
    }

    @Test func headsWithoutBiasAndAsConvolution() throws {
        let plain = try StateDictionary(widths: [2], counts: [1], headBias: false).recognized()
        #expect(plain.parameters == 58 + 80 + 20)
        let dictionary = StateDictionary(widths: [2], counts: [1], head: "fc", headAxes: [1, 1])
        let convolution = try dictionary.recognized()
        #expect(convolution.layers.count == 3, "the head is no layer")
        #expect(convolution.graph.classCount == 10)
        let values = try #require(dictionary.parameters.first { $0.name == "fc.weight" }).tensor.floats()
        guard case .linear(let head) = convolution.graph.nodes.last?.operation else {
            Issue.record("the head is a matrix product")
            return
        }
        #expect(head.weight == values)
    }

    @Test func theOrderOfTheFileDoesNotMatter() throws {
        var dictionary = StateDictionary(widths: [2, 4], counts: [2, 1])
        let network = try dictionary.recognized()
        dictionary.parameters.reverse()
        #expect(try dictionary.recognized() == network)
    }

    @Test func halfPrecisionIsReadAsFloat() throws {
        var dictionary = StateDictionary(widths: [2], counts: [1])
        let index = try #require(dictionary.parameters.firstIndex { $0.name == "bn1.bias" })
        let shape = try #require(Shape([2]))
        // 1.5 and −2, little-endian.
        dictionary.parameters[index].tensor = try #require(
            Tensor(shape: shape, elementType: .bfloat16, bytes: [0xC0, 0x3F, 0x00, 0xC0]))
        let network = try dictionary.recognized()
        guard case .batchNormalization(let normalization) = network.graph.nodes[2].operation else {
            Issue.record("the third node is the stem's BatchNorm")
            return
        }
        #expect(normalization.shift == [1.5, -2])
    }

    @Test func anArchitectureCanBeAskedFor() throws {
        let dictionary = StateDictionary(widths: [16, 32, 64], counts: [1, 1, 1])
        #expect(try dictionary.recognized(as: "resnet8").architecture == "resnet8, option A")
        #expect(try dictionary.recognized(as: "resnet8, option A").architecture == "resnet8, option A")
        for other in ["resnet80", "resnet8, option B", "resnet", "", "vgg11_bn"] {
            #expect(throws: NetworkError.otherArchitecture(asked: other, found: "resnet8, option A")) {
                try dictionary.recognized(as: other)
            }
        }
    }
}
