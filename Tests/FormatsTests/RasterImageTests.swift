import Testing

@testable import Formats

@Suite struct RasterImageTests {
    @Test(arguments: PictureFixture.all) func decodesAsPillowDoes(fixture: PictureFixture) throws {
        let image = try RasterImage.decode(bytes: fixture.bytes, file: "x")
        #expect([image.width, image.height] == [13, 9])
        #expect(image.warning == nil)
        try #require(image.pixels.count == fixture.pixels.count)
        #expect(zip(image.pixels, fixture.pixels).allSatisfy { abs(Int($0) - Int($1)) <= 1 })
        let equal = zip(image.pixels, fixture.pixels).count { $0 == $1 }
        #expect(100 * equal >= 99 * fixture.pixels.count)
        let size = try RasterImage.size(bytes: fixture.bytes, file: "x")
        #expect(size == (13, 9))
    }

    private func jpeg() throws -> [UInt8] { try #require(PictureFixture.named("4:2:0 JPEG")).bytes }
    private func png() throws -> [UInt8] { try #require(PictureFixture.named("RGB PNG")).bytes }

    private func read(_ bytes: [UInt8], pixels: Int? = nil, decoded: Int? = nil) throws {
        var limits = Limits()
        if let pixels { limits.imagePixels = pixels }
        if let decoded { limits.decodedBytes = decoded }
        _ = try RasterImage.decode(bytes: bytes, file: "x", limits: limits)
    }

    private func malformed(_ problem: String) -> FormatError {
        .malformed(file: "x", place: .file, problem: problem)
    }

    private func wrongKind(_ found: String) -> FormatError {
        .wrongKind(file: "x", found: found, advice: "replace it or take it out of the folder")
    }

    @Test func refusesOtherFiles() {
        #expect(throws: FormatError.empty(file: "x")) { try read([]) }
        #expect(throws: wrongKind("neither a JPEG nor a PNG")) { try read([0xFF, 0xD8]) }
        #expect(throws: wrongKind("neither a JPEG nor a PNG")) { try read([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A]) }
        #expect(throws: wrongKind("a GIF")) { try read(Array("GIF89a\0\u{1}".utf8)) }
        #expect(throws: wrongKind("a BMP picture")) { try read(Array("BM\0\0".utf8)) }
        #expect(throws: wrongKind("a WebP picture")) { try read(Array("RIFF\0\u{1}\0\0WEBPVP8 ".utf8)) }
        #expect(throws: wrongKind("a TIFF picture")) { try read(Array("II*\0\u{1}".utf8)) }
        #expect(throws: wrongKind("an AVIF or HEIC picture")) { try read(Array("\0\0\0\u{1}ftypavif".utf8)) }
        #expect(throws: wrongKind("a page from the web, not the file it should be")) {
            try read(Array("<!DOCTYPE html><html>404".utf8))
        }
        #expect(throws: wrongKind("text")) { try read(Array("not found\n".utf8)) }
    }

    // MARK: JPEG

    /// Where a marker's segment starts: its 0xFF.
    private func marker(_ code: UInt8, in bytes: [UInt8]) throws -> Int {
        try #require(bytes.indices.dropLast().first { bytes[$0] == 0xFF && bytes[$0 + 1] == code })
    }

    @Test func refusesAJPEGThatEndsTooEarly() throws {
        let bytes = try jpeg()
        let problem = malformed("the JPEG cannot be decoded (Premature end of JPEG file)")
        #expect(throws: problem) { try read(Array(bytes.dropLast(40))) }
        #expect(throws: problem) { try read(Array(bytes.dropLast(2))) }
        // Within its tables.
        #expect(throws: malformed("the JPEG ends before its picture begins")) { try read(Array(bytes.prefix(100))) }
    }

    @Test func refusesAJPEGOfWrongExtents() throws {
        let bytes = try jpeg()
        let frame = try marker(0xC0, in: bytes)
        func sized(_ height: [UInt8], _ width: [UInt8]) -> [UInt8] {
            var changed = bytes
            changed.replaceSubrange(frame + 5..<frame + 9, with: height + width)
            return changed
        }
        #expect(
            throws: FormatError.tooLarge(
                file: "x", what: "pixels of 65500×65500", size: 4_290_250_000, limit: 100_000_000)
        ) {
            try read(sized([0xFF, 0xDC], [0xFF, 0xDC]))
        }
        #expect(throws: FormatError.tooLarge(file: "x", what: "pixels of 13×9", size: 117, limit: 116)) {
            try read(bytes, pixels: 116)
        }
        #expect(throws: FormatError.tooLarge(file: "x", what: "decoded bytes", size: 117 + 351, limit: 400)) {
            try read(bytes, decoded: 400)
        }
        #expect(throws: malformed("the JPEG cannot be decoded (Empty JPEG image (DNL not supported))")) {
            try read(sized([0, 0], [0, 13]))
        }
        #expect(
            throws: malformed("the JPEG cannot be decoded (Maximum supported image dimension is 65500 pixels)")
        ) { try read(sized([0, 1], [0xFF, 0xFF])) }
    }

    @Test func refusesADamagedJPEG() throws {
        let bytes = try jpeg()
        let frame = try marker(0xC0, in: bytes)
        func changed(_ change: (inout [UInt8]) -> Void) -> [UInt8] {
            var changed = bytes
            change(&changed)
            return changed
        }
        #expect(throws: malformed("the JPEG cannot be decoded (Unsupported JPEG data precision 12)")) {
            try read(changed { $0[frame + 4] = 12 })
        }
        #expect(throws: malformed("the JPEG cannot be decoded (Unsupported JPEG process: SOF type 0xc3)")) {
            try read(changed { $0[frame + 1] = 0xC3 })
        }
        let scan = try marker(0xDA, in: bytes)
        #expect(throws: malformed("the JPEG cannot be decoded (Invalid component ID 99 in SOS)")) {
            try read(changed { $0[scan + 5] = 99 })
        }
        #expect(throws: malformed("the JPEG cannot be decoded (Huffman table 0x03 was not defined)")) {
            try read(changed { $0[scan + 6] = 0x33 })
        }
        // Bytes between the end of the pixels and the closing marker are passed over, as by everybody.
        let padded = try RasterImage.decode(
            bytes: bytes.dropLast(2) + [0xFF, 0x00, 1, 2, 3, 4] + bytes.suffix(2), file: "x")
        #expect(padded.pixels == (try RasterImage.decode(bytes: bytes, file: "x").pixels))
        #expect(try RasterImage.decode(bytes: bytes + [1, 2, 3], file: "x").warning == nil)
    }

    // MARK: PNG

    @Test func refusesAPNGThatEndsTooEarly() throws {
        let bytes = try png()
        for count in [8, 20, 33, 40, bytes.count - 20] {
            #expect(throws: malformed("the PNG cannot be decoded (it ends too early)"), "\(count)") {
                try read(Array(bytes.prefix(count)))
            }
        }
    }

    @Test func refusesAPNGOfWrongExtents() throws {
        func sized(_ width: UInt32, _ height: UInt32) throws -> [UInt8] {
            var bytes = try png()
            bytes.replaceSubrange(16..<24, with: big(width) + big(height))
            return repairedPNG(bytes)
        }
        #expect(
            throws: FormatError.tooLarge(
                file: "x", what: "pixels of 20000×20000", size: 400_000_000, limit: 100_000_000)
        ) {
            try read(try sized(20_000, 20_000))
        }
        #expect(throws: malformed("the PNG cannot be decoded (Invalid IHDR data)")) { try read(try sized(0, 9)) }
        #expect(throws: malformed("the PNG cannot be decoded (PNG unsigned integer out of range)")) {
            try read(try sized(.max, .max))
        }
        #expect(throws: FormatError.tooLarge(file: "x", what: "pixels of 13×9", size: 117, limit: 116)) {
            try read(try png(), pixels: 116)
        }
        // More rows than there is data for.
        #expect(throws: malformed("the PNG cannot be decoded (Not enough image data)")) { try read(try sized(13, 10)) }
    }

    @Test func refusesADamagedPNG() throws {
        func changed(_ place: Int, _ value: UInt8, repair: Bool = true) throws -> [UInt8] {
            var bytes = try png()
            bytes[place] = value
            return repair ? repairedPNG(bytes) : bytes
        }
        #expect(throws: malformed("the PNG cannot be decoded (IHDR: CRC error)")) {
            try read(try changed(29, 0, repair: false))
        }
        // Depth, colour type, the name of the data's chunk, the header of its zlib stream.
        #expect(throws: malformed("the PNG cannot be decoded (Invalid IHDR data)")) { try read(try changed(24, 7)) }
        #expect(throws: malformed("the PNG cannot be decoded (Invalid IHDR data)")) { try read(try changed(25, 5)) }
        #expect(throws: malformed("the PNG cannot be decoded (IDAT: Missing PLTE before IDAT)")) {
            try read(try changed(25, 3))
        }
        #expect(throws: malformed("the PNG cannot be decoded (IDAT: incorrect header check)")) {
            try read(try changed(41, 0))
        }
        // Bytes after the end belong to nobody.
        try read(try png() + [1, 2, 3])
    }

    // MARK: Mutations

    /// Ten thousand damaged files of each of four kinds: an error on one line, or a picture within the limits.
    @Test(arguments: [("4:2:0 JPEG", 1), ("4:4:4 progressive JPEG", 2), ("interlaced PNG", 3), ("palette PNG", 4)])
    func survivesMutations(name: String, seed: UInt64) throws {
        let good = try #require(PictureFixture.named(name)).bytes
        var limits = Limits()
        limits.imagePixels = 10_000
        var mutator = Mutator(seed: seed)
        var (taken, refused) = (0, 0)
        for round in 0..<10_000 {
            var bytes = mutator.mutate(good)
            // Every other PNG gets sums that fit, so that what lies behind them is reached.
            if round.isMultiple(of: 2), bytes.starts(with: [0x89]) { bytes = repairedPNG(bytes) }
            do {
                let image = try RasterImage.decode(bytes: bytes, file: "x", limits: limits)
                #expect(image.pixels.count == 3 * image.width * image.height && image.pixels.count <= 30_000)
                taken += 1
            } catch let error as FormatError {
                #expect(error.description.split(whereSeparator: \.isNewline).count == 1)
                refused += 1
            }
        }
        #expect(taken > 50 && refused > 1000, "\(taken) taken, \(refused) refused")
    }
}

/// A PNG whose chunks have the right checksums, as far as their lengths can be followed.
func repairedPNG(_ bytes: [UInt8]) -> [UInt8] {
    var result = bytes
    var start = 8
    while start + 12 <= bytes.count {
        let length = bytes[start..<start + 4].reduce(0) { $0 << 8 | Int($1) }
        guard length <= bytes.count - start - 12 else { break }
        let end = start + 8 + length
        result.replaceSubrange(end..<end + 4, with: big(ZipWriter.checksum(Array(bytes[start + 4..<end]))))
        start = end + 4
    }
    return result
}
