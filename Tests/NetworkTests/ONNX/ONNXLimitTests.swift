import Formats
import Network
import Testing

/// Files that make much of little: each is refused where it passes a limit.
@Suite struct ONNXLimitTests {
    struct Excess: CustomTestStringConvertible {
        let testDescription: String
        let error: NetworkError
        let shape: [Int]
        let limit: @Sendable (inout Limits) -> Void
        let build: @Sendable (inout ONNXNet) -> Void

        init(
            _ name: String, _ node: String, _ what: String, size: Int, limit: Int, shape: [Int] = [1, 1, 2],
            _ set: @escaping @Sendable (inout Limits) -> Void = { _ in },
            build: @escaping @Sendable (inout ONNXNet) -> Void
        ) {
            testDescription = name
            error = .tooLarge(node: node, what: what, size: size, limit: limit)
            self.shape = shape
            self.limit = set
            self.build = build
        }
    }

    static let constants = [
        Excess(
            "an empty constant of huge extents", "n (ConstantOfShape)", "numbers of constants to compute", size: .max,
            limit: 1 << 22 + 16
        ) { net in
            net.integers("s", [0, 1 << 24, 1 << 24, 1 << 24])
            net.node("ConstantOfShape", ["s"], "c", name: "n")
            net.node("Transpose", ["c"], "t")
            net.node("Add", ["x", "t"], "y")
        },
        Excess(
            "a huge constant", "n (ConstantOfShape)", "numbers of constants to compute", size: 1 << 40,
            limit: 1 << 22 + 8
        ) { net in
            net.integers("s", [1 << 20, 1 << 20])
            net.node("ConstantOfShape", ["s"], "c", name: "n")
            net.node("Add", ["x", "c"], "y")
        },
        // 100 for the constant itself, 100 for each node that makes another one of it; four for the one number in the file.
        Excess(
            "a constant made over and over", "c10 (Cast)", "numbers of constants to compute", size: 1100, limit: 1004,
            { $0.computedNumbers = 1000 }
        ) { net in
            net.integers("s", [100])
            net.node("ConstantOfShape", ["s"], "c0")
            for index in 1...20 { net.node("Cast", ["c\(index - 1)"], "c\(index)", attributes: ["to": .i(1)]) }
            net.node("Add", ["x", "c20"], "y")
        },
        Excess(
            "a constant taken over and over", "c", "numbers taken from constants", size: 1500, limit: 1400,
            shape: [100, 1, 1], { $0.constantUses = 1000 }
        ) { net in
            net.floats("c", [100, 1, 1], Array(repeating: 1, count: 100))
            net.node("Add", ["x", "c"], "a1")
            for index in 2...20 { net.node("Add", ["a\(index - 1)", "c"], "a\(index)") }
            net.node("Relu", ["a20"], "y")
        },
        // Each sum is taken twice, hence carried out: twice 200 channels for one number.
        Excess(
            "a number for many channels", "a2", "numbers taken from constants", size: 802, limit: 801,
            shape: [200, 1, 1], { $0.constantUses = 797 }
        ) { net in
            net.floats("c", [], [0.5])
            net.node("Add", ["x", "c"], "a1")
            net.node("Mul", ["a1", "a1"], "b")
            net.node("Add", ["b", "c"], "a2")
            net.node("Mul", ["a2", "a2"], "y")
        },
    ]

