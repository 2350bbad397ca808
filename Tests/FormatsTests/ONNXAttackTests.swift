import Foundation
import ONNXModel
import Testing

@testable import Formats

/// Each matches one exact error.
@Suite struct ONNXAttackTests {
    struct Attack: CustomTestStringConvertible {
        let name: String
        let model: Onnx_ModelProto
        let error: FormatError
        var testDescription: String { name }

        init(_ name: String, _ error: FormatError, _ change: (inout Onnx_ModelProto) -> Void) {
            (self.name, self.error) = (name, error)
            model = ONNXFixture.changed(change)
        }
    }

    private static func malformed(_ place: FormatError.Place, _ problem: String) -> FormatError {
        .malformed(file: "x", place: place, problem: problem)
    }

    private static func outside(_ location: String) -> FormatError {
        malformed(.tensor("t"), "its external data '\(location)' lie outside the network's folder")
    }

    static let attacks: [Attack] = [
        Attack("no graph", malformed(.file, "it has no graph")) { $0.clearGraph() },
        Attack("no operator set", malformed(.file, "it does not say which operator set it uses")) {
            $0.opsetImport = [ONNXFixture.operatorSet("com.example", 17)]
        },
        Attack(
            "old operators",
            .unsupported(
                file: "x", place: .file, feature: "operator set 10",
                advice: "export again with opset_version=11 or later, or convert with onnx.version_converter")
        ) { $0.opsetImport[0].version = 10 },
        Attack(
            "functions",
            .unsupported(
                file: "x", place: .file, feature: "a network of functions", advice: "inline them with onnx.inliner")
        ) { $0.functions = [Data()] },
        Attack(
            "control flow",
            .unsupported(
                file: "x", place: .node("conv (Conv)"), feature: "control flow (a graph within a node)",
                advice: "export the network without branches or loops")
        ) { model in
            var branch = Onnx_AttributeProto()
            (branch.name, branch.type, branch.g) = ("then_branch", 5, Data())
            model.graph.node[0].attribute.append(branch)
        },
        Attack(
            "unknown type",
            .unsupported(
                file: "x", place: .tensor("t"), feature: "element type number 77",
                advice: "export the network in float32")
        ) { $0.graph.initializer.append(ONNXFixture.raw("t", [1], type: 77, [0])) },
        Attack(
            "too few bytes", malformed(.tensor("t"), "it has 8 bytes where its shape 3 needs 12")
        ) { $0.graph.initializer.append(ONNXFixture.floats("t", [3], [1, 2])) },
        Attack(
            "too few values", malformed(.tensor("t"), "it has 0 values where its shape 3 needs 3")
        ) { model in
            var tensor = Onnx_TensorProto()
            (tensor.name, tensor.dims, tensor.dataType) = ("t", [3], 1)
            model.graph.initializer.append(tensor)
        },
        Attack("negative extent", malformed(.tensor("t"), "its shape [-1] is impossible")) {
            $0.graph.initializer.append(ONNXFixture.floats("t", [-1], []))
        },
        Attack(
            "overflowing shape",
            malformed(.tensor("t"), "its shape [4611686018427387904, 4] is impossible")
        ) { $0.graph.initializer.append(ONNXFixture.floats("t", [1 << 62, 4], [])) },
        Attack("too many axes", .tooLarge(file: "x", what: "axes of a tensor", size: 17, limit: 16)) {
            $0.graph.initializer.append(ONNXFixture.floats("t", Array(repeating: 1, count: 17), [1]))
        },
        Attack("upwards", outside("../../etc/passwd")) {
            $0.graph.initializer.append(ONNXFixture.external("t", [2], ["location": "../../etc/passwd"]))
        },
        Attack("hidden upwards", outside("a/../../b")) {
            $0.graph.initializer.append(ONNXFixture.external("t", [2], ["location": "a/../../b"]))
        },
        Attack("absolute", outside("/etc/passwd")) {
            $0.graph.initializer.append(ONNXFixture.external("t", [2], ["location": "/etc/passwd"]))
        },
        Attack("no location", malformed(.tensor("t"), "its external data have no location")) {
            $0.graph.initializer.append(ONNXFixture.external("t", [2], ["offset": "0"]))
        },
        Attack("negative offset", malformed(.tensor("t"), "the offset of its external data is '-8'")) {
            $0.graph.initializer.append(ONNXFixture.external("t", [2], ["location": "a", "offset": "-8"]))
        },
        Attack(
            "wrong length", malformed(.tensor("t"), "its external data have 4 bytes where its shape needs 8")
        ) { $0.graph.initializer.append(ONNXFixture.external("t", [2], ["location": "a", "length": "4"])) },
        Attack(
            "endless length",
            .unreadable(file: "/nonexistent/a", reason: "No such file or directory")
        ) { $0.graph.initializer.append(ONNXFixture.external("t", [(1 << 61) - 1], ["location": "a"])) },
        Attack("a name twice", malformed(.tensor("conv.weight"), "the name comes twice or is empty")) {
            $0.graph.initializer.append(ONNXFixture.floats("conv.weight", [1], [1]))
        },
        Attack("a cycle", malformed(.node("conv (Conv)"), "its input 'y' comes from nowhere before it")) {
            $0.graph.node[0].input[0] = "y"
        },
        Attack("no output", malformed(.file, "its graph has no output")) { $0.graph.output = [] },
        Attack("dangling output", malformed(.tensor("z"), "the output comes from nowhere")) {
            $0.graph.output[0].name = "z"
        },
    ]

