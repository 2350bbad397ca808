/// Well-known files that people hand in by mistake, each with a line that helps.
enum ForeignFile {
    /// What the caller is after.
    enum Wanted {
        case checkpoint, images, features
    }

    /// As much of a file as tells its kind.
    static let prefixBytes = 1 << 20

    static func isZip(_ bytes: UnsafeRawBufferPointer) -> Bool {
        bytes.contains("PK\u{3}\u{4}") || bytes.contains("PK\u{5}\u{6}")
    }

    /// The error for a zip archive that is no checkpoint.
    static func archive(_ archive: ZipArchive, _ context: ReadContext) -> FormatError {
        if archive.entries.keys.contains(where: { $0.hasSuffix(".npy") }) {
            return wrongKind(
                "an npz archive of arrays", "give it with --data; the checkpoint is a .pth or safetensors", context)
        }
        return wrongKind("a zip archive without data.pkl", "give a PyTorch state dict or safetensors", context)
    }

    static func recognize(_ bytes: UnsafeRawBufferPointer, _ context: ReadContext, wanted: Wanted) -> FormatError? {
        let advice =
            switch wanted {
            case .checkpoint: "give a PyTorch state dict (.pth, .pt) or safetensors"
            case .images: FormatError.imageAdvice
            case .features: ArrayFile.advice
            }
        let kinds: [(found: String, matches: Bool, advice: String)] = [
            ("an HDF5 file, as Keras writes", isHDF5(bytes), advice),
            ("a numpy array", isNumpy(bytes), "give images and labels, as npy files or an npz, with --data"),
            ("a SQLite database", bytes.contains("SQLite format 3"), "if it is a run, give it without --data"),
            ("a page from the web, not the file it should be", isHypertext(bytes), "download the file itself"),
            ("a Git LFS pointer, not the file itself", bytes.contains("version https://git-lfs"), "run git lfs pull"),
            ("a compressed file", isCompressed(bytes), "unpack it first"),
            (
                "a tar archive",
                bytes.contains("ustar", at: 257) || isOldTorch(bytes),
                wanted == .images
                    ? "unpack it first"
                    : "unpack it first, or, if it is a checkpoint from before PyTorch 0.1.10, load and save it again"
            ),
            ("an image", isImage(bytes), "give a folder that has a folder of images per class"),
            ("an ONNX network", isONNX(bytes), advice),
            ("text", isText(bytes), advice),
        ]
        return kinds.first(where: \.matches).map { wrongKind($0.found, $0.advice, context) }
    }

    /// What a file is that should have been a picture.
    static func picture(_ bytes: UnsafeRawBufferPointer) -> String? {
        let kinds: [(found: String, matches: Bool)] = [
            ("a GIF", bytes.contains("GIF8")), ("a BMP picture", bytes.contains("BM")),
            ("a WebP picture", bytes.contains("RIFF") && bytes.contains("WEBP", at: 8)),
            ("a TIFF picture", bytes.contains("II*\0") || bytes.contains("MM\0*")),
            ("an AVIF or HEIC picture", bytes.contains("ftyp", at: 4)),
            ("a page from the web, not the file it should be", isHypertext(bytes)),
            ("a Git LFS pointer, not the file itself", bytes.contains("version https://git-lfs")),
            ("text", isText(bytes)),
        ]
        return kinds.first(where: \.matches)?.found
    }

    private static func wrongKind(_ found: String, _ advice: String, _ context: ReadContext) -> FormatError {
        .wrongKind(file: context.file, found: found, advice: advice)
    }

    private static func begins(_ bytes: UnsafeRawBufferPointer, _ start: [UInt8]) -> Bool { bytes.starts(with: start) }

    private static func isHDF5(_ bytes: UnsafeRawBufferPointer) -> Bool { begins(bytes, [0x89, 0x48, 0x44, 0x46]) }

    static func isNumpy(_ bytes: UnsafeRawBufferPointer) -> Bool { begins(bytes, [0x93] + Array("NUMPY".utf8)) }

    private static func isCompressed(_ bytes: UnsafeRawBufferPointer) -> Bool {
        begins(bytes, [0x1F, 0x8B]) || bytes.contains("BZh") || begins(bytes, [0xFD, 0x37, 0x7A, 0x58, 0x5A])
            || begins(bytes, [0x28, 0xB5, 0x2F, 0xFD]) || bytes.contains("7z")
    }

    private static func isImage(_ bytes: UnsafeRawBufferPointer) -> Bool {
        begins(bytes, [0xFF, 0xD8, 0xFF]) || begins(bytes, [0x89, 0x50, 0x4E, 0x47])
    }

    /// Torch's first format: a tar archive that starts with one of three members.
    private static func isOldTorch(_ bytes: UnsafeRawBufferPointer) -> Bool {
        bytes.count >= 512
            && (bytes.contains("storages\0") || bytes.contains("tensors\0") || bytes.contains("pickle\0"))
    }

    private static func isHypertext(_ bytes: UnsafeRawBufferPointer) -> Bool {
        let start = bytes.prefix(256).drop { $0 == 0x20 || 0x09...0x0D ~= $0 }
        let text = String(decoding: start, as: UTF8.self).lowercased()
        return text.hasPrefix("<!doctype") || text.hasPrefix("<html") || text.hasPrefix("<?xml")
    }

    /// Protocol buffers have no magic number: ONNX starts with its version (field 1) and the name of its producer
    /// (field 2) or its operator sets (field 8) or its graph (field 7).
    private static func isONNX(_ bytes: UnsafeRawBufferPointer) -> Bool {
        bytes.count > 3 && bytes[0] == 0x08 && 1...32 ~= bytes[1] && [0x12, 0x1A, 0x22, 0x3A, 0x42].contains(bytes[2])
    }

    private static func isText(_ bytes: UnsafeRawBufferPointer) -> Bool {
        bytes.prefix(512).allSatisfy { 0x20..<0x7F ~= $0 || 0x09...0x0D ~= $0 }
    }
}
