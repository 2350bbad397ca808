/// A cursor over borrowed bytes that never reads past their end.
struct ByteReader {
    let bytes: UnsafeRawBufferPointer
    let context: ReadContext
    private(set) var offset = 0

    init(_ bytes: UnsafeRawBufferPointer, _ context: ReadContext) {
        self.bytes = bytes
        self.context = context
    }

    var remaining: Int { bytes.count - offset }

    /// The next `count` bytes.
    mutating func take(_ count: Int) throws -> UnsafeRawBufferPointer {
        guard count >= 0, count <= remaining else {
            throw FormatError.truncated(file: context.file, offset: offset, needs: count, end: bytes.count)
        }
        defer { offset += count }
        return UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + count])
    }

    /// The next little-endian integer.
    mutating func integer<Value: FixedWidthInteger & BitwiseCopyable>(_: Value.Type) throws -> Value {
        Value(littleEndian: try take(MemoryLayout<Value>.size).loadUnaligned(as: Value.self))
    }

    /// A little-endian unsigned length; what does not fit an `Int` is certainly past the end.
    mutating func length<Value: FixedWidthInteger & BitwiseCopyable>(_ type: Value.Type) throws -> Int {
        Int(clamping: try integer(type))
    }

    /// The bytes up to the next line feed, which is skipped.
    mutating func line() throws -> UnsafeRawBufferPointer {
        guard let end = bytes[offset...].firstIndex(of: UInt8(ascii: "\n")) else {
            throw FormatError.truncated(file: context.file, offset: offset, needs: remaining + 1, end: bytes.count)
        }
        let line = try take(end - offset)
        offset += 1
        return line
    }
}

extension UnsafeRawBufferPointer {
    /// Whether the bytes from `offset` on begin with this text.
    func contains(_ text: StaticString, at offset: Int = 0) -> Bool {
        text.withUTF8Buffer { text in
            count - offset >= text.count && self[offset..<offset + text.count].elementsEqual(text)
        }
    }
}
