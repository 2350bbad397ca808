extension Unpickler {
    /// The value a literal's instruction pushes; nil for other instructions.
    func literal(_ opcode: UInt8, _ reader: inout ByteReader) throws -> PickleValue? {
        switch opcode {
        case UInt8(ascii: "N"): return PickleValue.none
        case 0x88: return .bool(true)
        case 0x89: return .bool(false)
        case UInt8(ascii: "J"): return .integer(Int(try reader.integer(Int32.self)))
        case UInt8(ascii: "K"): return .integer(Int(try reader.integer(UInt8.self)))
        case UInt8(ascii: "M"): return .integer(Int(try reader.integer(UInt16.self)))
        case 0x8A: return long(try reader.take(try reader.length(UInt8.self)))
        case 0x8B: return long(try reader.take(try reader.length(Int32.self)))
        case UInt8(ascii: "I"), UInt8(ascii: "L"): return try decimalLiteral(opcode, &reader)
        case UInt8(ascii: "F"):
            _ = try reader.line()
            return .inert
        case UInt8(ascii: "G"):
            _ = try reader.take(8)
            return .inert
        case UInt8(ascii: "S"): return try quoted(&reader)
        case UInt8(ascii: "V"): return .string(unescape(try reader.line()))
        case UInt8(ascii: "U"), 0x8C: return text(try reader.take(try reader.length(UInt8.self)))
        case UInt8(ascii: "T"): return try longText(try reader.length(Int32.self), &reader)
        case UInt8(ascii: "X"): return text(try reader.take(try reader.length(UInt32.self)))
        case 0x8D: return text(try reader.take(try reader.length(UInt64.self)))
        case UInt8(ascii: "C"), UInt8(ascii: "B"), 0x8E, 0x96: return try bytes(opcode, &reader)
        default: return nil
        }
    }

    private func bytes(_ opcode: UInt8, _ reader: inout ByteReader) throws -> PickleValue {
        let count =
            switch opcode {
            case UInt8(ascii: "C"): try reader.length(UInt8.self)
            case UInt8(ascii: "B"): try reader.length(UInt32.self)
            default: try reader.length(UInt64.self)
            }
        return try range(count, &reader)
    }

    private func range(_ count: Int, _ reader: inout ByteReader) throws -> PickleValue {
        _ = try reader.take(count)
        return .bytes(reader.offset - count..<reader.offset)
    }

    /// Python 2's text of any length is its bytes as well; what is longer than any name is only those.
    private func longText(_ count: Int, _ reader: inout ByteReader) throws -> PickleValue {
        count < 1024 ? text(try reader.take(count)) : try range(count, &reader)
    }

    private func text(_ bytes: UnsafeRawBufferPointer) -> PickleValue {
        .string(String(decoding: bytes, as: UTF8.self))
    }

    private func long(_ bytes: UnsafeRawBufferPointer) -> PickleValue {
        guard bytes.count <= 8 else { return .long(Array(bytes)) }
        var value = bytes.last.map { $0 & 0x80 != 0 } == true ? -1 : 0
        for byte in bytes.reversed() { value = value << 8 | Int(byte) }
        return .integer(value)
    }

    /// `I01` and `I00` are how protocol 0 writes true and false.
    private func decimalLiteral(_ opcode: UInt8, _ reader: inout ByteReader) throws -> PickleValue {
        var digits = Substring(String(decoding: try reader.line(), as: UTF8.self))
        if opcode == UInt8(ascii: "I"), digits == "00" || digits == "01" { return .bool(digits == "01") }
        if opcode == UInt8(ascii: "L"), digits.last == "L" { digits.removeLast() }
        if let value = Int(digits) { return .integer(value) }
        guard digits.allSatisfy({ $0.isNumber || $0 == "-" }) else {
            throw malformed("a number of the pickle is no number")
        }
        return .inert
    }

    /// Text between quotes, as protocol 0 has it for bytes; escapes other than quotes and backslash stay as they are.
    private func quoted(_ reader: inout ByteReader) throws -> PickleValue {
        let line = try reader.line()
        guard line.count >= 2, let quote = line.first, quote == line.last,
            quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\"")
        else { throw malformed("a text of the pickle lacks its quotes") }
        return .string(String(decoding: line.dropFirst().dropLast(), as: UTF8.self))
    }

    /// Latin 1 with `\uXXXX`, as protocol 0 has it for text.
    private func unescape(_ line: UnsafeRawBufferPointer) -> String {
        var result = String.UnicodeScalarView()
        var index = 0
        while index < line.count {
            let digits = line[index...].dropFirst(2).prefix(4)
            if line.contains("\\u", at: index), digits.count == 4,
                let code = UInt32(String(decoding: digits, as: UTF8.self), radix: 16), let scalar = Unicode.Scalar(code)
            {
                result.append(scalar)
                index += 6
            } else {
                result.append(Unicode.Scalar(line[index]))
                index += 1
            }
        }
        return String(result)
    }
}
