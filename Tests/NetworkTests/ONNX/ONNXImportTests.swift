import Formats
import Network
import Testing

/// What is taken of a file, how it is named, and what is refused.
@Suite struct ONNXImportTests {
    private func refusal(_ net: ONNXNet, _ output: String = "y", images: [Int]? = nil) -> NetworkError? {
        do {
            _ = try net.imported(output, images: images)
            return nil
        } catch {
            return error as? NetworkError
        }
    }

    /// A convolution and a head, as exporters name them.
    private func classifier(weight: String = "features.0.weight", bias: String = "features.0.bias") -> ONNXNet {
        var net = ONNXNet([1, 2, 2])
        net.floats(weight, [2, 1, 1, 1], [1, -1])
        net.floats(bias, [2], [0, 1])
        net.floats("head.weight", [2, 2], [1, 0, 0, 1])
        net.node("Conv", ["x", weight, bias], "c", name: "/features/Conv")
        net.node("Relu", ["c"], "r")
        net.node("GlobalAveragePool", ["r"], "g")
        net.node("Flatten", ["g"], "f")
        net.node("Gemm", ["f", "head.weight"], "logits", attributes: ["transB": .i(1)])
        return net
    }

    @Test func namesLayersByTheirWeights() throws {
        var net = classifier()
        net.output("logits", [nil, 2])
        let imported = try net.imported()
        #expect(imported.notes.isEmpty)
        #expect(imported.network.architecture == "onnx, 1 convolutions")
        #expect(imported.network.layers.map(\.name) == ["features.0"])
        #expect(imported.network.graph.nodes.last?.name == "head")
        // 2 + 2 of the convolution, 4 of the head.
        #expect(imported.network.parameters == 8)
        let names = imported.network.graph.nodes.map(\.name)
        #expect(Set(names).count == names.count && !names.contains(""))
    }

