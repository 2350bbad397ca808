import Synchronization
import Tensors

/// The named arrays of an npz archive, a safetensors file or a folder of npy files, listed by their headers and read one
/// at a time, straight from the mapped file where they lie there uncompressed.
///
/// Order: an npz's is that of the archive; a safetensors' is that of the data; a folder's is natural (`a2` before `a10`).
public final class ArrayFile: Sendable {
    /// An array as far as its header tells.
    public struct Entry: Sendable {
        public let name: String
        public let shape: Shape
        /// Nil for text, and for numbers that reading turns into another type.
        public let elementType: ElementType?
        /// As the file spells it: `<f4`, `BF16`.
        public let typeName: String
        /// Whether the first index runs fastest.
        public let isFortran: Bool
        let place: Place
    }

    enum Place: Sendable {
        /// Elements lie in the mapped file as they are; `header` is where its npy header begins, if it has one.
        case mapped(MappedFile, file: String, elements: Range<Int>, header: Int?)
        /// The index of an archive's entry, with bytes of the npy header before the elements.
        case zipped(index: Int, header: Int)
    }

    /// The file's or folder's name, for messages.
    public let name: String
    public let entries: [Entry]
    /// The writer's remarks: safetensors' `__metadata__`, or a folder's `layers.json`, its lists as lines of text.
    public let metadata: [String: String]
    private let limits: Limits
    private let files: [(name: String, content: MappedFile)]
    private let archive: Mutex<Archive?>

    /// Libzip's archive is used by one thread at a time.
    struct Archive: @unchecked Sendable {
        let zip: ZipArchive
        let entries: [ZipArchive.Entry]
    }

    init(
        name: String, entries: [Entry], metadata: [String: String] = [:], limits: Limits,
        files: [(name: String, content: MappedFile)], archive: Archive? = nil
    ) {
        self.name = name
        self.entries = entries
        self.metadata = metadata
        self.limits = limits
        self.files = files
        self.archive = Mutex(archive)
    }

    /// Whether it is a safetensors file, which may be a network's parameters as well.
    public var isSafetensors: Bool {
        if case .mapped(_, _, _, header: nil)? = entries.first?.place { true } else { false }
    }

    public subscript(name: String) -> Entry? { entries.first { $0.name == name } }

    /// Reads an array as a whole. Throws `FormatError`. O(count).
    public func read(_ entry: Entry) throws -> NumpyArray {
        switch entry.place {
        case .mapped(let mapped, let file, let range, let header):
            let context = ReadContext(file: file, limits: limits)
            if let header {
                return try NPY.read(
                    UnsafeRawBufferPointer(rebasing: mapped.bytes[header..<range.upperBound]), place: .file, context)
            }
            try context.charge(range.count)
            guard let type = entry.elementType,
                let tensor = Tensor(shape: entry.shape, elementType: type, bytes: [UInt8](mapped.bytes[range]))
            else { throw context.malformed(.tensor(entry.name), "its shape and size differ") }
            return .tensor(tensor)
        case .zipped(let index, _):
            // Each array is let go of again, so each has the limit for itself.
            let context = ReadContext(file: name, limits: limits)
            return try archive.withLock { archive in
                guard let archive else { throw context.malformed(.file, "there is no archive") }
                try context.charge(archive.entries[index].size)
                return try archive.zip.read(archive.entries[index]).withUnsafeBytes {
                    try NPY.read($0, place: .entry(archive.entries[index].name), context)
                }
            }
        }
    }

    /// Longest piece that is decompressed at a time, in bytes; a multiple of every element's size.
    static let pieceBytes = 1 << 20

    /// Hands out an array's elements as they are stored, piece after piece in the file's order, each of whole elements.
    ///
    /// - Parameter body: gets a piece and the index of its first element; returns false where it needs no more.
    /// - Throws: `FormatError` where the file is damaged, and what `body` throws.
    public func forEachPiece(
        of entry: Entry, _ body: (UnsafeRawBufferPointer, _ firstElement: Int) throws -> Bool
    ) throws {
        switch entry.place {
        case .mapped(let mapped, _, let range, _):
            _ = try body(UnsafeRawBufferPointer(rebasing: mapped.bytes[range]), 0)
            mapped.forget()
        case .zipped(let index, let header):
            let context = ReadContext(file: name, limits: limits)
            defer { files.first?.content.forget() }
            try archive.withLock { archive in
                guard let archive, let size = entry.elementType?.size else {
                    throw context.malformed(.entry(entry.name), "its elements have no size")
                }
                let stream = try archive.zip.stream(archive.entries[index])
                let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.pieceBytes, alignment: 64)
                defer { buffer.deallocate() }
                var left = header
                while left > 0 {
                    let step = try stream.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer.prefix(left)))
                    guard step > 0 else { throw context.malformed(.entry(entry.name), "it is too short") }
                    left -= step
                }
                var first = 0
                while true {
                    let count = try stream.read(into: buffer)
                    guard count > 0 else { return try stream.finish() }
                    guard try body(UnsafeRawBufferPointer(rebasing: buffer.prefix(count)), first) else { return }
                    first += count / size
                }
            }
        }
    }

    /// What is hashed before it is let go of.
    private static let hashedBytes = 64 << 20

    /// XXH64 of the file's bytes; for a folder, of each array file's name, a zero and its bytes, in order. O(size).
    public var contentHash: String {
        var hash = ContentHash()
        for file in files {
            if files.count > 1 { Array((file.name + "\0").utf8).withUnsafeBytes { hash.update($0) } }
            let bytes = file.content.bytes
            for start in stride(from: 0, to: bytes.count, by: Self.hashedBytes) {
                let end = min(bytes.count, start + Self.hashedBytes)
                hash.update(UnsafeRawBufferPointer(rebasing: bytes[start..<end]))
                file.content.forget()
            }
        }
        return hash.hexadecimal
    }
}
