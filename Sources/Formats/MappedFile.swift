#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A file mapped into memory: its bytes are read when they are touched, and never all at once. The file must not be cut
/// short meanwhile; writers that put a new one in its place do no harm.
///
/// The bytes are never written: hence `@unchecked Sendable`.
public final class MappedFile: @unchecked Sendable {
    /// The content; valid as long as the file is.
    public let bytes: UnsafeRawBufferPointer
    /// Whether there is no file to read it from again.
    private var isAnonymous = false

    /// - Throws: `FormatError.unreadable` with the system's own words.
    public init(_ path: String) throws {
        let (descriptor, size) = try openRegularFile(path)
        defer { close(descriptor) }
        guard size > 0 else {
            bytes = UnsafeRawBufferPointer(start: nil, count: 0)
            return
        }
        guard let start = mmap(nil, size, PROT_READ, MAP_PRIVATE, descriptor, 0), start != MAP_FAILED else {
            throw FormatError.unreadable(file: path, reason: systemMessage(errno))
        }
        bytes = UnsafeRawBufferPointer(start: start, count: size)
    }

    /// Bytes that are in memory already, as if they were mapped.
    init(copying content: [UInt8]) throws {
        let size = content.count
        guard size > 0 else {
            bytes = UnsafeRawBufferPointer(start: nil, count: 0)
            return
        }
        guard let start = mmap(nil, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANON, -1, 0), start != MAP_FAILED
        else { throw FormatError.unreadable(file: "memory", reason: systemMessage(errno)) }
        content.withUnsafeBytes { start.copyMemory(from: $0.baseAddress ?? UnsafeRawPointer(start), byteCount: size) }
        bytes = UnsafeRawBufferPointer(start: start, count: size)
        isAnonymous = true
    }

    deinit {
        if let start = bytes.baseAddress { munmap(UnsafeMutableRawPointer(mutating: start), bytes.count) }
    }

    /// Lets go of the memory that was read so far; touching it again reads it again.
    func forget() {
        if let start = bytes.baseAddress, !isAnonymous {
            // Only a wish, hence no check.
            madvise(UnsafeMutableRawPointer(mutating: start), bytes.count, MADV_DONTNEED)
        }
    }
}
