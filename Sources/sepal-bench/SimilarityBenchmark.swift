import ArgumentParser
import Kernels
import Separation

/// The similarity pass against nothing but the matrix products it is made of, on the same tiles.
struct SimilarityBenchmark: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "similarity",
        abstract: """
            The similarity pass (products, histogram, edges, neighbours), in float32 and screened as bytes, against the bare \
            products.
            """)

    @Option(help: "Samples, N.") var samples = 4000
    @Option(help: "Features of a sample, D.") var features = 16384
    @Option(help: "Worker threads.") var threads = WorkerPool.availableProcessors
    @Option(help: "Times each side is run.") var rounds = 5

    func run() throws {
        let pool = WorkerPool(threads: threads)
        let matrix = try madeFeatures(samples: samples, features: features, pool: pool)
        let labels = (0..<samples).map { $0 % madeClasses }
        func options(_ screening: SimilarityOptions.Screening) -> SimilarityOptions {
            SimilarityOptions(samples: samples, screening: screening)
        }
        let work = 2 * Double(SimilarityStatistics.products(samples: samples)) * Double(features)

        var bare: [Double] = []
        var whole: [Double] = []
        var screened: [Double] = []
        var wasScreened = true
        for round in 0...rounds {
            let products = try seconds { try multiplyTiles(of: matrix, samples: samples, pool: pool) }
            let pass = try seconds {
                _ = try SimilarityStatistics.compute(
                    of: matrix, classes: labels, options: options(.never), layer: "benchmark", pool: pool)
            }
            let screenedPass = try seconds {
                let found = try SimilarityStatistics.compute(
                    of: matrix, classes: labels, options: options(.automatic), layer: "benchmark", pool: pool)
                wasScreened = wasScreened && found.isScreened
            }
            // The first round warms caches and pages and is not counted.
            if round > 0 {
                bare.append(products)
                whole.append(pass)
                screened.append(screenedPass)
            }
        }
        print("similarity, N = \(samples), D = \(features), \(threads) threads")
        print("  bare products  \(text(work / bare.median * 1e-9, 1)) GFLOP/s  \(text(bare.median, 3)) s")
        print("  similarity     \(text(work / whole.median * 1e-9, 1)) GFLOP/s  \(text(whole.median, 3)) s")
        print(
            "  screened       \(text(work / screened.median * 1e-9, 1)) GFLOP/s  \(text(screened.median, 3)) s"
                + (wasScreened ? "" : "  (not screened: it would not pay here)"))
        print("  time, similarity / screened       \(text(zip(whole, screened).map { $0 / $1 }.median, 3))")
        print("  time, bare products / similarity  \(text(zip(bare, whole).map { $0 / $1 }.median, 3))")
    }
}
