import Formats
import Network
import StateDictionaries
import Tensors
import Testing

@testable import Pruning

/// Small networks of every collection, whole and with units cut.
struct ZooCase: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var cut: [String]
    /// The class of `zoo.py` with the numbers of the whole network, and with those of the cut one.
    var classes: (whole: String, cut: String)
    var whole: @Sendable () -> StateDictionary
    /// As the collection's class with fewer blocks would save it.
    var smaller: @Sendable () -> StateDictionary

    private init(
        _ description: String, cut: [String], _ whole: String, _ smaller: String,
        _ make: @escaping @Sendable (_ isWhole: Bool) -> StateDictionary
    ) {
        (testDescription, self.cut, classes) = (description, cut, (whole, smaller))
        (self.whole, self.smaller) = ({ make(true) }, { make(false) })
    }

    static let all: [ZooCase] = residual + numbered + vgg + mobile

    private static let residual = [
        ZooCase(
            "basic blocks", cut: ["layer1.0", "layer2.1", "layer4.2"],
            "ResNet([2, 2, 1, 3], (4, 6, 8, 10))", "ResNet([1, 1, 1, 2], (4, 6, 8, 10))"
        ) {
            StateDictionary(widths: [4, 6, 8, 10], counts: $0 ? [2, 2, 1, 3] : [1, 1, 1, 2], shortcut: "shortcut")
        },
        ZooCase(
            "bottlenecks", cut: ["layer1.1", "layer3.1", "layer3.3"],
            "ResNet([2, 1, 4, 1], (2, 3, 4, 5), Bottleneck)", "ResNet([1, 1, 2, 1], (2, 3, 4, 5), Bottleneck)"
        ) {
            StateDictionary(
                widths: [2, 3, 4, 5], counts: $0 ? [2, 1, 4, 1] : [1, 1, 2, 1], isBottleneck: true, shortcut: "shortcut"
            )
        },
        ZooCase(
            "option A", cut: ["layer1.0", "layer1.2", "layer2.1", "layer3.1", "layer3.2"],
            "ResNet([3, 3, 3], (4, 8, 12), OptionABlock)", "ResNet([1, 2, 1], (4, 8, 12), OptionABlock)"
        ) { StateDictionary(widths: [4, 8, 12], counts: $0 ? [3, 3, 3] : [1, 2, 1]) },
        ZooCase(
            "a wide stem and a pool", cut: ["layer1.1", "layer2.1"],
            "ImageNetResNet([2, 2, 1, 1], (4, 6, 8, 10))", "ImageNetResNet([1, 1, 1, 1], (4, 6, 8, 10))"
        ) {
            StateDictionary(
                stemKernel: 7, widths: [4, 6, 8, 10], counts: $0 ? [2, 2, 1, 1] : [1, 1, 1, 1], shortcut: "downsample",
                head: "fc")
        },
        ZooCase(
            "all blocks of the first stage", cut: ["layer1.0", "layer1.1"],
            "ResNet([2, 1, 1], (4, 8, 12), OptionABlock)", "ResNet([0, 1, 1], (4, 8, 12), OptionABlock)"
        ) { StateDictionary(widths: [4, 8, 12], counts: $0 ? [2, 1, 1] : [0, 1, 1]) },
        ZooCase(
            "pre-activation", cut: ["layer1.1", "layer4.1"],
            "PreActResNet([2, 1, 1, 2], (4, 6, 8, 10))", "PreActResNet([1, 1, 1, 1], (4, 6, 8, 10))"
        ) { .preActivation(widths: [4, 6, 8, 10], counts: $0 ? [2, 1, 1, 2] : [1, 1, 1, 1]) },
    ]

    private static let numbered = [
        ZooCase(
            "residual functions", cut: ["conv2_x.0", "conv3_x.2"],
            "FunctionResNet([2, 4, 1, 1], (4, 6, 8, 10))", "FunctionResNet([1, 3, 1, 1], (4, 6, 8, 10))"
        ) { .residualFunctions(widths: [4, 6, 8, 10], counts: $0 ? [2, 4, 1, 1] : [1, 3, 1, 1]) },
        ZooCase(
            "residual functions, bottlenecks", cut: ["conv5_x.1"],
            "FunctionResNet([1, 1, 1, 2], (2, 3, 4, 5), FunctionBottleneck)",
            "FunctionResNet([1, 1, 1, 1], (2, 3, 4, 5), FunctionBottleneck)"
        ) { .residualFunctions(widths: [2, 3, 4, 5], counts: $0 ? [1, 1, 1, 2] : [1, 1, 1, 1], isBottleneck: true) },
    ]

    private static let vgg = [
        ZooCase(
            // 0 3; 7 10 13; 17 20; pools at 6, 16 and 23.
            "convolutions on either side of a pool", cut: ["features.3", "features.13", "features.20"],
            "VGG([4, 4, 'M', 6, 6, 6, 'M', 6, 6, 'M', 8, 'M', 8, 'M'])",
            "VGG([4, 'M', 6, 6, 'M', 6, 'M', 8, 'M', 8, 'M'])"
        ) { .vgg($0 ? [4, 4, 0, 6, 6, 6, 0, 6, 6, 0, 8, 0, 8, 0] : [4, 0, 6, 6, 0, 6, 0, 8, 0, 8, 0]) },
        ZooCase(
            "convolutions before three fully connected layers", cut: ["features.3"],
            "VGG([4, 4, 'M', 6, 'M', 6, 'M', 6, 'M', 8, 'M'], (1, 4, 6), 7)",
            "VGG([4, 'M', 6, 'M', 6, 'M', 6, 'M', 8, 'M'], (1, 4, 6), 7)"
        ) {
            .vgg(
                ($0 ? [4, 4] : [4]) + [0, 6, 0, 6, 0, 6, 0, 8, 0], classifier: [1, 4, 6], hidden: 7)
        },
        ZooCase(
            "convolutions without BatchNorm", cut: ["features.2"],
            "VGG([4, 4, 'M', 6, 'M', 6, 'M', 6, 'M', 8, 'M'], (0, 3, 6), 7, False)",
            "VGG([4, 'M', 6, 'M', 6, 'M', 6, 'M', 8, 'M'], (0, 3, 6), 7, False)"
        ) {
            .vgg(
                ($0 ? [4, 4] : [4]) + [0, 6, 0, 6, 0, 6, 0, 8, 0], isNormalized: false, classifier: [0, 3, 6], hidden: 7
            )
        },
    ]

    /// Hidden channels for each, channels, blocks.
    private static func stages(_ counts: [Int]) -> [StateDictionary.Stage] {
        zip([(1, 4), (2, 5), (2, 6), (2, 7), (2, 8), (2, 9), (2, 10)], counts).map { ($0.0, $0.1, $1) }
    }

    private static func configuration(_ counts: [Int]) -> String {
        let stages = zip(stages(counts), [1, 1, 2, 2, 1, 2, 1]).map { stage, stride in
            "(\(stage.expansion), \(stage.channels), \(stage.count), \(stride))"
        }
        return "[\(stages.joined(separator: ", "))], 4, 16"
    }

    private static let mobile: [ZooCase] = {
        let (whole, smaller) = ([1, 2, 3, 2, 1, 2, 1], [1, 1, 2, 2, 1, 1, 1])
        return [
            ZooCase(
                // 0; 1 2; 3 4 5; 6 7; 8; 9 10; 11.
                "inverted residuals", cut: ["layers.2", "layers.4", "layers.10"],
                "MobileNetV2(\(configuration(whole)))", "MobileNetV2(\(configuration(smaller)))"
            ) { .plainMobileNet(stages($0 ? whole : smaller), stem: 4, last: 16) },
            ZooCase(
                "inverted residuals among the features", cut: ["features.3", "features.6", "features.11"],
                "FeaturesMobileNetV2(\(configuration(whole)))", "FeaturesMobileNetV2(\(configuration(smaller)))"
            ) { .mobileNet(stages($0 ? whole : smaller), stem: 4, last: 16) },
        ]
    }()

    /// The cut network, and the graph without the units that it was made of.
    func pruned() throws -> (pruned: PrunedNetwork, cut: Graph) {
        let dictionary = whole()
        let network = try dictionary.recognized(height: 32, width: 32)
        let units = network.units.filter { cut.contains($0.name) }
        try #require(units.map(\.name) == cut)
        let parameters = try #require(StateDict(dictionary.parameters, metadata: ["mean": "0.5"]))
        return (try PrunedNetwork(network, cutting: units, parameters: parameters), try network.graph.cutting(units))
    }
}

