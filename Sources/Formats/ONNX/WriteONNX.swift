import Foundation
import ONNXModel
import Tensors

/// The bytes of an ONNX file that holds a network, the same for the same network.
///
/// Nodes stand in their order, tensors in the order in which nodes take them, attributes and remarks in that of their
/// names; every tensor's values are in the file. Inputs and outputs are of float32.
///
/// - Parameters:
///   - file: what the file will be called, for messages.
///   - limit: most bytes that the tensors may take; protocol buffers have no room for more than the default.
/// - Throws: `FormatError`: `unstorable` where there is no room for the network, or for an attribute; others where a
///   tensor lies beside the file that the network was read from, and cannot be read.
/// - Complexity: O(bytes), in time and memory.
public func writeONNX(
    _ graph: ONNXGraph, file: String = "the ONNX file", limit: Int = Int(Int32.max) - 1 << 24
) throws -> [UInt8] {
    var sum = 0
    for tensor in graph.initializers.values {
        let (next, overflow) = sum.addingReportingOverflow(tensor.shape.count * tensor.elementType.size)
        sum = overflow ? .max : next
    }
    guard sum <= limit else {
        throw FormatError.unstorable(
            file: file, place: .file,
            problem: "its weights take \(sum) bytes where an ONNX file has room for \(limit); cut the network further")
    }
    let model = try Onnx_ModelProto(graph, file: file)
    do {
        return try model.onnxBytes()
    } catch {
        throw FormatError.unstorable(
            file: file, place: .file, problem: "names and numbers beside the weights take too much room")
    }
}

extension Onnx_ModelProto {
    fileprivate init(_ source: ONNXGraph, file: String) throws {
        self.init()
        irVersion = Int64(source.irVersion)
        // The reader puts name and version together with a space.
        let words = source.producer.split(separator: " ", maxSplits: 1).map(String.init)
        if let name = words.first { producerName = name }
        if words.count > 1 { producerVersion = words[1] }
        opsetImport = source.operatorSets.sorted { $0.key < $1.key }.map { domain, version in
            var set = Onnx_OperatorSetIdProto()
            (set.domain, set.version) = (domain, Int64(version))
            return set
        }
        metadataProps = source.metadata.sorted { $0.key < $1.key }.map { key, value in
            var entry = Onnx_StringStringEntryProto()
            (entry.key, entry.value) = (key, value)
            return entry
        }
        graph.name = source.name
        graph.input = source.inputs.map { Onnx_ValueInfoProto($0) }
        graph.output = source.outputs.map { Onnx_ValueInfoProto($0) }
        graph.node = try source.nodes.map { try Onnx_NodeProto($0, file: file) }
        graph.initializer = try source.orderedInitializers.map { try Onnx_TensorProto($1, name: $0) }
    }
}

extension ONNXGraph {
    /// Tensors in the order in which nodes take them, then those that none takes, by name.
    fileprivate var orderedInitializers: [(name: String, tensor: ONNXTensor)] {
        var rest = initializers
        var ordered: [(name: String, tensor: ONNXTensor)] = []
        for input in nodes.lazy.flatMap(\.inputs) {
            if let tensor = rest.removeValue(forKey: input) { ordered.append((input, tensor)) }
        }
        return ordered + rest.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }
}

extension Onnx_ValueInfoProto {
    fileprivate init(_ value: ONNXGraph.Value) {
        self.init()
        name = value.name
        type.tensorType.elemType = 1
        guard let dims = value.dims else { return }
        type.tensorType.shape.dim = dims.map { extent in
            var dimension = Onnx_TensorShapeProto.Dimension()
            switch extent {
            case .fixed(let extent): dimension.dimValue = Int64(extent)
            case .symbolic(let name): dimension.dimParam = name
            }
            return dimension
        }
    }
}

extension Onnx_NodeProto {
    fileprivate init(_ node: ONNXGraph.Node, file: String) throws {
        self.init()
        (name, opType, input, output) = (node.name, node.operation, node.inputs, node.outputs)
        if !node.domain.isEmpty { domain = node.domain }
        attribute = try node.attributes.sorted { $0.key < $1.key }.map { key, value in
            var attribute = Onnx_AttributeProto()
            attribute.name = key
            switch value {
            case .float(let number): (attribute.type, attribute.f) = (1, number)
            case .integer(let number): (attribute.type, attribute.i) = (2, Int64(number))
            case .text(let text): (attribute.type, attribute.s) = (3, Data(text.utf8))
            case .tensor(let tensor):
                (attribute.type, attribute.t) = (4, try Onnx_TensorProto(tensor, name: tensor.name))
            case .floats(let numbers): (attribute.type, attribute.floats) = (6, numbers)
            case .integers(let numbers): (attribute.type, attribute.ints) = (7, numbers.map(Int64.init))
            case .other:
                throw FormatError.unstorable(
                    file: file, place: .node(node.label),
                    problem: "its attribute '\(key)' is of a kind that is not known")
            }
            return attribute
        }
    }
}

extension Onnx_TensorProto {
    fileprivate init(_ tensor: ONNXTensor, name: String) throws {
        self.init()
        self.name = name
        dims = tensor.shape.dims.map(Int64.init)
        dataType = ONNXTensor.elementTypes.first { $0.value == tensor.elementType }?.key ?? 0
        rawData = Data(try tensor.tensor().bytes)
    }
}
