#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Reads a whole file. O(size), one allocation.
///
/// - Parameter poll: asked between pieces; what it throws ends the reading.
/// - Throws: `FormatError.unreadable` with the system's own words where the file is missing or not permitted; `.notAFile`;
///   `.changed`; `.tooLarge` where it is longer than `limits.fileBytes`.
public func readFile(
    _ path: String, limits: Limits = .standard, poll: (@Sendable () throws -> Void)? = nil
) throws -> [UInt8] {
    let file = try InputFile(path, poll: poll)
    guard file.size <= limits.fileBytes else {
        throw FormatError.tooLarge(file: path, what: "bytes of the file", size: file.size, limit: limits.fileBytes)
    }
    return try file.bytes(0..<file.size)
}

/// Reads a file of text that people write: a page or two, never more than a megabyte.
///
/// - Throws: as `readFile`; `FormatError.wrongKind` where it is not UTF-8.
public func readText(_ path: String) throws -> String {
    var limits = Limits.standard
    limits.fileBytes = 1 << 20
    guard let text = String(validating: try readFile(path, limits: limits), as: UTF8.self) else {
        throw FormatError.wrongKind(file: path, found: "not UTF-8 text", advice: "give a text file")
    }
    return text
}

/// What tells that a file is still the one that was opened.
struct FileStamp: Equatable {
    let size: Int
    private let device: dev_t
    private let number: ino_t
    private let modified: (Int, Int)

    init(_ status: stat) {
        (size, device, number) = (Int(status.st_size), status.st_dev, status.st_ino)
        #if canImport(Darwin)
            modified = (status.st_mtimespec.tv_sec, status.st_mtimespec.tv_nsec)
        #else
            modified = (status.st_mtim.tv_sec, status.st_mtim.tv_nsec)
        #endif
    }

    static func == (left: FileStamp, right: FileStamp) -> Bool {
        (left.size, left.device, left.number) == (right.size, right.device, right.number)
            && left.modified == right.modified
    }
}

/// A regular file opened for reading: the one way by which files come in. What is none is refused before anything of it is
/// read, and nobody is waited for who may write into a pipe.
func openRegularFile(_ path: String) throws(FormatError) -> (descriptor: Int32, stamp: FileStamp) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
    // A socket can't be opened at all, and is to be called one.
    let code = errno
    guard descriptor >= 0 || code == ENXIO else { throw .unreadable(file: path, reason: systemMessage(code)) }
    var status = stat()
    guard (descriptor >= 0 ? fstat(descriptor, &status) : stat(path, &status)) == 0 else {
        let code = errno
        if descriptor >= 0 { close(descriptor) }
        throw .unreadable(file: path, reason: systemMessage(code))
    }
    if let found = irregularKind(status.st_mode) {
        if descriptor >= 0 { close(descriptor) }
        throw .notAFile(file: path, found: found)
    }
    guard descriptor >= 0 else { throw .unreadable(file: path, reason: systemMessage(code)) }
    return (descriptor, FileStamp(status))
}

/// What something is that is no regular file, in words; nil for a regular file.
private func irregularKind(_ mode: mode_t) -> String? {
    switch mode & S_IFMT {
    case S_IFREG: nil
    case S_IFDIR: "a folder"
    case S_IFIFO: "a named pipe"
    case S_IFSOCK: "a socket"
    default: "a device"
    }
}

/// Whether `path` is a folder. Throws `FormatError.unreadable` where there is nothing.
public func isDirectory(_ path: String) throws -> Bool {
    var status = stat()
    guard stat(path, &status) == 0 else { throw FormatError.unreadable(file: path, reason: systemMessage(errno)) }
    return status.st_mode & S_IFMT == S_IFDIR
}

/// The names in a folder, sorted, without `.` and `..` and those that are not UTF-8. Throws `FormatError.unreadable`.
public func directoryEntries(_ path: String) throws -> [String] { try directoryContents(path).names }

/// The same, and how many names there are beside that are not UTF-8, by which no file can be reached here.
public func directoryContents(_ path: String) throws -> (names: [String], notUTF8: Int) {
    guard let stream = opendir(path) else {
        throw FormatError.unreadable(file: path, reason: systemMessage(errno))
    }
    defer { closedir(stream) }
    var names: [String] = []
    var notUTF8 = 0
    while let entry = readdir(stream) {
        let name = withUnsafePointer(to: &entry.pointee.d_name) {
            $0.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: $0.pointee)) {
                String(validatingCString: $0)
            }
        }
        guard let name else {
            notUTF8 += 1
            continue
        }
        if name != ".", name != ".." { names.append(name) }
    }
    return (names.sorted(), notUTF8)
}

func systemMessage(_ code: Int32) -> String { String(cString: strerror(code)) }
