import CSQLite
import GRDB

/// Holds a connection to what a run file takes, whatever it says of itself: no SQL that comes with it is run, no value is
/// read that is longer than what it should hold, and no reading goes on for ever.
///
/// It is used on the connection's own queue only.
final class ConnectionGuard: @unchecked Sendable {
    /// Of SQLite's machine, until a reading is given up.
    private var stepsLeft: Int

    /// Every reading takes far fewer, and SQLite makes so many in a moment.
    private static let mostSteps = 1_000_000
    /// Some for each table.
    private static let mostOpeningSteps = 50_000
    private static let stepsAtATime: Int32 = 1000

    /// - Parameter trusts: whether the file was made by this process, just now.
    init(trusts: Bool) { stepsLeft = trusts ? .max : Self.mostOpeningSteps }

    func prepare(_ database: Database) throws {
        guard let connection = database.sqliteConnection, sepal_sqlite_defend(connection) == SQLITE_OK else {
            throw DatabaseError(resultCode: .SQLITE_MISUSE, message: "SQLite can't be guarded")
        }
        for (limit, most) in Self.limits { sqlite3_limit(connection, limit, most) }
        sqlite3_progress_handler(
            connection, Self.stepsAtATime,
            { context in
                guard let context else { return 0 }
                return Unmanaged<ConnectionGuard>.fromOpaque(context).takeUnretainedValue().takeSteps() ? 0 : 1
            }, Unmanaged.passUnretained(self).toOpaque())
        try database.execute(sql: "PRAGMA cell_size_check = TRUE; PRAGMA mmap_size = 0")
    }

    private static let limits: [(Int32, Int32)] = [
        (SQLITE_LIMIT_SQL_LENGTH, 1 << 16), (SQLITE_LIMIT_COLUMN, 100), (SQLITE_LIMIT_EXPR_DEPTH, 50),
        (SQLITE_LIMIT_COMPOUND_SELECT, 10), (SQLITE_LIMIT_VDBE_OP, 25_000), (SQLITE_LIMIT_FUNCTION_ARG, 10),
        (SQLITE_LIMIT_ATTACHED, 0), (SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 100), (SQLITE_LIMIT_VARIABLE_NUMBER, 100),
        (SQLITE_LIMIT_TRIGGER_DEPTH, 1), (SQLITE_LIMIT_WORKER_THREADS, 0),
    ]

    private func takeSteps() -> Bool {
        stepsLeft -= Int(Self.stepsAtATime)
        return stepsLeft >= 0
    }

    /// One reading, of rows up to so many bytes each.
    func reading<Value>(_ database: Database, longest: Int, _ body: () throws -> Value) rethrows -> Value {
        stepsLeft = Self.mostSteps
        let before = sqlite3_limit(database.sqliteConnection, SQLITE_LIMIT_LENGTH, Int32(clamping: longest))
        defer {
            sqlite3_limit(database.sqliteConnection, SQLITE_LIMIT_LENGTH, before)
            stepsLeft = .max
        }
        return try body()
    }
}
