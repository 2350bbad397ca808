import Tensors

/// One array of a numpy file.
public enum NumpyArray: Sendable, Equatable {
    /// Numbers. Unsigned types without a counterpart are widened: uint16 to int32, uint32 and uint64 to int64.
    case tensor(Tensor)
    /// Text, of a one-dimensional array of `U` or `S` elements.
    case strings([String])
}

/// Reads an npy file, versions 1 to 3. Fortran order is turned into row-major order.
///
/// - Throws: `FormatError`; for big-endian data, pickled objects and structured types `.unsupported`.
/// - Complexity: O(count).
public func readNPY(bytes: [UInt8], file: String, limits: Limits = .standard) throws -> NumpyArray {
    let context = ReadContext(file: file, limits: limits, size: bytes.count)
    guard !bytes.isEmpty else { throw FormatError.empty(file: file) }
    return try NPY.read(bytes, place: .file, context)
}

/// Reads the arrays of an npz file, stored or deflated, by their names without `.npy`.
///
/// - Parameter wanted: the names to read; others are not even decompressed.
/// - Returns: the arrays that are there, and all names in the archive, sorted.
/// - Throws: `FormatError`.
public func readNPZ(
    bytes: [UInt8], file: String, wanted: Set<String>, limits: Limits = .standard
) throws -> (arrays: [String: NumpyArray], names: [String]) {
    let context = ReadContext(file: file, limits: limits, size: bytes.count)
    guard !bytes.isEmpty else { throw FormatError.empty(file: file) }
    try bytes.withUnsafeBytes { bytes in
        guard ForeignFile.isZip(bytes) else {
            throw ForeignFile.recognize(bytes, context, wanted: .images)
                ?? .wrongKind(file: file, found: "no npz archive", advice: "write it with numpy.savez")
        }
    }
    let archive = try ZipArchive(InputFile(bytes: bytes, name: file), context)
    if TorchZip.root(of: archive) != nil {
        throw FormatError.wrongKind(
            file: file, found: "a PyTorch file, not images",
            advice: FormatError.imageAdvice)
    }
    var arrays: [String: NumpyArray] = [:]
    var names: [String] = []
    for entry in archive.entries.values where entry.name.hasSuffix(".npy") {
        let name = String(entry.name.dropLast(4))
        names.append(name)
        guard wanted.contains(name) else { continue }
        arrays[name] = try NPY.read(try archive.read(entry), place: .entry(entry.name), context)
    }
    return (arrays, names.sorted())
}

enum NPY {
    static func read(_ bytes: [UInt8], place: FormatError.Place, _ context: ReadContext) throws -> NumpyArray {
        try bytes.withUnsafeBytes { bytes in
            var reader = ByteReader(bytes, context)
            let header = try header(&reader, place, context)
            return try elements(header, try reader.take(reader.remaining), place, context)
        }
    }

    /// Reads what stands before the elements.
    static func header(
        _ reader: inout ByteReader, _ place: FormatError.Place, _ context: ReadContext
    ) throws -> NPYHeader {
        guard ForeignFile.isNumpy(reader.bytes) else {
            throw context.malformed(place, "it does not start as a numpy array")
        }
        let length = try headerLength(&reader, place, context)
        let text = try reader.take(length)
        return try NPYHeader(String(decoding: text, as: UTF8.self), place, context)
    }

    /// Bytes that are enough to tell the length of the header by.
    static let preambleBytes = 12

    /// Reads up to the header's text, and how long that is.
    static func headerLength(
        _ reader: inout ByteReader, _ place: FormatError.Place, _ context: ReadContext
    ) throws -> Int {
        _ = try reader.take(6)
        let version = try reader.integer(UInt8.self)
        _ = try reader.integer(UInt8.self)
        guard 1...3 ~= version else {
            throw context.unsupported(place, "npy version \(version)", "save it again with numpy.save")
        }
        let length = version == 1 ? try reader.length(UInt16.self) : try reader.length(UInt32.self)
        let most = min(mostHeaderBytes, context.limits.headerBytes)
        guard length <= most else { throw context.tooLarge("bytes of the header", length, most) }
        return length
    }