@Suite struct PrunedNetworkTests {
    /// Names, their order and shapes are those of the class with fewer blocks; what they compute is what the graph without
    /// the units does, to the last bit.
    @Test(arguments: ZooCase.all) func aCutNetworkIsItsClassWithFewerBlocks(_ item: ZooCase) throws {
        let (pruned, graph) = try item.pruned()
        let smaller = item.smaller()
        #expect(pruned.state.names == smaller.parameters.map(\.name))
        #expect(pruned.state.entries.map(\.tensor.shape) == smaller.parameters.map(\.tensor.shape))
        #expect(pruned.state.metadata == ["mean": "0.5"])
        #expect(pruned.network.architecture == (try smaller.recognized(height: 32, width: 32).architecture))
        let image = OperationGraph.numbers(3 * 32 * 32)
        let expected = try ReferenceExecutor.run(graph, input: image).last
        #expect(try ReferenceExecutor.run(pruned.network.graph, input: image).last == expected)
    }

    /// What is left keeps its values and its element type.
    @Test func tensorsAreKeptAsTheyAre() throws {
        var dictionary = StateDictionary(widths: [4, 8], counts: [1, 3])
        let index = try #require(dictionary.parameters.firstIndex { $0.name == "layer2.2.conv1.weight" })
        let old = dictionary.parameters[index].tensor
        let halves = [UInt8](repeating: 0x3C, count: 2 * old.shape.count)
        let half = try #require(Tensor(shape: old.shape, elementType: .float16, bytes: halves))
        dictionary.parameters[index].tensor = half
        let network = try dictionary.recognized()
        let unit = try #require(network.units.first { $0.name == "layer2.1" })
        let pruned = try PrunedNetwork(network, cutting: [unit], parameters: StateDict(dictionary.parameters))
        #expect(pruned.state["layer2.1.conv1.weight"] == half)
        #expect(
            pruned.state["layer1.0.conv1.weight"]
                == dictionary.parameters.first { $0.name == "layer1.0.conv1.weight" }?.tensor)
        #expect(pruned.state["layer2.2.conv1.weight"] == nil)
    }

    @Test func nothingCutIsTheSameNetwork() throws {
        let dictionary = StateDictionary(widths: [4, 8], counts: [1, 1])
        let network = try dictionary.recognized()
        let pruned = try PrunedNetwork(network, cutting: [], parameters: StateDict(dictionary.parameters))
        #expect(pruned.network == network)
        #expect(pruned.state.names == dictionary.parameters.map(\.name))
    }

    /// All convolutions behind the last pool but one may go: two pools are left there, which the class's list can have.
    @Test func aVGGsLastGroupCanGo() throws {
        let dictionary = StateDictionary.vgg([4, 0, 6, 0, 6, 0, 8, 0, 8, 8, 0])
        let network = try dictionary.recognized(height: 32, width: 32)
        let units = network.units.filter { ["features.16", "features.19"].contains($0.name) }
        #expect(units.count == 2)
        let pruned = try PrunedNetwork(network, cutting: units, parameters: StateDict(dictionary.parameters))
        let image = OperationGraph.numbers(3 * 32 * 32)
        let expected = try ReferenceExecutor.run(network.graph.cutting(units), input: image).last
        #expect(try ReferenceExecutor.run(pruned.network.graph, input: image).last == expected)
        #expect(pruned.network.architecture == "vgg_bn, blocks 1-1-1-1, 2 pools at the end")
    }

    /// Between others the names would not tell two pools from a pool and something else.
    @Test func aVGGsMiddleGroupKeepsOneConvolution() throws {
        let dictionary = StateDictionary.vgg([4, 0, 4, 4, 0, 6, 0, 8, 0, 8, 0])
        let network = try dictionary.recognized(height: 32, width: 32)
        let units = network.units.filter { ["features.4", "features.7"].contains($0.name) }
        #expect(units.count == 2)
        let reason = "no convolution would be left between two pools; leave one of them in"
        #expect(throws: PruningError.otherNetwork(reason)) {
            try PrunedNetwork(network, cutting: units, parameters: StateDict(dictionary.parameters))
        }
    }

    /// The first stage's blocks leave shapes alone, and so may all go.
    @Test(arguments: [
        StateDictionary(widths: [4, 8], counts: [2, 2]),
        StateDictionary(widths: [4, 8, 12, 16], counts: [2, 1, 1, 1], shortcut: "downsample", head: "fc"),
        .preActivation(widths: [4, 6, 8, 10], counts: [1, 1, 1, 2]),
        .residualFunctions(widths: [4, 6, 8, 10], counts: [2, 1, 1, 1]),
    ])
    func theFirstStageCanGo(dictionary: StateDictionary) throws {
        let network = try dictionary.recognized(height: 32, width: 32)
        let units = network.units.filter { $0.name.hasPrefix("layer1.") || $0.name.hasPrefix("conv2_x.") }
        #expect(!units.isEmpty && units.allSatisfy(\.isCuttable))
        let pruned = try PrunedNetwork(network, cutting: units, parameters: StateDict(dictionary.parameters))
        let image = OperationGraph.numbers(3 * 32 * 32)
        let expected = try ReferenceExecutor.run(network.graph.cutting(units), input: image).last
        #expect(try ReferenceExecutor.run(pruned.network.graph, input: image).last == expected)
    }

    /// A part of several convolutions goes with all of them.
    @Test func aPartOfSeveralConvolutionsIsOne() throws {
        let dictionary = StateDictionary.vgg([4, 0, 6, 4, 4, 0, 4, 0, 4, 0, 4, 0])
        let network = try dictionary.recognized(height: 32, width: 32)
        let part = try #require(network.units.first { $0.kind == .part })
        #expect(part.name == "features.4-features.7" && part.layers == [1, 2] && part.isCuttable)
        let pruned = try PrunedNetwork(network, cutting: [part], parameters: StateDict(dictionary.parameters))
        #expect(pruned.state.names == StateDictionary.vgg([4, 0, 4, 0, 4, 0, 4, 0, 4, 0]).parameters.map(\.name))
        let image = OperationGraph.numbers(3 * 32 * 32)
        let expected = try ReferenceExecutor.run(network.graph.cutting([part]), input: image).last
        #expect(try ReferenceExecutor.run(pruned.network.graph, input: image).last == expected)
    }

    /// The parts of an ONNX graph keep their names.
    @Test func aGraphWithoutCheckpointKeepsItsNames() throws {
        let dictionary = StateDictionary(widths: [4, 8], counts: [1, 3])
        let network = try dictionary.recognized()
        let unit = try #require(network.units.first { $0.name == "layer2.1" })
        let pruned = try PrunedNetwork(network, cutting: [unit], parameters: nil)
        let kept = dictionary.parameters.map(\.name).filter { !$0.hasPrefix("layer2.1.") && !$0.hasSuffix("tracked") }
        #expect(Set(pruned.state.names) == Set(kept))
        #expect(pruned.network.units.map(\.name) == ["conv1", "layer1.0", "layer2.0", "layer2.2"])
        #expect(pruned.network.architecture == "resnet, blocks 1-3, option A, 1 unit cut")
    }
}
