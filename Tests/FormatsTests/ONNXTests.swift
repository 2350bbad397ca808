import Foundation
import ONNXModel
import Tensors
import Testing

@testable import Formats

@Suite struct ONNXTests {
    private func read(_ model: Onnx_ModelProto, folder: String? = nil, limits: Limits = .standard) throws -> ONNXGraph {
        try readONNX(bytes: try model.onnxBytes(), file: "x", folder: folder, limits: limits)
    }

    @Test func readsWhatANetworkIsMadeOf() throws {
        let graph = try read(ONNXFixture.model())
        #expect(graph.producer == "pytorch 2.9")
        #expect(graph.irVersion == 8)
        #expect(graph.operatorSets == ["": 17])
        #expect(graph.metadata == ["mean": "0.5"])
        #expect(
            graph.inputs == [.init(name: "x", dims: [.symbolic("batch"), .fixed(3), .fixed(8), .fixed(8)])])
        #expect(graph.outputs.map(\.name) == ["y"])
        let node = try #require(graph.nodes.first)
        #expect(node.operation == "Conv" && node.inputs == ["x", "conv.weight"] && node.outputs == ["y"])
        guard case .integers([1, 1])? = node.attributes["kernel_shape"],
            case .text("VALID")? = node.attributes["auto_pad"],
            case .float(0.5)? = node.attributes["alpha"]
        else { throw TestFailure() }
        let weight = try #require(graph.initializers["conv.weight"]).tensor()
        #expect(weight.shape.dims == [2, 3, 1, 1])
        #expect(weight.floats() == [1, 2, 3, 4, 5, 6])
    }

    private struct TestFailure: Error {}

    @Test func anInputWithAnInitialiserIsNone() throws {
        let graph = try read(
            ONNXFixture.changed { $0.graph.input.append(ONNXFixture.value("conv.weight", [2, 3, 1, 1])) })
        #expect(graph.inputs.map(\.name) == ["x"])
    }

    /// 1 and −2 in each of the types, in the bytes of the file and in the list that the type has.
    @Test func readsEveryTypeFromBothPlaces() throws {
        func values(_ fill: (inout Onnx_TensorProto) -> Void) throws -> [Float] {
            var tensor = Onnx_TensorProto()
            (tensor.name, tensor.dims) = ("t", [2])
            fill(&tensor)
            let graph = try read(ONNXFixture.changed { $0.graph.initializer.append(tensor) })
            return try #require(graph.initializers["t"]).tensor().floats()
        }
        func raw(_ type: Int32, _ bytes: [UInt8]) throws -> [Float] {
            try values { $0 = ONNXFixture.raw("t", [2], type: type, bytes) }
        }
        #expect(try raw(1, [0, 0, 0x80, 0x3F, 0, 0, 0, 0xC0]) == [1, -2])
        #expect(try raw(10, [0, 0x3C, 0, 0xC0]) == [1, -2])
        #expect(try raw(16, [0x80, 0x3F, 0, 0xC0]) == [1, -2])
        #expect(try raw(11, [0, 0, 0, 0, 0, 0, 0xF0, 0x3F, 0, 0, 0, 0, 0, 0, 0, 0xC0]) == [1, -2])
        #expect(try raw(7, [1, 0, 0, 0, 0, 0, 0, 0, 0xFE] + Array(repeating: 0xFF, count: 7)) == [1, -2])
        #expect(try raw(6, [1, 0, 0, 0, 0xFE, 0xFF, 0xFF, 0xFF]) == [1, -2])
        #expect(try raw(3, [1, 0xFE]) == [1, -2])
        #expect(try raw(9, [1, 0]) == [1, 0])

        #expect(try values { ($0.dataType, $0.floatData) = (1, [1, -2]) } == [1, -2])
        #expect(try values { ($0.dataType, $0.doubleData) = (11, [1, -2]) } == [1, -2])
        #expect(try values { ($0.dataType, $0.int64Data) = (7, [1, -2]) } == [1, -2])
        #expect(try values { ($0.dataType, $0.int32Data) = (6, [1, -2]) } == [1, -2])
        #expect(try values { ($0.dataType, $0.int32Data) = (5, [1, -2]) } == [1, -2])
        #expect(try values { ($0.dataType, $0.int32Data) = (3, [1, -2]) } == [1, -2])
        #expect(try values { ($0.dataType, $0.int32Data) = (2, [1, 254]) } == [1, 254])
        #expect(try values { ($0.dataType, $0.int32Data) = (10, [0x3C00, 0xC000]) } == [1, -2])
        #expect(try values { ($0.dataType, $0.int32Data) = (16, [0x3F80, 0xC000]) } == [1, -2])
    }

    @Test func tellsONNXByItsContent() throws {
        let bytes = try ONNXFixture.model().onnxBytes()
        #expect(isONNX(bytes))
        #expect(isONNX(Array(bytes.dropLast(20))))
        #expect(!isONNX([]))
        #expect(!isONNX(Array("a text of no importance".utf8)))
        #expect(!isONNX([0x80, 2, 0x8A, 10]))
        #expect(!isONNX(Array("PK\u{3}\u{4}".utf8)))
        #expect(!isONNX([8, 7, 0x12, 0, 0, 0, 0, 0] + Array("{\"a\": 1}".utf8)))
    }

    @Test func readsTensorsBesideTheFile() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "onnx-\(UUID().uuidString)")
        try FileManager.default.createDirectory(
            at: folder.appending(path: "weights"), withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try Data([9, 9, 9, 9] + TorchWriter.floats([0.25, 3])).write(to: folder.appending(path: "weights/a.bin"))
        func tensor(_ entries: [String: String]) throws -> Tensor {
            let graph = try read(
                ONNXFixture.changed { $0.graph.initializer.append(ONNXFixture.external("t", [2], entries)) },
                folder: folder.path)
            #expect(graph.companions == [folder.path + "/" + (entries["location"] ?? "")])
            return try #require(graph.initializers["t"]).tensor()
        }
        #expect(try tensor(["location": "weights/a.bin", "offset": "4", "length": "8"]).floats() == [0.25, 3])
        #expect(try tensor(["location": "./weights/a.bin", "offset": "4"]).floats() == [0.25, 3])
        let path = "\(folder.path)/weights/a.bin"
        #expect(throws: FormatError.truncated(file: path, offset: 5, needs: 8, end: 12)) {
            try tensor(["location": "weights/a.bin", "offset": "5"])
        }
        #expect(throws: FormatError.unreadable(file: "\(folder.path)/b.bin", reason: "No such file or directory")) {
            try tensor(["location": "b.bin"])
        }
        #expect(throws: FormatError.notAFile(file: "\(folder.path)/weights", found: "a folder")) {
            try tensor(["location": "weights"])
        }
        // A link that leads out of the folder.
        try FileManager.default.createSymbolicLink(
            atPath: folder.appending(path: "link").path, withDestinationPath: #filePath)
        #expect(
            throws: FormatError.malformed(
                file: "x", place: .tensor("t"), problem: "its external data 'link' lie outside the network's folder")
        ) { try tensor(["location": "link"]) }
    }

    @Test func survivesTenThousandMutations() throws {
        var model = ONNXFixture.model()
        var tensor = Onnx_TensorProto()
        (tensor.name, tensor.dims, tensor.dataType, tensor.int64Data) = ("shape", [3], 7, [1, -1, 300])
        model.graph.initializer += [
            tensor, ONNXFixture.external("outside", [2], ["location": "nowhere", "offset": "4"]),
        ]
        let bytes = try model.onnxBytes()
        attack(bytes, times: 10_000, seed: 7) {
            let graph = try readONNX(bytes: $0, file: "x", folder: "/nonexistent", limits: smallLimits)
            for tensor in graph.initializers.values { _ = try tensor.tensor() }
        }
        model.graph.initializer.removeLast()
        let whole = try model.onnxBytes()
        attack(whole, times: 10_000, seed: 8) {
            let graph = try readONNX(bytes: $0, file: "x", limits: smallLimits)
            for tensor in graph.initializers.values { _ = try tensor.tensor() }
        }
    }
}
