import Foundation
import Separation
import Testing

@testable import RunStore

/// Run files with something in them changed by chance: read, or refused in one line, and never the end of the program.
/// SEPAL_THOROUGH makes many more of them.
@Suite struct MutationTests {
    static let isThorough = ProcessInfo.processInfo.environment["SEPAL_THOROUGH"] != nil
    let folder: TestFolder
    let header = TestRun.header()

    init() throws { folder = try TestFolder() }

    private func run() throws -> [UInt8] {
        let store = try RunStore.create(path: folder.file("run.sepal"), header: header)
        try store.storeThumbnails { sample in
            Thumbnail(channels: 3, height: 2, width: 2, pixels: (0..<12).map { UInt8(truncatingIfNeeded: $0 * sample) })
        }
        for layer in header.layers.indices {
            let points = header.labels.indices.map { SIMD2(Float($0), Float(layer)) }
            let halves = (0..<20 * 21 / 2).map { UInt16($0 * 7) }
            try store.append(
                TestRun.result(header, layer: layer), layer: layer,
                geometry: LayerGeometry(
                    gram: GramTriangle(samples: 20, exponent: 0, halves: halves),
                    map: PrincipalMap(points: points, shares: SIMD2(0.5, 0.25))))
        }
        store.close()
        try RunStore.save(view: "{}", path: store.path)
        try RunStore.save(plan: StoredPlan(name: StoredPlan.explorer, units: ["layer1"]), path: store.path)
        return try folder.bytes("run.sepal")
    }

    /// Reads all there is.
    private func read(_ path: String, resuming: Bool) throws {
        let store = try resuming ? RunStore.openForResume(path: path, header: header) : RunStore.open(path: path)
        defer { store.close() }
        _ = (try store.header(), try store.isComplete(), try store.figures(), try store.results())
        for layer in header.layers.indices {
            _ = (try store.geometry(layer: layer), try store.classEdges(layer: layer))
        }
        for sample in [0, 1, header.samples - 1] { _ = try store.sample(sample) }
        _ = (try store.alignment(), try store.view(), try store.plans())
    }

    @Test func whateverChanges() throws {
        let sound = try run()
        var generator = TestGenerator(state: 1)
        var refused = 0
        let rounds = Self.isThorough ? 1500 : 200
        for round in 0..<rounds {
            var bytes = sound
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                let place = Int.random(in: bytes.indices, using: &generator)
                // Most of a file is blobs; what says what they are stands at its pages' ends and starts.
                let length = min(Int.random(in: 1...64, using: &generator), bytes.count - place)
                switch Int.random(in: 0..<5, using: &generator) {
                case 0: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
                case 1:
                    for index in place..<place + length { bytes[index] = .random(in: .min ... .max, using: &generator) }
                case 2:
                    let from = Int.random(in: 0...bytes.count - length, using: &generator)
                    bytes.replaceSubrange(place..<place + length, with: Array(bytes[from..<from + length]))
                case 3:
                    let page = place / 4096 * 4096
                    for index in page..<min(page + Int.random(in: 1...100, using: &generator), bytes.count) {
                        bytes[index] = .random(in: .min ... .max, using: &generator)
                    }
                default: if Int.random(in: 0..<4, using: &generator) == 0 { bytes.removeLast(length) }
                }
            }
            try folder.write(bytes, to: "changed.sepal")
            do {
                try read(folder.file("changed.sepal"), resuming: round % 4 == 3)
            } catch let error as RunStoreError {
                let isOneLine = !error.description.contains { $0.isNewline }
                #expect(isOneLine, "round \(round): \(error)")
                refused += 1
            }
            for companion in ["-wal", "-shm", "-journal"] {
                try? FileManager.default.removeItem(atPath: folder.file("changed.sepal" + companion))
            }
        }
        #expect(refused > rounds / 20 && refused < rounds, "\(refused) of \(rounds)")
    }
}
