import Foundation
import Separation
import Testing

@testable import RunStore

/// Maps, Gram matrices and pictures, in files of today and of before.
@Suite struct GeometryTests {
    let folder: TestFolder
    let path: String
    let header = TestRun.header()

    init() throws {
        folder = try TestFolder()
        path = folder.file("run.sepal")
    }

    private func geometry(_ layer: Int, samples: Int = 60, kept: Int = 40) throws -> LayerGeometry {
        var generator = TestGenerator(state: UInt64(layer) + 100)
        let halves = (0..<kept * (kept + 1) / 2).map { _ in UInt16.random(in: 0..<0x7C00, using: &generator) }
        let points = (0..<samples).map { _ in
            SIMD2(Float.random(in: -9...9, using: &generator), Float.random(in: -1...1, using: &generator))
        }
        return LayerGeometry(
            gram: GramTriangle(samples: kept, exponent: -3 - layer, halves: halves),
            map: PrincipalMap(points: points, shares: SIMD2(0.5, 0.125)))
    }

    private func picture(_ sample: Int) -> Thumbnail? {
        guard sample % 5 != 4 else { return nil }
        let channels = sample % 2 == 0 ? 1 : 3
        return Thumbnail(
            channels: channels, height: 2, width: 3,
            pixels: (0..<channels * 6).map { UInt8(truncatingIfNeeded: $0 * sample) })
    }

    /// What a process sends to the one that writes the file.
    @Test func parcelsComeBackBitForBit() throws {
        for (layer, shape) in [(0, nil), (2, try geometry(2)), (3, LayerGeometry(gram: nil, map: try geometry(3).map))]
        {
            let parcel = LayerParcel(layer: layer, result: TestRun.result(header, layer: layer), geometry: shape)
            let bytes = try parcel.bytes(of: header)
            let back = try LayerParcel(bytes, of: header)
            #expect(back.layer == layer && back.result == parcel.result && back.geometry == shape)
            // A truncated one, and one of another run.
            for (bytes, run) in [
                (Array(bytes.dropLast()), header), ([], header), (bytes, TestRun.header(layers: layer)),
            ] {
                #expect(throws: RunStoreError.self) { try LayerParcel(bytes, of: run) }
            }
        }
        let unfit = LayerParcel(layer: 1, result: TestRun.result(header, layer: 0), geometry: nil)
        #expect(throws: RunStoreError.self) { try unfit.bytes(of: header) }
    }

    @Test func geometryComesBackBitForBit() throws {
        let writer = try RunStore.create(path: path, header: header)
        for layer in [2, 0] {
            try writer.append(TestRun.result(header, layer: layer), layer: layer, geometry: geometry(layer))
        }
        try writer.append(TestRun.result(header, layer: 1), layer: 1)
        try writer.append(
            TestRun.result(header, layer: 3), layer: 3, geometry: LayerGeometry(gram: nil, map: geometry(3).map))
        writer.close()
        let store = try RunStore.open(path: path)
        defer { store.close() }
        for layer in [0, 2] {
            #expect(try store.geometry(layer: layer) == geometry(layer))
            #expect(try store.map(layer: layer) == geometry(layer).map)
        }
        #expect(try store.geometry(layer: 1) == nil && store.map(layer: 1) == nil)
        #expect(try store.geometry(layer: 3) == LayerGeometry(gram: nil, map: geometry(3).map))
        #expect(try store.geometry(layer: 4) == nil && store.map(layer: -1) == nil)

        var alignment = KernelAlignment(layers: 4)
        for layer in [0, 2] {
            let gram = try #require(try geometry(layer).gram)
            alignment.add(gram, layer: layer)
        }
        #expect(try store.alignment() == alignment.matrix)
    }

