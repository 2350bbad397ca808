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
    private let file: InputFile
    private let range: Range<Int>

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
        let path = "\(folder)/\(location)"
        let offset = try number("offset") ?? 0
        let length = try number("length") ?? size
        guard length == size else {
            throw context.malformed(place, "its external data have \(length) bytes where its shape needs \(size)")
        }
        guard access(path, F_OK) == 0 else { throw FormatError.unreadable(file: path, reason: systemMessage(errno)) }
        guard Self.isInside(path, folder) else {
            throw context.malformed(place, "its external data '\(location)' lie outside the network's folder")
        }
        file = try context.companion(path)
        try context.charge(size)
        guard offset <= file.size, size <= file.size - offset else {
            throw FormatError.truncated(file: path, offset: offset, needs: size, end: file.size)
        }
        range = offset..<offset + size
    }

    /// The tensor's bytes. O(size).
    func read() throws -> [UInt8] { try file.bytes(range) }

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
