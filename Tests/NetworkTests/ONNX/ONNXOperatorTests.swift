import Formats
import Network
import ONNXModel
import Testing

/// Every operator against values worked out by hand.
@Suite struct ONNXOperatorTests {
    // MARK: Layers

    @Test func convolvesWithGroupsPaddingAndBias() throws {
        var net = ONNXNet([2, 1, 3])
        net.floats("c.weight", [2, 1, 1, 2], [1, 10, 1, -1])
        net.floats("c.bias", [2], [0.5, 0])
        net.node(
            "Conv", ["x", "c.weight", "c.bias"], "y",
            attributes: ["group": .i(2), "pads": .ints([0, 1, 0, 0]), "strides": .ints([1, 2])])
        // 0 1 2 3 → (0 1)·(1 10) + ½, (2 3)·(1 10) + ½; 0 4 5 6 → 0 − 4, 5 − 6.
        #expect(try net.run("y", [1, 2, 3, 4, 5, 6]) == [10.5, 32.5, -4, -1])
        #expect(try net.imported("y").network.layers.map(\.name) == ["c"])
    }

    @Test(arguments: [
        ("SAME_UPPER", [3, 5, 3] as [Float]), ("SAME_LOWER", [1, 3, 5]), ("VALID", [3, 5]),
    ])
    func padsByItself(mode: String, expected: [Float]) throws {
        var net = ONNXNet([1, 1, 3])
        net.floats("c.weight", [1, 1, 1, 2], [1, 1])
        net.node("Conv", ["x", "c.weight"], "y", attributes: ["auto_pad": .s(mode)])
        #expect(try net.run("y", [1, 2, 3]) == expected)
    }

    @Test func takesZeroPaddingIntoAConvolution() throws {
        var net = ONNXNet([1, 1, 2])
        net.integers("pads", [0, 0, 0, 1, 0, 0, 0, 2])
        net.floats("c.weight", [1, 1, 1, 2], [1, 10])
        net.node("Pad", ["x", "pads"], "p")
        net.node("Conv", ["p", "c.weight"], "y")
        #expect(try net.run("y", [1, 2]) == [10, 21, 2, 0])
        #expect(try net.operations("y").count { if case .rearrange(.pad) = $0 { true } else { false } } == 0)
        // Any other number, or another operation behind it, needs the padding itself.
        net.floats("seven", [], [7])
        net.node("Pad", ["x", "pads", "seven"], "q")
        #expect(try net.run("q", [1, 2]) == [7, 1, 2, 7, 7])
        #expect(try net.run("p", [1, 2]) == [0, 1, 2, 0, 0])
    }

    @Test func normalisesByBatchStatistics() throws {
        var net = ONNXNet([2, 1, 2])
        for (name, values) in [("s", [3, 1]), ("b", [5, -1]), ("m", [1, -2]), ("v", [3.75, 0])] as [(String, [Float])] {
            net.floats(name, [2], values)
        }
        net.node("BatchNormalization", ["x", "s", "b", "m", "v"], "y", attributes: ["epsilon": .f(0.25)])
        #expect(try net.run("y", [1, 3, 0, -2]) == [5, 8, 3, -1])
    }

    @Test func takesProductsAsLayers() throws {
        var net = ONNXNet([2, 1, 1])
        net.floats("w", [3, 2], [1, 2, 3, 4, 5, 6])
        net.floats("b", [3], [1, 0, -1])
        net.floats("m", [2, 3], [1, 3, 5, 2, 4, 6])
        net.node("Flatten", ["x"], "row")
        net.node(
            "Gemm", ["row", "w", "b"], "gemm", attributes: ["transB": .i(1), "alpha": .f(2), "beta": .f(10)])
        // W x = (50, 110, 170) for x = (10, 20); twice that, and ten times b.
        #expect(try net.run("gemm", [10, 20]) == [110, 220, 330])
        net.node("MatMul", ["row", "m"], "product")
        net.node("Add", ["b", "product"], "sum")
        #expect(try net.run("sum", [10, 20]) == [51, 110, 169])
        #expect(try net.operations("sum").count == 2)
    }

