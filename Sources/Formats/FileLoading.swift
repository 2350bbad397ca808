#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Reads a whole file. O(size), one allocation.
///
/// - Throws: `FormatError.unreadable` with the system's own words where the file is missing, a folder or not permitted;
///   `.tooLarge` where it is longer than `limits.fileBytes`.
public func readFile(_ path: String, limits: Limits = .standard) throws -> [UInt8] {
    let (descriptor, size) = try openRegularFile(path)
    defer { close(descriptor) }
    guard size <= limits.fileBytes else {
        throw FormatError.tooLarge(file: path, what: "bytes of the file", size: size, limit: limits.fileBytes)
    }
    return try [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
        while count < size {
            let step = read(descriptor, buffer.baseAddress.map { $0 + count }, size - count)
            if step < 0, errno == EINTR { continue }
            guard step >= 0 else { throw FormatError.unreadable(file: path, reason: systemMessage(errno)) }
            if step == 0 { break }
            count += step
        }
    }
}

/// A regular file opened for reading, and its size.
func openRegularFile(_ path: String) throws -> (descriptor: Int32, size: Int) {
    // Not waiting for somebody to write into a named pipe, which is refused below.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw FormatError.unreadable(file: path, reason: systemMessage(errno)) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
        defer { close(descriptor) }
        throw FormatError.unreadable(file: path, reason: systemMessage(errno))
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
        close(descriptor)
        let reason = status.st_mode & S_IFMT == S_IFDIR ? systemMessage(EISDIR) : "Not a regular file"
        throw FormatError.unreadable(file: path, reason: reason)
    }
    return (descriptor, Int(status.st_size))
}

/// Whether `path` is a folder. Throws `FormatError.unreadable` where there is nothing.
public func isDirectory(_ path: String) throws -> Bool {
    var status = stat()
    guard stat(path, &status) == 0 else { throw FormatError.unreadable(file: path, reason: systemMessage(errno)) }
    return status.st_mode & S_IFMT == S_IFDIR
}

/// The names in a folder, sorted, without `.` and `..`. Throws `FormatError.unreadable`.
public func directoryEntries(_ path: String) throws -> [String] {
    guard let stream = opendir(path) else {
        throw FormatError.unreadable(file: path, reason: systemMessage(errno))
    }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
        let name = withUnsafePointer(to: &entry.pointee.d_name) {
            $0.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: $0.pointee)) {
                String(cString: $0)
            }
        }
        if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted()
}

func systemMessage(_ code: Int32) -> String { String(cString: strerror(code)) }
