import Foundation
import Kernels
import RunStore
import Separation
import Testing

@testable import Analysis

/// Maps, alignments and pictures on their way from the layers into events and the run file.
@Suite struct JobGeometryTests {
    private func fixture() throws -> JobFixture {
        var fixture = try JobFixture(count: 60, extent: 4, network: MadeUpNetwork(widths: [2, 4]))
        fixture.options.samples = 50
        return fixture
    }

    private func temporaryFile() -> String {
        FileManager.default.temporaryDirectory.appending(path: "sepal-geometry-\(UUID().uuidString).sepal").path
    }

    @Test func nothingIsToldUnlessWanted() throws {
        #expect(try fixture().job().collect().geometries.isEmpty)
    }

    @Test func eachLayerIsToldBehindItsResult() throws {
        let told = try fixture().job().collect(preview: true, geometry: true)
        let order = told.events.compactMap { event in
            switch event {
            case .layer(let layer, _, isPreview: false): "layer \(layer)"
            case .geometry(let layer, _, _): "geometry \(layer)"
            default: nil
            }
        }
        #expect(order == (0..<5).flatMap { ["layer \($0)", "geometry \($0)"] })
        for (layer, geometry) in told.geometries.enumerated() {
            #expect(geometry.map?.points.count == 50)
            #expect(geometry.alignments.map { $0 != nil } == (0..<5).map { $0 <= layer })
            #expect(abs((geometry.alignments[layer] ?? 0) - 1) < 1e-6)
        }
    }

    @Test func threadsDoNotChangeABit() throws {
        let fixture = try fixture()
        let one = try fixture.job(threads: 1).collect(geometry: true).geometries
        #expect(one.count == 5)
        for threads in [2, 3] { #expect(try fixture.job(threads: threads).collect(geometry: true).geometries == one) }
    }

    @Test func theRunFileHoldsThem() throws {
        let fixture = try fixture()
        let path = temporaryFile()
        defer { try? FileManager.default.removeItem(atPath: path) }
        let job = try fixture.job()
        let store = try RunStore.create(path: path, header: job.header)
        let told = try job.collect(geometry: true, runStore: store)
        store.close()

        let reader = try RunStore.open(path: path)
        var matrix = AlignmentMatrix(layers: 5)
        for (layer, geometry) in told.geometries.enumerated() {
            matrix.set(geometry.alignments, layer: layer)
            let stored = try #require(try reader.map(layer: layer))
            #expect(stored.points == geometry.map?.points)
            #expect(try reader.geometry(layer: layer)?.gram?.samples == 50)
        }
        #expect(try reader.alignment() == matrix)
        for sample in [0, 49] {
            let found = try #require(try reader.sample(sample))
            #expect(found.label == fixture.images.labels[sample])
            #expect(found.prediction == told.returned?.predictions[sample])
            #expect(found.thumbnail?.pixels == Array(fixture.images.pixels[sample * 48..<(sample + 1) * 48]))
        }
        #expect(try reader.thumbnail(50) == nil)
        reader.close()

        // A complete run is told again, alignments and all.
        let again = try fixture.job()
        let reopened = try RunStore.openForResume(path: path, header: again.header)
        defer { reopened.close() }
        let retold = try again.collect(geometry: true, runStore: reopened)
        #expect(retold.geometries.map(\.alignments) == told.geometries.map(\.alignments))
    }

    /// What was stored without a map stays without, and is aligned with nothing.
    @Test func layersOfAnOlderFileAreNotComputedAnew() throws {
        let fixture = try fixture()
        let path = temporaryFile()
        defer { try? FileManager.default.removeItem(atPath: path) }
        let job = try fixture.job()
        let whole = try job.collect(geometry: true)
        let store = try RunStore.create(path: path, header: job.header)
        for layer in [0, 1] { try store.append(whole.results[layer], layer: layer) }
        store.close()

        let again = try fixture.job()
        let reopened = try RunStore.openForResume(path: path, header: again.header)
        defer { reopened.close() }
        let rest = try again.collect(geometry: true, runStore: reopened)
        #expect(rest.results == whole.results)
        #expect(rest.geometries.map(\.map) == whole.geometries.dropFirst(2).map(\.map))
        #expect(rest.geometries.last?.alignments.map { $0 != nil } == [false, false, true, true, true])
        #expect(try reopened.geometry(layer: 0) == nil && reopened.geometry(layer: 2) != nil)
    }
}

extension Told {
    struct Geometry: Equatable {
        var map: PrincipalMap?
        var alignments: [Double?]
    }

    var geometries: [Geometry] {
        events.compactMap { event in
            guard case .geometry(_, let map, let alignments) = event else { return nil }
            return Geometry(map: map, alignments: alignments)
        }
    }
}
