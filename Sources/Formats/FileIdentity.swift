#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Which file a path leads to, over links and whatever it is called; of a file that isn't there yet, the place that it would
/// have.
public struct FileIdentity: Hashable, Sendable {
    private let device: UInt64
    private let number: UInt64
    /// In the folder that the numbers are of; nil for what is there.
    private var name: String?

    /// Nil where there is not even a folder for it.
    public init?(path: String) {
        guard let target = try? followingLinks(path) else { return nil }
        var status = stat()
        if stat(target, &status) == 0 {
            self.init(status)
            return
        }
        let folder = Formats.folder(of: target)
        guard stat(folder.isEmpty ? "." : folder, &status) == 0 else { return nil }
        self.init(status)
        name = String(target.dropFirst(folder.count))
    }

    /// Of an open file; nil for terminals, pipes and the like, which hold nothing.
    public init?(descriptor: Int32) {
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        self.init(status)
    }

    private init(_ status: stat) {
        device = UInt64(truncatingIfNeeded: status.st_dev)
        number = UInt64(truncatingIfNeeded: status.st_ino)
    }

    /// Whether the file is there.
    public var exists: Bool { name == nil }

    /// The folders that a file lies in, the innermost first.
    public static func folders(above path: String) -> [FileIdentity] {
        guard let target = try? followingLinks(path) else { return [] }
        var folder = Formats.folder(of: target)
        if folder.isEmpty { folder = "./" }
        var found: [FileIdentity] = []
        // The root lies in itself.
        while let identity = FileIdentity(path: folder), identity != found.last {
            found.append(identity)
            folder += "../"
        }
        return found
    }
}
