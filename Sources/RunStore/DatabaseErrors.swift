import GRDB

extension RunStoreError {
    /// What an error of SQLite or of decoding means for a run file. `part` is what was being read or written.
    init(_ error: any Error, path: String, part: String) {
        if let known = error as? RunStoreError {
            self = known
            return
        }
        guard let error = error as? DatabaseError else {
            self = .damaged(path: path, part: part, reason: "values of another type than expected")
            return
        }
        let reason = error.message ?? "SQLite error \(error.resultCode.rawValue)"
        if error.extendedResultCode == .SQLITE_IOERR_SHORT_READ {
            self = .damaged(path: path, part: part, reason: "the file is cut off")
            return
        }
        switch error.resultCode {
        case .SQLITE_CANTOPEN, .SQLITE_PERM, .SQLITE_AUTH: self = .notReadable(path: path, reason: reason)
        case .SQLITE_READONLY: self = .notWritable(path: path, reason: reason)
        case .SQLITE_FULL, .SQLITE_IOERR, .SQLITE_NOMEM: self = .failed(path: path, reason: reason)
        case .SQLITE_BUSY, .SQLITE_LOCKED: self = .busy(path: path)
        case .SQLITE_INTERRUPT:
            self = .damaged(path: path, part: part, reason: "reading it takes longer than any run does")
        case .SQLITE_NOTADB: self = .notARunFile(path: path, found: "a file that only begins like a database")
        default: self = .damaged(path: path, part: part, reason: reason)
        }
    }
}
