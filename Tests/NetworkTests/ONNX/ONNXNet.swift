import Foundation
import Formats
import Network
import ONNXModel
import Tensors
import Testing

/// Small ONNX networks made by hand, written as a file, read again and run by the reference executor.
struct ONNXNet {
    enum Attribute {
        case i(Int64), f(Float), s(String), ints([Int64])
        case t(Onnx_TensorProto)
    }

    private(set) var model = Onnx_ModelProto()
    let shape: [Int]

    /// One input, `x`, of this shape behind the batch.
    init(_ shape: [Int], operatorSet: Int64 = 17, batch: Int64? = nil) {
        self.shape = shape
        model.irVersion = 8
        var set = Onnx_OperatorSetIdProto()
        set.version = operatorSet
        model.opsetImport = [set]
        model.graph.input = [Self.value("x", [batch] + shape.map { Int64($0) })]
    }

    static func value(_ name: String, _ dims: [Int64?]) -> Onnx_ValueInfoProto {
        var value = Onnx_ValueInfoProto()
        value.name = name
        value.type.tensorType.shape.dim = dims.map { extent in
            var dimension = Onnx_TensorShapeProto.Dimension()
            if let extent { dimension.dimValue = extent } else { dimension.dimParam = "batch" }
            return dimension
        }
        return value
    }

    static func tensor(_ name: String, _ dims: [Int], _ values: [Float]) -> Onnx_TensorProto {
        var tensor = Onnx_TensorProto()
        (tensor.name, tensor.dims, tensor.dataType) = (name, dims.map { Int64($0) }, 1)
        tensor.floatData = values
        return tensor
    }

    static func tensor(_ name: String, _ values: [Int64], dims: [Int]? = nil) -> Onnx_TensorProto {
        var tensor = Onnx_TensorProto()
        (tensor.name, tensor.dims, tensor.dataType) = (name, (dims ?? [values.count]).map { Int64($0) }, 7)
        tensor.int64Data = values
        return tensor
    }

    mutating func floats(_ name: String, _ dims: [Int], _ values: [Float]) {
        model.graph.initializer.append(Self.tensor(name, dims, values))
    }

    mutating func integers(_ name: String, _ values: [Int64], dims: [Int]? = nil) {
        model.graph.initializer.append(Self.tensor(name, values, dims: dims))
    }

    mutating func node(
        _ operation: String, _ inputs: [String], _ outputs: String..., attributes: [String: Attribute] = [:],
        name: String = "", domain: String = ""
    ) {
        var node = Onnx_NodeProto()
        (node.opType, node.input, node.output, node.name, node.domain) = (operation, inputs, outputs, name, domain)
        node.attribute = attributes.sorted { $0.key < $1.key }.map { name, value in
            var attribute = Onnx_AttributeProto()
            attribute.name = name
            switch value {
            case .f(let number): (attribute.type, attribute.f) = (1, number)
            case .i(let number): (attribute.type, attribute.i) = (2, number)
            case .s(let text): (attribute.type, attribute.s) = (3, Data(text.utf8))
            case .t(let tensor): (attribute.type, attribute.t) = (4, tensor)
            case .ints(let numbers): (attribute.type, attribute.ints) = (7, numbers)
            }
            return attribute
        }
        model.graph.node.append(node)
    }

    mutating func output(_ name: String, _ dims: [Int64?]?) {
        var value = Self.value(name, dims ?? [])
        if dims == nil { value.type.tensorType.clearShape() }
        model.graph.output.append(value)
    }

    /// The network whose output is a tensor, flattened where it is no row.
    func imported(
        _ output: String? = nil, images: [Int]? = nil, limits: Limits = .standard
    ) throws -> ImportedNetwork {
        var net = self
        if let output {
            net.node("Flatten", [output], "flat")
            net.output("flat", [nil, nil])
        }
        let graph = try readONNX(bytes: try net.model.onnxBytes(), file: "x")
        return try ImportedNetwork(graph, inputShape: images ?? shape, limits: limits)
    }

    /// The values of a tensor for an image.
    func run(_ output: String, _ image: [Float]) throws -> [Float] {
        try ReferenceExecutor.run(imported(output).network.graph, input: image).last ?? []
    }
}

func isClose(_ a: [Float], _ b: [Float], within tolerance: Float = 1e-5) -> Bool {
    a.count == b.count && zip(a, b).allSatisfy { abs($0 - $1) <= tolerance * max(1, abs($1)) }
}
