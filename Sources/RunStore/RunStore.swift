import Foundation
import GRDB
import Separation
import Signals

/// A run file (`*.sepal`): one SQLite database that holds where a run comes from and all that was found out, a transaction
/// for each finished layer. A killed job loses no more than what it had not appended; a second process may read meanwhile.
///
/// While it is written, the database is in WAL mode and has two companions, `-wal` and `-shm`; `close` folds them back into
/// the one file. Flags aren't stored: they follow from the figures. All errors are `RunStoreError`s.
public final class RunStore: Sendable {
    public let path: String
    let queue: DatabaseQueue
    let connectionGuard: ConnectionGuard
    /// The header as it was when the file was opened. Its layers and labels never change.
    let opened: RunHeader
    /// Of a writer, whose companions are to be folded back before the program ends; nil for a reader.
    private let hold: OrderlyEnd?

    private init(
        path: String, queue: DatabaseQueue, _ connectionGuard: ConnectionGuard, opened: RunHeader, hold: OrderlyEnd?
    ) {
        self.path = path
        self.queue = queue
        self.connectionGuard = connectionGuard
        self.opened = opened
        self.hold = hold
    }

    /// Whether a run file could be made, or one that is there continued: asked before long work whose results go there.
    ///
    /// - Throws: `notWritable`, `notReadable`, `notARunFile`.
    public static func checkPlace(path: String) throws(RunStoreError) { try FileCheck.checkPlace(path) }

    /// Whether a file begins as a run file does, for commands that take others as well.
    ///
    /// - Throws: `notARunFile` for what is no file of any kind, such as a named pipe.
    public static func isRunFile(path: String) throws(RunStoreError) -> Bool {
        do {
            try FileCheck.checkDatabase(path, isWriter: false)
            return true
        } catch {
            if case .notARunFile = error, FileCheck.isSpecial(path) { throw error }
            return false
        }
    }

    /// Makes a new run file, which is there with its header or not at all.
    ///
    /// - Throws: `exists` where there is a file of that name, `notWritable` where the folder is missing or doesn't let it
    ///   be made, `damaged` for a header that contradicts itself, `failed`.
    public static func create(path: String, header: RunHeader) throws(RunStoreError) -> RunStore {
        try create(path: path, header: header, version: Schema.version)
    }

    /// - Parameter version: An older one makes a file as older programs did.
    static func create(path: String, header: RunHeader, version: Int) throws(RunStoreError) -> RunStore {
        if let contradiction = header.contradiction {
            throw .damaged(path: path, part: "header", reason: contradiction)
        }
        let hold = OrderlyEnd()
        let draft = try FileCheck.draft(of: path)
        for name in [draft, "\(draft)-journal"] { hold.remove(name) }
        do {
            let json = try headerText(header, path: path)
            let queue = try DatabaseQueue(
                path: draft, configuration: configuration(readonly: false, ConnectionGuard(trusts: true)))
            try Schema.migrate(queue, to: version)
            try queue.write { database in
                try database.execute(
                    sql: "INSERT INTO run (id, header, complete) VALUES (1, ?, FALSE)", arguments: [json])
            }
            try queue.close()
            try FileCheck.publish(draft, as: path)
            return try writer(path: path, opened: header, hold: hold)
        } catch {
            try? FileManager.default.removeItem(atPath: draft)
            throw RunStoreError(error, path: path, part: "header")
        }
    }

    /// - Parameter opened: The file's header.
    private static func writer(path: String, opened: RunHeader, hold: OrderlyEnd) throws -> RunStore {
        let connectionGuard = ConnectionGuard(trusts: true)
        let queue = try DatabaseQueue(
            path: path, configuration: configuration(readonly: false, connectionGuard))
        try enterWriteAheadMode(queue)
        return RunStore(path: path, queue: queue, connectionGuard, opened: opened, hold: hold)
    }

    /// Opens a run file to read, whether or not it is still being written.
    ///
    /// - Throws: `missing`, `notReadable`, `notARunFile`, `newerVersion`, `damaged`, `busy`.
    /// - Complexity: O(header); layers are read when asked for.
    public static func open(path: String) throws(RunStoreError) -> RunStore {
        try open(path: path, isWriter: false)
    }

    /// Opens the run file of a job that was stopped, to append the layers that are missing.
    ///
    /// - Parameter header: The run that is to be continued. Checkpoint, data, order, options, layers and labels must be those
    ///   of the file; the stored header stays as it is.
    /// - Throws: What `open` throws; `notWritable`; `differentRun`, which says what differs.
    public static func openForResume(path: String, header: RunHeader) throws(RunStoreError) -> RunStore {
        let store = try open(path: path, isWriter: true)
        let differences = store.opened.differences(from: header)
        guard differences.isEmpty else {
            store.close()
            throw .differentRun(path: path, differences: differences)
        }
        return store
    }

