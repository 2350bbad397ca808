import Formats
import Network
import StateDictionaries
import Tensors
import Testing

/// Networks written as ONNX and read again.
@Suite struct ONNXWritingTests {
    private func readAgain(_ graph: Graph) throws -> Network {
        let bytes = try writeONNX(graph.onnx(name: "network"))
        #expect(try writeONNX(graph.onnx(name: "network")) == bytes, "the bytes of a network are always the same")
        return try ImportedNetwork(readONNX(bytes: bytes, file: "x"), inputShape: graph.inputShape).network
    }

    /// The importer takes images alone.
    @Test(arguments: try WrittenNetwork.all.filter { try $0.graph().inputShape.count == 3 })
    func computesTheSame(_ network: WrittenNetwork) throws {
        let graph = try network.graph()
        let input = WrittenNetwork.numbers(graph.inputShape.reduce(1, *), seed: 5)
        let found = try ReferenceExecutor.run(readAgain(graph).graph, input: input).last ?? []
        let expected = try ReferenceExecutor.run(graph, input: input).last ?? []
        #expect(isClose(found, expected))
        #expect(Set(expected).count > 1)
    }

    /// Operations that ONNX has an operator for are the same again, names included.
    @Test func keepsOperations() throws {
        for network in WrittenNetwork.layers + WrittenNetwork.functions {
            let graph = try network.graph()
            guard graph.inputShape.count == 3, !network.testDescription.contains("nothing changed") else { continue }
            // Scale and shift are an operator each, unless they are one number.
            guard network.testDescription != "affine" else { continue }
            let again = try readAgain(graph).graph.nodes
            #expect(again.map(\.operation) == graph.nodes.map(\.operation), "\(network.testDescription)")
            #expect(again[1].name == graph.nodes[1].name, "\(network.testDescription)")
        }
    }

    struct Family: CustomTestStringConvertible {
        let testDescription: String
        let dictionary: @Sendable () -> StateDictionary
        var extent = 8
    }

    static let families = [
        Family(testDescription: "ResNet, option A") { StateDictionary(widths: [2, 4, 8], counts: [1, 2, 2]) },
        Family(testDescription: "ResNet of bottlenecks") {
            StateDictionary(widths: [2, 3, 4], counts: [1, 1, 1], isBottleneck: true, shortcut: "shortcut")
        },
        Family(
            testDescription: "ResNet with a 7×7 stem",
            dictionary: {
                StateDictionary(
                    stemKernel: 7, widths: [2, 3, 4, 5], counts: [1, 1, 1, 1], shortcut: "downsample", head: "fc")
            }, extent: 32),
        Family(testDescription: "PreActResNet") { .preActivation(widths: [2, 3, 4, 5], counts: [1, 1, 1, 1]) },
        Family(testDescription: "VGG with batch normalisation") { .vgg([3, 0, 4, 4, 0, 5, 0]) },
        // Maps of 4×4 averaged to 7×7.
        Family(testDescription: "VGG with means") {
            .vgg([2, 0, 3], isNormalized: false, classifier: [0, 3, 6], hidden: 5, inputs: 3 * 49)
        },
        Family(
            testDescription: "MobileNetV2",
            dictionary: {
                .mobileNet(
                    [(1, 4, 1), (6, 5, 2), (6, 6, 2), (6, 7, 1), (6, 8, 1), (6, 9, 1), (6, 10, 1)], stem: 4, last: 12)
            }, extent: 16),
    ]

    /// What the analysis looks at, and every number that training has changed.
    @Test(arguments: families)
    func keepsLayersAndParameters(_ family: Family) throws {
        let network = try family.dictionary().candidates(extent: family.extent)[0]
        let again = try readAgain(network.graph)
        #expect(again.layers.map(\.name) == network.layers.map(\.name))
        #expect(again.layers.map(\.shape) == network.layers.map(\.shape))
        #expect(again.layers.map(\.parameters) == network.layers.map(\.parameters))
        #expect(again.layers.map(\.multiplyAdds) == network.layers.map(\.multiplyAdds))
        #expect(again.layers.map(\.isBlock) == network.layers.map(\.isBlock))
        // Nodes may be others: option A's shortcut is three in ONNX.
        #expect(again.units.map(\.name) == network.units.map(\.name))
        #expect(again.units.map(\.layers) == network.units.map(\.layers))
        #expect(again.units.map(\.parameters) == network.units.map(\.parameters))
        #expect(again.units.map(\.multiplyAdds) == network.units.map(\.multiplyAdds))
        #expect(again.units.map(\.isCuttable) == network.units.map(\.isCuttable))
        #expect(again.parameters == network.parameters)
        let (found, expected) = (trained(again.graph), trained(network.graph))
        #expect(found.map(\.name) == expected.map(\.name))
        #expect(found.map(\.operation) == expected.map(\.operation))
        let input = WrittenNetwork.numbers(network.graph.inputShape.reduce(1, *))
        let logits = try ReferenceExecutor.run(again.graph, input: input).last ?? []
        #expect(try isClose(logits, ReferenceExecutor.run(network.graph, input: input).last ?? []))
        // Once it has been read, nothing changes any more.
        #expect(try readAgain(again.graph).graph == again.graph)
    }