    /// Only the headers of structured arrays, which are not read, are longer.
    static let mostHeaderBytes = 1 << 16

    /// The array that a header describes, from its elements' bytes.
    static func elements(
        _ header: NPYHeader, _ data: UnsafeRawBufferPointer, _ place: FormatError.Place, _ context: ReadContext
    ) throws -> NumpyArray {
        let shape = try context.shape(header.shape, of: .float64, at: place)
        let size = try header.elementSize(place, context)
        let (due, overflow) = shape.count.multipliedReportingOverflow(by: size)
        guard !overflow, due == data.count else {
            throw context.malformed(place, "\(data.count) bytes of data do not make an array of shape \(shape)")
        }
        // Widening doubles an element at most.
        try context.charge(due)
        let kind = header.kind
        if kind == "U" || kind == "S" {
            guard shape.rank == 1 else {
                throw context.unsupported(place, "text of \(shape.rank) axes", "use one axis")
            }
            return .strings(strings(data, of: size, wide: kind == "U"))
        }
        var bytes: [UInt8]
        if header.isFortran, shape.rank > 1 {
            var strides: [Int] = []
            // The product may wrap where an extent is zero; such an array has no elements to gather.
            var stride = 1
            for extent in shape.dims {
                strides.append(stride)
                stride &*= extent
            }
            bytes = StridedView(shape: shape, strides: strides, offset: 0).gather(from: data, elementSize: size)
        } else {
            bytes = [UInt8](data)
        }
        guard let type = try elementType(kind, size, &bytes, place, context),
            let tensor = Tensor(shape: shape, elementType: type, bytes: bytes)
        else {
            throw context.unsupported(
                place, "element type \(header.descr)", "save numbers: uint8 images, integer labels, float weights")
        }
        return .tensor(tensor)
    }

    /// By kind and size, the types whose bytes are taken as they are.
    static let plainTypes: [String: ElementType] = [
        "b1": .bool, "u1": .uint8, "i1": .int8, "i2": .int16, "i4": .int32, "i8": .int64, "f2": .float16,
        "f4": .float32, "f8": .float64,
    ]

    private static func elementType(
        _ kind: Character, _ size: Int, _ bytes: inout [UInt8], _ place: FormatError.Place, _ context: ReadContext
    ) throws -> ElementType? {
        if let type = plainTypes["\(kind)\(size)"] { return type }
        switch (kind, size) {
        case ("u", 2):
            bytes = widen(bytes, from: UInt16.self, to: Int32.self)
            return .int32
        case ("u", 4):
            bytes = widen(bytes, from: UInt32.self, to: Int64.self)
            return .int64
        case ("u", 8):
            // The most significant byte comes last.
            guard !stride(from: 7, to: bytes.count, by: 8).contains(where: { bytes[$0] & 0x80 != 0 }) else {
                throw context.unsupported(place, "a number beyond 2⁶³", "save as int64")
            }
            return .int64
        default: return nil
        }
    }

    private static func widen<Narrow: FixedWidthInteger & BitwiseCopyable, Wide: FixedWidthInteger>(
        _ bytes: [UInt8], from: Narrow.Type, to: Wide.Type
    ) -> [UInt8] {
        let step = MemoryLayout<Narrow>.size
        let wide = bytes.withUnsafeBytes { bytes in
            stride(from: 0, to: bytes.count, by: step).map { offset in
                Wide(Narrow(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: Narrow.self))).littleEndian
            }
        }
        return wide.withUnsafeBytes(Array.init)
    }

    /// Elements of fixed width, padded with zeros: UTF-32 or Latin 1.
    private static func strings(_ data: UnsafeRawBufferPointer, of size: Int, wide: Bool) -> [String] {
        guard size > 0 else { return [] }
        return stride(from: 0, to: data.count, by: size).map { start in
            var scalars = String.UnicodeScalarView()
            for offset in stride(from: start, to: start + size, by: wide ? 4 : 1) {
                let code =
                    wide
                    ? UInt32(littleEndian: data.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
                    : UInt32(data[offset])
                if code == 0 { break }
                scalars.append(Unicode.Scalar(code) ?? "\u{FFFD}")
            }
            return String(scalars)
        }
    }
}