    static let axes = [
        Excess("a constant of many axes", "n (Unsqueeze)", "axes of a tensor", size: 21, limit: 16) { net in
            net.integers("axes", Array(0..<20))
            net.integers("one", [1])
            net.node("Unsqueeze", ["one", "axes"], "c", name: "n")
            net.node("Mul", ["x", "c"], "y")
        },
        Excess("an image of many axes", "n (Unsqueeze)", "axes of a tensor", size: 24, limit: 16) { net in
            net.integers("axes", Array(1...20))
            net.node("Unsqueeze", ["x", "axes"], "y", name: "n")
        },
        Excess("a reshape to many axes", "n (Reshape)", "axes of a tensor", size: 20, limit: 16) { net in
            net.integers("shape", [-1] + Array(repeating: 1, count: 18) + [2])
            net.node("Reshape", ["x", "shape"], "y", name: "n")
        },
        Excess("a constant reshaped to many axes", "n (Reshape)", "axes of a tensor", size: 20, limit: 16) { net in
            net.integers("shape", Array(repeating: 1, count: 20))
            net.floats("one", [], [1])
            net.node("Reshape", ["one", "shape"], "c", name: "n")
            net.node("Mul", ["x", "c"], "y")
        },
    ]

    static let work = [
        // x · sigmoid(x) has 4 terms; it is compared with four other functions at one place, with itself at 385.
        Excess(
            "formulas", "y", "values of formulas to compute", size: 1556, limit: 1555, { $0.formulaValues = 1555 }
        ) { net in
            net.node("Sigmoid", ["x"], "s")
            net.node("Mul", ["x", "s"], "y")
        },
        // One sum; an input, a softmax, that sum and a reshape, with four edges.
        Excess("searches", "output", "nodes to pass in search of blocks", size: 8, limit: 7, { $0.searchedNodes = 7 }) {
            net in
            net.node("Softmax", ["x"], "s", attributes: ["axis": .i(1)])
            net.node("Add", ["s", "x"], "y")
        },
    ]

    @Test(arguments: constants + axes + work)
    func refuses(_ excess: Excess) throws {
        var limits = Limits()
        excess.limit(&limits)
        var net = ONNXNet(excess.shape)
        excess.build(&net)
        #expect(throws: excess.error) { try net.imported("y", limits: limits) }
    }

    /// What a network writes in each of its layers is looked at once.
    @Test func looksAtAFormulaOnce() throws {
        var net = ONNXNet([1, 1, 2])
        net.node("Identity", ["x"], "y0")
        for index in 1...20 {
            net.node("Sigmoid", ["y\(index - 1)"], "s\(index)")
            net.node("Mul", ["y\(index - 1)", "s\(index)"], "y\(index)")
        }
        var limits = Limits()
        limits.formulaValues = 1556
        let nodes = try net.imported("y20", limits: limits).network.graph.nodes
        #expect(nodes.count { $0.operation == .activation(.swish) } == 20)
    }

    @Test func numbersNamesThatComeAgain() throws {
        var net = ONNXNet([1, 1, 2])
        for (index, name) in ["a", "a", "a_2", "a", "a_2"].enumerated() {
            net.node("Sigmoid", [index == 0 ? "x" : "v\(index - 1)"], "v\(index)", name: name)
            net.node("Softmax", ["v\(index)"], "w\(index)")
        }
        net.node("Concat", (0..<5).map { "w\($0)" }, "y", attributes: ["axis": .i(1)])
        let names = try net.imported("y").network.graph.nodes.map(\.name).filter { $0.hasPrefix("a") }
        #expect(names == ["a", "a_2", "a_2_2", "a_3", "a_2_3"])
    }

    /// All axes but the batch gone, and yet the values of a map.
    @Test func aScalarIsComputedWith() throws {
        var net = ONNXNet([2, 2, 2])
        net.floats("two", [], [2])
        net.integers("shape", [-1, 4, 2])
        net.integers("zeros", [0, 1])
        net.integers("ones", [1, 2])
        net.integers("axes", [1, 2])
        net.node("Reshape", ["x", "shape"], "r")
        net.node("Slice", ["r", "zeros", "ones", "axes"], "s")
        net.node("Squeeze", ["s", "axes"], "q")
        net.node("Mul", ["q", "two"], "y")
        #expect(try net.run("y", [1, 2, 3, 4, 5, 6, 7, 8]) == [4])
    }
}