    private func trained(_ graph: Graph) -> [Node] {
        graph.nodes.filter { node in
            switch node.operation {
            case .convolution, .batchNormalization, .linear: true
            default: false
            }
        }
    }

    /// What PyTorch wrote and the importer read.
    @Test(arguments: ONNXExportTests.files)
    func writesWhatWasRead(file: String) throws {
        let network = try ONNXExportTests.network(file).network
        let again = try readAgain(network.graph)
        #expect(again.layers.map(\.name) == network.layers.map(\.name))
        #expect(again.layers.map(\.shape) == network.layers.map(\.shape))
        #expect(again.parameters == network.parameters)
        let image = WrittenNetwork.numbers(192)
        let logits = try ReferenceExecutor.run(again.graph, input: image).last ?? []
        #expect(try isClose(logits, ReferenceExecutor.run(network.graph, input: image).last ?? []))
    }

    @Test func namesTensorsAsAStateDictDoes() throws {
        let dictionary = StateDictionary(widths: [2, 4], counts: [1, 1], shortcut: "shortcut")
        let graph = try dictionary.candidates(extent: 8)[0].graph.onnx(
            name: "small", metadata: ["mean": "0.5,0.5,0.5", "std": "0.25,0.25,0.25"])
        let expected = dictionary.parameters.filter { !$0.name.hasSuffix("num_batches_tracked") }
        #expect(Set(graph.initializers.keys) == Set(expected.map(\.name)))
        for (name, tensor) in expected { #expect(try graph.initializers[name]?.tensor() == tensor, "\(name)") }
        #expect(graph.name == "small" && graph.metadata.count == 2)
        #expect(
            graph.inputs == [.init(name: "input", dims: [.symbolic("N"), .fixed(3), .fixed(8), .fixed(8)])])
        #expect(graph.outputs == [.init(name: "logits", dims: [.symbolic("N"), .fixed(10)])])
        #expect(graph.nodes.last?.outputs == ["logits"])
        #expect(graph.nodes.first?.name == "conv1" && graph.nodes.first?.inputs == ["input", "conv1.weight"])
    }

    /// Names that come again, and names like those that parts and tensors of a node get.
    @Test func nothingIsCalledTheSame() throws {
        var builder = try GraphBuilder(inputShape: [1, 2, 2])
        let convolution = Operation.convolution(
            Convolution(inputChannels: 1, outputChannels: 1, kernel: (1, 1), weight: [2]))
        for name in ["a", "a", "a_2", "input", "logits", "a.weight", "a.output", "", "a.sigmoid", "a.flatten"] {
            try builder.append(name, convolution, to: builder.nodes.count - 1)
        }
        let gate = try builder.append("a", .activation(.swish), to: builder.nodes.count - 1)
        try builder.append("a", .globalAveragePool, to: gate)
        let graph = try builder.graph()
        let written = try graph.onnx(name: "")
        let tensors = written.nodes.flatMap(\.outputs) + written.initializers.keys + ["input"]
        #expect(Set(tensors).count == tensors.count)
        #expect(Set(written.nodes.map(\.name)).count == written.nodes.count)
        #expect(written.initializers.count == 10)
        let again = try readAgain(graph)
        #expect(again.layers.map(\.name).prefix(4) == ["a", "a_2", "a_2_2", "input_2"])
        #expect(try ReferenceExecutor.run(again.graph, input: [1, 1, 1, 1]).last == [1024])
    }

    @Test func refusesWhatONNXHasNot() throws {
        var builder = try GraphBuilder(inputShape: [3])
        try builder.append("n", .rearrange(.slice(axis: 0, start: 1, count: 2, step: 0)), to: 0)
        let graph = try builder.graph()
        let error = NetworkError.unwritable(node: "n", problem: "it takes one place of axis 0 2 times")
        #expect(throws: error) { try graph.onnx(name: "") }
        #expect(
            error.description
                == "node n: it takes one place of axis 0 2 times, which cannot be written as ONNX; write a state dict instead"
        )
    }

    /// Later operators are asked for only where they are needed: older readers know the rest.
    @Test func needsNoLaterOperatorsThanItMust() throws {
        for network in WrittenNetwork.all {
            let graph = try network.graph()
            let hasGaps = graph.nodes.contains { node in
                guard case .pool(let pool) = node.operation, case .average = pool.kind else { return false }
                return pool.dilation != (1, 1)
            }
            #expect(try graph.onnx(name: "").operatorSets == ["": hasGaps ? 19 : 17])
        }
    }
}