    @Test func picturesComeBack() throws {
        let writer = try RunStore.create(path: path, header: header)
        #expect(try !writer.hasThumbnails() && writer.thumbnail(0) == nil)
        try writer.storeThumbnails { picture($0) }
        // A resumed job finds them there.
        try writer.storeThumbnails { _ in Thumbnail(channels: 1, height: 1, width: 1, pixels: [1]) }
        var known = header
        known.predictions = header.labels.reversed()
        try writer.update(known)
        writer.close()
        let store = try RunStore.open(path: path)
        defer { store.close() }
        #expect(try store.hasThumbnails())
        for sample in 0..<60 {
            #expect(
                try store.sample(sample)
                    == StoredSample(
                        label: header.labels[sample], prediction: known.predictions[sample], thumbnail: picture(sample))
            )
        }
        #expect(try store.sample(60) == nil && store.sample(-1) == nil)
    }

    @Test func predictionsMayBeUnknown() throws {
        let store = try RunStore.create(path: path, header: header)
        defer { store.close() }
        #expect(try store.sample(1) == StoredSample(label: 1, prediction: nil, thumbnail: nil))
    }

    /// A file as the first version made it: it opens to read as it is, and goes on as one of today's.
    @Test func olderFilesStillOpen() throws {
        let old = try RunStore.create(path: path, header: header, version: 1)
        try old.append(TestRun.result(header, layer: 0), layer: 0)
        old.close()
        #expect(try Array(folder.bytes("run.sepal")[60..<64]) == [0, 0, 0, 1])

        let reader = try RunStore.open(path: path)
        #expect(try reader.results() == [TestRun.result(header, layer: 0), nil, nil, nil])
        #expect(try reader.geometry(layer: 0) == nil && reader.map(layer: 0) == nil)
        #expect(try reader.sample(0) == StoredSample(label: 0, prediction: nil, thumbnail: nil))
        #expect(try reader.alignment() == AlignmentMatrix(layers: 4) && !reader.hasThumbnails())
        reader.close()

        let resumed = try RunStore.openForResume(path: path, header: header)
        #expect(try resumed.geometry(layer: 0) == nil && resumed.layer(0) == TestRun.result(header, layer: 0))
        try resumed.append(TestRun.result(header, layer: 1), layer: 1, geometry: geometry(1))
        try resumed.storeThumbnails { picture($0) }
        resumed.close()
        #expect(try Array(folder.bytes("run.sepal")[60..<64]) == [0, 0, 0, 4])
        let again = try RunStore.open(path: path)
        defer { again.close() }
        #expect(try again.geometry(layer: 1) == geometry(1) && again.thumbnail(0) == picture(0))
    }

    @Test func whatDoesNotFitTheRunIsRefused() throws {
        let store = try RunStore.create(path: path, header: header)
        defer { store.close() }
        let error = RunStoreError.unfitLayer(
            path: path, layer: header.layers[0].name,
            reason: "a map or Gram matrix of another number of samples, or not finite")
        var infinite = try geometry(0)
        infinite.map?.points[7].y = .infinity
        for wrong in [try geometry(0, samples: 59), try geometry(0, kept: 61), infinite] {
            #expect(throws: error) {
                try store.append(TestRun.result(header, layer: 0), layer: 0, geometry: wrong)
            }
        }
        #expect(try store.finishedLayers().isEmpty)
    }

    @Test func picturesThatCannotBe() {
        #expect(Thumbnail(channels: 2, height: 1, width: 1, pixels: [0, 0]) == nil)
        #expect(Thumbnail(channels: 1, height: 65, width: 1, pixels: Array(repeating: 0, count: 65)) == nil)
        #expect(Thumbnail(channels: 1, height: 0, width: 1, pixels: []) == nil)
        #expect(Thumbnail(channels: 3, height: 1, width: 1, pixels: [1]) == nil)
        let colors = Thumbnail(channels: 3, height: 1, width: 2, pixels: [1, 2, 3, 4, 5, 6])
        #expect(colors?[0, 1] == SIMD3(2, 4, 6))
        #expect(Thumbnail(channels: 1, height: 1, width: 2, pixels: [7, 8])?[0, 1] == SIMD3(8, 8, 8))
    }

    /// n = 2, exponent −1 as 4,095 = 0b11111_1111111, three halves; N = 1, two shares, a point.
    @Test func bytes() throws {
        let gram = try #require(GramTriangle(samples: 2, exponent: -1, halves: [0x3C00, 0, 0x4001]))
        let packed = try #require(PackedBytes(gram: gram))
        #expect(packed.bytes == [2, 0xFF, 0x1F, 0, 0x3C, 0, 0, 1, 0x40])
        #expect(packed.gram(samples: 2) == gram && packed.gram(samples: 1) == nil)
        let map = PrincipalMap(points: [SIMD2(1, -2)], shares: SIMD2(1, 0))
        let plane = try #require(PackedBytes(map: map))
        #expect(plane.bytes == [1, 0, 0, 0x80, 0x3F, 0, 0, 0, 0, 0, 0, 0x80, 0x3F, 0, 0, 0, 0xC0])
        #expect(plane.map(samples: 1) == map && plane.map(samples: 2) == nil)
    }

    @Test func damagedBytes() throws {
        let found = try geometry(0, samples: 9, kept: 9)
        let gram = try #require(found.gram.flatMap { PackedBytes(gram: $0) }).bytes
        let map = try #require(found.map.flatMap { PackedBytes(map: $0) }).bytes
        for length in 0..<gram.count { #expect(PackedBytes(bytes: Array(gram.prefix(length))).gram(samples: 9) == nil) }
        for length in 0..<map.count { #expect(PackedBytes(bytes: Array(map.prefix(length))).map(samples: 9) == nil) }
        var generator = TestGenerator(state: 5)
        for _ in 0..<1000 {
            var bytes = [gram, map].randomElement(using: &generator) ?? []
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                bytes[Int.random(in: 0..<bytes.count, using: &generator)] = .random(in: 0...255, using: &generator)
            }
            if let gram = PackedBytes(bytes: bytes).gram(samples: 9) { #expect(gram.samples <= 9) }
            if let map = PackedBytes(bytes: bytes).map(samples: 9) { #expect(map.points.count == 9) }
        }
        let huge: [UInt8] = [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F, 1, 2, 3]
        #expect(PackedBytes(bytes: huge).gram(samples: .max - 1) == nil)
        #expect(PackedBytes(bytes: huge).map(samples: .max) == nil)
    }
}
