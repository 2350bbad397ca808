import Foundation
import Separation
import Testing

@testable import RunStore

@Suite struct RunStoreErrorTests {
    let folder: TestFolder
    let path: String
    let header = TestRun.header()

    init() throws {
        folder = try TestFolder()
        path = folder.file("run.sepal")
    }

    /// A finished and closed file of four layers.
    private func makeRun() throws {
        let writer = try RunStore.create(path: path, header: header)
        for layer in 0..<4 { try writer.append(TestRun.result(header, layer: layer), layer: layer) }
        writer.close()
    }

    private func expectOpening(_ error: RunStoreError, sourceLocation: SourceLocation = #_sourceLocation) {
        #expect(throws: error, sourceLocation: sourceLocation) { try RunStore.open(path: path) }
        #expect(throws: error, sourceLocation: sourceLocation) {
            try RunStore.openForResume(path: path, header: header)
        }
    }

    @Test func missing() {
        expectOpening(.missing(path: path))
        #expect(folder.files.isEmpty)
    }

    @Test func existing() throws {
        try folder.write([1, 2, 3], to: "run.sepal")
        #expect(throws: RunStoreError.exists(path: path)) { try RunStore.create(path: path, header: header) }
        #expect(try folder.bytes("run.sepal") == [1, 2, 3])
    }

    @Test func folderMissing() {
        let inner = folder.file("none/run.sepal")
        #expect(throws: RunStoreError.notWritable(path: inner, reason: "its folder does not exist")) {
            try RunStore.create(path: inner, header: header)
        }
        #expect(throws: RunStoreError.missing(path: inner)) { try RunStore.open(path: inner) }
    }

    @Test(.enabled(if: getuid() != 0, "the superuser may write anywhere"))
    func permissionDenied() throws {
        try makeRun()
        let modes = FileManager.default
        try modes.setAttributes([.posixPermissions: 0o444], ofItemAtPath: path)
        try modes.setAttributes([.posixPermissions: 0o555], ofItemAtPath: folder.path)
        defer { try? modes.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder.path) }
        let other = folder.file("other.sepal")
        #expect(throws: RunStoreError.notWritable(path: other, reason: "Permission denied")) {
            try RunStore.create(path: other, header: header)
        }
        #expect(throws: RunStoreError.notWritable(path: path, reason: "Permission denied")) {
            try RunStore.openForResume(path: path, header: header)
        }
        // A finished run can be read where nothing can be written.
        let reader = try RunStore.open(path: path)
        #expect(try reader.results().allSatisfy { $0 != nil })
        reader.close()
        try modes.setAttributes([.posixPermissions: 0], ofItemAtPath: path)
        #expect(throws: RunStoreError.notReadable(path: path, reason: "Permission denied")) {
            try RunStore.open(path: path)
        }
    }

    @Test func otherKindsOfFile() throws {
        try folder.write([], to: "run.sepal")
        expectOpening(.notARunFile(path: path, found: "an empty file"))
        try folder.write(Array("{\"json\": true, \"long\": [0, 1]}".utf8), to: "run.sepal")
        expectOpening(.notARunFile(path: path, found: "a file of another kind"))
        try folder.write(Array("SQLite format 3\0".utf8) + Array(repeating: 7, count: 5000), to: "run.sepal")
        expectOpening(.notARunFile(path: path, found: "a file that only begins like a database"))
        try FileManager.default.removeItem(atPath: path)
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        expectOpening(.notARunFile(path: path, found: "a folder"))
    }

    @Test func databaseOfAnotherProgram() throws {
        try makeRun()
        // SQLite keeps application_id in bytes 68 to 71 of the file, most significant first.
        var bytes = try folder.bytes("run.sepal")
        #expect(Array(bytes[68..<72]) == Array("SEPL".utf8))
        bytes[71] += 1
        try folder.write(bytes, to: "run.sepal")
        expectOpening(.notARunFile(path: path, found: "an SQLite database of another program"))
    }

    @Test func newerVersion() throws {
        try makeRun()
        // SQLite keeps user_version in bytes 60 to 63.
        var bytes = try folder.bytes("run.sepal")
        #expect(Array(bytes[60..<64]) == [0, 0, 0, UInt8(Schema.version)])
        bytes[63] += 1
        try folder.write(bytes, to: "run.sepal")
        let (found, supported) = (Schema.version + 1, Schema.version)
        expectOpening(.newerVersion(path: path, found: found, supported: supported))
    }

    @Test func truncated() throws {
        try makeRun()
        let bytes = try folder.bytes("run.sepal")
        for length in [100, 4096, bytes.count / 2, bytes.count - 4096] {
            try folder.write(Array(bytes.prefix(length)), to: "run.sepal")
            let error = #expect(throws: RunStoreError.self) {
                let store = try RunStore.open(path: path)
                defer { store.close() }
                _ = try store.results()
            }
            #expect(error?.isBadContent == true, "\(length): \(error?.description ?? "")")
        }
    }

    @Test func overwrittenPagesNeverTrap() throws {
        try makeRun()
        let bytes = try folder.bytes("run.sepal")
        var failures = 0
        for page in 0..<bytes.count / 4096 {
            for filling: UInt8 in [0, 0xFF] {
                var broken = bytes
                for index in page * 4096 + 100..<(page + 1) * 4096 { broken[index] = filling }
                try folder.write(broken, to: "run.sepal")
                do {
                    let store = try RunStore.open(path: path)
                    defer { store.close() }
                    _ = (try store.figures(), try store.results(), try store.classEdges(layer: 0))
                } catch {
                    #expect(error.isBadContent, "page \(page): \(error)")
                    failures += 1
                }
            }
        }
        #expect(failures > 10)
    }

    @Test(arguments: [
        ("UPDATE layer SET histogram = '[1, 2' WHERE position = 2", "layer layer1.2.conv1"),
        ("UPDATE layer SET histogram = '[1, 2]' WHERE position = 2", "layer layer1.2.conv1"),
        ("UPDATE layer SET correct = -1 WHERE position = 2", "layer layer1.2.conv1"),
        ("UPDATE layer SET zeroRows = 1e300 WHERE position = 2", "layer layer1.2.conv1"),
        ("UPDATE layer SET seconds = 9e999 WHERE position = 2", "layer layer1.2.conv1"),
        ("UPDATE graph SET edges = x'ff' WHERE position = 2", "layer layer1.2.conv1"),
        ("UPDATE graph SET edges = 5 WHERE position = 2", "layer layer1.2.conv1"),
        ("UPDATE graph SET neighbors = x'00' WHERE position = 2", "layer layer1.2.conv1"),
        ("UPDATE graph SET classEdges = x'0102' WHERE position = 2", "layer layer1.2.conv1"),
        ("DELETE FROM graph", "layer layer1.0.conv1"),
        ("UPDATE run SET header = '{}'", "header"),
        ("UPDATE run SET header = x'00ff'", "header"),
        ("UPDATE run SET header = replace(header, '\"samples\":60', '\"samples\":61')", "header"),
        ("UPDATE run SET header = replace(header, '\"edges\":600', '\"edges\":\(Int.max)')", "header"),
        ("UPDATE run SET header = replace(header, '\"k\":3', '\"k\":-3')", "header"),
        ("UPDATE run SET header = replace(header, '\"parameters\":2304', '\"parameters\":\(Int.max)')", "header"),
        ("DELETE FROM run", "header"),
        ("INSERT INTO plan (name, units) VALUES (NULL, '[]')", "plan"),
        ("INSERT INTO plan (name, units) VALUES ('lu', x'ff')", "plan"),
        ("INSERT INTO plan (name, units) VALUES ('lu', '{}')", "plan"),
        ("ALTER TABLE graph RENAME TO other", "schema"),
        ("ALTER TABLE run RENAME TO other", "schema"),
        (
            """
            DROP TABLE run;
            CREATE VIEW run AS WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) header FROM n
            """, "schema"
        ),
        ("CREATE TRIGGER again AFTER UPDATE ON run BEGIN DELETE FROM layer; END", "schema"),
    ])
    func damagedValues(sql: String, part: String) throws {
        try makeRun()
        let writer = try RunStore.openForResume(path: path, header: header)
        try writer.queue.write { try $0.execute(sql: sql) }
        writer.close()
        let error = #expect(throws: RunStoreError.self) {
            let store = try RunStore.open(path: path)
            defer { store.close() }
            _ = (try store.figures(), try store.results())
            for layer in 0..<4 { _ = try store.classEdges(layer: layer) }
            _ = try store.plans()
        }
        guard case .damaged(_, part, _) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test func anotherRunIsNotContinued() throws {
        try makeRun()
        var other = header
        other.checkpointHash = "1234"
        other.samples = 59
        other.labels.removeLast()
        other.seed = nil
        other.normalization = .newman
        let differences = [
            "other checkpoint", "seed 18446744073709551615, not none", "samples 60, not 59",
            "normalization literal, not newman", "other labels",
        ]
        #expect(throws: RunStoreError.differentRun(path: path, differences: differences)) {
            try RunStore.openForResume(path: path, header: other)
        }
        // What is known later, or only concerns how figures are looked at, may differ.
        var same = header
        same.checkpoint = "elsewhere/resnet.th"
        same.accuracy = 0.5
        same.tolerance = 0.1
        same.level = .block
        try RunStore.openForResume(path: path, header: same).close()
    }

    @Test func unfitResults() throws {
        let writer = try RunStore.create(path: path, header: header)
        defer { writer.close() }
        func expectUnfit(_ result: LayerResult, layer: Int = 0, sourceLocation: SourceLocation = #_sourceLocation) {
            let error = #expect(throws: RunStoreError.self, sourceLocation: sourceLocation) {
                try writer.append(result, layer: layer)
            }
            guard case .unfitLayer = error else {
                Issue.record("\(String(describing: error))", sourceLocation: sourceLocation)
                return
            }
        }
        let good = TestRun.result(header, layer: 0)
        for layer in [1, 4, -1] { expectUnfit(good, layer: layer) }
        var bad = good
        bad.edges.swapAt(3, 4)
        expectUnfit(bad)
        bad = good
        bad.edges[0] = bad.edges[1]
        expectUnfit(bad)
        bad = good
        bad.edges[299].target = 60
        expectUnfit(bad)
        bad = good
        bad.neighbors.indices[5] = 60
        expectUnfit(bad)
        bad.neighbors.indices.removeLast()
        expectUnfit(bad)
        bad = good
        bad.figures.modularity = .nan
        expectUnfit(bad)
        bad = good
        bad.figures.replicates[3] = .infinity
        expectUnfit(bad)
        #expect(try writer.finishedLayers().isEmpty)
        try writer.append(good, layer: 0)
    }

    @Test func aLayerIsStoredOnce() throws {
        let first = try RunStore.create(path: path, header: header)
        defer { first.close() }
        let second = try RunStore.openForResume(path: path, header: header)
        defer { second.close() }
        let result = TestRun.result(header, layer: 0)
        try first.append(result, layer: 0)
        #expect(throws: RunStoreError.alreadyStored(path: path, layer: result.name)) {
            try second.append(result, layer: 0)
        }
    }

    @Test func readersDoNotWrite() throws {
        try makeRun()
        let reader = try RunStore.open(path: path)
        defer { reader.close() }
        let error = #expect(throws: RunStoreError.self) { try reader.update(header, isComplete: true) }
        guard case .notWritable = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    /// What a job leaves that is killed while it changes the file itself, as it does when it begins and when it ends.
    @Test func readersUndoWhatAKilledJobHadBegun() throws {
        try makeRun()
        let killed = try folder.killedCopy(of: path, header)
        #expect(try Data(contentsOf: URL(filePath: killed)) != Data(contentsOf: URL(filePath: path)))

        let reader = try RunStore.open(path: killed)
        defer { reader.close() }
        #expect(try reader.header() == header)
        #expect(try reader.results() == (0..<4).map { TestRun.result(header, layer: $0) })
        #expect(!FileManager.default.fileExists(atPath: killed + "-journal"))
    }

    @Test func diskFullKeepsWhatWasThere() throws {
        let writer = try RunStore.create(path: path, header: header)
        defer { writer.close() }
        let results = (0..<2).map { TestRun.result(header, layer: $0) }
        try writer.append(results[0], layer: 0)
        try writer.queue.writeWithoutTransaction { try $0.execute(sql: "PRAGMA max_page_count = 1") }
        let error = #expect(throws: RunStoreError.self) { try writer.append(results[1], layer: 1) }
        guard case .failed = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(try writer.results() == [results[0], nil, nil, nil])
        try writer.queue.writeWithoutTransaction { try $0.execute(sql: "PRAGMA max_page_count = 100000") }
        try writer.append(results[1], layer: 1)
        #expect(try writer.finishedLayers() == [0, 1])
    }

    @Test func twoWritersAtOnce() throws {
        let first = try RunStore.create(path: path, header: header)
        defer { first.close() }
        let second = try RunStore.openForResume(path: path, header: header)
        defer { second.close() }
        try second.queue.writeWithoutTransaction { try $0.execute(sql: "PRAGMA busy_timeout = 0") }
        try first.queue.writeWithoutTransaction { database in
            try database.execute(sql: "BEGIN IMMEDIATE")
            #expect(throws: RunStoreError.busy(path: path)) {
                try second.append(TestRun.result(header, layer: 0), layer: 0)
            }
            try database.execute(sql: "ROLLBACK")
        }
    }

    @Test func contradictoryHeadersAreNotStored() throws {
        var bad = header
        bad.labels[7] = 3
        let error = RunStoreError.damaged(path: path, part: "header", reason: "a label without a class")
        #expect(throws: error) { try RunStore.create(path: path, header: bad) }
        #expect(folder.files.isEmpty)
        bad = header
        bad.predictions = [1]
        let writer = try RunStore.create(path: path, header: header)
        defer { writer.close() }
        #expect(throws: RunStoreError.damaged(path: path, part: "header", reason: "1 predictions for 60 samples")) {
            try writer.update(bad)
        }
        #expect(throws: RunStoreError.differentRun(path: path, differences: ["k 3, not 4"])) {
            bad = header
            bad.k = 4
            try writer.update(bad)
        }
    }

    @Test func everyDescriptionIsOneLineThatNamesTheFile() {
        let errors: [RunStoreError] = [
            .missing(path: "f"), .exists(path: "f"), .notReadable(path: "f", reason: "r"),
            .notWritable(path: "f", reason: "r"), .failed(path: "f", reason: "r"), .busy(path: "f"),
            .notARunFile(path: "f", found: "r"), .newerVersion(path: "f", found: 2, supported: 1),
            .damaged(path: "f", part: "p", reason: "r"), .differentRun(path: "f", differences: ["a", "b"]),
            .alreadyStored(path: "f", layer: "l"), .unfitLayer(path: "f", layer: "l", reason: "r"),
        ]
        for error in errors {
            #expect(error.description.hasPrefix("f: ") && !error.description.contains("\n"))
        }
        #expect(errors.map(\.isBadContent) == Array(repeating: false, count: 6) + Array(repeating: true, count: 6))
    }
}
