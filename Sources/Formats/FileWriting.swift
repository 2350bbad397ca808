import Signals

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Writes a file so that it is whole or, on any failure, as it was before: a new file beside it takes its name once all
/// is on the disk. Of a symbolic link, the file it leads to is replaced; a file's permissions stay.
///
/// - Throws: `FormatError.unwritable`, with the system's own words.
/// - Complexity: O(count).
public func writeFile(_ bytes: [UInt8], to path: String) throws(FormatError) {
    try replaceFile(path) { descriptor throws(FormatError) in
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
}

/// Whether a file could be written there, before there is anything to write: its folder has to be there and may be
/// written to, the file itself has to be none yet, or one that may be written to.
///
/// - Throws: `FormatError.unwritable`, with the system's own words.
public func checkWritable(_ path: String) throws(FormatError) { _ = try place(of: path) }

/// Where a file comes to lie.
private struct FilePlace {
    /// Behind all symbolic links.
    let path: String
    /// With its slash at the end; empty for the current one.
    let folder: String
    /// The permissions of the file that is there.
    let mode: mode_t?
}

/// Hands out a new file to be filled, and puts it in the place of `path` once that has worked.
func replaceFile(_ path: String, _ fill: (Int32) throws(FormatError) -> Void) throws(FormatError) {
    let place = try place(of: path)
    // The new file is not to be left behind.
    let hold = OrderlyEnd()
    defer { withExtendedLifetime(hold) {} }
    let (descriptor, temporary) = try createTemporary(in: place.folder, for: path)
    hold.remove(temporary)
    do throws(FormatError) {
        do throws(FormatError) {
            try fill(descriptor)
            if let mode = place.mode, fchmod(descriptor, mode) != 0 { throw unwritable(path, errno) }
            let code = fsync(descriptor) == 0 ? 0 : errno
            // Some file systems have no means for this, which is no failure.
            guard [0, EINVAL, ENOSYS, ENOTSUP].contains(code) else { throw unwritable(path, code) }
        } catch {
            close(descriptor)
            throw error
        }
        guard close(descriptor) == 0, rename(temporary, place.path) == 0 else { throw unwritable(path, errno) }
    } catch {
        unlink(temporary)
        throw error
    }
}

private func place(of path: String) throws(FormatError) -> FilePlace {
    let target = try followingLinks(path)
    let folder = folder(of: target)
    var status = stat()
    guard stat(folder.isEmpty ? "." : folder, &status) == 0 else {
        if errno == ENOENT { throw .unwritable(file: path, reason: "its folder does not exist") }
        throw unwritable(path, errno)
    }
    guard status.st_mode & S_IFMT == S_IFDIR else { throw unwritable(path, ENOTDIR) }
    guard folder != target else { throw unwritable(path, target.isEmpty ? ENOENT : EISDIR) }
    var mode: mode_t?
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
    return FilePlace(path: target, folder: folder, mode: mode)
}

/// What a path leads to over symbolic links, whether that is there or not.
private func followingLinks(_ path: String) throws(FormatError) -> String {
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
private func folder(of path: String) -> String {
    let end = path.utf8.lastIndex(of: UInt8(ascii: "/")).map(path.utf8.index(after:))
    return String(path[..<(end ?? path.startIndex)])
}

private func createTemporary(
    in folder: String, for path: String
) throws(FormatError) -> (descriptor: Int32, path: String) {
    while true {
        let name = "\(folder).sepal-\(String(UInt64.random(in: .min ... .max), radix: 36))"
        let descriptor = open(name, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0o666)
        if descriptor >= 0 { return (descriptor, name) }
        guard errno == EEXIST || errno == EINTR else { throw unwritable(path, errno) }
    }
}

private func unwritable(_ path: String, _ code: Int32) -> FormatError {
    .unwritable(file: path, reason: systemMessage(code))
}