    @Test(arguments: attacks)
    func refuses(_ attack: Attack) throws {
        let bytes = try attack.model.onnxBytes()
        #expect(throws: attack.error) { try readONNX(bytes: bytes, file: "x", folder: "/nonexistent") }
    }

    /// Field numbers and kinds by hand: `tag = number << 3 | kind`.
    @Test(
        arguments: ([
            ("empty", [], FormatError.empty(file: "x")),
            (
                "text", Array("not a network".utf8),
                .wrongKind(file: "x", found: "no ONNX network", advice: "export the network to ONNX")
            ),
            ("cut off", [8, 8, 0x3A, 100, 0x0A], .truncated(file: "x", offset: 4, needs: 100, end: 5)),
            (
                "a part longer than the whole", [8, 8, 0x3A, 2, 0x0A, 100, 0x42, 0],
                malformed(.byte(6), "a field of 100 bytes is longer than what it is part of")
            ),
            ("a group", [8, 8, 0x3A, 1, 0x0B], malformed(.byte(4), "a field is of a kind that ONNX does not use")),
            ("field 0", [8, 8, 0x3A, 2, 0, 0], malformed(.byte(4), "a field has no number")),
            (
                "an endless number", [8, 8, 0x3A, 12, 0x08] + Array(repeating: 0xFF, count: 11),
                malformed(.byte(5), "a number is longer than ten bytes")
            ),
            (
                "no text", [8, 8, 0x3A, 3, 0x12, 1, 0xFF],
                malformed(.file, "a name is not valid UTF-8, or a list of numbers is cut off")
            ),
        ] as [(String, [UInt8], FormatError)]).map { ($0, Content($1), $2) })
    func refusesBytes(name: String, content: Content, error: FormatError) {
        #expect(throws: error) { try readONNX(bytes: content.bytes, file: "x") }
    }

    @Test func keepsToItsLimits() throws {
        var limits = Limits()
        limits.entries = 3
        // Two bytes each in the file, some hundred once decoded.
        let nodes = ONNXFixture.changed { $0.graph.node = Array(repeating: Onnx_NodeProto(), count: 4) }
        #expect(throws: FormatError.tooLarge(file: "x", what: "nodes of the graph", size: 4, limit: 3)) {
            try readONNX(bytes: try nodes.onnxBytes(), file: "x", limits: limits)
        }
        let tensors = ONNXFixture.changed { $0.graph.initializer = Array(repeating: Onnx_TensorProto(), count: 4) }
        #expect(throws: FormatError.tooLarge(file: "x", what: "tensors of the graph", size: 4, limit: 3)) {
            try readONNX(bytes: try tensors.onnxBytes(), file: "x", limits: limits)
        }
        limits = Limits()
        limits.objects = 50
        let names = ONNXFixture.changed { $0.graph.node[0].input = Array(repeating: "", count: 60) }
        #expect(throws: FormatError.tooLarge(file: "x", what: "parts of the file", size: 51, limit: 50)) {
            try readONNX(bytes: try names.onnxBytes(), file: "x", limits: limits)
        }
        limits = Limits()
        limits.nameBytes = 10
        #expect(throws: FormatError.tooLarge(file: "x", what: "bytes of a name", size: 11, limit: 10)) {
            try readONNX(bytes: try ONNXFixture.model().onnxBytes(), file: "x", limits: limits)
        }
        limits = Limits()
        limits.decodedBytes = 1000
        // 2 bytes each in the file, 8 once decoded: it stops at the first too many.
        let numbers = ONNXFixture.changed {
            $0.graph.node[0].attribute = [ONNXFixture.ints("a", Array(repeating: 1, count: 200))]
        }
        let model = try numbers.onnxBytes()
        #expect {
            try readONNX(bytes: model, file: "x", limits: limits)
        } throws: { error in
            guard case FormatError.tooLarge("x", "decoded bytes", let size, 1000)? = error as? FormatError else {
                return false
            }
            return (1001...1008).contains(size)
        }
    }
}
