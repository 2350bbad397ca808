/// Cairo's PNG files say nothing of how large they are to be printed.
enum PNGResolution {
    /// Puts a pHYs chunk, in pixels per metre, behind the header; bytes that aren't a PNG stay as they are.
    static func set(_ png: [UInt8], dotsPerInch: Double) -> [UInt8] {
        // The signature, and the header's length, name, 13 bytes and checksum.
        let headerEnd = 8 + 4 + 4 + 13 + 4
        guard png.count > headerEnd, png[12..<16].elementsEqual("IHDR".utf8) else { return png }
        let density = bigEndian(UInt32((dotsPerInch / 0.0254).rounded()))
        let chunk = Array("pHYs".utf8) + density + density + [1]
        return png[..<headerEnd] + bigEndian(9) + chunk + bigEndian(checksum(chunk)) + png[headerEnd...]
    }

    private static func bigEndian(_ value: UInt32) -> [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
    }

    /// CRC-32 as PNG's specification (section 5.5) has it.
    static func checksum(_ bytes: [UInt8]) -> UInt32 {
        ~bytes.reduce(UInt32.max) { sum, byte in
            (0..<8).reduce(sum ^ UInt32(byte)) { sum, _ in sum >> 1 ^ (sum & 1 == 1 ? 0xEDB8_8320 : 0) }
        }
    }
}