    @Test func normalisesChannelsWithoutMovingThem() throws {
        // Two channels of two places; transposed to places × channels and back.
        var net = ONNXNet([2, 1, 2])
        net.floats("n.weight", [2], [2, 4])
        net.floats("n.bias", [2], [1, 0])
        net.floats("l", [2, 3], [1, 0, 1, 0, 1, 1])
        net.floats("gamma", [3], [1, 10, 100])
        net.node("Transpose", ["x"], "t", attributes: ["perm": .ints([0, 2, 3, 1])])
        net.node("LayerNormalization", ["t", "n.weight", "n.bias"], "n", attributes: ["epsilon": .f(0)])
        net.node("MatMul", ["n", "l"], "m")
        net.node("Mul", ["gamma", "m"], "g")
        net.node("Transpose", ["g"], "y", attributes: ["perm": .ints([0, 3, 1, 2])])
        // Places (1, 3) and (6, 2) become (−1, 1) and (1, −1), then (−1, 4) and (3, −4), then a, b, a + b.
        #expect(try net.run("y", [1, 6, 3, 2]) == [-1, 3, 40, -40, 300, -100])
        let operations = try net.operations("y")
        #expect(operations.count { if case .rearrange = $0 { true } else { false } } == 1, "only the last flattening")
    }

