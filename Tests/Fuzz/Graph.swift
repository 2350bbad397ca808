import Foundation
import Network
import ONNXModel

@testable import Formats

/// A network made up of the input's bytes, so that most of them have whole files and some graph: read, imported for
/// images of 3×8×8 and, if it is small, run.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzGraph(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    fuzz(start, count) { bytes, _ in
        var maker = NetworkMaker(bytes: bytes)
        let file = (try? maker.model().onnxBytes()) ?? []
        let graph = try readONNX(bytes: file, file: "x", limits: fuzzLimits)
        do {
            let network = try ImportedNetwork(graph, inputShape: [3, 8, 8], limits: fuzzLimits).network
            guard network.graph.isSmall else { return }
            _ = try ReferenceExecutor.run(network.graph, input: (0..<192).map { Float($0) - 96 })
        } catch let error as NetworkError {
            precondition(!error.description.contains(where: \.isNewline), "more than a line: \(error)")
        }
    }
    return 0
}

extension Graph {
    fileprivate var isSmall: Bool {
        var work = 0.0
        for node in nodes {
            let count = node.shape.reduce(1.0) { $0 * Double($1) }
            switch node.operation {
            case .convolution(let convolution): work += count * Double(convolution.weight.count)
            case .linear(let linear): work += count * Double(linear.weight.count)
            case .pool(let pool): work += count * Double(pool.kernel.height) * Double(pool.kernel.width)
            default: work += count
            }
        }
        return work < 1e5
    }
}

/// Takes each choice from a byte; where none is left, the first.
private struct NetworkMaker {
    var bytes: Slice<UnsafeRawBufferPointer>
    /// Tensors that nodes may take, the latest last.
    var names = ["", "x"]

    init(bytes: UnsafeRawBufferPointer) { self.bytes = bytes[...] }

    mutating func next(_ bound: Int) -> Int { Int(bytes.popFirst() ?? 0) % bound }

    mutating func pick<T>(_ values: [T]) -> T { values[next(values.count)] }

    mutating func model() -> Onnx_ModelProto {
        var model = Onnx_ModelProto()
        model.irVersion = 8
        var set = Onnx_OperatorSetIdProto()
        set.version = pick([17, 11, 18])
        model.opsetImport = [set]
        model.graph.input = [Self.value("x", [nil, 3, 8, 8])]
        for index in 0..<next(12) {
            model.graph.initializer.append(tensor("t\(index)"))
            names.append("t\(index)")
        }
        while !bytes.isEmpty, model.graph.node.count < 64 {
            model.graph.node.append(node(model.graph.node.count))
        }
        var flat = Onnx_NodeProto()
        (flat.opType, flat.input, flat.output) = ("Flatten", [names[names.count - 1]], ["logits"])
        model.graph.node.append(flat)
        model.graph.output = [Self.value("logits", [nil, nil])]
        return model
    }

    private static func value(_ name: String, _ dims: [Int64?]) -> Onnx_ValueInfoProto {
        var value = Onnx_ValueInfoProto()
        value.name = name
        value.type.tensorType.shape.dim = dims.map { extent in
            var dimension = Onnx_TensorShapeProto.Dimension()
            if let extent { dimension.dimValue = extent } else { dimension.dimParam = "n" }
            return dimension
        }
        return value
    }

    private static let numbers: [Int64] = [
        1, 0, 2, 3, -1, 4, 8, 5, 6, 7, -2, -3, 16, 24, 64, 192, 9, 10, 12, 27, 32, 48, 128, 1 << 24, (1 << 24) + 1,
        Int64(Int32.max), .max, .min, -4, 1 << 40,
    ]
    private static let reals: [Float] = [
        1, 0, 0.5, -1, 2, 3, 6, 1 / 6, 1.4142135, 0.044715, 0.7978846, 1e-5, 1e30, -0.25,
    ]

    mutating func tensor(_ name: String) -> Onnx_TensorProto {
        var tensor = Onnx_TensorProto()
        tensor.name = name
        let extents: [Int64] = [1, 2, 3, 8, 4, 0, 6, 24, 64, 5, 1 << 24]
        // Axes, lists and the like are what most operators take.
        tensor.dims = next(3) == 0 ? [Int64(next(9))] : (0..<next(6)).map { _ in pick(extents) }
        let count = tensor.dims.reduce(1) { min($0 * $1, 4096) }
        if next(2) == 0 {
            tensor.dataType = 7
            tensor.int64Data = (0..<count).map { $0 < 16 ? pick(Self.numbers) : $0 % 5 }
        } else {
            tensor.dataType = 1
            tensor.floatData = (0..<count).map { $0 < 16 ? pick(Self.reals) : Float($0 % 5) }
        }
        return tensor
    }

    private static let operators =
        """
        Conv BatchNormalization LayerNormalization Gemm MatMul PRelu Softmax MaxPool AveragePool GlobalAveragePool \
        GlobalMaxPool ReduceMean Relu LeakyRelu Elu Clip Sigmoid HardSigmoid HardSwish Swish Gelu Tanh Erf Exp Sqrt Neg Abs \
        Reciprocal Pow Add Sub Mul Div Sum Min Max Reshape Flatten Transpose Squeeze Unsqueeze Concat Split Slice Gather \
        Pad Expand Identity Dropout Cast Constant ConstantOfShape Shape Range Floor Ceil Mod Equal Where ReduceProd
        """.split(separator: " ").map(String.init)

    mutating func node(_ index: Int) -> Onnx_NodeProto {
        var node = Onnx_NodeProto()
        node.opType = pick(Self.operators)
        node.input = (0..<next(6)).map { _ in names[names.count - 1 - next(names.count)] }
        node.output = (0...(node.opType == "Split" ? next(4) : 0)).map { "n\(index).\($0)" }
        names += node.output
        var known: Set<String> = []
        for _ in 0..<next(5) {
            let attribute = attribute()
            if known.insert(attribute.name).inserted { node.attribute.append(attribute) }
        }
        return node
    }

    mutating func attribute() -> Onnx_AttributeProto {
        var attribute = Onnx_AttributeProto()
        switch next(5) {
        case 0:
            attribute.name = pick([
                "axis", "keepdims", "group", "transB", "ceil_mode", "count_include_pad", "to", "start",
                "end", "num_outputs", "allowzero", "value_int", "training_mode", "storage_order", "transA",
            ])
            (attribute.type, attribute.i) = (2, pick(Self.numbers))
        case 1, 2:
            attribute.name = pick([
                "axes", "pads", "strides", "kernel_shape", "dilations", "perm", "value_ints", "split",
            ])
            (attribute.type, attribute.ints) = (7, (0..<next(7)).map { _ in pick(Self.numbers) })
        case 3:
            attribute.name = pick(["alpha", "epsilon", "beta", "min", "max", "value_float"])
            (attribute.type, attribute.f) = (1, pick(Self.reals))
        default:
            if next(2) == 0 {
                (attribute.name, attribute.type, attribute.t) = ("value", 4, tensor(""))
            } else {
                attribute.name = pick(["auto_pad", "mode", "approximate"])
                attribute.type = 3
                attribute.s = Data(pick(["SAME_UPPER", "SAME_LOWER", "VALID", "tanh", "reflect"]).utf8)
            }
        }
        return attribute
    }
}
