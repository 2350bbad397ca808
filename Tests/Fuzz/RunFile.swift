import Analysis
import Cells
import Explorer
import Foundation
import GRDB
import Separation

@testable import RunStore

/// A run file that is sound but for some of its values or bytes, as the input says; read, reported, explored, continued.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzRunFile(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    var choices = Choices(bytes: UnsafeRawBufferPointer(start: start, count: count)[...])
    do {
        let actions = (0..<choices.next(6)).map { _ in Action.allCases[choices.next(Action.allCases.count)] }
        let isResumed = choices.next(4) == 3
        try SoundRun.shared.get().write(changedBy: &choices)
        try read(actions)
        try write(isResumed: isResumed)
    } catch let error as RunStoreError {
        precondition(!error.description.contains(where: \.isNewline), "more than a line: \(error)")
    } catch {
        preconditionFailure("no RunStoreError: \(error)")
    }
    return 0
}

/// What `report`, `compare` and `explore` do.
private func read(_ actions: [Action]) throws {
    let store = try RunStore.open(path: SoundRun.path)
    defer { store.close() }
    let (header, results) = (try store.header(), try store.results())
    var model = ExplorerModel(
        size: Size(columns: 80, rows: 24), options: ExplorerOptions(level: header.level))
    func take(_ message: Message) { _ = update(&model, message) }
    take(.header(header))
    for case (let layer, let result?) in results.enumerated() {
        take(.layer(index: layer, result, isPreview: false))
        take(.geometry(layer: layer, try store.map(layer: layer), alignments: []))
    }
    if try store.isComplete() { take(.jobFinished) }
    let alignment = try store.alignment()
    for layer in results.indices { take(.geometry(layer: layer, nil, alignments: alignment.row(layer))) }
    let plans = try store.plans()
    take(.plans(run: 0, chosen: plans.first?.units ?? [], all: plans.map(\.units)))
    if let json = try store.view(), let view = try? JSONDecoder().decode(SavedView.self, from: Data(json.utf8)) {
        take(.view(view, takesTheme: true))
    }
    for action in actions { model.show(.perform(action)) }
    for sample in [0, 1, header.samples - 1] {
        take(.picture(run: 0, sample: sample, try store.sample(sample)?.thumbnail))
    }
    model.show(.perform(.firstLayer))

    let report = Report(header: header, results: try store.figures())
    _ = (report.text(), report.findings(), report.csv(), try report.json())
    let comparison = try Comparison(report, report, cuts: plans.map(\.units))
    _ = (comparison.text(), try comparison.json())
    for layer in results.indices {
        guard let table = try store.classEdges(layer: layer) else { continue }
        _ = (table.totals(classes: header.classes.count), table.edges(of: 0), table.mostConfused())
    }
}

/// What a job does that goes on, and what the explorer keeps.
private func write(isResumed: Bool) throws {
    if isResumed {
        let store = try RunStore.open(path: SoundRun.path, isWriter: true)
        defer { store.close() }
        let header = try store.header()
        if header.layers.count > 2, header.samples == header.labels.count, (2..<100).contains(header.samples) {
            try store.append(TestRun.result(header, layer: 2, edgeCount: 20), layer: 2)
        }
        try store.update(header, isComplete: true)
    }
    try RunStore.save(view: "{}", path: SoundRun.path)
    try RunStore.save(plan: StoredPlan(name: StoredPlan.explorer, units: ["layer1"]), path: SoundRun.path)
}

/// Takes each choice from a byte; where none is left, the first.
private struct Choices {
    var bytes: Slice<UnsafeRawBufferPointer>

    mutating func next(_ bound: Int) -> Int { Int(bytes.popFirst() ?? 0) % bound }

    mutating func place(_ bound: Int) -> Int { (next(256) << 8 | next(256)) % max(1, bound) }

    mutating func next(bytes count: Int) -> [UInt8] {
        defer { bytes = bytes.dropFirst(count) }
        return Array(bytes.prefix(count))
    }

    private static let numbers: [Int64] = [
        0, 1, -1, 2, 3, 19, 20, 21, 64, 1000, 65_536, 1 << 31, 1 << 47, 1 << 48, 1 << 53, 1 << 62, .max, .min, 5, 10,
    ]
    private static let words: [String] = [
        "null", "true", "\"\"", "\"\\n\\u0000\"", "[]", "{}", "[[]]", "1e308", "-1e308", "5e-324", "0.5", "-0.0",
        "1e999",
        "\"block\"", "\"newman\"", "[1,2]", "\"👩‍👩‍👧\"",
    ]

    mutating func number() -> Int64 {
        let choice = next(Self.numbers.count + 1)
        return choice < Self.numbers.count
            ? Self.numbers[choice] : next(bytes: 8).reduce(0) { $0 << 8 | Int64(truncatingIfNeeded: Int($1)) }
    }

    /// Another value in the place of one.
    mutating func value(insteadOf old: DatabaseValue) -> DatabaseValue {
        let old = String.fromDatabaseValue(old).map { Array($0.utf8) } ?? Data.fromDatabaseValue(old).map(Array.init)
        switch next(8) {
        case 0: return .null
        case 1: return number().databaseValue
        case 2:
            return [0, -0.5, 0.25, 1, 1e308, -1e308, .infinity, -.infinity, .leastNonzeroMagnitude, 1e16, -1][next(11)]
                .databaseValue
        case 3: return Data(next(bytes: next(256))).databaseValue
        case 4: return String(decoding: next(bytes: next(64)), as: UTF8.self).databaseValue
        case 5: return splice(old ?? []).databaseValue
        default: return json(old ?? []).databaseValue
        }
    }

