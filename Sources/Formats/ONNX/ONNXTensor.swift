import Foundation
import ONNXModel
import Tensors

/// A tensor of an ONNX file, in the file or beside it, or made for one; its values are taken out when asked for.
public struct ONNXTensor: Sendable {
    public let name: String
    public let shape: Shape
    public let elementType: ElementType
    /// Of the network, for messages.
    private let file: String
    private let content: Content

    private enum Content: Sendable {
        case raw(Data)
        case floats([Float])
        case doubles([Double])
        /// Also whatever is smaller: of 16 and 8 bits.
        case integers([Int32])
        case longIntegers([Int64])
        case external(ONNXExternalData)
    }

    /// The tensor with its values, little-endian. O(count); reads the file beside the network if that is where they are.
    /// - Throws: `FormatError`.
    public func tensor() throws -> Tensor {
        let bytes: [UInt8] =
            switch content {
            case .raw(let data): [UInt8](data)
            case .floats(let values): values.withUnsafeBytes(Array.init)
            case .doubles(let values): values.withUnsafeBytes(Array.init)
            case .longIntegers(let values): values.withUnsafeBytes(Array.init)
            case .integers(let values):
                switch elementType.size {
                case 1: values.map { UInt8(truncatingIfNeeded: $0) }
                case 2: values.map { UInt16(truncatingIfNeeded: $0) }.withUnsafeBytes(Array.init)
                default: values.withUnsafeBytes(Array.init)
                }
            case .external(let external): try external.read()
            }
        guard let tensor = Tensor(shape: shape, elementType: elementType, bytes: bytes) else {
            throw FormatError.malformed(file: file, place: .tensor(name), problem: "its shape and size differ")
        }
        return tensor
    }

    /// A float32 tensor, which shares the values' storage; fails where the count of values is not the shape's.
    public init?(name: String, dims: [Int], floats: [Float]) {
        guard let shape = Shape(dims), shape.count == floats.count else { return nil }
        self.init(name: name, shape: shape, elementType: .float32, content: .floats(floats))
    }

    /// Whole numbers in 64 bits, such as shapes and axes; fails where their count is not the shape's.
    public init?(name: String, dims: [Int], integers: [Int]) {
        guard let shape = Shape(dims), shape.count == integers.count else { return nil }
        self.init(name: name, shape: shape, elementType: .int64, content: .longIntegers(integers.map(Int64.init)))
    }

    private init(name: String, shape: Shape, elementType: ElementType, content: Content) {
        (self.name, self.shape, self.elementType, self.content) = (name, shape, elementType, content)
        file = ""
    }

    init(_ proto: Onnx_TensorProto, folder: String?, _ context: ReadContext) throws {
        file = context.file
        name = proto.name
        let place = FormatError.Place.tensor(proto.name)
        guard let type = Self.elementTypes[proto.dataType] else {
            throw context.unsupported(
                place, "element type \(Self.otherTypes[proto.dataType] ?? "number \(proto.dataType)")",
                "export the network in float32")
        }
        guard !proto.hasSegment else {
            throw context.unsupported(place, "a tensor in segments", "save the network with a current version of ONNX")
        }
        elementType = type
        shape = try context.shape(proto.dims.map { Int(clamping: $0) }, of: type, at: place)
        let size = shape.count * type.size
        if proto.dataLocation == 1 {
            content = .external(try ONNXExternalData(proto, size: size, folder: folder, context))
            return
        }
        if proto.hasRawData {
            guard proto.rawData.count == size else {
                throw context.malformed(
                    place, "it has \(proto.rawData.count) bytes where its shape \(shape.text) needs \(size)")
            }
            content = .raw(proto.rawData)
            return
        }
        let (content, count): (Content, Int) =
            switch type {
            case .float32: (.floats(proto.floatData), proto.floatData.count)
            case .float64: (.doubles(proto.doubleData), proto.doubleData.count)
            case .int64: (.longIntegers(proto.int64Data), proto.int64Data.count)
            case .bool, .uint8, .int8, .int16, .int32, .float16, .bfloat16:
                (.integers(proto.int32Data), proto.int32Data.count)
            }
        guard count == shape.count else {
            throw context.malformed(place, "it has \(count) values where its shape \(shape.text) needs \(shape.count)")
        }
        self.content = content
    }

    /// By the number that stands for them in files.
    static let elementTypes: [Int32: ElementType] = [
        1: .float32, 2: .uint8, 3: .int8, 5: .int16, 6: .int32, 7: .int64, 9: .bool, 10: .float16, 11: .float64,
        16: .bfloat16,
    ]
    private static let otherTypes: [Int32: String] = [
        0: "UNDEFINED", 4: "UINT16", 8: "STRING", 12: "UINT32", 13: "UINT64", 14: "COMPLEX64", 15: "COMPLEX128",
        17: "FLOAT8E4M3FN", 18: "FLOAT8E4M3FNUZ", 19: "FLOAT8E5M2", 20: "FLOAT8E5M2FNUZ", 21: "UINT4", 22: "INT4",
        23: "FLOAT4E2M1",
    ]
}

extension Shape {
    fileprivate var text: String { rank == 0 ? "of a scalar" : description }
}
