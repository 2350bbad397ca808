import SwiftProtobuf

extension Onnx_ModelProto {
    /// Decodes a file's bytes; what the schema does not know is dropped.
    ///
    /// - Throws: an error of the decoder, which names no place: check the bytes before. O(count).
    public init(onnx bytes: [UInt8]) throws {
        var options = BinaryDecodingOptions()
        options.discardUnknownFields = true
        options.messageDepthLimit = 16
        try self.init(serializedBytes: bytes, options: options)
    }

    /// The bytes of a file with this content.
    public func onnxBytes() throws -> [UInt8] { try serializedBytes() }
}
