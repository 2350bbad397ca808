import Network
import Testing

/// Activations that exporters write as several nodes become one again.
@Suite struct ONNXActivationTests {
    /// The operations between input and flattening.
    private func operations(_ build: (inout ONNXNet) -> Void) throws -> [Operation] {
        var net = ONNXNet([1, 1, 2])
        net.floats("half", [], [0.5])
        net.floats("one", [], [1])
        net.floats("three", [], [3])
        net.floats("six", [], [6])
        net.floats("root", [], [1.4142135])
        build(&net)
        return try net.operations("y").filter { if case .rearrange = $0 { false } else { true } }
    }

    @Test func sigmoidLinearUnit() throws {
        let found = try operations {
            $0.node("Sigmoid", ["x"], "s")
            $0.node("Mul", ["x", "s"], "y")
        }
        #expect(found == [.activation(.swish)])
    }

    @Test func hardSwishWithBothDivisions() throws {
        let after = try operations {
            $0.node("Add", ["x", "three"], "a")
            $0.node("Clip", ["a", "zero", "six"], "c")
            $0.node("Mul", ["x", "c"], "m")
            $0.node("Div", ["m", "six"], "y")
            $0.floats("zero", [], [0])
        }
        #expect(after == [.activation(.hardSwish)])
        let before = try operations {
            $0.node("HardSigmoid", ["x"], "h", attributes: ["alpha": .f(0.16666667), "beta": .f(0.5)])
            $0.node("Mul", ["h", "x"], "y")
        }
        #expect(before == [.activation(.hardSwish)])
    }

    @Test func hardSigmoidWrittenOut() throws {
        let found = try operations {
            $0.node("Add", ["x", "three"], "a")
            $0.node("Clip", ["a"], "c", attributes: ["min": .f(0), "max": .f(6)])
            $0.node("Div", ["c", "six"], "y")
        }
        #expect(found == [.activation(.hardSigmoid(slope: 1 / 6, offset: 0.5))])
    }

    @Test func geluByErf() throws {
        let found = try operations {
            $0.node("Div", ["x", "root"], "a")
            $0.node("Erf", ["a"], "e")
            $0.node("Add", ["e", "one"], "b")
            $0.node("Mul", ["x", "b"], "c")
            $0.node("Mul", ["c", "half"], "y")
        }
        #expect(found == [.activation(.gelu)])
    }

    @Test func geluByTanh() throws {
        let found = try operations {
            $0.floats("cubic", [], [0.044715])
            $0.floats("scale", [], [0.7978846])
            $0.node("Pow", ["x", "three"], "p")
            $0.node("Mul", ["p", "cubic"], "q")
            $0.node("Add", ["x", "q"], "r")
            $0.node("Mul", ["r", "scale"], "s")
            $0.node("Tanh", ["s"], "t")
            $0.node("Add", ["one", "t"], "u")
            $0.node("Mul", ["x", "half"], "v")
            $0.node("Mul", ["v", "u"], "y")
        }
        #expect(found == [.activation(.geluTanh)])
    }

    @Test func whatNoActivationIsStaysAsItIs() throws {
        // x · sigmoid(2 x): near the sigmoid linear unit, but another function.
        let found = try operations {
            $0.floats("two", [], [2])
            $0.node("Mul", ["x", "two"], "a")
            $0.node("Sigmoid", ["a"], "s")
            $0.node("Mul", ["x", "s"], "y")
        }
        #expect(
            found == [
                .affine(Affine(scale: [2], shift: [0])), .activation(.sigmoid), .combine(.product),
            ])
    }

    @Test func anActivationBehindAnotherOperationIsOneBehindIt() throws {
        let found = try operations {
            $0.node("Mul", ["x", "three"], "a")
            $0.node("Sigmoid", ["a"], "s")
            $0.node("Mul", ["a", "s"], "y")
        }
        #expect(found == [.affine(Affine(scale: [3], shift: [0])), .activation(.swish)])
    }
}

extension ONNXNet {
    /// The operations that a tensor comes to, without the input.
    func operations(_ output: String) throws -> [Operation] {
        try imported(output).network.graph.nodes.dropFirst().map(\.operation)
    }
}
