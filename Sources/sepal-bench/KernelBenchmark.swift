import Analysis
import ArgumentParser
import Execution
import Foundation
import Kernels
import Separation

/// The similarities of a network's layers against all N² products of each by oneDNN, on the same features.
struct KernelBenchmark: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "kernel",
        abstract:
            "The similarities of a network's layers, in float32 and screened, against oneDNN's and numpy's full square.",
        discussion: """
            Products, histogram, edges, neighbours and what screening takes again, against nothing but H * H^T by dnnl_sgemm \
            on as many threads, and against nothing but the same tiles' products and rows' lengths, layer by \
            layer in turn; then numpy's x @ x.T of one layer's size, where there is numpy. Take a trained network: generated weights make edges of rounding. Nothing else should run.
            """)

    @Option(help: "A trained network.") var checkpoint: String
    @Option(help: "Labelled images.") var data: String
    @Option(help: "How pixels were normalised in training.") var norm = "imagenet"
    @Option(help: "Samples, N.") var samples = 4000
    @Option(help: "Worker threads.") var threads = WorkerPool.availableProcessors
    @Option(help: "Only every so many-th layer.") var every = 1
    @Option(help: "Times each side is run on a layer; the fastest counts.") var rounds = 1

    /// What one side took on all layers.
    private struct Sides {
        var square = 0.0
        var tiles = 0.0
        var float = 0.0
        var automatic = 0.0

        static func += (sum: inout Sides, part: Sides) {
            sum.square += part.square
            sum.tiles += part.tiles
            sum.float += part.float
            sum.automatic += part.automatic
        }
    }

    func run() throws {
        let pool = WorkerPool(threads: threads)
        let store = ActivationStore()
        let input = try AnalysisInput(
            checkpoint: checkpoint, data: data, limit: samples, options: AnalysisOptions(), norm: norm, pool: pool,
            store: store)
        let skipped = Set(input.layers.indices.filter { $0 % max(1, every) != 0 })
        let pass = LayerPass(samples: samples, skipped: skipped, luProtocol: false, pool: pool, store: store)
        var sum = Sides()
        var (screened, features) = (0, 0)
        print("kernel, N = \(samples), \(threads) threads; seconds a layer")
        print(row("layer", "D", "dnnl_sgemm, N²", "its tiles", "float32", "sepal"))
        _ = try input.run(pass, progress: { _ in }) { index, _, matrix in
            var best = Sides(square: .infinity, tiles: .infinity, float: .infinity, automatic: .infinity)
            var wasScreened = false
            for _ in 0..<max(1, rounds) {
                best.square = min(best.square, try seconds { try square(matrix, pool) })
                best.tiles = min(
                    best.tiles, try seconds { try multiplyTiles(of: matrix, samples: samples, pool: pool) })
                best.float = min(best.float, try seconds { _ = try compute(matrix, input.labels, .never, pool, store) })
                best.automatic = min(
                    best.automatic,
                    try seconds { wasScreened = try compute(matrix, input.labels, .automatic, pool, store).isScreened })
            }
            sum += best
            screened += wasScreened ? 1 : 0
            features = max(features, matrix.columns)
            print(
                row(
                    input.layers[index].name, "\(matrix.columns)", text(best.square, 3), text(best.tiles, 3),
                    text(best.float, 3), text(best.automatic, 3) + (wasScreened ? "" : "  not screened")))
        }
        print(row("sum", "", text(sum.square, 2), text(sum.tiles, 2), text(sum.float, 2), text(sum.automatic, 2)))
        print("  dnnl_sgemm over the full square / float32    \(text(sum.square / sum.float, 2))")
        print(
            "  dnnl_sgemm over the full square / sepal      \(text(sum.square / sum.automatic, 2))   (\(screened) layers screened)"
        )
        print("  float32 over its tiles' bare products        \(text(100 * (sum.float / sum.tiles - 1), 1)) %")
        try compareWithNumPy(features: features, pool: pool)
    }

    private func row(
        _ name: String, _ size: String, _ square: String, _ tiles: String, _ float: String, _ automatic: String
    ) -> String {
        "  " + name.padding(toLength: 20, withPad: " ", startingAt: 0) + padded(size, 6) + padded(square, 16)
            + padded(tiles, 11) + padded(float, 10) + "  " + padded(automatic, 8)
    }

    /// All products of rows with rows, a panel of a tile's rows at a time.
    private func square(_ matrix: FeatureMatrix, _ pool: WorkerPool) throws {
        let tile = SimilarityStatistics.tile
        let samples = samples
        try pool.run(items: (samples + tile - 1) / tile) { item, _ in
            let rows = min(tile, samples - item * tile)
            try withUnsafeTemporaryAllocation(of: Float.self, capacity: rows * samples) { c in
                guard let base = c.baseAddress else { return }
                try multiplyTransposed(
                    matrix.row(item * tile), matrix.row(0), into: base, rows: rows, columns: samples,
                    depth: matrix.columns)
            }
        }
    }

    private func compute(
        _ matrix: FeatureMatrix, _ labels: [Int], _ screening: SimilarityOptions.Screening, _ pool: WorkerPool,
        _ store: ActivationStore
    ) throws -> SimilarityStatistics {
        try SimilarityStatistics.compute(
            of: matrix, classes: labels,
            options: SimilarityOptions(samples: samples, screening: screening), layer: "benchmark", pool: pool,
            store: store)
    }

    /// Numpy on a matrix of the greatest layer's size, beside oneDNN's square of the same.
    private func compareWithNumPy(features: Int, pool: WorkerPool) throws {
        let script = """
            import time, numpy
            x = numpy.random.default_rng(0).random((\(samples), \(features)), dtype=numpy.float32)
            times = []
            for _ in range(3):
                start = time.perf_counter(); x @ x.T; times.append(time.perf_counter() - start)
            print(min(times))
            """
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["python3", "-c", script]
        var environment = ProcessInfo.processInfo.environment
        for name in ["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"] { environment[name] = "\(threads)" }
        // Meant for older builds, they slow a current one.
        for name in ["OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"] { environment[name] = nil }
        process.environment = environment
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let said = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        guard let numpy = Double(said.trimmingCharacters(in: .whitespacesAndNewlines)) else {
            return print("  numpy: not to be had")
        }
        let matrix = try FeatureMatrix(rows: samples, columns: features)
        for row in 0..<samples { for column in 0..<features { matrix.row(row)[column] = Float((row ^ column) & 15) } }
        let own = try (0..<3).map { _ in try seconds { try square(matrix, pool) } }.min() ?? .nan
        print(
            "  D = \(features): numpy's x @ x.T \(text(numpy, 2)) s, dnnl_sgemm over the full square \(text(own, 2)) s")
    }
}
