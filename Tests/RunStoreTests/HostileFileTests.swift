import CSQLite
import Foundation
import Separation
import Testing

@testable import RunStore

/// Run files that somebody has made to do harm: refused in one line, without much time or memory.
@Suite struct HostileFileTests {
    private let folder: TestFolder
    private let path: String
    private let header = TestRun.header()

    init() throws {
        folder = try TestFolder()
        path = folder.file("run.sepal")
    }

    private func makeRun(version: Int = Schema.version) throws {
        try? FileManager.default.removeItem(atPath: path)
        let writer = try RunStore.create(path: path, header: header, version: version)
        if version == Schema.version {
            for layer in 0..<4 { try writer.append(TestRun.result(header, layer: layer), layer: layer) }
        }
        writer.close()
    }

    /// Runs SQL on the file as any program may.
    private func execute(_ sql: String) throws {
        var connection: OpaquePointer?
        guard sqlite3_open(path, &connection) == SQLITE_OK else { throw CocoaError(.fileReadUnknown) }
        defer { sqlite3_close(connection) }
        var message: UnsafeMutablePointer<CChar>?
        let code = sqlite3_exec(connection, sql, nil, nil, &message)
        guard code == SQLITE_OK else {
            Issue.record("\(sql): \(message.map { String(cString: $0) } ?? "\(code)")")
            return
        }
    }

    /// Opens the file and reads all there is.
    private func readAll() throws(RunStoreError) {
        let store = try RunStore.open(path: path)
        defer { store.close() }
        _ = (try store.header(), try store.isComplete(), try store.finishedLayers())
        _ = (try store.figures(), try store.results(), try store.alignment(), try store.view(), try store.plans())
        for layer in header.layers.indices {
            _ = (try store.geometry(layer: layer), try store.classEdges(layer: layer))
        }
        _ = try store.sample(0)
    }

    private func expectDamaged(_ part: String, _ what: String, sourceLocation: SourceLocation = #_sourceLocation) {
        let error = #expect(throws: RunStoreError.self, "\(what)", sourceLocation: sourceLocation) { try readAll() }
        guard case .damaged(path, let found, _) = error, found.hasPrefix(part) else {
            Issue.record("\(what): \(String(describing: error))", sourceLocation: sourceLocation)
            return
        }
        #expect(error?.description.contains("\n") == false, sourceLocation: sourceLocation)
    }

    /// A table's text replaced by another one of the same columns.
    private static func rewritten(_ table: String, _ text: String) -> String {
        """
        PRAGMA writable_schema = ON;
        UPDATE sqlite_master SET sql = \(text) WHERE name = '\(table)';
        PRAGMA writable_schema = RESET
        """
    }

    static let schemas: [String] = [
        "CREATE VIEW v AS SELECT 1", "CREATE TRIGGER t AFTER UPDATE ON run BEGIN DELETE FROM layer; END",
        "CREATE INDEX i ON layer (name)", "CREATE INDEX i ON layer (abs(r))", "CREATE TABLE other (a)",
        "CREATE VIRTUAL TABLE search USING fts5 (a)", "CREATE VIRTUAL TABLE boxes USING rtree (a, b, c)",
        "ALTER TABLE layer ADD COLUMN more INTEGER", "ALTER TABLE layer DROP COLUMN luQ",
        "ALTER TABLE layer ADD COLUMN g GENERATED ALWAYS AS (hex(zeroblob(100000000))) VIRTUAL",
        "DROP TABLE view; CREATE TABLE view (id INTEGER, json GENERATED ALWAYS AS (hex(zeroblob(100000000))))",
        "DROP TABLE plan; CREATE TABLE plan (name TEXT PRIMARY KEY, units TEXT NOT NULL) WITHOUT ROWID",
        "DROP TABLE plan; CREATE VIEW plan AS SELECT 'lu' name, hex(zeroblob(100000000)) units",
        "DROP TABLE thumbnail",
        rewritten("run", "replace(sql, 'id = 1', 'id = 1 AND length(hex(zeroblob(100000000))) > 0')"),
        rewritten("run", "replace(sql, '\"header\" TEXT', '\"header\" TEXT COLLATE nocase')"),
        rewritten("run", "replace(sql, '\"header\" TEXT', '\"header\" TEXT DEFAULT (hex(zeroblob(100000000)))')"),
        rewritten("run", "replace(sql, '\"header\" TEXT NOT NULL', '\"header\" TEXT AS (hex(zeroblob(100000000)))')"),
    ]

