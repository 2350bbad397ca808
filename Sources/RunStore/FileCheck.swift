import Foundation

/// What the file system has to say before SQLite is asked, whose own answers don't tell these cases apart.
enum FileCheck {
    /// An empty file beside `path`, which SQLite takes for a new database; `path` has to be free.
    static func draft(of path: String) throws(RunStoreError) -> String {
        let draft = "\(path).new-\(String(UInt32.random(in: .min ... .max), radix: 36))"
        // A link that leads nowhere is something as well.
        var status = stat()
        if lstat(path, &status) == 0 { throw .exists(path: path) }
        let descriptor = open(draft, O_CREAT | O_EXCL | O_WRONLY, 0o644)
        guard descriptor >= 0 else { throw notWritable(path, errno) }
        _ = Foundation.close(descriptor)
        return draft
    }

    /// Gives a draft its name, unless somebody else has taken that meanwhile.
    static func publish(_ draft: String, as path: String) throws(RunStoreError) {
        if link(draft, path) == 0 {
            unlink(draft)
            return
        }
        let code = errno
        if code == EEXIST { throw .exists(path: path) }
        // Some file systems know no second name for a file.
        guard access(path, F_OK) != 0, rename(draft, path) == 0 else { throw notWritable(path, code) }
    }

    /// Whether a file could be made there, or is one that can be continued.
    static func checkPlace(_ path: String) throws(RunStoreError) {
        do {
            try checkDatabase(path, isWriter: true)
        } catch .missing {
            let folder = URL(filePath: path).deletingLastPathComponent().path
            guard access(folder, W_OK | X_OK) != 0 else { return }
            throw notWritable(path, errno)
        }
    }

    private static func notWritable(_ path: String, _ code: Int32) -> RunStoreError {
        .notWritable(path: path, reason: code == ENOENT ? "its folder does not exist" : text(code))
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
