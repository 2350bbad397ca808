import Foundation
import Separation
import Testing

@testable import RunStore

/// Parts of a run become the run.
@Suite struct MergingTests {
    let folder: TestFolder
    let header = TestRun.header()

    init() throws { folder = try TestFolder() }

    /// A part with some of the layers.
    private func part(_ name: String, _ layers: [Int], _ change: (inout RunHeader) -> Void = { _ in }) throws -> String
    {
        var header = header
        change(&header)
        let store = try RunStore.create(path: folder.file(name), header: header)
        for layer in layers { try store.append(TestRun.result(header, layer: layer), layer: layer) }
        store.close()
        return store.path
    }

    @Test func partsMakeTheWhole() throws {
        let all = Array(header.layers.indices)
        let predictions = header.labels
        let parts = [
            try part("a.sepal", all.filter { $0 % 2 == 1 }) {
                $0.seconds = RunSeconds(load: 1, forward: 2, similarity: 3, statistics: 4, total: 10)
                $0.peakMemoryBytes = 5
            },
            try part("b.sepal", all.filter { $0 % 2 == 0 } + [1]) {
                ($0.accuracy, $0.predictions) = (0.5, predictions)
                $0.seconds = RunSeconds(load: 1, forward: 1, similarity: 1, statistics: 1, total: 4)
                $0.peakMemoryBytes = 7
            },
        ]
        let path = folder.file("run.sepal")
        #expect(try RunStore.merge(parts, into: path) == all.count)
        let store = try RunStore.open(path: path)
        defer { store.close() }
        #expect(try store.isComplete())
        #expect(try store.results() == all.map { TestRun.result(header, layer: $0) })
        let merged = try store.header()
        #expect(merged.accuracy == 0.5 && merged.predictions == predictions && merged.peakMemoryBytes == 7)
        #expect(merged.seconds == RunSeconds(load: 2, forward: 3, similarity: 4, statistics: 5, total: 14))
        #expect(folder.files == ["a.sepal", "b.sepal", "run.sepal"])
    }

    @Test func whatIsNoWholeIsRefused() throws {
        let some = [try part("a.sepal", [0, 1]), try part("b.sepal", [1, 2])]
        let path = folder.file("run.sepal")
        let missing = header.layers.dropFirst(3).map(\.name)
        #expect(throws: RunStoreError.layersMissing(path: path, layers: missing)) {
            try RunStore.merge(some, into: path)
        }
        let other = try part("c.sepal", [3]) { $0.checkpointHash = "other" }
        #expect(throws: RunStoreError.differentRun(path: other, differences: ["other checkpoint"])) {
            try RunStore.merge(some + [other], into: path)
        }
        let absent = folder.file("absent.sepal")
        #expect(throws: RunStoreError.missing(path: absent)) { try RunStore.merge(some + [absent], into: path) }
        let whole = try part("d.sepal", Array(header.layers.indices))
        // Left off in the midst of it.
        struct Stop: Error {}
        var layers = 0
        #expect(throws: Stop.self) {
            try RunStore.merge([whole], into: path) {
                layers += 1
                if layers == 2 { throw Stop() }
            }
        }
        #expect(!FileManager.default.fileExists(atPath: path))
        #expect(throws: RunStoreError.exists(path: whole)) { try RunStore.merge([whole], into: whole) }
        #expect(folder.files == ["a.sepal", "b.sepal", "c.sepal", "d.sepal"])
    }
}
