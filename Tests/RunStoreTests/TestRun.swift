import Foundation
import Separation

@testable import RunStore

/// A made-up run whose every number is different.
enum TestRun {
    static func header(layers: Int = 4, samples: Int = 60) -> RunHeader {
        RunHeader(
            checkpoint: "resnet.th", checkpointHash: "00ff", architecture: "resnet20, option A", parameters: 269_722,
            data: "test_batch.bin", dataHash: "ee11", classes: ["cat", "dog", "Frösche \"grün\""], order: "file + seed",
            seed: .max, normName: "imagenet", mean: [0.485, 0.1 + 0.2, 1.0 / 3],
            std: [0.229, 0.224, .leastNonzeroMagnitude],
            accuracy: nil, samples: samples, edges: 10 * samples, histogramSamples: 2 * samples,
            normalization: .literal, k: 3, level: .conv, tolerance: 0.02, minLength: 3, luProtocol: false,
            layers: (0..<layers).map { index in
                LayerDescription(
                    name: "layer1.\(index).conv1", shape: [16, 32, 32 + index], parameters: 2304 + index,
                    isBlock: index % 2 == 0, multiplyAdds: 1 << 40)
            },
            labels: (0..<samples).map { $0 % 3 }, predictions: [], version: "1.0.0")
    }

    static func result(_ header: RunHeader, layer: Int, edgeCount: Int = 300) -> LayerResult {
        var generator = TestGenerator(state: UInt64(layer) + 1)
        let samples = header.samples
        var pairs = Set<[Int32]>()
        while pairs.count < min(edgeCount, samples * (samples - 1) / 2) {
            let source = Int32.random(in: 0..<Int32(samples - 1), using: &generator)
            pairs.insert([source, Int32.random(in: source + 1..<Int32(samples), using: &generator)])
        }
        let edges = pairs.sorted { $0.lexicographicallyPrecedes($1) }.map {
            Edge(source: $0[0], target: $0[1], similarity: Float.random(in: -0.1...1, using: &generator))
        }
        let k = 10
        let indices = (0..<samples * k).map { _ in Int32.random(in: 0..<Int32(samples), using: &generator) }
        var figures = ModularityFigures(edges: edges, labels: header.labels)
        figures.isDegenerate = layer == 1
        let same = (0..<10).map { _ in Int.random(in: 0...30, using: &generator) }
        return LayerResult(
            description: header.layers[layer],
            histogram: SimilarityHistogram(
                all: same.map { $0 + Int.random(in: 0...100, using: &generator) }, same: same, negative: 17),
            figures: figures, clustering: Clustering(edges: edges, vertexCount: samples),
            luModularity: Double.random(in: -0.1...1, using: &generator), edges: edges,
            neighbors: NeighborLists(
                k: k, indices: indices,
                similarities: indices.map { _ in Float.random(in: -1...1, using: &generator) }),
            zeroRows: layer, seconds: Double.random(in: 0...9, using: &generator))
    }
}

/// SplitMix64.
struct TestGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

/// A folder of its own for each test, removed with it.
final class TestFolder {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "/sepal-run-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    func file(_ name: String) -> String { path + "/" + name }

    var files: [String] { (try? FileManager.default.contentsOfDirectory(atPath: path).sorted()) ?? [] }

    func bytes(_ name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(fileURLWithPath: file(name))))
    }

    func write(_ bytes: [UInt8], to name: String) throws {
        try Data(bytes).write(to: URL(fileURLWithPath: file(name)))
    }

    func copy(_ name: String, to other: String) throws {
        try FileManager.default.copyItem(atPath: file(name), toPath: file(other))
    }

    /// A run file and its journal as a job leaves them that is killed while it changes the file itself.
    /// - Returns: the path of the copy.
    func killedCopy(of path: String, _ header: RunHeader) throws -> String {
        let writer = try RunStore.openForResume(path: path, header: header)
        defer { writer.close() }
        let killed = file("killed.sepal")
        try writer.queue.writeWithoutTransaction { database in
            // With so small a cache half of the change is in the file, and half isn't.
            try database.execute(
                sql: """
                    PRAGMA journal_mode = DELETE; PRAGMA cache_size = 1;
                    BEGIN IMMEDIATE; UPDATE run SET header = hex(zeroblob(500000))
                    """)
            for companion in ["", "-journal"] {
                try FileManager.default.copyItem(atPath: path + companion, toPath: killed + companion)
            }
            try database.execute(sql: "ROLLBACK")
        }
        return killed
    }
}
