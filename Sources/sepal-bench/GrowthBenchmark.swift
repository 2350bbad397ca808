import Analysis
import ArgumentParser
import Foundation
import Kernels
import Separation

/// How time and memory of a layer's similarities grow with its samples and features.
struct GrowthBenchmark: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "growth",
        abstract:
            "Time and memory of the similarities of one layer for several N and D, and the exponents fitted to them.",
        discussion: "With made features, in float32 and screened. Nothing else should run.")

    @Option(help: "Samples, N.") var samples = [4000, 8000, 16000, 32000]
    @Option(help: "Features of a sample, D.") var features = [4096, 8192, 16384]
    @Option(help: "Greatest N·D, so that all fits into memory.") var most = 1 << 28
    @Option(help: "Worker threads.") var threads = WorkerPool.availableProcessors

    private struct Measurement {
        var samples: Int
        var features: Int
        var float: Double
        var screened: Double
        var bytes: Double
        var wasScreened: Bool
    }

    func run() throws {
        let pool = WorkerPool(threads: threads)
        print("growth, one layer, \(threads) threads")
        print("        N       D   float32 s  screened s  peak MB")
        var found: [Measurement] = []
        for features in features {
            for samples in samples where samples * features <= most {
                let measurement = try measure(samples: samples, features: features, pool: pool)
                found.append(measurement)
                print(
                    padded("\(samples)", 9) + padded("\(features)", 8) + padded(text(measurement.float, 3), 12)
                        + padded(text(measurement.screened, 3), 12)
                        + padded(text(measurement.bytes / 1_048_576, 0), 9)
                        + (measurement.wasScreened ? "" : "  not screened"))
            }
        }
        for (name, value) in [
            ("float32 time", \Measurement.float), ("screened time", \.screened), ("peak memory", \.bytes),
        ] {
            guard let (n, d) = exponents(found, of: value) else { continue }
            print("  \(name.padding(toLength: 14, withPad: " ", startingAt: 0)) ~ N^\(text(n)) · D^\(text(d))")
        }
    }

    private func measure(samples: Int, features: Int, pool: WorkerPool) throws -> Measurement {
        forgetPeakMemory()
        let before = peakMemoryBytes()
        let matrix = try madeFeatures(samples: samples, features: features, pool: pool)
        let labels = (0..<samples).map { $0 % madeClasses }
        let store = ActivationStore()
        var wasScreened = false
        func time(_ screening: SimilarityOptions.Screening) throws -> Double {
            try (0..<2).map { _ in
                try seconds {
                    let found = try SimilarityStatistics.compute(
                        of: matrix, classes: labels,
                        options: SimilarityOptions(samples: samples, screening: screening), layer: "benchmark",
                        pool: pool, store: store)
                    wasScreened = found.isScreened
                }
            }.min() ?? .nan
        }
        return Measurement(
            samples: samples, features: features, float: try time(.never), screened: try time(.automatic),
            bytes: Double(max(1, peakMemoryBytes() - before)), wasScreened: wasScreened)
    }

    /// a and b of the c · N^a · D^b that lies nearest to all by least squares of logarithms; nil where either is the same in all.
    private func exponents(_ all: [Measurement], of value: KeyPath<Measurement, Double>) -> (n: Double, d: Double)? {
        func centered(_ values: [Double]) -> [Double] {
            let mean = values.reduce(0, +) / Double(max(1, values.count))
            return values.map { $0 - mean }
        }
        func product(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
        let x = centered(all.map { log(Double($0.samples)) })
        let y = centered(all.map { log(Double($0.features)) })
        let z = centered(all.map { log($0[keyPath: value]) })
        let (xx, xy, yy) = (product(x, x), product(x, y), product(y, y))
        let determinant = xx * yy - xy * xy
        guard determinant > 1e-9 else { return nil }
        let (xz, yz) = (product(x, z), product(y, z))
        return ((yy * xz - xy * yz) / determinant, (xx * yz - xy * xz) / determinant)
    }
}
