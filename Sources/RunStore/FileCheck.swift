import Foundation

/// What the file system has to say before SQLite is asked, whose own answers don't tell these cases apart.
enum FileCheck {
    /// Makes an empty file, which SQLite takes for a new database; never touches one that is there.
    static func createEmpty(_ path: String) throws(RunStoreError) {
        let descriptor = open(path, O_CREAT | O_EXCL | O_WRONLY, 0o644)
        guard descriptor < 0 else {
            _ = Foundation.close(descriptor)
            return
        }
        let code = errno
        if code == EEXIST { throw .exists(path: path) }
        throw .notWritable(path: path, reason: code == ENOENT ? "its folder does not exist" : text(code))
    }

    /// Whether the file is there, may be used and begins as an SQLite database does.
    static func checkDatabase(_ path: String, isWriter: Bool) throws(RunStoreError) {
        let descriptor = open(path, O_RDONLY)
        guard descriptor >= 0 else {
            let code = errno
            if code == ENOENT { throw .missing(path: path) }
            throw .notReadable(path: path, reason: text(code))
        }
        defer { _ = Foundation.close(descriptor) }
        var start = [UInt8](repeating: 0, count: 16)
        let length = read(descriptor, &start, start.count)
        guard length >= 0 else {
            let code = errno
            if code == EISDIR { throw .notARunFile(path: path, found: "a folder") }
            throw .notReadable(path: path, reason: text(code))
        }
        if length == 0 { throw .notARunFile(path: path, found: "an empty file") }
        guard length == start.count, start == Array("SQLite format 3\0".utf8) else {
            throw .notARunFile(path: path, found: "a file of another kind")
        }
        if isWriter, access(path, W_OK) != 0 { throw .notWritable(path: path, reason: text(errno)) }
    }

    private static func text(_ code: Int32) -> String { String(cString: strerror(code)) }
}
