import Foundation
import ONNXModel

@testable import Formats

/// Small networks in ONNX's own terms, to be written as a file.
enum ONNXFixture {
    /// x → Conv(weight) → y, with everything a reader looks at.
    static func model() -> Onnx_ModelProto {
        var model = Onnx_ModelProto()
        model.irVersion = 8
        model.producerName = "pytorch"
        model.producerVersion = "2.9"
        model.opsetImport = [operatorSet("", 17)]
        model.metadataProps = [entry("mean", "0.5")]
        model.graph.name = "main"
        model.graph.input = [value("x", [nil, 3, 8, 8])]
        model.graph.output = [value("y", [nil, 2, 8, 8])]
        model.graph.initializer = [floats("conv.weight", [2, 3, 1, 1], [1, 2, 3, 4, 5, 6])]
        var node = Onnx_NodeProto()
        (node.opType, node.name, node.input, node.output) = ("Conv", "conv", ["x", "conv.weight"], ["y"])
        node.attribute = [ints("kernel_shape", [1, 1]), text("auto_pad", "VALID"), float("alpha", 0.5)]
        model.graph.node = [node]
        return model
    }

    static func changed(_ change: (inout Onnx_ModelProto) -> Void) -> Onnx_ModelProto {
        var model = model()
        change(&model)
        return model
    }

    static func operatorSet(_ domain: String, _ version: Int64) -> Onnx_OperatorSetIdProto {
        var set = Onnx_OperatorSetIdProto()
        (set.domain, set.version) = (domain, version)
        return set
    }

    static func entry(_ key: String, _ value: String) -> Onnx_StringStringEntryProto {
        var entry = Onnx_StringStringEntryProto()
        (entry.key, entry.value) = (key, value)
        return entry
    }

    static func value(_ name: String, _ dims: [Int64?]) -> Onnx_ValueInfoProto {
        var value = Onnx_ValueInfoProto()
        value.name = name
        value.type.tensorType.elemType = 1
        value.type.tensorType.shape.dim = dims.map { extent in
            var dimension = Onnx_TensorShapeProto.Dimension()
            if let extent { dimension.dimValue = extent } else { dimension.dimParam = "batch" }
            return dimension
        }
        return value
    }

    /// A tensor whose bytes are given as they are.
    static func raw(_ name: String, _ dims: [Int64], type: Int32, _ bytes: [UInt8]) -> Onnx_TensorProto {
        var tensor = Onnx_TensorProto()
        (tensor.name, tensor.dims, tensor.dataType, tensor.rawData) = (name, dims, type, Data(bytes))
        return tensor
    }

    static func floats(_ name: String, _ dims: [Int64], _ values: [Float]) -> Onnx_TensorProto {
        raw(name, dims, type: 1, values.withUnsafeBytes(Array.init))
    }

    /// A tensor in a file beside the network.
    static func external(_ name: String, _ dims: [Int64], _ entries: [String: String]) -> Onnx_TensorProto {
        var tensor = Onnx_TensorProto()
        (tensor.name, tensor.dims, tensor.dataType, tensor.dataLocation) = (name, dims, 1, 1)
        tensor.externalData = entries.sorted { $0.key < $1.key }.map { entry($0.key, $0.value) }
        return tensor
    }

    static func ints(_ name: String, _ values: [Int64]) -> Onnx_AttributeProto {
        var attribute = Onnx_AttributeProto()
        (attribute.name, attribute.type, attribute.ints) = (name, 7, values)
        return attribute
    }

    static func float(_ name: String, _ value: Float) -> Onnx_AttributeProto {
        var attribute = Onnx_AttributeProto()
        (attribute.name, attribute.type, attribute.f) = (name, 1, value)
        return attribute
    }

    static func text(_ name: String, _ value: String) -> Onnx_AttributeProto {
        var attribute = Onnx_AttributeProto()
        (attribute.name, attribute.type, attribute.s) = (name, 3, Data(value.utf8))
        return attribute
    }
}
