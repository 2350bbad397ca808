import Tensors

/// The idx format of MNIST and its kin (Y. LeCun, C. Cortes, C. Burges, "The MNIST database of handwritten digits"): two
/// zeros, a type, the number of axes, each extent as a big-endian 32-bit number, and the elements, big-endian.
public enum IDX {
    /// Whether a file, which may be gzip-compressed, is to be read as idx. A file of whole CIFAR records may begin as
    /// idx does; it is idx only where its size is the one declared.
    public static func looksLike(_ bytes: [UInt8]) -> Bool {
        bytes.withUnsafeBytes { bytes in
            if Gzip.looksLike(bytes) { return true }
            guard bytes.count >= 4, bytes[0] == 0, bytes[1] == 0, elementType(bytes[2]) != nil, 1...8 ~= bytes[3] else {
                return false
            }
            guard CIFAR.fits(bytes.count) else { return true }
            let header = try? Header(bytes, ReadContext(file: "", limits: .standard))
            return header?.fileSize == bytes.count
        }
    }

    /// Reads an idx file, plain or gzip-compressed.
    ///
    /// - Throws: `FormatError`.
    /// - Complexity: O(count).
    public static func read(bytes: [UInt8], file: String, limits: Limits = .standard) throws -> Tensor {
        let context = ReadContext(file: file, limits: limits, size: bytes.count)
        guard !bytes.isEmpty else { throw FormatError.empty(file: file) }
        return try bytes.withUnsafeBytes { bytes in
            guard Gzip.looksLike(bytes) else {
                let header = try Header(bytes, context)
                guard bytes.count >= header.fileSize else {
                    throw FormatError.truncated(
                        file: file, offset: header.size, needs: header.fileSize - header.size, end: bytes.count)
                }
                guard bytes.count == header.fileSize else {
                    throw context.malformed(
                        .byte(header.fileSize), "\(bytes.count - header.fileSize) bytes follow the data")
                }
                return try tensor(bytes, header, context)
            }
            let start = try Gzip.prefix(bytes, 4 + 4 * limits.rank, context)
            let header = try start.withUnsafeBytes { try Header($0, context) }
            let content = try Gzip.content(bytes, due: header.fileSize, context)
            return try content.withUnsafeBytes { try tensor($0, header, context) }
        }
    }

    private struct Header {
        let type: ElementType
        let shape: Shape
        /// Bytes of the header, and with the elements.
        let size: Int
        let fileSize: Int

        init(_ bytes: UnsafeRawBufferPointer, _ context: ReadContext) throws {
            var reader = ByteReader(bytes, context)
            let magic = try reader.take(4)
            guard magic[0] == 0, magic[1] == 0, let type = IDX.elementType(magic[2]) else {
                throw FormatError.wrongKind(
                    file: context.file, found: "no idx file: it does not begin with two zeros and an element type",
                    advice: "give the file as MNIST's makers publish it, or unpack it")
            }
            var dims: [Int] = []
            let axes = Int(magic[3])
            guard axes <= context.limits.rank else {
                throw context.tooLarge("axes of a tensor", axes, context.limits.rank)
            }
            for _ in 0..<axes { dims.append(Int(try reader.integer(UInt32.self).byteSwapped)) }
            shape = try context.shape(dims, of: type, at: .byte(4))
            size = reader.offset
            let (sum, overflow) = size.addingReportingOverflow(shape.count * type.size)
            guard !overflow else { throw context.malformed(.byte(4), "its shape \(dims) is impossible") }
            (self.type, fileSize) = (type, sum)
        }
    }

    private static func elementType(_ code: UInt8) -> ElementType? {
        switch code {
        case 0x08: .uint8
        case 0x09: .int8
        case 0x0B: .int16
        case 0x0C: .int32
        case 0x0D: .float32
        case 0x0E: .float64
        default: nil
        }
    }

    private static func tensor(
        _ bytes: UnsafeRawBufferPointer, _ header: Header, _ context: ReadContext
    ) throws -> Tensor {
        let width = header.type.size
        try context.charge(header.fileSize - header.size)
        var elements = [UInt8](bytes[header.size...])
        if width > 1 {
            for start in stride(from: 0, to: elements.count, by: width) {
                elements[start..<start + width].reverse()
            }
        }
        guard let tensor = Tensor(shape: header.shape, elementType: header.type, bytes: elements) else {
            throw context.malformed(.file, "its shape and size differ")
        }
        return tensor
    }
}