    @Test func saysWhereNormalisationIsFolded() throws {
        var net = classifier(weight: "onnx::Conv_12", bias: "onnx::Conv_13")
        net.output("logits", [nil, 2])
        let imported = try net.imported()
        #expect(imported.network.layers.map(\.name) == ["/features/Conv"])
        #expect(
            imported.notes == [
                "batch normalisation is folded into the convolutions: layers end at the activation or sum as always, "
                    + "but curves hooked before BatchNorm are not comparable"
            ])
    }

    @Test func takesTheFirstRowAndLeavesTheRestAside() throws {
        var net = classifier()
        net.node("Softmax", ["logits"], "probabilities", attributes: ["axis": .i(1)])
        net.node("LRN", ["c"], "unknown")
        net.output("unknown", [nil, 2, 2, 2])
        net.output("probabilities", [nil, 2])
        let imported = try net.imported()
        #expect(
            imported.notes == [
                "of 2 outputs, 'probabilities' is taken for the logits",
                "the softmax at the end is left out: logits are what is looked at",
            ])
        #expect(imported.network.graph.nodes.last?.name == "head")
    }

    @Test(arguments: [nil, 1, 4] as [Int64?])
    func aBatchOfAnySizeIsLeftOut(batch: Int64?) throws {
        var net = ONNXNet([2, 1, 1], batch: batch)
        net.integers("literal", [batch ?? -1, 2])
        net.node("Reshape", ["x", "literal"], "y")
        #expect(try net.run("y", [3, 4]) == [3, 4])
    }

    @Test func imagesOfHeightWidthChannelsAreSeenAsSuch() throws {
        var net = ONNXNet([2, 3, 1])
        net.node("Flatten", ["x"], "y")
        // The network flattens height × width × channels; the image is one channel of 2×3 all the same.
        #expect(try net.imported("y", images: [1, 2, 3]).network.graph.inputShape == [1, 2, 3])
        var two = ONNXNet([1, 2, 3])
        two.node("Transpose", ["x"], "t", attributes: ["perm": .ints([0, 3, 1, 2])])
        two.node("Flatten", ["t"], "y")
        // 3 channels last: the transpose of exporters only undoes that.
        let graph = try two.imported("y", images: [3, 1, 2]).network.graph
        #expect(try ReferenceExecutor.run(graph, input: [1, 2, 3, 4, 5, 6]).last == [1, 2, 3, 4, 5, 6])
    }

    @Test func listsOperatorsItDoesNotKnow() {
        var net = ONNXNet([1, 1, 2])
        net.node("Relu", ["x"], "a")
        net.node("LRN", ["a"], "b", name: "norm1")
        net.node("Fancy", ["b"], "c", name: "own", domain: "com.example")
        net.node("Resize", ["c"], "y")
        let error = refusal(net)
        #expect(
            error
                == .unsupportedOperators(["norm1 (LRN)", "own (Fancy) of com.example", "y (Resize)"], count: 3))
        #expect(
            error?.description
                == "3 nodes with operators that are not known here: norm1 (LRN), own (Fancy) of com.example, y (Resize); "
                + "export the bare network, with standard operators")
    }

    struct Refusal: CustomTestStringConvertible {
        let name: String
        let problem: String
        let build: @Sendable (inout ONNXNet) -> Void
        var testDescription: String { name }
    }

    @Test(arguments: [
        Refusal(
            name: "batch into another axis",
            problem: "it makes [-1] of a batch of [1, 1, 2]: the batch must stay apart from all other axes"
        ) { net in
            net.integers("s", [-1])
            net.node("Reshape", ["x", "s"], "y", name: "n")
        },
        Refusal(name: "batch moved", problem: "it moves the batch, which must stay in front") {
            $0.node("Transpose", ["x"], "y", name: "n")
        },
        Refusal(name: "mean over the batch", problem: "it works along the batch, which must stay apart from all else") {
            $0.node("ReduceMean", ["x"], "y", attributes: ["axes": .ints([0])], name: "n")
        },
        Refusal(
            name: "samples sliced", problem: "it takes some samples of a batch, which must stay whole"
        ) { net in
            net.integers("a", [0])
            net.integers("b", [1])
            net.node("Slice", ["x", "a", "b", "a"], "y", name: "n")
        },
        Refusal(
            name: "training", problem: "it normalises by each batch (training_mode); export the network with eval()"
        ) { net in
            for name in ["s", "b", "m", "v"] { net.floats(name, [1], [1]) }
            net.node(
                "BatchNormalization", ["x", "s", "b", "m", "v"], "y", attributes: ["training_mode": .i(1)], name: "n")
        },
        Refusal(
            name: "1-D convolution",
            problem: "its weight has 3 axes: only convolutions over height and width are known"
        ) { net in
            net.floats("w", [1, 1, 1], [1])
            net.node("Conv", ["x", "w"], "y", name: "n")
        },
        Refusal(
            name: "attention",
            problem: "only products of the image's values with a constant matrix on the right are known"
        ) { $0.node("MatMul", ["x", "x"], "y", name: "n") },
        Refusal(
            name: "a map of constants",
            problem: "a constant of [1, 1, 2, 2] with values of [1, 1, 2] for an image: only one number, or one per "
                + "channel, is known"
        ) { net in
            net.floats("c", [1, 1, 2, 2], [1, 2, 3, 4])
            net.node("Add", ["x", "c"], "y", name: "n")
        },
        Refusal(name: "stride of two numbers", problem: "its strides are [1], not two sizes for height and width") {
            net in
            net.floats("w", [1, 1, 1, 1], [1])
            net.node("Conv", ["x", "w"], "y", attributes: ["strides": .ints([1])], name: "n")
        },
        Refusal(name: "attribute of another kind", problem: "its group is no whole number") { net in
            net.floats("w", [1, 1, 1, 1], [1])
            net.node("Conv", ["x", "w"], "y", attributes: ["group": .f(1)], name: "n")
        },
        Refusal(name: "an axis sliced twice", problem: "axis 3 comes twice") { net in
            net.integers("starts", [1, 1])
            net.integers("ends", [-9, -9])
            net.integers("axes", [3, -1])
            net.integers("steps", [-1, -1])
            net.node("Slice", ["x", "starts", "ends", "axes", "steps"], "y", name: "n")
        },
    ])
    func refuses(_ refusal: Refusal) {
        var net = ONNXNet([1, 1, 2])
        refusal.build(&net)
        let operation = net.model.graph.node.first { $0.name == "n" }?.opType ?? ""
        #expect(self.refusal(net) == .shape(node: "n (\(operation))", problem: refusal.problem))
    }

    @Test func imagesMustBeThoseOfTheNetwork() {
        var net = ONNXNet([3, 8, 8])
        net.node("Relu", ["x"], "y")
        #expect(refusal(net, images: [1, 8, 8]) == .inputChannels(expected: 3, found: 1))
        #expect(
            refusal(net, images: [3, 4, 8])
                == .shape(node: "x", problem: "takes images of 3×8×8, the data has 3×4×8"))
    }

    @Test func weightsMustBeFinite() {
        var net = ONNXNet([1, 1, 2])
        net.floats("w", [1, 1, 1, 2], [1, .nan])
        net.node("Conv", ["x", "w"], "y")
        #expect(refusal(net) == .nonFinite(tensor: "w", index: 1))
    }

    @Test func theOutputMustBeARow() throws {
        var net = ONNXNet([1, 2, 2])
        net.node("Relu", ["x"], "y", name: "n")
        net.output("y", [nil, 1, 2, 2])
        #expect(
            throws: NetworkError.shape(
                node: "n (Relu)", problem: "the output has the shape [1, 2, 2] for one image; a row of logits is needed"
            )
        ) { try net.imported() }
    }
}