    @Test(arguments: schemas) func otherSchemasAreRefused(sql: String) throws {
        try makeRun()
        try execute(sql)
        expectDamaged("schema", sql)
        let error = #expect(throws: RunStoreError.self) { try RunStore.openForResume(path: path, header: header) }
        guard case .damaged = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test(arguments: 1...Schema.version) func everyVersionsOwnSchemaIsTaken(version: Int) throws {
        try makeRun(version: version)
        try readAll()
        try RunStore.openForResume(path: path, header: header).close()
        // And is the newest one's then.
        try readAll()
        try makeRun(version: version)
        try execute("PRAGMA user_version = \(version % Schema.version + 1)")
        expectDamaged("schema", "version \(version) that says it is another")
        try execute("PRAGMA user_version = 0")
        expectDamaged("schema", "version 0")
    }

    static let figures: [String] = [
        "replicates = '[1e308,-1e308,1e308,-1e308,1e308,-1e308,1e308,-1e308,1e308,-1e308]'",
        "replicates = '[0,0,0,0,0,0,0,0,0,0,0]'", "replicates = '[1e400]'", "replicates = '[NaN]'", "M = 1e300",
        "M = 9e999", "AQ = -1e308", "EQ = 1e10", "r = 1.5", "r = -1", "gamma = 2", "gammaMean = -0.5", "luQ = 1e200",
        "minEdge = -3", "maxEdge = 1e38", "seconds = -1", "seconds = 1e300", "zeroRows = 100000", "correct = 601",
        "wrong = 4000000000000000000", "correct = 600, wrong = 600", "negative = 9000000000000000000",
        "histogram = '[9000000000000000000,0,0,0,0,0,0,0,0,0]'",
        "histogram = '[7140,7140,0,0,0,0,0,0,0,0]', sameHistogram = '[0,0,0,0,0,0,0,0,0,0]'",
        "histogram = '[' || replace(hex(zeroblob(40000)), '00', '0,') || '0]'",
    ]

    @Test(arguments: figures) func figuresThatNoLayerHas(change: String) throws {
        try makeRun()
        try execute("UPDATE layer SET \(change) WHERE position = 2")
        expectDamaged("layer layer1.2.conv1", change)
    }

    @Test func similaritiesThatNoEdgeHas() throws {
        func floats(_ values: Float...) -> [UInt8] { values.flatMap { withUnsafeBytes(of: $0, Array.init) } }
        for value: Float in [2, -1.5, .nan, .infinity, 1e38] {
            #expect(PackedBytes(bytes: [1, 0, 1] + floats(value)).edges(samples: 2) == nil)
            #expect(PackedBytes(bytes: [1, 1, 0] + floats(value)).neighbors(samples: 2) == nil)
            let edge = Edge(source: 0, target: 1, similarity: value)
            #expect(PackedBytes(edges: [edge], samples: 2) == nil)
        }
        #expect(PackedBytes(bytes: [1, 0, 1] + floats(1.000001)).edges(samples: 2) != nil)
        // A half whose exponent says NaN.
        #expect(PackedBytes(bytes: [1, 0x80, 0x20, 0, 0x7E]).gram(samples: 1) == nil)
        #expect(PackedBytes(bytes: [1, 0x80, 0x20, 0, 0x3C]).gram(samples: 1) != nil)
        #expect(PackedBytes(bytes: [1, 0, 3, 1]).classEdges(classes: 3) == nil)
    }

    static let headers: [String] = [
        "replace(header, '\"tolerance\":0.02', '\"tolerance\":1e300')",
        "replace(header, '\"minLength\":3', '\"minLength\":-1')",
        "replace(header, '\"samples\":60', '\"samples\":-60')",
        "replace(header, '\"samples\":60', '\"samples\":9223372036854775807')",
        "replace(header, '\"histogramSamples\":120', '\"histogramSamples\":4000000000')",
        "replace(header, '\"mean\":[', '\"mean\":[1e400,')",
        "replace(header, '\"predictions\":[]', '\"accuracy\":7,\"predictions\":[]')",
        "replace(header, '\"labels\":[', '\"labels\":[-1,')", "hex(zeroblob(5000000))",
        "replace(header, '\"layers\":[', '\"layers\":[' || replace(hex(zeroblob(100000)), '00', "
            + "'{\"name\":\"\",\"shape\":[],\"parameters\":0,\"isBlock\":false,\"multiplyAdds\":0},'))",
        "replace(header, '\"labels\":[', '\"labels\":[' || replace(hex(zeroblob(3000000)), '00', '0,'))",
        "'{\"layers\":' || replace(hex(zeroblob(1000000)), '0', '[')",
        "'[' || replace(hex(zeroblob(2000000)), '00', '{},') || '{}]'", "zeroblob(1000)", "zeroblob(100000000)",
        "'\"' || hex(zeroblob(4000000)) || '\"'", "9e999", "NULL || 'x'",
    ]

    @Test(arguments: headers) func headersThatNoRunHas(text: String) throws {
        try makeRun()
        try execute("PRAGMA ignore_check_constraints = ON; UPDATE run SET header = ifnull(\(text), '')")
        expectDamaged("header", text)
    }

    /// A table whose pages lead to each other again and again, so that a file of a few pages has rows without end.
    @Test func tablesWithoutEnd() throws {
        try makeRun()
        try execute("PRAGMA page_size = 512; VACUUM")
        var bytes = try folder.bytes("run.sepal")
        // SQLite's own tables come first; the schema's root is the first page, behind the file's header.
        let page = 512
        let pages = bytes.count / page
        // An interior page: kind 5, so many cells, the rightmost child, and cells of a child and a key.
        func interior(_ number: Int, at start: Int, child: Int) {
            let base = (number - 1) * page
            let cells = (page - start - 12) / 7
            var content: [UInt8] = [5, 0, 0, UInt8(cells >> 8), UInt8(cells & 0xFF)]
            let first = page - 5 * cells
            content += [UInt8(first >> 8), UInt8(first & 0xFF), 0] + big(child)
            for cell in 0..<cells { content += [UInt8((first + 5 * cell) >> 8), UInt8((first + 5 * cell) & 0xFF)] }
            bytes.replaceSubrange(base + start..<base + start + content.count, with: content)
            for cell in 0..<cells {
                let place = base + first + 5 * cell
                bytes.replaceSubrange(place..<place + 5, with: big(child) + [UInt8(cell & 0x7F)])
            }
        }
        func big(_ number: Int) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: number >> (24 - 8 * $0)) } }
        let sound = bytes
        for table in ["run", "layer", "graph", "grdb_migrations"] {
            bytes = sound
            let root = try rootPage(of: table)
            // The last pages make a ladder; each step leads to the next one by all its cells.
            for step in 0..<8 { interior(pages - 8 + step, at: 0, child: step < 7 ? pages - 7 + step : root) }
            interior(root, at: 0, child: pages - 8)
            try folder.write(bytes, to: "run.sepal")
            let error = #expect(throws: RunStoreError.self, "\(table)") { try readAll() }
            if table != "grdb_migrations" { #expect(error?.isBadContent == true, "\(table)") }
        }
        // The schema itself.
        bytes = sound
        interior(1, at: 100, child: pages)
        for step in 0..<8 { interior(pages - step, at: 0, child: pages - step - 1) }
        try folder.write(bytes, to: "run.sepal")
        let error = #expect(throws: RunStoreError.self) { try readAll() }
        #expect(error?.isBadContent == true)
    }

    private func rootPage(of table: String) throws -> Int {
        var connection: OpaquePointer?
        var statement: OpaquePointer?
        defer {
            sqlite3_finalize(statement)
            sqlite3_close(connection)
        }
        guard sqlite3_open(path, &connection) == SQLITE_OK,
            sqlite3_prepare_v2(
                connection, "SELECT rootpage FROM sqlite_master WHERE name = '\(table)'", -1, &statement, nil)
                == SQLITE_OK,
            sqlite3_step(statement) == SQLITE_ROW
        else { throw CocoaError(.fileReadUnknown) }
        return Int(sqlite3_column_int64(statement, 0))
    }

    /// Blobs as long as they like, of layers that have a few edges.
    @Test(arguments: [
        "UPDATE graph SET edges = zeroblob(50000000)", "UPDATE graph SET neighbors = zeroblob(50000000)",
        "UPDATE graph SET classEdges = zeroblob(50000000)",
        "INSERT INTO geometry (position, gram) VALUES (0, zeroblob(50000000))",
        "INSERT INTO geometry (position, map) VALUES (0, zeroblob(50000000))",
    ])
    func blobsThatNoLayerHas(sql: String) throws {
        try makeRun()
        try execute(sql)
        let error = #expect(throws: RunStoreError.self) { try readAll() }
        #expect(
            error == .damaged(path: path, part: "layer layer1.0.conv1", reason: "string or blob too big"))
    }

    /// A reading that goes on is given up, whatever it is of.
    @Test func readingsEnd() throws {
        try makeRun()
        let store = try RunStore.open(path: path)
        defer { store.close() }
        let error = #expect(throws: RunStoreError.self) {
            try store.read("table") { database in
                try database.execute(
                    sql: "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n")
            }
        }
        #expect(
            error == .damaged(path: path, part: "table", reason: "reading it takes longer than any run does"))
        // The next one is none the worse for it.
        #expect(try store.results().allSatisfy { $0 != nil })
    }

    @Test func connectionsAreGuarded() throws {
        try makeRun()
        let store = try RunStore.openForResume(path: path, header: header)
        defer { store.close() }
        try store.queue.writeWithoutTransaction { database in
            #expect(throws: (any Error).self) { try database.execute(sql: "ATTACH '' AS other") }
            let many = (0..<200).map { "c\($0)" }.joined(separator: ",")
            #expect(throws: (any Error).self) { try database.execute(sql: "CREATE TABLE wide (\(many))") }
            try database.execute(sql: "PRAGMA writable_schema = ON")
            #expect(throws: (any Error).self) { try database.execute(sql: "DELETE FROM sqlite_master") }
        }
        // No value is longer than what is read.
        #expect(throws: RunStoreError.self) {
            try store.read("table") { try $0.execute(sql: "SELECT hex(zeroblob(10000000))") }
        }
    }

    @Test(arguments: ["-wal", "-shm", "-journal"]) func companionsAreFiles(ending: String) throws {
        try makeRun()
        let companion = path + ending
        let victim = folder.file("victim")
        try folder.write([1, 2, 3], to: "victim")
        let makers: [() -> Bool] = [
            { mkfifo(companion, 0o600) == 0 }, { symlink(victim, companion) == 0 }, { mkdir(companion, 0o700) == 0 },
            { symlink(self.folder.file("nowhere"), companion) == 0 },
        ]
        for make in makers {
            guard make() else { throw CocoaError(.fileWriteUnknown) }
            expectDamaged("companion run.sepal\(ending)", ending)
            // Over a link as well.
            let link = folder.file("link.sepal")
            guard symlink(path, link) == 0 else { throw CocoaError(.fileWriteUnknown) }
            #expect(throws: RunStoreError.self) { try RunStore.open(path: link) }
            #expect(throws: RunStoreError.self) { try RunStore.save(view: "{}", path: path) }
            unlink(link)
            if unlink(companion) != 0 { rmdir(companion) }
        }
        #expect(try folder.bytes("victim") == [1, 2, 3] && !folder.files.contains("nowhere"))
        try readAll()
    }

    /// A journal may name a file that belongs to it, which SQLite takes away once the journal is undone.
    @Test func journalsTakeNoFileAway() throws {
        try makeRun()
        let killed = try folder.killedCopy(of: path, header)
        try folder.write(Array("important".utf8), to: "victim")
        let name = Array(folder.file("victim").utf8)
        func big(_ number: Int) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: number >> (24 - 8 * $0)) } }
        // The number of a page that holds no data, the name, its length, the sum of its bytes, and a mark.
        let record =
            big((1 << 30) / 4096 + 1) + name + big(name.count) + big(name.reduce(0) { $0 + Int($1) })
            + [0xD9, 0xD5, 0x05, 0xF9, 0x20, 0xA1, 0x63, 0xD7]
        try folder.write(try folder.bytes("killed.sepal-journal") + record, to: "killed.sepal-journal")
        let error = #expect(throws: RunStoreError.self) { try RunStore.open(path: killed) }
        #expect(error?.isBadContent == true && error?.description.contains("names another file") == true)
        #expect(try folder.bytes("victim") == Array("important".utf8))
    }

    @Test func whatIsNoFileIsNoRunFile() throws {
        guard mkfifo(path, 0o600) == 0 else { throw CocoaError(.fileWriteUnknown) }
        for (path, found) in [(path, "a named pipe"), ("/dev/zero", "a device"), ("/dev/null", "a device")] {
            let error = RunStoreError.notARunFile(path: path, found: found)
            #expect(throws: error) { try RunStore.open(path: path) }
            #expect(throws: error) { try RunStore.openForResume(path: path, header: header) }
            #expect(throws: error) { try RunStore.checkPlace(path: path) }
            #expect(throws: error) { try RunStore.isRunFile(path: path) }
        }
        #expect(try !RunStore.isRunFile(path: folder.path) && !RunStore.isRunFile(path: folder.file("none")))
    }
}