    @Test func joinsALayerNormalisationThatIsWrittenOut() throws {
        var net = ONNXNet([2, 1, 1])
        net.floats("two", [], [2])
        net.floats("epsilon", [], [0])
        net.floats("n.weight", [2, 1, 1], [2, 4])
        net.floats("n.bias", [2, 1, 1], [1, 0])
        let overChannels: [String: ONNXNet.Attribute] = ["axes": .ints([1])]
        net.node("ReduceMean", ["x"], "mean", attributes: overChannels)
        net.node("Sub", ["x", "mean"], "d")
        net.node("Pow", ["d", "two"], "s")
        net.node("ReduceMean", ["s"], "v", attributes: overChannels)
        net.node("Add", ["v", "epsilon"], "ve")
        net.node("Sqrt", ["ve"], "dev")
        net.node("Div", ["d", "dev"], "n")
        net.node("Mul", ["n", "n.weight"], "scaled")
        net.node("Add", ["scaled", "n.bias"], "y")
        #expect(try net.run("y", [1, 3]) == [-1, 4])
        let first = try #require(try net.imported("y").network.graph.nodes.dropFirst().first)
        #expect(first.name == "n")
        #expect(
            first.operation
                == .layerNormalization(LayerNormalization(scale: [2, 4], shift: [1, 0], epsilon: 0)))
    }

    @Test func slopesAndSoftmax() throws {
        var net = ONNXNet([2, 1, 1])
        net.floats("slope", [2, 1, 1], [0.5, 0.25])
        net.node("PRelu", ["x", "slope"], "p")
        #expect(try net.run("p", [-2, -4]) == [-1, -1])
        net.node("Softmax", ["x"], "s", attributes: ["axis": .i(1)])
        net.node("Neg", ["s"], "y")
        #expect(isClose(try net.run("y", [0, 1.0986123]), [-0.25, -0.75]))
    }

    // MARK: Pools

    @Test func pools() throws {
        var net = ONNXNet([1, 3, 3])
        let square: [String: ONNXNet.Attribute] = ["kernel_shape": .ints([2, 2]), "strides": .ints([2, 2])]
        net.node("MaxPool", ["x"], "max", attributes: square)
        net.node("MaxPool", ["x"], "ceil", attributes: square.merging(["ceil_mode": .i(1)]) { $1 })
        let padded = square.merging(["pads": .ints([1, 1, 0, 0])]) { $1 }
        net.node("AveragePool", ["x"], "mean", attributes: padded)
        net.node("AveragePool", ["x"], "all", attributes: padded.merging(["count_include_pad": .i(1)]) { $1 })
        net.node("GlobalAveragePool", ["x"], "global")
        net.node("GlobalMaxPool", ["x"], "most")
        net.node("ReduceMean", ["x"], "reduced", attributes: ["axes": .ints([-1, -2]), "keepdims": .i(0)])
        net.node("ReduceMean", ["x"], "rows", attributes: ["axes": .ints([3]), "keepdims": .i(0)])
        let image: [Float] = [1, 2, 3, 4, 5, 6, 7, 8, 9]
        #expect(try net.run("max", image) == [5])
        #expect(try net.run("ceil", image) == [5, 6, 8, 9])
        #expect(try net.run("mean", image) == [1, 2.5, 5.5, 7])
        #expect(try net.run("all", image) == [0.25, 1.25, 2.75, 7])
        #expect(try net.run("global", image) == [5])
        #expect(try net.run("most", image) == [9])
        #expect(try net.run("reduced", image) == [5])
        #expect(try net.run("rows", image) == [2, 5, 8])
    }

    // MARK: Functions

    struct Function: CustomTestStringConvertible {
        let name: String
        var attributes: [String: ONNXNet.Attribute] = [:]
        let image: [Float]
        let expected: [Float]
        var testDescription: String { name }
    }

    @Test(arguments: [
        Function(name: "Relu", image: [-1, 2], expected: [0, 2]),
        Function(name: "LeakyRelu", attributes: ["alpha": .f(0.5)], image: [-1, 2], expected: [-0.5, 2]),
        Function(name: "LeakyRelu", image: [-1, 2], expected: [-0.01, 2]),
        Function(name: "Elu", attributes: ["alpha": .f(2)], image: [-0.6931472, 2], expected: [-1, 2]),
        Function(name: "Clip", attributes: ["min": .f(0), "max": .f(6)], image: [-1, 7], expected: [0, 6]),
        Function(name: "Sigmoid", image: [0, 1.0986123], expected: [0.5, 0.75]),
        Function(name: "HardSigmoid", image: [1, 4], expected: [0.7, 1]),
        Function(name: "HardSwish", image: [-4, 3], expected: [0, 3]),
        Function(name: "Swish", image: [0, 1.0986123], expected: [0, 0.8239592]),
        Function(name: "Gelu", image: [1, -1], expected: [0.8413447, -0.1586553]),
        Function(
            name: "Gelu", attributes: ["approximate": .s("tanh")], image: [1, -1], expected: [0.841192, -0.158808]),
        Function(name: "Tanh", image: [0, 0.5493061], expected: [0, 0.5]),
        Function(name: "Erf", image: [0, 1], expected: [0, 0.8427008]),
        Function(name: "Exp", image: [0, 0.6931472], expected: [1, 2]),
        Function(name: "Sqrt", image: [4, 9], expected: [2, 3]),
        Function(name: "Neg", image: [4, -9], expected: [-4, 9]),
        Function(name: "Abs", image: [4, -9], expected: [4, 9]),
        Function(name: "Reciprocal", image: [4, -8], expected: [0.25, -0.125]),
    ])
    func computes(_ function: Function) throws {
        var net = ONNXNet([1, 1, 2])
        net.node(function.name, ["x"], "y", attributes: function.attributes)
        #expect(isClose(try net.run("y", function.image), function.expected))
    }

    @Test func boundsAndPowersFromConstants() throws {
        var net = ONNXNet([1, 1, 2])
        net.floats("one", [], [1])
        net.floats("three", [], [3])
        net.node("Clip", ["x", "", "one"], "low")
        net.node("Clip", ["x", "one", "three"], "between")
        net.node("Max", ["x", "one"], "max")
        net.node("Min", ["one", "x"], "min")
        net.node("Pow", ["x", "three"], "cube")
        #expect(try net.run("low", [-2, 5]) == [-2, 1])
        #expect(try net.run("between", [-2, 5]) == [1, 3])
        #expect(try net.run("max", [-2, 5]) == [1, 5])
        #expect(try net.run("min", [-2, 5]) == [-2, 1])
        #expect(try net.run("cube", [-2, 5]) == [-8, 125])
    }

    // MARK: Arithmetic

    @Test func addsAndCombines() throws {
        var net = ONNXNet([2, 1, 2])
        net.node("Relu", ["x"], "r")
        net.node("GlobalAveragePool", ["x"], "g")
        net.node("Add", ["r", "g"], "sum")
        net.node("Mul", ["g", "x"], "product")
        net.node("Sub", ["x", "g"], "difference")
        net.node("Div", ["x", "g"], "quotient")
        net.node("Sum", ["x", "r", "x"], "three")
        let image: [Float] = [1, 3, -4, 0]
        #expect(try net.run("sum", image) == [3, 5, -2, -2])
        #expect(try net.run("product", image) == [2, 6, 8, 0])
        #expect(try net.run("difference", image) == [-1, 1, -2, 2])
        #expect(try net.run("quotient", image) == [0.5, 1.5, 2, 0])
        #expect(try net.run("three", image) == [3, 9, -8, 0])
    }

    @Test func computesWithConstants() throws {
        var net = ONNXNet([2, 1, 1])
        net.floats("c", [1, 2, 1, 1], [2, 4])
        net.floats("two", [], [2])
        for (name, operation) in [("add", "Add"), ("sub", "Sub"), ("mul", "Mul"), ("div", "Div")] {
            net.node(operation, ["x", "c"], name)
            net.node(operation, ["c", "x"], "\(name)r")
            net.node(operation, ["x", "two"], "\(name)s")
            net.node(operation, ["two", "x"], "\(name)sr")
        }
        let expected: [String: [Float]] = [
            "add": [3, 12], "addr": [3, 12], "adds": [3, 10], "addsr": [3, 10], "sub": [-1, 4], "subr": [1, -4],
            "subs": [-1, 6], "subsr": [1, -6], "mul": [2, 32], "mulr": [2, 32], "muls": [2, 16], "mulsr": [2, 16],
            "div": [0.5, 2], "divr": [2, 0.5], "divs": [0.5, 4], "divsr": [2, 0.25],
        ]
        for (name, values) in expected { #expect(isClose(try net.run(name, [1, 8]), values), "\(name)") }
    }

    // MARK: Elsewhere

    @Test func movesValues() throws {
        var net = ONNXNet([4, 1, 2])
        net.integers("s", [0, 2, 2, -1])
        net.integers("back", [0, 4, 1, 2])
        net.node("Reshape", ["x", "s"], "a")
        net.node("Transpose", ["a"], "b", attributes: ["perm": .ints([0, 2, 1, 3])])
        net.node("Reshape", ["b", "back"], "shuffled")
        let image: [Float] = [1, 2, 3, 4, 5, 6, 7, 8]
        #expect(try net.run("shuffled", image) == [1, 2, 5, 6, 3, 4, 7, 8])
        // All of it is one move, with the flattening at the end.
        #expect(
            try net.operations("shuffled") == [
                .rearrange(.permute(split: [2, 2, 2], permutation: [1, 0, 2], shape: [8]))
            ])
        net.node("Split", ["x"], "first", "second", attributes: ["axis": .i(1)])
        net.node("Concat", ["second", "first"], "swapped", attributes: ["axis": .i(1)])
        #expect(try net.run("swapped", image) == [5, 6, 7, 8, 1, 2, 3, 4])
        net.integers("starts", [3])
        net.integers("ends", [-9])
        net.integers("axes", [1])
        net.integers("steps", [-2])
        net.node("Slice", ["x", "starts", "ends", "axes", "steps"], "sliced")
        #expect(try net.run("sliced", image) == [7, 8, 3, 4])
        net.integers("one", [1], dims: [])
        net.node("Gather", ["x", "one"], "gathered", attributes: ["axis": .i(1)])
        #expect(try net.run("gathered", image) == [3, 4])
        net.integers("two", [2])
        net.node("Squeeze", ["x", "two"], "squeezed")
        net.node("Transpose", ["squeezed"], "transposed", attributes: ["perm": .ints([0, 2, 1])])
        net.node("Unsqueeze", ["transposed", "two"], "y")
        #expect(try net.run("y", image) == [1, 3, 5, 7, 2, 4, 6, 8])
    }

    @Test func foldsArithmeticOnShapes() throws {
        // (batch, 4, 1, 2) → Shape → [batch, 4 / 2 · 1, 2 · 2] by way of everything that exporters write.
        var net = ONNXNet([4, 1, 2])
        net.integers("i0", [0], dims: [])
        net.integers("i1", [1], dims: [])
        net.integers("i3", [3], dims: [])
        net.integers("zero", [0])
        net.integers("half", [2], dims: [])
        net.node("Shape", ["x"], "shape")
        for (index, name) in [("i0", "n"), ("i1", "c"), ("i3", "w")] {
            net.node("Gather", ["shape", index], name)
        }
        net.node("Div", ["c", "half"], "c2")
        net.node("Cast", ["c2"], "c3", attributes: ["to": .i(7)])
        net.node("Mul", ["w", "half"], "w2")
        for name in ["n", "c3", "w2"] { net.node("Unsqueeze", [name, "zero"], "\(name)_") }
        net.node("Concat", ["n_", "c3_", "w2_"], "target", attributes: ["axis": .i(0)])
        net.node("Reshape", ["x", "target"], "r")
        net.node("Transpose", ["r"], "y", attributes: ["perm": .ints([0, 2, 1])])
        #expect(try net.run("y", [1, 2, 3, 4, 5, 6, 7, 8]) == [1, 5, 2, 6, 3, 7, 4, 8])
    }

    @Test func foldsConstants() throws {
        var net = ONNXNet([2, 1, 1])
        net.integers("shape", [2])
        net.node("ConstantOfShape", ["shape"], "ones", attributes: ["value": .t(ONNXNet.tensor("", [1], [3]))])
        net.node("Constant", [], "two", attributes: ["value": .t(ONNXNet.tensor("", [], [2]))])
        net.node("Mul", ["ones", "two"], "six")
        net.integers("axes", [1, 2])
        net.node("Unsqueeze", ["six", "axes"], "c")
        net.node("Add", ["x", "c"], "y")
        #expect(try net.run("y", [1, 2]) == [7, 8])
        net.node("Identity", ["y"], "i")
        net.node("Dropout", ["i"], "d")
        net.node("Cast", ["d"], "f", attributes: ["to": .i(1)])
        #expect(try net.run("f", [1, 2]) == [7, 8])
    }
}
