import Network
import StateDictionaries
import Testing

/// Every collection's names lead to the network that the collection's code makes. Full-size counts of parameters are
/// the published ones.
@Suite struct CollectionTests {
    private let vgg11 = [64, 0, 128, 0, 256, 256, 0, 512, 512, 0, 512, 512, 0]
    private let usual = [64, 128, 256, 512]

    private func only(_ dictionary: StateDictionary, extent: Int = 32) throws -> Network {
        let candidates = try dictionary.candidates(extent: extent)
        #expect(candidates.count == 1, "nothing is left open")
        return candidates[0]
    }

    private func names(_ dictionary: StateDictionary, extent: Int = 32, as architecture: String? = nil) throws
        -> [String]
    {
        try dictionary.candidates(extent: extent, as: architecture).map(\.architecture)
    }

    private func convolution(_ name: String, in network: Network) throws -> Convolution {
        let node = try #require(network.graph.nodes.first { $0.name == name })
        guard case .convolution(let convolution) = node.operation else {
            Issue.record("\(name) is a convolution")
            throw NetworkError.shape(node: name, problem: "")
        }
        return convolution
    }

    private func pools(in network: Network) -> [Pool] {
        network.graph.nodes.compactMap { if case .pool(let pool) = $0.operation { pool } else { nil } }
    }

    @Test func residualFunctions() throws {
        let resnet18 = try only(.residualFunctions(widths: usual, counts: [2, 2, 2, 2], isZero: true))
        #expect(resnet18.architecture == "resnet18")
        // kuangliu's 11,173,962, with 512·100 + 100 in the head instead of 512·10 + 10.
        #expect(resnet18.parameters == 11_220_132)
        #expect(resnet18.layers[0].name == "conv1.0" && resnet18.layers[0].shape == [64, 32, 32])
        let names = resnet18.layers.map(\.name)
        #expect(names[1...2] == ["conv2_x.0.residual_function.0", "conv2_x.0.residual_function.3"])
        #expect(names.count == 17 && names.last == "conv5_x.1.residual_function.3")
        #expect(resnet18.blocks.map(\.name).first == "conv2_x.0" && resnet18.blocks.count == 8)
        #expect(resnet18.blocks.map(\.isCuttable) == [true, true, false, true, false, true, false, true])
        #expect(resnet18.layers.last?.shape == [512, 4, 4])

        let bottleneck = try only(.residualFunctions(widths: [2, 4, 6, 8], counts: [3, 4, 6, 3], isBottleneck: true))
        #expect(bottleneck.architecture == "resnet50, widths 2-4-6-8")
        #expect(bottleneck.layers[3].name == "conv2_x.0.residual_function.6")
        #expect(try convolution("conv3_x.0.residual_function.0", in: bottleneck).stride == (1, 1))
        #expect(try convolution("conv3_x.0.residual_function.3", in: bottleneck).stride == (2, 2))
        #expect(try convolution("conv3_x.0.shortcut.0", in: bottleneck).stride == (2, 2))
    }

    @Test func a7x7StemIsTorchvisions() throws {
        let dictionary = StateDictionary(
            stemKernel: 7, widths: usual, counts: [2, 2, 2, 2], shortcut: "downsample", head: "fc", classes: 1000,
            isZero: true)
        let network = try only(dictionary, extent: 64)
        #expect(network.architecture == "resnet18, imagenet stem")
        #expect(network.parameters == 11_689_512)
        let stem = try convolution("conv1", in: network)
        #expect(stem.stride == (2, 2) && stem.padding == .init(3))
        #expect(pools(in: network) == [Pool(.maximum, kernel: (3, 3), stride: (2, 2), padding: .init(1))])
        // 64 → 32 behind the stem, 16 behind the pool, 2 in the last stage.
        #expect(network.layers.map(\.shape)[0] == [64, 32, 32])
        #expect(network.layers.map(\.shape)[1] == [64, 16, 16])
        #expect(network.layers.last?.shape == [512, 2, 2])
        let names = try names(
            StateDictionary(
                stemKernel: 7, widths: [2, 4, 6, 8], counts: [3, 8, 36, 3], isBottleneck: true, shortcut: "downsample",
                head: "fc"))
        #expect(names == ["resnet152, widths 2-4-6-8, imagenet stem"])
    }

