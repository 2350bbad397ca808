import Foundation
import Testing

@testable import RunStore

/// The view kept with a run.
@Suite struct ViewTests {
    private let path = FileManager.default.temporaryDirectory.appending(path: "view-\(UUID().uuidString).sepal").path

    @Test func itReplacesTheOneBefore() throws {
        defer { try? FileManager.default.removeItem(atPath: path) }
        let writer = try RunStore.create(path: path, header: TestRun.header())
        #expect(try writer.view() == nil)
        // While the run is still being written.
        try RunStore.save(view: #"{"layer":"a"}"#, path: path)
        try RunStore.save(view: #"{"layer":"b"}"#, path: path)
        writer.close()
        let reader = try RunStore.open(path: path)
        #expect(try reader.view() == #"{"layer":"b"}"#)
        reader.close()
    }

    /// A file of an older program has no place for views until one is kept.
    @Test(arguments: [1, 2]) func olderFilesTakeOne(version: Int) throws {
        defer { try? FileManager.default.removeItem(atPath: path) }
        try RunStore.create(path: path, header: TestRun.header(), version: version).close()
        let older = try RunStore.open(path: path)
        #expect(try older.view() == nil)
        older.close()
        try RunStore.save(view: "{}", path: path)
        let newer = try RunStore.open(path: path)
        #expect(try newer.view() == "{}" && newer.header() == TestRun.header())
        newer.close()
    }

    @Test func whatCannotBeWrittenIsSaid() throws {
        #expect(throws: RunStoreError.self) { try RunStore.save(view: "{}", path: path) }
    }
}