    /// Some bytes replaced.
    private mutating func splice(_ old: [UInt8]) -> Data {
        let start = place(old.count + 1)
        let end = min(old.count, start + next(32))
        return Data(old[..<start] + next(bytes: next(32)) + old[end...])
    }

    /// A number, word or text of JSON replaced.
    private mutating func json(_ old: [UInt8]) -> String {
        let marks = old.indices.filter { "[:,".utf8.contains(old[$0]) && $0 + 1 < old.count }
        guard !marks.isEmpty else { return String(decoding: splice(old), as: UTF8.self) }
        let start = marks[place(marks.count)] + 1
        let end = old[start...].firstIndex { ",]}".utf8.contains($0) } ?? old.count
        let word = next(2) == 0 ? "\(number())" : Self.words[next(Self.words.count)]
        return String(decoding: old[..<start] + word.utf8 + old[end...], as: UTF8.self)
    }
}

/// A run file that lets its values be anything.
private struct SoundRun {
    static let shared = Result { try SoundRun() }
    static let path = NSTemporaryDirectory() + "/run.sepal"

    private let bytes: [UInt8]
    private let columns: [(table: String, name: String)]

    private init() throws {
        var header = TestRun.header(layers: 3, samples: 20)
        header.network = NetworkDescription(
            imageShape: [3, 8, 8], multiplyAdds: 1 << 42,
            units: header.layers.indices.map { layer in
                UnitDescription(
                    name: "layer\(layer)", layers: [layer], outputLayer: layer,
                    inputLayer: layer == 0 ? nil : layer - 1,
                    parameters: 2304, multiplyAdds: 1 << 40, obstacle: nil)
            })
        (header.seconds, header.peakMemoryBytes, header.accuracy) = (RunSeconds(), 1 << 30, 0.9)
        header.predictions = header.labels
        let store = try RunStore.create(path: Self.path, header: header)
        try store.storeThumbnails { _ in Thumbnail(channels: 1, height: 2, width: 2, pixels: [1, 2, 3, 4]) }
        for layer in 0..<2 {
            let points = header.labels.indices.map { SIMD2(Float($0), Float(layer)) }
            try store.append(
                TestRun.result(header, layer: layer, edgeCount: 20), layer: layer,
                geometry: LayerGeometry(
                    gram: GramTriangle(samples: 4, exponent: 0, halves: (0..<10).map { $0 * 7 }),
                    map: PrincipalMap(points: points, shares: SIMD2(0.5, 0.25))))
        }
        store.close()
        let json = """
            {"chords":"bundled","classFocus":1,"classOrder":"number","curve":"modularity","filter":"all",\
            "figures":"figures","focus":"ring","isLogarithmic":false,"isZoomed":false,"layer":"layer1.0.conv1","level":"conv","minLength":3,\
            "picture":"ring","tableOrder":"layer","theme":"dusk","threshold":0.5,"tolerance":0.02}
            """
        try RunStore.save(view: json, path: Self.path)
        try RunStore.save(plan: StoredPlan(name: StoredPlan.explorer, units: ["layer1"]), path: Self.path)
        // The file's own rules needn't be those that it was made with.
        columns = try Self.edit { database in
            try database.execute(
                sql: """
                    PRAGMA writable_schema = ON;
                    UPDATE sqlite_schema SET sql = replace(replace(sql, ' NOT NULL', ''), ' CHECK (id = 1)', '');
                    """)
            return try Row.fetchAll(
                database,
                sql: """
                    SELECT m.name, p.name FROM sqlite_schema m, pragma_table_info(m.name) p WHERE m.type = 'table'
                    """
            ).map { ($0[0], $0[1]) }
        }
        bytes = Array(try Data(contentsOf: URL(filePath: Self.path)))
    }

    private static func edit<Value>(_ body: (Database) throws -> Value) throws -> Value {
        let queue = try DatabaseQueue(path: path)
        defer { try? queue.close() }
        return try queue.writeWithoutTransaction(body)
    }

    /// Puts the file there, values and then bytes of it changed.
    func write(changedBy choices: inout Choices) throws {
        for companion in ["", "-wal", "-shm", "-journal"] { unlink(Self.path + companion) }
        let file = URL(filePath: Self.path)
        try Data(bytes).write(to: file)
        let (values, patches) = (choices.next(8), choices.next(8) % 3)
        try Self.edit { database in
            try database.execute(sql: "PRAGMA foreign_keys = OFF; PRAGMA synchronous = OFF; BEGIN")
            for _ in 0..<values where !choices.bytes.isEmpty {
                let (table, name) = columns[choices.next(columns.count)]
                let row = choices.next(4)
                let found = try Row.fetchOne(
                    database, sql: "SELECT rowid, \"\(name)\" FROM \"\(table)\" LIMIT 1 OFFSET \(row)")
                guard let found, let id = found[0] as Int64? else { continue }
                // A key that is there already stays.
                try? database.execute(
                    sql: "UPDATE \"\(table)\" SET \"\(name)\" = ? WHERE rowid = ?",
                    arguments: [choices.value(insteadOf: found[1]), id])
            }
            try database.execute(sql: "COMMIT")
        }
        guard patches > 0 else { return }
        var content = try Data(contentsOf: file)
        for _ in 0..<patches where !choices.bytes.isEmpty {
            let place = choices.next(content.count / 4096) * 4096 + choices.place(4096)
            let patch = choices.next(bytes: choices.next(32)).prefix(content.count - place)
            content.replaceSubrange(place..<place + patch.count, with: patch)
        }
        try content.write(to: file)
    }
}