    /// huyvnphan keeps the max-pool behind a 3×3 stem; many people take it out.
    @Test func downsampleInFourStagesLeavesThePoolOpen() throws {
        let dictionary = StateDictionary(
            widths: usual, counts: [3, 4, 6, 3], isBottleneck: true, shortcut: "downsample", head: "fc", isZero: true)
        let candidates = try dictionary.candidates()
        #expect(
            candidates.map(\.architecture) == ["resnet50, pool after the stem", "resnet50, no pool after the stem"])
        #expect(candidates.map { pools(in: $0).count } == [1, 0])
        #expect(candidates.map { $0.layers[1].shape } == [[64, 16, 16], [64, 32, 32]])
        #expect(candidates.map { $0.layers.last?.shape } == [[2048, 2, 2], [2048, 4, 4]])
        #expect(candidates.allSatisfy { $0.parameters == 23_520_842 })
        #expect(try names(dictionary, as: "resnet50").count == 2)
        for name in candidates.map(\.architecture) { #expect(try names(dictionary, as: name) == [name]) }
        let found = "resnet50, pool after the stem or resnet50, no pool after the stem"
        #expect(throws: NetworkError.otherArchitecture(asked: "resnet18", found: found)) {
            try dictionary.candidates(as: "resnet18")
        }
    }

    @Test func nothingIsOpenWhereTheNamesTell() throws {
        let three = StateDictionary(widths: [16, 32, 64], counts: [3, 3, 3], shortcut: "downsample", head: "fc")
        #expect(try names(three) == ["resnet20, option B"])
        #expect(try only(three).parameters == 272_474)
        let kuangliu = StateDictionary(
            widths: [2, 4, 6, 8], counts: [3, 4, 23, 3], isBottleneck: true, shortcut: "shortcut")
        #expect(try names(kuangliu) == ["resnet101, widths 2-4-6-8"])
        let lu = StateDictionary(
            widths: [2, 4, 6, 8], counts: [3, 4, 6, 3], shortcut: "shortcut", head: "fc", headAxes: [1, 1])
        #expect(try names(lu) == ["resnet34, widths 2-4-6-8"])
        let akamaster = StateDictionary(widths: [16, 32, 64], counts: [18, 18, 18])
        #expect(try names(akamaster) == ["resnet110, option A"])
    }

    /// Only images large enough for the pooled network leave that open.
    @Test func aNetworkTooDeepForTheImagesIsNoCandidate() throws {
        let dictionary = StateDictionary(
            widths: [2, 4, 6, 8], counts: [2, 2, 2, 2], shortcut: "downsample", head: "fc")
        #expect(try names(dictionary, extent: 8) == ["resnet18, widths 2-4-6-8, no pool after the stem"])
        #expect(throws: NetworkError.imageTooSmall(node: "layer3.0.conv1", height: 1, width: 1)) {
            try dictionary.candidates(extent: 2, as: "resnet18, widths 2-4-6-8, no pool after the stem")
        }
    }

    @Test func preActivation() throws {
        let network = try only(.preActivation(widths: usual, counts: [2, 2, 2, 2], isZero: true))
        #expect(network.architecture == "preactresnet18")
        // 11,173,962 without the stem's BN and the shortcuts', and three first BNs of half the width.
        #expect(network.parameters == 11_173_962 - 128 - 2 * (128 + 256 + 512) - 2 * (64 + 128 + 256))
        let graph = network.graph
        func node(_ name: String) throws -> Int { try #require(graph.nodes.firstIndex { $0.name == name }) }
        // Layers end at their convolution or Add.
        #expect(network.layers.prefix(3).map(\.name) == ["conv1", "layer1.0.conv1", "layer1.0.conv2"])
        #expect(
            try network.layers.prefix(3).map(\.output) == [node("conv1"), node("layer1.0.conv1"), node("layer1.0")])
        #expect(try network.layers.last?.output == node("layer4.1"))
        #expect(network.layers.map(\.isBlock) == [true] + (0..<16).map { $0 % 2 == 1 })
        #expect(network.blocks.map(\.isCuttable) == [true, true, false, true, false, true, false, true])
        // The identity takes the block's input, a convolution what the first BN and ReLU put out.
        #expect(try graph.nodes[node("layer1.0")].inputs == [node("layer1.0.conv2"), node("conv1")])
        #expect(try graph.nodes[node("layer2.0.shortcut.0")].inputs == [node("layer2.0.relu1")])
        #expect(try graph.nodes[node("layer2.0.conv1")].inputs == [node("layer2.0.relu1")])
        #expect(try graph.nodes[node("layer2.0.bn1")].inputs == [node("layer1.1")])
        #expect(try graph.nodes[node("pool")].inputs == [node("layer4.1")])

        let bottleneck = try only(
            .preActivation(widths: [2, 4, 6, 8], counts: [3, 4, 6, 3], isBottleneck: true))
        #expect(bottleneck.architecture == "preactresnet50, widths 2-4-6-8")
        #expect(try convolution("layer2.0.conv2", in: bottleneck).stride == (2, 2))
        #expect(bottleneck.layers.count == 49)
    }

    @Test func vggHeads() throws {
        for (classifier, hidden) in [([], 0), ([1, 4, 6], 512), ([0, 3, 6], 512), ([0, 3, 6], 4096)] {
            let network = try only(.vgg(vgg11, classifier: classifier, hidden: hidden, isZero: true))
            #expect(network.architecture == "vgg11_bn")
            let head =
                hidden == 0 ? 5130 : 512 * hidden + hidden + hidden * hidden + hidden + hidden * 10 + 10
            #expect(network.parameters == 9_231_114 - 5130 + head)
            #expect(network.layers.map(\.name) == [0, 4, 8, 11, 15, 18, 22, 25].map { "features.\($0)" })
            #expect(network.layers.map(\.shape.last) == [32, 16, 8, 8, 4, 4, 2, 2])
            #expect(network.layers.allSatisfy { $0.isBlock })
            #expect(
                network.units.filter(\.isCuttable).map(\.name) == [
                    "features.11", "features.18", "features.22", "features.25",
                ])
            #expect(network.units.filter(\.isCuttable).allSatisfy { $0.kind == .convolution && $0.isCuttable })
            #expect(network.layers.map(network.protocolTap) == network.layers.map(\.convolution))
            #expect(pools(in: network) == Array(repeating: Pool(.maximum, kernel: (2, 2), stride: (2, 2)), count: 5))
        }
    }

    @Test func vggsByTheirPlaces() throws {
        func small(_ counts: [Int]) -> [Int] { counts.flatMap { Array(repeating: 4, count: $0) + [0] } }
        let widths = "widths 4-4-4-4-4"
        for (counts, name) in [
            ([1, 1, 2, 2, 2], "vgg11"), ([2, 2, 2, 2, 2], "vgg13"), ([2, 2, 3, 3, 3], "vgg16"),
            ([2, 2, 4, 4, 4], "vgg19"),
        ] {
            #expect(try names(.vgg(small(counts))) == ["\(name)_bn, \(widths)"])
            #expect(try names(.vgg(small(counts), isNormalized: false)) == ["\(name), \(widths)"])
            #expect(try names(.vgg(small(counts), hasBias: false)) == ["\(name)_bn, \(widths)"])
        }
        let pruned = try only(.vgg([4, 4, 0, 8, 0, 8, 8, 8, 0, 16, 0], classifier: [1, 4, 6], hidden: 5, inputs: 64))
        #expect(pruned.architecture == "vgg_bn, blocks 2-1-3-1")
        #expect(pruned.layers.last?.shape == [16, 4, 4])
    }

    /// What the head takes is what the last maps hold, with or without a pool behind them.
    @Test func theLastPoolFollowsFromTheHead() throws {
        let two = [4, 0, 6]
        let pooled = try only(.vgg(two, inputs: 6 * 4 * 4), extent: 16)
        #expect(pooled.architecture == "vgg_bn, blocks 1-1" && pools(in: pooled).count == 2)
        let bare = try only(.vgg(two, inputs: 6 * 8 * 8), extent: 16)
        #expect(bare.architecture == "vgg_bn, blocks 1-1, no pool at the end" && pools(in: bare).count == 1)
        // Averaged to 1×1 or 7×7 both fit; and so would three pools, where convolutions between them were cut.
        for extent in [1, 7] {
            let candidates = try StateDictionary.vgg(two, inputs: 6 * extent * extent).candidates(extent: 16)
            #expect(
                candidates.map(\.architecture)
                    == ["vgg_bn, blocks 1-1, pool at the end", "vgg_bn, blocks 1-1, no pool at the end"]
                    + (extent == 1 ? ["vgg_bn, blocks 1-1, 3 pools at the end"] : []))
            #expect(candidates.map { pools(in: $0).count } == (extent == 1 ? [2, 1, 4] : [2, 1]))
            let average = Operation.adaptiveAveragePool(height: extent, width: extent)
            #expect(candidates.prefix(2).allSatisfy { $0.graph.nodes.contains { $0.operation == average } })
        }
        // torchvision's, at the size of CIFAR's images: 1×1 is spread over 7×7.
        let torchvision = StateDictionary.vgg(vgg11, classifier: [0, 3, 6], hidden: 8, inputs: 25088, isZero: true)
        #expect(try names(torchvision) == ["vgg11_bn, pool at the end", "vgg11_bn, no pool at the end"])
        #expect(try names(torchvision, as: "vgg11_bn, pool at the end") == ["vgg11_bn, pool at the end"])
    }

    @Test func plainMobileNet() throws {
        let network = try only(.plainMobileNet())
        #expect(network.architecture == "mobilenetv2")
        #expect(network.parameters == 2_296_922)
        // Stem, three for each of 17 blocks, the last 1×1.
        #expect(network.layers.count == 53 && network.layers.last?.name == "conv2")
        let blocks = network.layers.filter(\.isBlock).map(\.name)
        #expect(blocks == ["conv1"] + (0..<17).map { "layers.\($0).conv3" })
        #expect(network.blocks.map(\.name) == (0..<17).map { "layers.\($0)" })
        #expect(network.blocks.allSatisfy { $0.kind == .block && $0.layers.count == 3 })
        // Neither those with a convolution on the shortcut, 0, 1, 10, 16, nor those without shortcut, 3, 6, 13.
        let cuttable = network.blocks.indices.filter { network.blocks[$0].isCuttable }
        #expect(cuttable == [2, 4, 5, 7, 8, 9, 11, 12, 14, 15])
        let inBlocks = network.blocks.reduce(0) { $0 + $1.parameters }
        // Outside of blocks: stem 3·32·9 + 64, last 320·1280 + 2560, head 1280·10 + 10.
        #expect(inBlocks == 2_296_922 - 928 - 412_160 - 12_810)
        #expect(!network.graph.nodes.contains { $0.operation == .activation(.relu6) })
        for (index, layer) in network.layers.enumerated() where blocks.contains(layer.name) && index > 0 {
            #expect(network.protocolTap(of: layer) == layer.output)
        }
        let imageNet = try only(.plainMobileNet(strides: [1, 2, 2, 2, 1, 2, 1]), extent: 64)
        #expect(imageNet.architecture == "mobilenetv2, imagenet strides")
        #expect(imageNet.layers[0].shape == [32, 32, 32] && imageNet.layers.last?.shape == [1280, 2, 2])
    }

    @Test func mobileNetOfFeatures() throws {
        let dictionary = StateDictionary.mobileNet(isZero: true)
        let candidates = try dictionary.candidates()
        #expect(
            candidates.map(\.architecture) == [
                "mobilenetv2, relu6, cifar strides", "mobilenetv2, relu6, imagenet strides",
                "mobilenetv2, relu, cifar strides", "mobilenetv2, relu, imagenet strides",
            ])
        #expect(candidates.allSatisfy { $0.parameters == 2_236_682 && $0.layers.count == 52 })
        #expect(
            candidates.map { $0.layers.last?.shape } == [[1280, 4, 4], [1280, 1, 1], [1280, 4, 4], [1280, 1, 1]])
        #expect(
            candidates.map { network in network.graph.nodes.count { $0.operation == .activation(.relu6) } }
                == [35, 35, 0, 0])
        let network = candidates[0]
        #expect(
            network.layers.prefix(6).map(\.name) == [
                "features.0.0", "features.1.conv.0.0", "features.1.conv.1", "features.2.conv.0.0",
                "features.2.conv.1.0", "features.2.conv.2",
            ])
        #expect(
            network.layers.filter(\.isBlock).map(\.name)
                == ["features.0.0", "features.1.conv.1"] + (2...17).map { "features.\($0).conv.2" })
        #expect(network.blocks.map(\.name) == (1...17).map { "features.\($0)" })
        #expect(network.blocks.map(\.layers)[...1] == [[1, 2], [3, 4, 5]])
        // An Add only where stride is 1 and channels stay.
        #expect(
            network.units.filter(\.isCuttable).map(\.name)
                == [3, 5, 6, 8, 9, 10, 12, 13, 15, 16].map { "features.\($0)" })
        #expect(try names(dictionary, as: "mobilenetv2, relu6").count == 2)
        #expect(
            try names(dictionary, as: "mobilenetv2, relu, imagenet strides") == ["mobilenetv2, relu, imagenet strides"])
        // Pictures of another size, or ImageNet's classes, make the other strides likelier.
        #expect(try names(dictionary, extent: 96).first == "mobilenetv2, relu6, imagenet strides")
        let torchvision = StateDictionary.mobileNet(classes: 1000, isZero: true)
        #expect(try torchvision.candidates()[0].architecture == "mobilenetv2, relu6, imagenet strides")
        #expect(try torchvision.candidates()[0].parameters == 3_504_872)
    }

    @Test func prunedAndNarrowMobileNets() throws {
        let pruned: [StateDictionary.Stage] = [
            (1, 16, 1), (6, 24, 1), (6, 32, 2), (6, 64, 4), (6, 96, 3), (6, 160, 1), (6, 320, 1),
        ]
        #expect(try names(.mobileNet(pruned)).first == "mobilenetv2, blocks 1-1-2-4-3-1-1, relu6, cifar strides")
        #expect(try names(.plainMobileNet(pruned)) == ["mobilenetv2, blocks 1-1-2-4-3-1-1"])
        // Two stages of eight channels follow on each other: the usual counts tell them apart.
        let narrow: [StateDictionary.Stage] = [
            (1, 8, 1), (6, 8, 2), (6, 8, 3), (6, 16, 4), (6, 24, 3), (6, 40, 3), (6, 80, 1),
        ]
        let network = try StateDictionary.mobileNet(narrow, stem: 8, last: 20).candidates()[0]
        #expect(network.architecture == "mobilenetv2, widths 8-8-8-16-24-40-80, relu6, cifar strides")
        #expect(try convolution("features.4.conv.1.0", in: network).stride == (2, 2))
        #expect(try convolution("features.3.conv.1.0", in: network).stride == (1, 1))
        // Behind a first block that does not widen, the second stage begins, however many blocks there are.
        var fewer = narrow
        fewer[2].channels = 12
        fewer[4].count = 1
        #expect(
            try names(.mobileNet(fewer, stem: 8, last: 20)).first
                == "mobilenetv2, blocks 1-2-3-4-1-3-1, widths 8-8-12-16-24-40-80, relu6, cifar strides")
        // Where the second stage is as wide as the first, shortcuts do not show its stride.
        var even = narrow
        even[2].channels = 12
        #expect(
            try names(.plainMobileNet(even, stem: 8, last: 20)) == [
                "mobilenetv2, widths 8-8-12-16-24-40-80, cifar strides",
                "mobilenetv2, widths 8-8-12-16-24-40-80, imagenet strides",
            ])
    }
}
