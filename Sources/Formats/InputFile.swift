#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A regular file that is read in pieces, wherever they are wanted. Nothing of it is kept in memory, and what is read is
/// of the file as it was opened: one that others write to or cut short meanwhile ends the reading with an error.
public final class InputFile: Sendable {
    /// For messages.
    public let name: String
    public let size: Int
    private let content: Content
    private let poll: (@Sendable () throws -> Void)?

    private enum Content {
        case held(descriptor: Int32, FileStamp)
        /// Opened anew for each reading.
        case named(path: String, FileStamp)
        case memory([UInt8])
    }

    /// - Parameters:
    ///   - name: for messages; the path where nil.
    ///   - isHeld: whether it stays open. One of thousands had better not.
    ///   - poll: asked between pieces; what it throws ends the reading.
    /// - Throws: `FormatError`: `.unreadable` with the system's own words, `.notAFile`.
    public init(
        _ path: String, name: String? = nil, isHeld: Bool = true, poll: (@Sendable () throws -> Void)? = nil
    ) throws(FormatError) {
        let (descriptor, stamp) = try openRegularFile(path)
        if isHeld {
            content = .held(descriptor: descriptor, stamp)
        } else {
            close(descriptor)
            content = .named(path: path, stamp)
        }
        (self.name, size, self.poll) = (name ?? path, stamp.size, poll)
    }

    /// Bytes that are in memory already.
    public init(bytes: [UInt8], name: String) {
        (self.name, size, content, poll) = (name, bytes.count, .memory(bytes), nil)
    }

    deinit {
        if case .held(let descriptor, _) = content { close(descriptor) }
    }

    /// Longest piece that is read at a time.
    static let pieceBytes = 1 << 20

    /// The bytes of a range within the file.
    ///
    /// - Throws: `FormatError.unreadable`, `.changed`; what `poll` throws.
    public func bytes(_ range: Range<Int>) throws -> [UInt8] {
        if case .memory(let bytes) = content { return range == 0..<size ? bytes : Array(bytes[range]) }
        return try [UInt8](unsafeUninitializedCapacity: range.count) { buffer, count in
            try read(
                from: range.lowerBound,
                into: UnsafeMutableRawBufferPointer(start: buffer.baseAddress, count: range.count))
            count = range.count
        }
    }

    /// The first bytes, as many as there are.
    func prefix(_ count: Int) throws -> [UInt8] { try bytes(0..<min(size, count)) }

    /// Fills a buffer, which has to end within the file.
    func read(from offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws {
        if case .memory(let bytes) = content {
            return bytes.withUnsafeBytes {
                buffer.copyMemory(from: .init(rebasing: $0[offset..<offset + buffer.count]))
            }
        }
        try withDescriptor { descriptor, stamp in
            var done = 0
            while done < buffer.count {
                let piece = UnsafeMutableRawBufferPointer(rebasing: buffer[done...].prefix(16 * Self.pieceBytes))
                try fill(piece, from: offset + done, descriptor, stamp)
                done += piece.count
            }
        }
    }

    /// Hands out a range piece after piece, until `body` returns false.
    func forEachPiece(
        _ range: Range<Int>, of length: Int = pieceBytes,
        _ body: (UnsafeRawBufferPointer, _ offset: Int) throws -> Bool
    ) throws {
        if case .memory(let bytes) = content {
            return try bytes.withUnsafeBytes { bytes in
                for start in stride(from: range.lowerBound, to: range.upperBound, by: length) {
                    let piece = bytes[start..<min(start + length, range.upperBound)]
                    guard try body(UnsafeRawBufferPointer(rebasing: piece), start) else { return }
                }
            }
        }
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: min(length, range.count), alignment: 64)
        defer { buffer.deallocate() }
        try withDescriptor { descriptor, stamp in
            for start in stride(from: range.lowerBound, to: range.upperBound, by: length) {
                let piece = UnsafeMutableRawBufferPointer(rebasing: buffer.prefix(range.upperBound - start))
                try fill(piece, from: start, descriptor, stamp)
                guard try body(UnsafeRawBufferPointer(piece), start) else { return }
            }
        }
    }

    /// XXH64 of the content, 16 hexadecimal digits. O(size).
    public func contentHash() throws -> String {
        var hash = ContentHash()
        try add(to: &hash)
        return hash.hexadecimal
    }

    func add(to hash: inout ContentHash) throws {
        try forEachPiece(0..<size) { piece, _ in
            hash.update(piece)
            return true
        }
    }

    private func withDescriptor<Value>(_ body: (Int32, FileStamp) throws -> Value) throws -> Value {
        switch content {
        case .held(let descriptor, let stamp): return try body(descriptor, stamp)
        case .named(let path, let stamp):
            let (descriptor, found) = try openRegularFile(path)
            defer { close(descriptor) }
            guard found == stamp else { throw FormatError.changed(file: name) }
            return try body(descriptor, stamp)
        case .memory: throw FormatError.changed(file: name)
        }
    }

    private func fill(
        _ buffer: UnsafeMutableRawBufferPointer, from offset: Int, _ descriptor: Int32, _ stamp: FileStamp
    ) throws {
        try poll?()
        var count = 0
        while count < buffer.count {
            let step = pread(
                descriptor, buffer.baseAddress.map { $0 + count }, buffer.count - count, off_t(offset + count))
            if step < 0, errno == EINTR { continue }
            guard step >= 0 else { throw FormatError.unreadable(file: name, reason: systemMessage(errno)) }
            guard step > 0 else { throw FormatError.changed(file: name) }
            count += step
        }
        var status = stat()
        guard fstat(descriptor, &status) == 0, FileStamp(status) == stamp else { throw FormatError.changed(file: name) }
    }
}
