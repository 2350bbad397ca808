import Network
import StateDictionaries
import Testing

@testable import Pruning

@Suite struct TorchModuleTests {
    /// The lines of `forward`.
    private func forward(_ network: Network, shapes: [String: [Int]]? = nil) throws -> [String] {
        let lines = try TorchModule(network, shapes: shapes).source.split(separator: "\n").map {
            String($0.drop { $0 == " " })
        }
        let start = try #require(lines.lastIndex(of: "m = lambda name: find(self, name)"))
        return Array(lines[(start + 1)...])
    }

    @Test(arguments: OperationGraph.all)
    func writesEachOperation(_ graph: OperationGraph) throws {
        let network = try graph.network()
        let text = try forward(network).joined(separator: "\n")
        #expect(text.contains(graph.line))
        let source = try TorchModule(network).source
        if let module = graph.module {
            #expect(source.contains("        attach(self, \"it\", \(module))\n"))
        } else {
            #expect(!source.contains("attach("))
        }
    }

    @Test func foldsChainsAndReusesVariables() throws {
        let network = try StateDictionary(widths: [4, 8], counts: [1, 1]).recognized()
        #expect(
            try forward(network) == [
                "x = F.relu(m(\"bn1\")(m(\"conv1\")(x)))",
                "# layer1.0",
                "y = F.relu(m(\"layer1.0.bn1\")(m(\"layer1.0.conv1\")(x)))",
                "y = m(\"layer1.0.bn2\")(m(\"layer1.0.conv2\")(y))",
                "x = F.relu(y + x)",
                "# layer2.0",
                "y = F.relu(m(\"layer2.0.bn1\")(m(\"layer2.0.conv1\")(x)))",
                "y = m(\"layer2.0.bn2\")(m(\"layer2.0.conv2\")(y))",
                "x = F.relu(y + F.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, 2, 2)))",
                "x = x.mean((2, 3))",
                "return m(\"linear\")(x)",
            ])
    }

    /// A value stays as long as it is needed, however many there are.
    @Test func keepsWhatIsNeededLater() throws {
        var builder = try GraphBuilder(inputShape: [4])
        var nodes = [0]
        for _ in 0..<4 { nodes.append(try builder.append("relu", .relu, to: nodes[nodes.count - 1])) }
        let joined = try builder.append("joined", .concatenate(axis: 0), to: nodes)
        try builder.append("out", .softmax, to: joined)
        let network = Network(architecture: "dense", graph: try builder.graph())
        #expect(
            try forward(network) == [
                "y = F.relu(x)", "z = F.relu(y)", "t1 = F.relu(z)", "t2 = F.relu(t1)",
                "x = torch.cat([x, y, z, t1, t2], 1)", "return x.softmax(1)",
            ])
    }

    /// The root of what is below 0 is no number, so this is not among those that are run.
    @Test func takesRoots() throws {
        #expect(
            try forward(OperationGraph("", .activation(.squareRoot)).network()) == [
                "x = x.sqrt()", "return x.flatten(1)",
            ])
    }

    /// A head that the checkpoint has as a 1×1 convolution; the graph has it as a linear layer.
    @Test func takesTheHeadsFormFromTheCheckpoint() throws {
        let dictionary = StateDictionary(widths: [4], counts: [1], headAxes: [1, 1])
        let network = try dictionary.recognized()
        #expect(
            try forward(network, shapes: dictionary.shapes).last
                == "return m(\"linear\")(x[:, :, None, None]).flatten(1)")
        let source = try TorchModule(network, shapes: dictionary.shapes).source
        #expect(source.contains("attach(self, \"linear\", nn.Conv2d(4, 10, 1))"))
    }

    @Test func writesNamesOfAllKinds() throws {
        var builder = try GraphBuilder(inputShape: [2])
        let head = Linear(inputs: 2, outputs: 2, weight: [1, 2, 3, 4], bias: nil)
        try builder.append("/head \"a\\b\"/MatMul\u{e9}\n", .linear(head), to: 0)
        let network = Network(architecture: "odd\n\"\"\" names\\", graph: try builder.graph())
        let source = try TorchModule(network).source
        #expect(source.contains("attach(self, \"/head \\\"a\\\\b\\\"/MatMul\\U000000e9\\U0000000a\", nn.Linear("))
        #expect(source.contains("\"\"\"odd???? names?: 4 parameters.\"\"\""))
    }

    @Test func refusesMeansOverWindowsWithGaps() throws {
        let pool = Pool(.average(countsPadding: true), kernel: (2, 2), stride: (1, 1), dilation: (2, 2))
        let network = try OperationGraph("", .pool(pool)).network()
        let error = PruningError.noTorchForm(node: "it", problem: "a mean over windows with gaps (dilation)")
        #expect(throws: error) { try TorchModule(network) }
        #expect(
            error.description
                == "node it: a mean over windows with gaps (dilation) cannot be written in PyTorch; retrain the network "
                + "with its own training code")
    }

    @Test func refusesTwoNodesOfOneName() throws {
        var builder = try GraphBuilder(inputShape: [2])
        let layer = Linear(inputs: 2, outputs: 2, weight: [1, 2, 3, 4], bias: nil)
        let first = try builder.append("fc", .linear(layer), to: 0)
        try builder.append("fc", .linear(layer), to: first)
        let network = Network(architecture: "twice", graph: try builder.graph())
        #expect(
            throws: PruningError.otherParameters(node: "fc", problem: "two operations with parameters have this name")
        ) { try TorchModule(network) }
    }

    @Test func refusesAnotherNetworksParameters() throws {
        let dictionary = StateDictionary(widths: [4], counts: [1])
        let network = try dictionary.recognized()
        var shapes = dictionary.shapes
        shapes["conv1.weight"] = [4, 3, 5, 5]
        let shape = "conv1.weight is of shape [4, 3, 5, 5] in the checkpoint, not [4, 3, 3, 3]"
        #expect(throws: PruningError.otherParameters(node: "conv1", problem: shape)) {
            try TorchModule(network, shapes: shapes)
        }
        shapes["conv1.weight"] = nil
        let missing = PruningError.otherParameters(node: "conv1", problem: "the checkpoint has no conv1.weight")
        #expect(throws: missing) { try TorchModule(network, shapes: shapes) }
        #expect(
            missing.description
                == "node conv1: the checkpoint has no conv1.weight; give the checkpoint that the network was read from")
        shapes = dictionary.shapes
        shapes["extra.weight"] = [1]
        #expect(
            throws: PruningError.otherParameters(node: "extra.weight", problem: "the network has no such parameter")
        ) { try TorchModule(network, shapes: shapes) }
    }
}
