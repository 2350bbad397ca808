/// Writes zip archives byte by byte, so that a test can lie about any field.
struct ZipWriter {
    struct Member {
        var name: String
        var content: [UInt8]
        /// 0 is stored; 8 deflated, as one stored block.
        var method: UInt16 = 0
        var flags: UInt16 = 0
        /// What the directory claims of the uncompressed size.
        var claimedSize: Int?
        /// The compressed bytes, where they are not those of `deflated`.
        var compressed: [UInt8]?
    }

    var members: [Member] = []
    /// The entry count of a 64-bit end record, where one is to be written.
    var declaredEntries64: UInt64?

    init(_ contents: [(String, [UInt8])], deflated: Bool = false) {
        members = contents.map { Member(name: $0.0, content: $0.1, method: deflated ? 8 : 0) }
    }

    var bytes: [UInt8] {
        var file: [UInt8] = []
        var directory: [UInt8] = []
        for member in members {
            let stored = member.method == 8 ? member.compressed ?? Self.deflated(member.content) : member.content
            let offset = file.count
            let common =
                little(UInt16(20)) + little(member.flags) + little(member.method) + little(UInt32(0x21_0000))
                + little(Self.checksum(member.content)) + little(UInt32(stored.count))
                + little(UInt32(member.claimedSize ?? member.content.count))
                + little(UInt16(member.name.utf8.count)) + little(UInt16(0))
            file += [0x50, 0x4B, 3, 4] + common + Array(member.name.utf8) + stored
            directory += [0x50, 0x4B, 1, 2] + little(UInt16(20)) + common + [UInt8](repeating: 0, count: 10)
            directory += little(UInt32(offset)) + Array(member.name.utf8)
        }
        let start = file.count
        file += directory
        if let declaredEntries64 {
            let record = file.count
            file +=
                [0x50, 0x4B, 6, 6] + little(UInt64(44)) + little(UInt16(45)) + little(UInt16(45)) + little(UInt64(0))
            file += little(declaredEntries64) + little(declaredEntries64) + little(UInt64(directory.count))
            file += little(UInt64(start))
            file += [0x50, 0x4B, 6, 7] + little(UInt32(0)) + little(UInt64(record)) + little(UInt32(1))
        }
        file += [0x50, 0x4B, 5, 6, 0, 0, 0, 0] + little(UInt16(members.count)) + little(UInt16(members.count))
        return file + little(UInt32(directory.count)) + little(UInt32(start)) + [0, 0]
    }

    /// A deflate stream of stored blocks.
    static func deflated(_ content: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        var rest = content[...]
        repeat {
            let block = rest.prefix(0xFFFF)
            rest = rest.dropFirst(block.count)
            result += [rest.isEmpty ? 1 : 0] + little(UInt16(block.count)) + little(~UInt16(block.count)) + block
        } while !rest.isEmpty
        return result
    }

    /// A deflate stream of some bytes and very many zeros behind them, 159 times shorter: one block of fixed codes, of a
    /// literal for each byte and copies of 258 bytes from one byte before.
    static func deflated(_ start: [UInt8], zeros: Int) -> [UInt8] {
        var result: [UInt8] = []
        var (bits, count) = (UInt32(0), 0)
        /// Codes come with their highest bit first.
        func append(_ code: UInt32, _ length: Int) {
            for place in (0..<length).reversed() {
                bits |= (code >> UInt32(place) & 1) << UInt32(count)
                count += 1
                if count == 8 {
                    result.append(UInt8(bits))
                    (bits, count) = (0, 0)
                }
            }
        }
        append(0b110, 3)
        for byte in start + [UInt8](repeating: 0, count: zeros % 258 + 258) {
            byte < 144 ? append(0x30 + UInt32(byte), 8) : append(0x190 + UInt32(byte) - 144, 9)
        }
        for _ in 0..<zeros / 258 - 1 { append(0b1100_0101_00000, 13) }
        append(0, 7)
        append(0, 7)
        return result
    }

    /// CRC-32, as zip has it.
    static func checksum(_ bytes: [UInt8]) -> UInt32 {
        var table: [UInt32] = []
        for index in 0..<256 as Range<UInt32> {
            var value = index
            for _ in 0..<8 { value = value & 1 == 0 ? value >> 1 : value >> 1 ^ 0xEDB8_8320 }
            table.append(value)
        }
        var result = ~UInt32(0)
        for byte in bytes { result = table[Int((result ^ UInt32(byte)) & 0xFF)] ^ result >> 8 }
        return ~result
    }
}

/// The bytes of an integer, least significant first.
func little(_ value: some FixedWidthInteger) -> [UInt8] { withUnsafeBytes(of: value.littleEndian, Array.init) }

/// The bytes of an integer, most significant first.
func big(_ value: UInt32) -> [UInt8] { withUnsafeBytes(of: value.bigEndian, Array.init) }
