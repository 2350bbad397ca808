import GRDB

extension RunStore {
    /// Bytes of what people keep with a run.
    static let longestNote = 1 << 20

    /// The view that was kept with the run, as JSON; nil where there is none, or the file is older.
    ///
    /// - Throws: `busy`, `failed`.
    public func view() throws(RunStoreError) -> String? {
        try read("view", longest: Self.longestNote) { database in
            guard try database.tableExists("view") else { return nil }
            return try String.fetchOne(database, sql: "SELECT json FROM view")
        }
    }

    /// Keeps a view with a run, in the place of the one before, whether or not the run is still being written.
    ///
    /// - Throws: What `open` throws; `notWritable`, `busy`, `failed`.
    public static func save(view json: String, path: String) throws(RunStoreError) {
        let store = try open(path: path, isWriter: true)
        defer { store.close() }
        do {
            try store.queue.write { database in
                try database.execute(sql: "INSERT OR REPLACE INTO view (id, json) VALUES (1, ?)", arguments: [json])
            }
        } catch {
            throw RunStoreError(error, path: path, part: "view")
        }
    }
}
