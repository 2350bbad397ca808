import Foundation
import Separation
import Testing

@testable import RunStore

@Suite struct RunStoreTests {
    let folder: TestFolder
    let path: String
    let header = TestRun.header()

    init() throws {
        folder = try TestFolder()
        path = folder.file("run.sepal")
    }

    private func result(_ layer: Int) -> LayerResult { TestRun.result(header, layer: layer) }

    @Test func everythingComesBackBitForBit() throws {
        let writer = try RunStore.create(path: path, header: header)
        for layer in [2, 0, 1] { try writer.append(result(layer), layer: layer) }
        writer.close()

        let store = try RunStore.open(path: path)
        defer { store.close() }
        #expect(try store.header() == header)
        #expect(try store.finishedLayers() == [0, 1, 2])
        #expect(try !store.isComplete())
        let results = try store.results()
        #expect(results == [result(0), result(1), result(2), nil])
        for (found, layer) in zip(results, 0..<3) {
            let replicates = result(layer).figures.replicates.map(\.bitPattern)
            #expect(found?.figures.replicates.map(\.bitPattern) == replicates)
        }
    }

    @Test func partsComeBackAlone() throws {
        let writer = try RunStore.create(path: path, header: header)
        defer { writer.close() }
        let whole = result(1)
        try writer.append(whole, layer: 1)
        #expect(try writer.layer(1) == whole)
        #expect(try writer.edges(layer: 1) == whole.edges)
        #expect(try writer.neighbors(layer: 1) == whole.neighbors)
        #expect(try writer.classEdges(layer: 1) == ClassEdges(edges: whole.edges, labels: header.labels))

        let figures = try #require(try writer.figures()[1])
        #expect(figures.edges.isEmpty && figures.neighbors.indices.isEmpty)
        #expect(figures.leastSimilarity == whole.leastSimilarity && figures.leastSimilarity < 0)
        #expect(figures.greatestSimilarity == whole.greatestSimilarity)
        #expect(figures.figures == whole.figures && figures.histogram == whole.histogram)

        for missing in [0, 4, -1] {
            #expect(try writer.layer(missing) == nil)
            #expect(try writer.edges(layer: missing).isEmpty)
            #expect(try writer.neighbors(layer: missing).indices.isEmpty)
            #expect(try writer.classEdges(layer: missing) == nil)
        }
        #expect(try writer.figures().map { $0 != nil } == [false, true, false, false])
    }

    @Test func aReaderSeesTheRunGrow() throws {
        let writer = try RunStore.create(path: path, header: header)
        let reader = try RunStore.open(path: path)
        #expect(try reader.finishedLayers().isEmpty)
        try writer.append(result(0), layer: 0)
        #expect(try reader.finishedLayers() == [0])
        try writer.append(result(1), layer: 1)
        #expect(try reader.layer(1) == result(1))

        var known = header
        known.accuracy = 0.875
        known.predictions = header.labels.reversed()
        known.seconds = RunSeconds(load: 1, forward: 2, similarity: 3, statistics: 4, total: 0.1 + 0.2)
        known.peakMemoryBytes = 1 << 33
        try writer.update(known)
        #expect(try reader.header() == known && !reader.isComplete())
        try writer.update(known, isComplete: true)
        #expect(try reader.isComplete())

        // The writer leaves first; the reader reads on, and the file opens again.
        writer.close()
        #expect(try reader.layer(0) == result(0))
        reader.close()
        let again = try RunStore.open(path: path)
        #expect(try again.results() == [result(0), result(1), nil, nil] && again.isComplete())
        again.close()
    }

    @Test func closingLeavesOneFile() throws {
        let writer = try RunStore.create(path: path, header: header)
        try writer.append(result(0), layer: 0)
        #expect(folder.files == ["run.sepal", "run.sepal-shm", "run.sepal-wal"])
        writer.close()
        writer.close()
        #expect(folder.files == ["run.sepal"])
        let reader = try RunStore.open(path: path)
        _ = try reader.results()
        reader.close()
        #expect(folder.files == ["run.sepal"])
    }

    @Test func whatAKilledJobLeavesIsResumed() throws {
        let writer = try RunStore.create(path: path, header: header)
        defer { writer.close() }
        for layer in [0, 1] { try writer.append(result(layer), layer: layer) }
        // The files as they lie on the disk while the writer is at work.
        try folder.copy("run.sepal", to: "killed.sepal")
        try folder.copy("run.sepal-wal", to: "killed.sepal-wal")
        let killed = folder.file("killed.sepal")

        let reader = try RunStore.open(path: killed)
        #expect(try reader.results() == [result(0), result(1), nil, nil])
        reader.close()

        let resumed = try RunStore.openForResume(path: killed, header: header)
        #expect(try resumed.finishedLayers() == [0, 1])
        for layer in [2, 3] { try resumed.append(result(layer), layer: layer) }
        resumed.close()
        let whole = try RunStore.open(path: killed)
        #expect(try whole.results() == (0..<4).map(result))
        whole.close()
    }

    @Test func aTornTransactionIsAsIfItHadNotBeen() throws {
        let writer = try RunStore.create(path: path, header: header)
        defer { writer.close() }
        try writer.append(result(0), layer: 0)
        let length = try folder.bytes("run.sepal-wal").count
        try writer.append(result(1), layer: 1)
        let torn = Array(try folder.bytes("run.sepal-wal").dropLast(100))
        #expect(torn.count > length)
        try folder.copy("run.sepal", to: "torn.sepal")
        try folder.write(torn, to: "torn.sepal-wal")
        let reader = try RunStore.open(path: folder.file("torn.sepal"))
        #expect(try reader.results() == [result(0), nil, nil, nil])
        reader.close()
    }

    @Test func theFileWithoutItsCompanionsIsStillARun() throws {
        let writer = try RunStore.create(path: path, header: header)
        defer { writer.close() }
        try writer.append(result(0), layer: 0)
        try folder.copy("run.sepal", to: "alone.sepal")
        let alone = try RunStore.open(path: folder.file("alone.sepal"))
        #expect(try alone.header() == header)
        alone.close()
    }
}
