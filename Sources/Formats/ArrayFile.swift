import Synchronization
import Tensors

/// The named arrays of an npz archive, a safetensors file or a folder of npy files, listed by their headers and read one
/// at a time, in pieces.
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
        /// Elements lie in the file as they are, behind an npy header or not.
        case plain(InputFile, elements: Range<Int>, isNPY: Bool)
        /// The index of an archive's entry, with bytes of the npy header before the elements.
        case zipped(index: Int, header: Int)
    }

    /// The file's or folder's name, for messages.
    public let name: String
    public let entries: [Entry]
    /// The writer's remarks: safetensors' `__metadata__`, or a folder's `layers.json`, its lists as lines of text.
    public let metadata: [String: String]
    /// What was left out, for people.
    public let notes: [String]
    private let limits: Limits
    private let files: [InputFile]
    private let archive: Mutex<Archive?>

    /// Libzip's archive is used by one thread at a time.
    struct Archive: @unchecked Sendable {
        let zip: ZipArchive
        let entries: [ZipArchive.Entry]
    }

    init(
        name: String, entries: [Entry], metadata: [String: String] = [:], notes: [String] = [],
        limits: Limits, files: [InputFile], archive: Archive? = nil
    ) {
        self.name = name
        self.entries = entries
        self.metadata = metadata
        self.notes = notes
        self.limits = limits
        self.files = files
        self.archive = Mutex(archive)
    }

    /// Whether it is a safetensors file, which may be a network's parameters as well.
    public var isSafetensors: Bool {
        if case .plain(_, _, isNPY: false)? = entries.first?.place { true } else { false }
    }

    public subscript(name: String) -> Entry? { entries.first { $0.name == name } }

    /// Reads an array as a whole. Throws `FormatError`. O(count).
    public func read(_ entry: Entry) throws -> NumpyArray {
        switch entry.place {
        case .plain(let file, let range, let isNPY):
            let context = ReadContext(file, limits: limits)
            try context.charge(range.count)
            if isNPY { return try NPY.read(try file.bytes(0..<file.size), place: .file, context) }
            guard let type = entry.elementType,
                let tensor = Tensor(shape: entry.shape, elementType: type, bytes: try file.bytes(range))
            else { throw context.malformed(.tensor(entry.name), "its shape and size differ") }
            return .tensor(tensor)
        case .zipped(let index, _):
            // Each array is let go of again, so each has the limit for itself.
            let context = ReadContext(file: name, limits: limits, size: files.first?.size ?? 0)
            return try archive.withLock { archive in
                guard let archive else { throw context.malformed(.file, "there is no archive") }
                let entry = archive.entries[index]
                return try NPY.read(try archive.zip.read(entry, context), place: .entry(entry.name), context)
            }
        }
    }

    /// Hands out an array's elements as they are stored, piece after piece in the file's order, each of whole elements.
    ///
    /// - Parameters:
    ///   - wanted: the elements that are needed, in the file's order; all where nil. Others come as well where they can't
    ///     be passed over.
    ///   - body: gets a piece and the index of its first element; returns false where it needs no more.
    /// - Throws: `FormatError` where the file is damaged or changes, and what `body` throws.
    public func forEachPiece(
        of entry: Entry, _ wanted: [Range<Int>]? = nil,
        _ body: (UnsafeRawBufferPointer, _ firstElement: Int) throws -> Bool
    ) throws {
        switch entry.place {
        case .plain(let file, let range, _):
            let size = entry.elementType?.size ?? 1
            for elements in wanted ?? [0..<range.count / size] {
                let (first, end) = (elements.lowerBound * size, elements.upperBound * size)
                var isWanted = true
                try file.forEachPiece(range.lowerBound + first..<range.lowerBound + end) { piece, offset in
                    isWanted = try body(piece, (offset - range.lowerBound) / size)
                    return isWanted
                }
                guard isWanted else { return }
            }
        case .zipped(let index, let header):
            let context = ReadContext(file: name, limits: limits)
            try archive.withLock { archive in
                guard let archive, let size = entry.elementType?.size else {
                    throw context.malformed(.entry(entry.name), "its elements have no size")
                }
                let stream = try archive.zip.stream(archive.entries[index])
                let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: InputFile.pieceBytes, alignment: 64)
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

    /// XXH64 of the file's bytes; for a folder, of each array file's name, a zero and its bytes, in order. O(size).
    public func contentHash() throws -> String {
        var hash = ContentHash()
        for file in files {
            if files.count > 1 { Array((file.name + "\0").utf8).withUnsafeBytes { hash.update($0) } }
            try file.add(to: &hash)
        }
        return hash.hexadecimal
    }
}
