import Execution
import Foundation
import Kernels
import RunStore
import Separation
import Synchronization
import Testing

@testable import Analysis

/// Cancelled, resumed, with other threads and other memory: the figures stay the same bit for bit.
@Suite struct JobResumeTests {
    /// More than one tile of similarities, and more images than either sample.
    private func fixture() throws -> JobFixture {
        var fixture = try JobFixture(count: 330, extent: 4, network: MadeUpNetwork(widths: [2, 4, 6]))
        fixture.options.samples = 270
        fixture.options.histogramSamples = 300
        return fixture
    }

    private func temporaryFile() -> String {
        FileManager.default.temporaryDirectory.appending(path: "sepal-job-\(UUID().uuidString).sepal").path
    }

    @Test func threadsAndScratchFilesDoNotChangeABit() throws {
        let fixture = try fixture()
        let one = try fixture.job(threads: 1).collect()
        #expect(one.results.count == 7 && one.results.allSatisfy { $0.edges.count == 2700 })
        let others = [
            try fixture.job(threads: 2).collect(),
            try fixture.job(threads: 3).collect(),
            try fixture.job(threads: 2, store: ActivationStore(budget: 0)).collect(),
        ]
        for other in others {
            #expect(other.results == one.results)
            #expect(other.returned?.predictions == one.returned?.predictions)
            #expect(other.returned?.accuracy == one.returned?.accuracy)
        }
    }

    /// With several threads the next layer's similarities may be there by then, and are kept as well.
    @Test(arguments: [1, 2]) func aCancelledRunKeepsItsFinishedLayersAndGoesOn(threads: Int) throws {
        let fixture = try fixture()
        let path = temporaryFile()
        defer { try? FileManager.default.removeItem(atPath: path) }
        let whole = try fixture.job().collect()

        let cancellation = Cancellation()
        let job = try fixture.job(threads: threads)
        let store = try RunStore.create(path: path, header: job.header)
        let told = Mutex<[Int]>([])
        #expect(throws: KernelError.cancelled) {
            try job.run(preview: true, runStore: store, cancellation: cancellation) { event in
                guard case .layer(let index, _, isPreview: false) = event else { return }
                told.withLock { $0.append(index) }
                if index == 2 { cancellation.cancel() }
            }
        }
        store.close()
        let finished = told.withLock { $0 }
        #expect(finished == [0, 1, 2] || threads > 1 && finished == [0, 1, 2, 3])

        let stopped = try RunStore.open(path: path)
        #expect(try stopped.finishedLayers() == finished && !stopped.isComplete())
        let count = finished.count
        #expect(try stopped.results().prefix(count).map { $0?.timeless } == whole.results.prefix(count).map { $0 })
        stopped.close()

        let again = try fixture.job(threads: 3)
        let resumed = try RunStore.openForResume(path: path, header: again.header)
        let rest = try again.collect(preview: true, runStore: resumed)
        #expect(rest.results == whole.results)
        #expect(try resumed.results().map { $0?.timeless } == whole.results.map { $0 })
        #expect(try resumed.isComplete() && resumed.header() == rest.returned)
        #expect(rest.returned?.predictions == whole.returned?.predictions)
        resumed.close()
        // Layers that are there already get no preview.
        #expect(rest.previews == Array(count..<7))
    }

    @Test func aCompleteRunIsOnlyTold() throws {
        var fixture = try JobFixture(count: 40)
        let path = temporaryFile()
        defer { try? FileManager.default.removeItem(atPath: path) }
        let job = try fixture.job()
        let store = try RunStore.create(path: path, header: job.header)
        let first = try job.collect(runStore: store)
        store.close()

        fixture.options.criterion.tolerance = 0.5
        let again = try fixture.job()
        let reopened = try RunStore.openForResume(path: path, header: again.header)
        let second = try again.collect(preview: true, runStore: reopened)
        #expect(second.results == first.results && second.previews.isEmpty)
        #expect(second.progress == [JobProgress(phase: .finished, fraction: 1)])
        var expected = first.returned
        expected?.tolerance = 0.5
        #expect(second.returned == expected)
        #expect(try reopened.header() == expected)
        reopened.close()
    }

    /// Within a pass through the network too: nothing is told or stored any more.
    @Test func cancellingBeforeTheFirstLayerEndsAtOnce() throws {
        let fixture = try fixture()
        let cancellation = Cancellation()
        let layers = Mutex(0)
        #expect(throws: KernelError.cancelled) {
            try fixture.job(threads: 1).run(preview: true, cancellation: cancellation) { event in
                switch event {
                case .progress: cancellation.cancel()
                case .layer: layers.withLock { $0 += 1 }
                case .header, .geometry: break
                }
            }
        }
        #expect(layers.withLock { $0 } == 0)
    }

    @Test func cancellingWhileANormalizationIsChosen() throws {
        let fixture = try JobFixture(count: 40, network: MadeUpNetwork(projects: true))
        let cancellation = Cancellation()
        cancellation.cancel()
        #expect(throws: KernelError.cancelled) {
            _ = try AnalysisInput(
                NetworkFile(bytes: fixture.network.file(), name: "net"), images: fixture.images,
                options: fixture.options, pool: WorkerPool(threads: 1), store: ActivationStore(),
                cancellation: cancellation)
        }
    }
}

extension Told {
    /// Layers that came as a preview.
    var previews: [Int] {
        events.compactMap { if case .layer(let layer, _, isPreview: true) = $0 { layer } else { nil } }
    }
}
