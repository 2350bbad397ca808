/// A JSON value as far as headers of tensor files need it: objects keep their order and refuse a key given twice,
/// numbers other than whole ones carry no value.
enum HeaderJSON {
    case object([(key: String, value: HeaderJSON)])
    case array([HeaderJSON])
    case string(String)
    case integer(Int)
    case other
}

/// Parses one JSON value. Positions in errors are byte offsets in the file.
struct HeaderJSONParser {
    private let text: UnsafeRawBufferPointer
    private let context: ReadContext
    /// Where `text` starts in the file.
    private let start: Int
    private var offset = 0
    private var depth = 0
    private var values = 0

    /// The value of the whole text; only white space may follow it.
    static func parse(_ text: UnsafeRawBufferPointer, start: Int, _ context: ReadContext) throws -> HeaderJSON {
        var parser = HeaderJSONParser(text, start, context)
        let value = try parser.value()
        parser.skipSpace()
        guard parser.offset == text.count else { throw parser.malformed("text follows the header's JSON") }
        return value
    }

    private init(_ text: UnsafeRawBufferPointer, _ start: Int, _ context: ReadContext) {
        self.text = text
        self.start = start
        self.context = context
    }

    private mutating func value() throws -> HeaderJSON {
        skipSpace()
        values += 1
        guard values <= context.limits.objects else {
            throw context.tooLarge("values in the header", values, context.limits.objects)
        }
        switch peek {
        case UInt8(ascii: "{"): return .object(try nested { try $0.members() })
        case UInt8(ascii: "["): return .array(try nested { try $0.elements() })
        case UInt8(ascii: "\""): return .string(try string())
        default: return try word()
        }
    }

    /// A header nests three deep; recursion ends well before the stack does.
    private static let deepest = 16

    private mutating func nested<Value>(_ body: (inout Self) throws -> Value) throws -> Value {
        depth += 1
        guard depth <= Self.deepest else {
            throw context.tooLarge("nesting of the header", depth, Self.deepest)
        }
        offset += 1
        defer { depth -= 1 }
        return try body(&self)
    }

    private mutating func members() throws -> [(key: String, value: HeaderJSON)] {
        var members: [(key: String, value: HeaderJSON)] = []
        var keys: Set<String> = []
        if skip(UInt8(ascii: "}")) { return [] }
        repeat {
            skipSpace()
            guard peek == UInt8(ascii: "\"") else { throw malformed("a key is expected in the header's JSON") }
            let key = try string()
            guard keys.insert(key).inserted else { throw malformed("the key '\(key)' comes twice in the header") }
            try expect(UInt8(ascii: ":"))
            members.append((key, try value()))
        } while skip(UInt8(ascii: ","))
        try expect(UInt8(ascii: "}"))
        return members
    }

    private mutating func elements() throws -> [HeaderJSON] {
        var elements: [HeaderJSON] = []
        if skip(UInt8(ascii: "]")) { return [] }
        repeat { elements.append(try value()) } while skip(UInt8(ascii: ","))
        try expect(UInt8(ascii: "]"))
        return elements
    }

    /// A number or one of `true`, `false`, `null`.
    private mutating func word() throws -> HeaderJSON {
        let end = text[offset...].firstIndex { !isWordByte($0) } ?? text.count
        let word = String(decoding: text[offset..<end], as: UTF8.self)
        if let integer = Int(word), !word.hasPrefix("+") {
            offset = end
            return .integer(integer)
        }
        let isNumber = Double(word) != nil && word.first.map { "-0123456789".contains($0) } == true
        guard isNumber || ["true", "false", "null"].contains(word) else {
            throw malformed("no value is found in the header's JSON")
        }
        offset = end
        return .other
    }

    private func isWordByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "E"),
            UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."):
            true
        default: false
        }
    }

    private mutating func string() throws -> String {
        let opening = offset
        offset += 1
        var units: [UInt8] = []
        while let byte = peek, byte != UInt8(ascii: "\"") {
            guard byte >= 0x20 else { throw malformed("a control character stands in a string of the header") }
            offset += 1
            if byte == UInt8(ascii: "\\") { try escape(into: &units) } else { units.append(byte) }
        }
        guard peek != nil else {
            offset = opening
            throw malformed("a string of the header does not end")
        }
        offset += 1
        guard let string = String(validating: units, as: UTF8.self) else {
            offset = opening
            throw malformed("a string of the header is not UTF-8")
        }
        return string
    }

    private mutating func escape(into units: inout [UInt8]) throws {
        guard let letter = peek else { throw malformed("a string of the header does not end") }
        offset += 1
        switch letter {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): units.append(letter)
        case UInt8(ascii: "b"): units.append(0x08)
        case UInt8(ascii: "f"): units.append(0x0C)
        case UInt8(ascii: "n"): units.append(0x0A)
        case UInt8(ascii: "r"): units.append(0x0D)
        case UInt8(ascii: "t"): units.append(0x09)
        case UInt8(ascii: "u"):
            var code = try hexadecimal()
            if 0xD800..<0xDC00 ~= code, text.contains("\\u", at: offset) {
                offset += 2
                let low = try hexadecimal()
                guard 0xDC00..<0xE000 ~= low else { throw malformed("half a character stands in the header") }
                code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
            }
            guard let scalar = Unicode.Scalar(code) else { throw malformed("half a character stands in the header") }
            units.append(contentsOf: UTF8.encode(scalar).map(Array.init) ?? [])
        default: throw malformed("an unknown escape stands in a string of the header")
        }
    }

    private mutating func hexadecimal() throws -> UInt32 {
        let digits = text[offset...].prefix(4)
        guard digits.count == 4, digits.allSatisfy({ Unicode.Scalar($0).properties.isASCIIHexDigit }),
            let code = UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
        else { throw malformed("four hexadecimal digits are expected in the header") }
        offset += 4
        return code
    }

    private var peek: UInt8? { offset < text.count ? text[offset] : nil }

    private mutating func skipSpace() {
        while let byte = peek, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { offset += 1 }
    }

    private mutating func skip(_ byte: UInt8) -> Bool {
        skipSpace()
        guard peek == byte else { return false }
        offset += 1
        return true
    }

    private mutating func expect(_ byte: UInt8) throws {
        guard skip(byte) else {
            throw malformed("'\(Character(Unicode.Scalar(byte)))' is expected in the header's JSON")
        }
    }

    private func malformed(_ problem: String) -> FormatError { context.malformed(.byte(start + offset), problem) }
}
