import CJPEG

/// JPEG through libjpeg-turbo, with the exact transform and smooth upsampling that are libjpeg's defaults.
enum JPEG {
    /// A decoder, and what it has last complained of.
    private final class Decoder {
        let handle: tjhandle
        let context: ReadContext

        init(_ context: ReadContext) throws {
            self.context = context
            guard let handle = tjInitDecompress() else {
                throw context.malformed(.file, "no JPEG decoder is to be had")
            }
            self.handle = handle
        }

        deinit { tjDestroy(handle) }

        var message: String { tjGetErrorStr2(handle).map { String(cString: $0) } ?? "unknown error" }

        /// Throws for a failure; returns what was only a warning.
        func check(_ status: Int32) throws -> String? {
            guard status != 0 else { return nil }
            let text = message
            // A file that ends too early is a warning to the library, which makes up the rest in grey.
            guard tjGetErrorCode(handle) == TJERR_WARNING.rawValue, !text.contains("Premature end of JPEG file") else {
                throw context.malformed(.file, "the JPEG cannot be decoded (\(text))")
            }
            return text
        }
    }

    private struct Header {
        var width: Int
        var height: Int
        var isInk: Bool
    }

    static func size(_ bytes: UnsafeRawBufferPointer, _ context: ReadContext) throws -> (width: Int, height: Int) {
        let header = try header(bytes, Decoder(context))
        return (header.width, header.height)
    }

    static func decode(_ bytes: UnsafeRawBufferPointer, _ context: ReadContext) throws -> RasterImage {
        let decoder = try Decoder(context)
        let header = try header(bytes, decoder)
        let channels = header.isInk ? 4 : 3
        let room = try context.pixelBytes(header.width, header.height, channels: channels)
        let format = header.isInk ? TJPF_CMYK : TJPF_RGB
        var warning: String?
        let pixels = try [UInt8](unsafeUninitializedCapacity: room) { buffer, count in
            // Where a scan is missing the library leaves pixels as they were.
            buffer.initialize(repeating: 0)
            warning = try decoder.check(
                tjDecompress2(
                    decoder.handle, bytes.bindMemory(to: UInt8.self).baseAddress, UInt(bytes.count), buffer.baseAddress,
                    Int32(header.width), Int32(header.width * channels), Int32(header.height), Int32(format.rawValue),
                    TJFLAG_ACCURATEDCT | TJFLAG_LIMITSCANS))
            count = room
        }
        return RasterImage(
            width: header.width, height: header.height, pixels: header.isInk ? colours(ofInk: pixels) : pixels,
            warning: warning)
    }

    private static func header(_ bytes: UnsafeRawBufferPointer, _ decoder: Decoder) throws -> Header {
        var (width, height, sampling, space): (Int32, Int32, Int32, Int32) = (0, 0, 0, 0)
        _ = try decoder.check(
            tjDecompressHeader3(
                decoder.handle, bytes.bindMemory(to: UInt8.self).baseAddress, UInt(bytes.count), &width, &height,
                &sampling, &space))
        // So the library answers where tables are all there is.
        guard width > 0 else { throw decoder.context.malformed(.file, "the JPEG ends before its picture begins") }
        _ = try decoder.context.pixelBytes(Int(width), Int(height), channels: 1)
        let isInk = space == Int32(TJCS_CMYK.rawValue) || space == Int32(TJCS_YCCK.rawValue)
        return Header(width: Int(width), height: Int(height), isInk: isInk)
    }

    /// Cyan, magenta, yellow, black as Adobe stores them, inverted, to RGB by Pillow's formula: with all four in 0…1,
    /// (1 − k) − c·(1 − k), rounded in 8 bits.
    private static func colours(ofInk ink: [UInt8]) -> [UInt8] {
        var colours: [UInt8] = []
        colours.reserveCapacity(ink.count / 4 * 3)
        for start in stride(from: 0, to: ink.count, by: 4) {
            let light = Int(ink[start + 3])
            for channel in 0..<3 {
                let product = (255 - Int(ink[start + channel])) * light + 128
                colours.append(UInt8(clamping: light - (product >> 8 + product) >> 8))
            }
        }
        return colours
    }
}