    static func open(path: String, isWriter: Bool) throws(RunStoreError) -> RunStore {
        try FileCheck.checkDatabase(path, isWriter: isWriter)
        let hold = isWriter ? OrderlyEnd() : nil
        do {
            let (queue, connectionGuard, header) = try connection(path: path, isWriter: isWriter)
            if isWriter {
                try Schema.migrate(queue)
                try enterWriteAheadMode(queue)
            }
            return RunStore(path: path, queue: queue, connectionGuard, opened: header, hold: hold)
        } catch {
            throw RunStoreError(error, path: path, part: "header")
        }
    }

    private static func connection(
        path: String, isWriter: Bool
    ) throws -> (DatabaseQueue, ConnectionGuard, RunHeader) {
        func connect(readonly: Bool) throws -> (DatabaseQueue, ConnectionGuard, RunHeader) {
            let connectionGuard = ConnectionGuard(trusts: false)
            let queue = try DatabaseQueue(
                path: path, configuration: configuration(readonly: readonly, connectionGuard))
            let header = try queue.read { database in
                try connectionGuard.reading(database, longest: longestHeader + 1024) {
                    try checkSchema(database, path: path)
                    return try fetchHeader(database, path: path)
                }
            }
            return (queue, connectionGuard, header)
        }
        do {
            return try connect(readonly: !isWriter)
        } catch let error as DatabaseError where error.extendedResultCode == .SQLITE_READONLY_ROLLBACK && !isWriter {
            // A job was killed while it changed the file itself. Its journal says how to undo that, and readers may not.
            do {
                try connect(readonly: false).0.close()
            } catch let error as DatabaseError where error.resultCode == .SQLITE_READONLY {
                throw RunStoreError.notReadable(
                    path: path, reason: "a killed job was changing it, and undoing that takes leave to write")
            }
            return try connect(readonly: true)
        }
    }

    /// Closes the file; a writer leaves one plain file behind unless somebody else still reads it. The store can't be used
    /// afterwards. Closing twice does no harm.
    public func close() {
        if hold != nil {
            // Refused while there are readers. Then the companions stay, and nothing is lost.
            try? queue.writeWithoutTransaction { database in
                try database.execute(sql: "PRAGMA busy_timeout = 0; PRAGMA journal_mode = DELETE")
            }
        }
        try? queue.close()
    }

    private static func configuration(readonly: Bool, _ connectionGuard: ConnectionGuard) -> Configuration {
        var configuration = Configuration()
        configuration.prepareDatabase { try connectionGuard.prepare($0) }
        configuration.readonly = readonly
        configuration.busyMode = .timeout(5)
        return configuration
    }

    /// Only once the header is in the file itself, so that a file without its companions is still known for what it is.
    private static func enterWriteAheadMode(_ queue: DatabaseQueue) throws {
        try queue.writeWithoutTransaction { database in
            try database.execute(sql: "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL")
        }
    }

    private static func checkSchema(_ database: Database, path: String) throws {
        let application = try Int.fetchOne(database, sql: "PRAGMA application_id")
        guard application == Schema.applicationID else {
            throw RunStoreError.notARunFile(path: path, found: "an SQLite database of another program")
        }
        let version = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
        guard version <= Schema.version else {
            throw RunStoreError.newerVersion(path: path, found: version, supported: Schema.version)
        }
        // Whatever else a schema may say could be computed for ever, or be something else than it seems.
        guard try version > 0 && Schema.objects(in: database) == Schema.objects(ofVersion: version) else {
            throw RunStoreError.damaged(
                path: path, part: "schema", reason: "its tables are not those that this program makes")
        }
    }

    /// Bytes of a header's text: hundreds of thousands of samples have room in it.
    static let longestHeader = 4 << 20

    static func headerText(_ header: RunHeader, path: String) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let text = try encoder.encode(header)
        guard text.count <= longestHeader else {
            throw RunStoreError.damaged(
                path: path, part: "header", reason: "its \(text.count) bytes are more than \(longestHeader)")
        }
        return String(decoding: text, as: UTF8.self)
    }

    static func fetchHeader(_ database: Database, path: String) throws -> RunHeader {
        guard let text = try String.fetchOne(database, sql: "SELECT header FROM run") else {
            throw RunStoreError.damaged(path: path, part: "header", reason: "there is none")
        }
        let header: RunHeader
        do {
            header = try JSONDecoder().decode(RunHeader.self, from: Data(text.utf8))
        } catch {
            throw RunStoreError.damaged(path: path, part: "header", reason: "its JSON can't be read")
        }
        if let contradiction = header.contradiction {
            throw RunStoreError.damaged(path: path, part: "header", reason: contradiction)
        }
        return header
    }
}
