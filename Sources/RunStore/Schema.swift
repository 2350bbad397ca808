import GRDB

/// The tables of a run file. `application_id` says that it is one, `user_version` which of its versions.
enum Schema {
    /// "SEPL".
    static let applicationID = 0x5345_504C
    /// The number of migrations that this program knows.
    static let version = 4

    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1: run, layer, graph") { database in
            try database.create(table: "run") { table in
                table.column("id", .integer).primaryKey().check(sql: "id = 1")
                table.column("header", .text).notNull()
                table.column("complete", .boolean).notNull()
            }
            try database.create(table: "layer") { table in
                table.column("position", .integer).primaryKey()
                table.column("name", .text).notNull()
                for name in ["histogram", "sameHistogram", "differentHistogram"] {
                    table.column(name, .text).notNull()
                }
                for name in ["negative", "correct", "wrong"] { table.column(name, .integer).notNull() }
                for name in ["r", "AQ", "EQ", "M"] { table.column(name, .double).notNull() }
                table.column("replicates", .text).notNull()
                table.column("degenerate", .boolean).notNull()
                for name in ["gamma", "gammaMean", "luQ", "minEdge", "maxEdge"] {
                    table.column(name, .double).notNull()
                }
                table.column("zeroRows", .integer).notNull()
                table.column("seconds", .double).notNull()
            }
            try database.create(table: "graph") { table in
                table.column("position", .integer).primaryKey().references("layer")
                for name in ["edges", "neighbors", "classEdges"] { table.column(name, .blob).notNull() }
            }
            try database.execute(sql: "PRAGMA application_id = \(applicationID); PRAGMA user_version = 1")
        }
        // Layers and samples of older files have no rows here, and stay without.
        migrator.registerMigration("2: geometry, thumbnail") { database in
            try database.create(table: "geometry") { table in
                table.column("position", .integer).primaryKey().references("layer")
                for name in ["gram", "map"] { table.column(name, .blob) }
            }
            try database.create(table: "thumbnail") { table in
                table.column("position", .integer).primaryKey()
                for name in ["channels", "height", "width"] { table.column(name, .integer).notNull() }
                table.column("pixels", .blob).notNull()
            }
            try database.execute(sql: "PRAGMA user_version = 2")
        }
        migrator.registerMigration("3: view") { database in
            try database.create(table: "view") { table in
                table.column("id", .integer).primaryKey().check(sql: "id = 1")
                table.column("json", .text).notNull()
            }
            try database.execute(sql: "PRAGMA user_version = 3")
        }
        migrator.registerMigration("4: plan") { database in
            try database.create(table: "plan") { table in
                table.column("name", .text).primaryKey()
                table.column("units", .text).notNull()
            }
            try database.execute(sql: "PRAGMA user_version = 4")
        }
        return migrator
    }

    /// What a database consists of: kind, name, table and text of each object; of no more than a few.
    static func objects(in database: Database) throws -> Set<[String?]> {
        let rows = try Row.fetchAll(database, sql: "SELECT type, name, tbl_name, sql FROM sqlite_master LIMIT 100")
        return Set(rows.map { row in (0..<4).map { row[$0] } })
    }

    /// What a run file of a version consists of, found by making one.
    static func objects(ofVersion version: Int) throws -> Set<[String?]> {
        let queue = try DatabaseQueue()
        try migrate(queue, to: version)
        return try queue.read(objects)
    }

    /// Brings a database to the newest version, or only to that of an older program.
    static func migrate(_ queue: DatabaseQueue, to version: Int = version) throws {
        let migrator = migrator
        try migrator.migrate(queue, upTo: migrator.migrations[version - 1])
    }
}
