/// A decoded picture: 8-bit RGB, as Pillow's `Image.open(…).convert("RGB")` gives it. Orientation marks are ignored.
public struct RasterImage: Sendable, Equatable {
    public let width: Int
    public let height: Int
    /// Height × width × 3, red first.
    public let pixels: [UInt8]
    /// What the decoder found amiss but could pass over, as bytes between two markers of a JPEG.
    public let warning: String?

    /// The kinds of files that are read, told by how they begin and never by their names.
    private enum Kind {
        case jpeg, png

        init(_ bytes: UnsafeRawBufferPointer, _ context: ReadContext) throws {
            guard !bytes.isEmpty else { throw FormatError.empty(file: context.file) }
            if bytes.starts(with: [0xFF, 0xD8, 0xFF]) {
                self = .jpeg
            } else if bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) {
                self = .png
            } else {
                throw FormatError.wrongKind(
                    file: context.file, found: ForeignFile.picture(bytes) ?? "neither a JPEG nor a PNG",
                    advice: "replace it or take it out of the folder")
            }
        }
    }

    /// Width and height of a JPEG or PNG from its header.
    ///
    /// - Throws: `FormatError`: `.wrongKind` for other files, `.malformed` where the header is damaged, `.tooLarge` beyond
    ///   `limits.imagePixels`.
    /// - Complexity: O(bytes up to the header).
    public static func size(
        bytes: [UInt8], file: String, limits: Limits = .standard
    ) throws -> (width: Int, height: Int) {
        let context = ReadContext(file: file, limits: limits, size: bytes.count)
        return try bytes.withUnsafeBytes { bytes in
            switch try Kind(bytes, context) {
            case .jpeg: try JPEG.size(bytes, context)
            case .png: try PNG.size(bytes, context)
            }
        }
    }

    /// Decodes a JPEG or PNG.
    ///
    /// - Throws: `FormatError`, as `size` does, and where the pixels are cut off or damaged.
    /// - Complexity: O(width × height).
    public static func decode(bytes: [UInt8], file: String, limits: Limits = .standard) throws -> RasterImage {
        let context = ReadContext(file: file, limits: limits, size: bytes.count)
        return try bytes.withUnsafeBytes { bytes in
            switch try Kind(bytes, context) {
            case .jpeg: try JPEG.decode(bytes, context)
            case .png: try PNG.decode(bytes, context)
            }
        }
    }
}

extension ReadContext {
    /// Checks a picture's extents and returns the bytes that `channels` bytes a pixel take.
    func pixelBytes(_ width: Int, _ height: Int, channels: Int) throws -> Int {
        guard width > 0, height > 0 else { throw malformed(.file, "a picture of \(width)×\(height) pixels") }
        let (pixels, overflow) = width.multipliedReportingOverflow(by: height)
        guard !overflow, pixels <= limits.imagePixels else {
            throw tooLarge("pixels of \(width)×\(height)", overflow ? .max : pixels, limits.imagePixels)
        }
        let (bytes, overflow2) = pixels.multipliedReportingOverflow(by: channels)
        try charge(overflow2 ? .max : bytes)
        return bytes
    }
}
