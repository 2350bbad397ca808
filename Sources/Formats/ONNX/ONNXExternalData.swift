import ONNXModel

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Values of a tensor in a file beside the network's, which must lie in the same folder or below.
struct ONNXExternalData: Sendable {
    private let path: String
    private let offset: Int
    private let size: Int

    /// - Parameters:
    ///   - size: bytes that the tensor takes.
    ///   - folder: of the network's file; nil where it is not known.
    /// - Throws: `FormatError`, where the place is none to read from or the file is too short.
    init(_ tensor: Onnx_TensorProto, size: Int, folder: String?, _ context: ReadContext) throws {
        let place = FormatError.Place.tensor(tensor.name)
        func entry(_ key: String) -> String? { tensor.externalData.last { $0.key == key }?.value }
        func number(_ key: String) throws -> Int? {
            guard let text = entry(key) else { return nil }
            guard let number = Int(text), number >= 0 else {
                throw context.malformed(place, "the \(key) of its external data is '\(text)'")
            }
            return number
        }
        guard let location = entry("location"), !location.isEmpty, !location.contains("\0") else {
            throw context.malformed(place, "its external data have no location")
        }
        guard !location.hasPrefix("/"), !location.split(separator: "/").contains(".."), !location.contains("\\") else {
            throw context.malformed(place, "its external data '\(location)' lie outside the network's folder")
        }
        guard let folder else {
            throw context.unsupported(
                place, "external data '\(location)' without a folder", "keep both files in one folder")
        }
        path = "\(folder)/\(location)"
        offset = try number("offset") ?? 0
        let length = try number("length") ?? size
        guard length == size else {
            throw context.malformed(place, "its external data have \(length) bytes where its shape needs \(size)")
        }
        self.size = size
        try context.charge(size)
        var status = stat()
        guard stat(path, &status) == 0 else {
            throw FormatError.unreadable(file: path, reason: String(cString: strerror(errno)))
        }
        guard Self.isInside(path, folder) else {
            throw context.malformed(place, "its external data '\(location)' lie outside the network's folder")
        }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw FormatError.unreadable(file: path, reason: "Not a regular file")
        }
        let end = Int(status.st_size)
        guard offset <= end, size <= end - offset else {
            throw FormatError.truncated(file: path, offset: offset, needs: size, end: end)
        }
    }

    /// The tensor's bytes. O(size).
    func read() throws -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            throw FormatError.unreadable(file: path, reason: String(cString: strerror(errno)))
        }
        defer { close(descriptor) }
        let bytes = try [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            while count < size {
                let step = pread(descriptor, buffer.baseAddress.map { $0 + count }, size - count, off_t(offset + count))
                if step < 0, errno == EINTR { continue }
                guard step >= 0 else {
                    throw FormatError.unreadable(file: path, reason: String(cString: strerror(errno)))
                }
                if step == 0 { break }
                count += step
            }
        }
        guard bytes.count == size else {
            throw FormatError.truncated(file: path, offset: offset, needs: size, end: offset + bytes.count)
        }
        return bytes
    }

    /// Whether a file still lies in a folder once symbolic links are followed.
    private static func isInside(_ path: String, _ folder: String) -> Bool {
        guard let file = realpath(path, nil) else { return false }
        defer { free(file) }
        guard let root = realpath(folder, nil) else { return false }
        defer { free(root) }
        let prefix = String(cString: root)
        return String(cString: file).hasPrefix(prefix.hasSuffix("/") ? prefix : prefix + "/")
    }
}
