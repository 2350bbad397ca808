import Formats
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

    /// Whether the file is there, may be used and begins as an SQLite database does; and whether what SQLite takes for its
    /// companions are files, which it opens without a look.
    static func checkDatabase(_ path: String, isWriter: Bool) throws(RunStoreError) {
        do {
            let file = try InputFile(path)
            if file.size == 0 { throw RunStoreError.notARunFile(path: path, found: "an empty file") }
            guard try file.bytes(0..<min(file.size, 16)) == Array("SQLite format 3\0".utf8) else {
                throw RunStoreError.notARunFile(path: path, found: "a file of another kind")
            }
        } catch let error as RunStoreError {
            throw error
        } catch FormatError.notAFile(_, let found) {
            throw .notARunFile(path: path, found: found)
        } catch FormatError.unreadable(_, let reason) {
            var status = stat()
            if stat(path, &status) != 0, errno == ENOENT { throw .missing(path: path) }
            throw .notReadable(path: path, reason: reason)
        } catch {
            // Another process writes it at this very moment.
            return try checkDatabase(path, isWriter: isWriter)
        }
        try checkCompanions(path)
        if isWriter, access(path, W_OK) != 0 { throw .notWritable(path: path, reason: text(errno)) }
    }

    /// SQLite would wait for a pipe, and write where a link leads.
    private static func checkCompanions(_ path: String) throws(RunStoreError) {
        guard let real = realpath(path, nil) else { throw .missing(path: path) }
        defer { free(real) }
        for ending in ["-wal", "-shm", "-journal"] {
            let companion = String(cString: real) + ending
            var status = stat()
            guard lstat(companion, &status) == 0 else { continue }
            let isFile = status.st_mode & S_IFMT == S_IFREG
            guard !isFile || namesAnotherJournal(companion) else { continue }
            throw .damaged(
                path: path, part: "companion \(URL(filePath: companion).lastPathComponent)",
                reason: isFile ? "it names another file" : "it is no regular file")
        }
    }

    /// Whether a journal is part of a change to several databases, as no run's is: undoing that, SQLite takes away the file
    /// that it names.
    private static func namesAnotherJournal(_ path: String) -> Bool {
        let magic: [UInt8] = [0xD9, 0xD5, 0x05, 0xF9, 0x20, 0xA1, 0x63, 0xD7]
        guard let file = try? InputFile(path), file.size > 16 else { return false }
        return (try? file.bytes(file.size - magic.count..<file.size)) == magic
    }

    /// Whether it is neither a file nor a folder.
    static func isSpecial(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && ![S_IFREG, S_IFDIR].contains(status.st_mode & S_IFMT)
    }

    private static func text(_ code: Int32) -> String { String(cString: strerror(code)) }
}
