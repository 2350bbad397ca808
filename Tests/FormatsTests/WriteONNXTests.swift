import Foundation
import ONNXModel
import Tensors
import Testing

@testable import Formats

@Suite struct WriteONNXTests {
    private func graph(_ change: (inout ONNXGraph) -> Void = { _ in }) throws -> ONNXGraph {
        let node = ONNXGraph.Node(
            name: "conv", operation: "Conv", inputs: ["x", "conv.weight"], outputs: ["y"],
            attributes: [
                "alpha": .float(0.5), "auto_pad": .text("VALID"), "group": .integer(-3),
                "kernel_shape": .integers([1, 1]),
                "scales": .floats([0.25, 4]),
                "value": .tensor(try #require(ONNXTensor(name: "v", dims: [], floats: [7]))),
            ])
        let last = ONNXGraph.Node(
            name: "own", operation: "Own", domain: "com.example", inputs: ["b", "", "y"], outputs: ["z"])
        var graph = ONNXGraph(
            name: "small", producer: "some tool 2.9", irVersion: 8, operatorSets: ["": 17, "com.example": 1],
            inputs: [.init(name: "x", dims: [.symbolic("N"), .fixed(3)]), .init(name: "w", dims: nil)],
            outputs: [.init(name: "z", dims: [.symbolic("N"), .fixed(2)])], nodes: [node, last],
            initializers: [
                "unused": try #require(ONNXTensor(name: "unused", dims: [2], integers: [-1, 1 << 40])),
                "b": try #require(ONNXTensor(name: "b", dims: [1, 2], floats: [1, -2])),
                "conv.weight": try #require(ONNXTensor(name: "conv.weight", dims: [2, 1], floats: [3, 4])),
            ], metadata: ["std": "0.25", "mean": "0.5"])
        change(&graph)
        return graph
    }

    @Test func readsWhatIsWritten() throws {
        let graph = try graph()
        let again = try readONNX(bytes: writeONNX(graph), file: "x")
        #expect(again.name == "small" && again.producer == "some tool 2.9" && again.irVersion == 8)
        #expect(again.operatorSets == graph.operatorSets && again.metadata == graph.metadata)
        #expect(again.inputs == graph.inputs && again.outputs == graph.outputs)
        #expect(again.nodes.map(\.name) == ["conv", "own"] && again.nodes.map(\.operation) == ["Conv", "Own"])
        #expect(again.nodes.map(\.domain) == ["", "com.example"])
        #expect(again.nodes.map(\.inputs) == [["x", "conv.weight"], ["b", "", "y"]])
        #expect(again.nodes.map(\.outputs) == [["y"], ["z"]])
        let attributes = again.nodes[0].attributes
        guard case .float(0.5)? = attributes["alpha"], case .text("VALID")? = attributes["auto_pad"],
            case .integer(-3)? = attributes["group"], case .integers([1, 1])? = attributes["kernel_shape"],
            case .floats([0.25, 4])? = attributes["scales"], case .tensor(let value)? = attributes["value"]
        else {
            Issue.record("\(attributes)")
            return
        }
        #expect(try value.tensor().floats() == [7] && value.shape.dims.isEmpty && attributes.count == 6)
        #expect(again.initializers.count == 3)
        for (name, tensor) in graph.initializers {
            #expect(try again.initializers[name]?.tensor() == tensor.tensor(), "\(name)")
        }
    }

    /// Dictionaries have another order in every process; the bytes must not.
    @Test func hasOneOrder() throws {
        let model = try Onnx_ModelProto(onnx: writeONNX(graph()))
        #expect(model.graph.initializer.map(\.name) == ["conv.weight", "b", "unused"])
        #expect(model.metadataProps.map(\.key) == ["mean", "std"])
        #expect(model.opsetImport.map(\.domain) == ["", "com.example"])
        #expect(
            model.graph.node[0].attribute.map(\.name)
                == ["alpha", "auto_pad", "group", "kernel_shape", "scales", "value"])
        #expect(model.producerName == "some" && model.producerVersion == "tool 2.9")
    }

    @Test func valuesAreLittleEndianBytes() throws {
        let model = try Onnx_ModelProto(onnx: writeONNX(graph()))
        let tensor = model.graph.initializer[1]
        #expect(tensor.dataType == 1 && tensor.dims == [1, 2])
        #expect([UInt8](tensor.rawData) == [0, 0, 0x80, 0x3F, 0, 0, 0, 0xC0])
        #expect(tensor.floatData.isEmpty && model.graph.initializer[2].dataType == 7)
    }

    /// A network from a file, with its tensors as they stood there.
    @Test func writesWhatWasRead() throws {
        let halves = ONNXFixture.raw("half", [2], type: 10, [0, 0x3C, 0, 0xC0])
        let model = ONNXFixture.changed { $0.graph.initializer.append(halves) }
        let graph = try readONNX(bytes: model.onnxBytes(), file: "x")
        let again = try Onnx_ModelProto(onnx: writeONNX(graph))
        #expect(again.graph.initializer.map(\.dataType) == [1, 10])
        #expect(again.graph.initializer == model.graph.initializer)
        #expect(
            again.graph.node
                == [model.graph.node[0]].map { node in
                    var node = node
                    node.attribute.sort { $0.name < $1.name }
                    return node
                })
    }

    @Test func refusesWhatHasNoRoom() throws {
        // 3 × 16 bytes of values.
        let whole = try graph { $0.initializers.removeValue(forKey: "unused") }
        #expect(throws: Never.self) { try writeONNX(whole, limit: 16) }
        let error = FormatError.unstorable(
            file: "cut.onnx", place: .file,
            problem: "its weights take 16 bytes where an ONNX file has room for 15; cut the network further")
        #expect(throws: error) { try writeONNX(whole, file: "cut.onnx", limit: 15) }
        #expect(error.description.hasPrefix("cut.onnx: cannot be written: its weights take 16 bytes"))
        let unknown = try graph { $0.nodes[1].attributes["g"] = .other }
        #expect(
            throws: FormatError.unstorable(
                file: "the ONNX file", place: .node("own (Own)"),
                problem: "its attribute 'g' is of a kind that is not known")
        ) { try writeONNX(unknown) }
    }

    @Test func aTensorHasAsManyValuesAsItsShape() {
        #expect(ONNXTensor(name: "t", dims: [2, 2], floats: [1, 2, 3]) == nil)
        #expect(ONNXTensor(name: "t", dims: [-1], integers: [1]) == nil)
        #expect(ONNXTensor(name: "t", dims: [1 << 40, 1 << 40], floats: []) == nil)
    }
}
