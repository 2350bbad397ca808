import Signals

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Writes a file so that it is whole or, on any failure, as it was before. Of a symbolic link, the file it leads to is
/// replaced; a file's permissions stay.
///
/// - Throws: `FormatError.unwritable`, with the system's own words.
/// - Complexity: O(count).
public func writeFile(_ bytes: [UInt8], to path: String) throws(FormatError) {
    let draft = try FileDraft(of: path)
    try draft.append(bytes)
    try draft.commit()
}

/// Whether a file could be written there, before there is anything to write: its folder has to be there and may be
/// written to, the file itself has to be none yet, or one that may be written to.
///
/// - Throws: `FormatError.unwritable`, with the system's own words.
public func checkWritable(_ path: String) throws(FormatError) { _ = try FilePlace(of: path) }

/// A file in the making. Where the system can do it, it has no name at all until it is whole, so that nothing is left of it
/// whatever ends the process.
///
/// One thread at a time may use it.
public final class FileDraft {
    private let path: String
    private let place: FilePlace
    private let descriptor: Int32
    /// Its name beside the file that it is to become, where it has one.
    private var temporary: String?
    private var isOpen = true
    /// So that a name that it may have is not left behind.
    private let hold = OrderlyEnd()

    /// - Parameter path: the file that it is to become; one that is there stays as it is until then.
    /// - Throws: as `checkWritable`.
    public init(of path: String) throws(FormatError) {
        self.path = path
        place = try FilePlace(of: path)
        (descriptor, temporary) = try place.createDraft()
        if let temporary { hold.remove(temporary) }
    }

    deinit { discard() }

    /// - Throws: `FormatError.unwritable`.
    public func append(_ bytes: [UInt8]) throws(FormatError) {
        let failure: Int32? = bytes.withUnsafeBytes { bytes in
            var count = 0
            while count < bytes.count {
                let step = write(descriptor, bytes.baseAddress.map { $0 + count }, bytes.count - count)
                if step < 0, errno == EINTR { continue }
                guard step >= 0 else { return errno }
                count += step
            }
            return nil
        }
        if let failure { throw unwritable(path, failure) }
    }

    /// Takes back what is beyond so many bytes.
    /// - Throws: `FormatError.unwritable`.
    public func truncate(to count: Int) throws(FormatError) {
        guard ftruncate(descriptor, off_t(count)) == 0 else { throw unwritable(path, errno) }
    }

    /// Puts the draft in the place of the file, once all is on the disk. It can't be used afterwards.
    /// - Throws: `FormatError.unwritable`; then the file is as it was before.
    public func commit() throws(FormatError) {
        defer { discard() }
        if let mode = place.mode, fchmod(descriptor, mode) != 0 { throw unwritable(path, errno) }
        let code = fsync(descriptor) == 0 ? 0 : errno
        // Some file systems have no means for this, which is no failure.
        guard [0, EINVAL, ENOSYS, ENOTSUP].contains(code) else { throw unwritable(path, code) }
        if temporary == nil { temporary = try place.named(descriptor, hold) }
        guard let temporary, rename(temporary, place.path) == 0 else { throw unwritable(path, errno) }
        self.temporary = nil
    }

    /// Leaves the file as it was.
    public func discard() {
        guard isOpen else { return }
        isOpen = false
        close(descriptor)
        if let temporary { unlink(temporary) }
    }
}

/// Where a file comes to lie.
private struct FilePlace {
    /// As it was asked for.
    let asked: String
    /// Behind all symbolic links.
    let path: String
    /// With its slash at the end; empty for the current one.
    let folder: String
    /// The permissions of the file that is there.
    private(set) var mode: mode_t?

    init(of path: String) throws(FormatError) {
        asked = path
        let target = try followingLinks(path)
        self.path = target
        folder = Formats.folder(of: target)
        var status = stat()
        guard stat(folder.isEmpty ? "." : folder, &status) == 0 else {
            if errno == ENOENT { throw .unwritable(file: path, reason: "its folder does not exist") }
            throw unwritable(path, errno)
        }
        guard status.st_mode & S_IFMT == S_IFDIR else { throw unwritable(path, ENOTDIR) }
        guard folder != target else { throw unwritable(path, target.isEmpty ? ENOENT : EISDIR) }
        if stat(target, &status) == 0 {
            if status.st_mode & S_IFMT == S_IFDIR { throw unwritable(path, EISDIR) }
            guard status.st_mode & S_IFMT == S_IFREG else {
                throw .unwritable(file: path, reason: "Not a regular file")
            }
            guard access(target, W_OK) == 0 else { throw unwritable(path, errno) }
            mode = status.st_mode & 0o7777
        } else if errno != ENOENT {
            throw unwritable(path, errno)
        }
        guard access(folder.isEmpty ? "." : folder, W_OK | X_OK) == 0 else { throw unwritable(path, errno) }
    }

    /// A new file in the folder, without a name where the system can do that and give it one later.
    func createDraft() throws(FormatError) -> (descriptor: Int32, name: String?) {
        #if canImport(Glibc) || canImport(Musl)
            // Imported under no name; the same number on all processors.
            let nameless = O_DIRECTORY | 0o20000000
            let descriptor = open(folder.isEmpty ? "." : folder, nameless | O_WRONLY | O_CLOEXEC, 0o666)
            if descriptor >= 0 {
                if access(Self.link(descriptor), F_OK) == 0 { return (descriptor, nil) }
                close(descriptor)
            }
        #endif
        while true {
            let name = temporaryName
            let descriptor = open(name, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0o666)
            if descriptor >= 0 { return (descriptor, name) }
            guard errno == EEXIST || errno == EINTR else { throw unwritable(asked, errno) }
        }
    }

    /// Gives a draft without a name one in the folder.
    func named(_ descriptor: Int32, _ hold: OrderlyEnd) throws(FormatError) -> String {
        while true {
            let name = temporaryName
            hold.remove(name)
            if linkat(AT_FDCWD, Self.link(descriptor), AT_FDCWD, name, AT_SYMLINK_FOLLOW) == 0 { return name }
            guard errno == EEXIST else { throw unwritable(asked, errno) }
        }
    }

    private var temporaryName: String { "\(folder).sepal-\(String(UInt64.random(in: .min ... .max), radix: 36))" }

    private static func link(_ descriptor: Int32) -> String { "/proc/self/fd/\(descriptor)" }
}

/// What a path leads to over symbolic links, whether that is there or not.
func followingLinks(_ path: String) throws(FormatError) -> String {
    var target = path
    for _ in 0..<40 {
        var content = [CChar](repeating: 0, count: Int(PATH_MAX))
        let length = readlink(target, &content, content.count)
        // No link, or nothing at all.
        guard length > 0 else { return target }
        guard let link = String(validating: content.prefix(length), as: UTF8.self) else {
            throw unwritable(path, EILSEQ)
        }
        target = link.utf8.first == UInt8(ascii: "/") ? link : folder(of: target) + link
    }
    throw unwritable(path, ELOOP)
}

/// All up to the last slash.
func folder(of path: String) -> String {
    let end = path.utf8.lastIndex(of: UInt8(ascii: "/")).map(path.utf8.index(after:))
    return String(path[..<(end ?? path.startIndex)])
}

private func unwritable(_ path: String, _ code: Int32) -> FormatError {
    .unwritable(file: path, reason: systemMessage(code))
}
