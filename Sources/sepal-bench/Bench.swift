import Analysis
import ArgumentParser
import Datasets
import Execution
import Formats
import Foundation
import Kernels
import Separation

@main
struct Bench: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sepal-bench",
        abstract: "Measures sepal; each benchmark prints both sides of its comparison from one run.",
        subcommands: [
            SimilarityBenchmark.self, GrowthBenchmark.self, KernelBenchmark.self, NetworksBenchmark.self,
            ForwardBenchmark.self, ReconstructionBenchmark.self,
            PrincipalBenchmark.self,
            CompareBenchmark.self, ExplorerBenchmark.self, LogitsCommand.self,
        ])
}

/// The `sepal` that was built beside this very program.
func builtProgram() throws -> String {
    let own = Bundle.main.executableURL ?? URL(filePath: CommandLine.arguments[0])
    let path = own.resolvingSymlinksInPath().deletingLastPathComponent().appending(path: "sepal").path
    guard FileManager.default.isExecutableFile(atPath: path) else { throw BenchError.noProgram(path: path) }
    return path
}

/// So that the peak of what follows is told; only Linux can do that, elsewhere it is the greatest so far.
func forgetPeakMemory() { try? Data("5".utf8).write(to: URL(filePath: "/proc/self/clear_refs")) }

/// Seconds that a piece of work takes on the monotonic clock.
func seconds(_ work: () throws -> Void) rethrows -> Double {
    let clock = ContinuousClock()
    let elapsed = try clock.measure(work)
    return Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) * 1e-18
}

extension SimilarityOptions {
    /// Everything that an analysis takes from so many samples by default.
    init(samples: Int, screening: Screening) {
        self.init(
            graphSamples: samples, histogramSamples: samples, edges: Self.defaultEdges(samples: samples), neighbors: 10,
            screening: screening)
    }
}

extension AnalysisInput {
    /// A network's file with the first images of a data set.
    init(
        checkpoint path: String, data: String, limit: Int, options: AnalysisOptions, norm: String, pool: WorkerPool,
        store: ActivationStore
    ) throws {
        let images = try ImageSet.load(path: data, ImageRequest(limit: limit))
        var options = options
        options.imageNormalization = ImageNormalization.named(norm, channels: images.channels)
        try self.init(
            NetworkFile(
                bytes: try readFile(path), name: path, folder: URL(filePath: path).deletingLastPathComponent().path,
                architecture: options.architecture),
            images: images, options: options, pool: pool, store: store)
    }
}

extension [Double] {
    /// The middle value; the lower of the two middle ones.
    var median: Double { isEmpty ? .nan : sorted()[(count - 1) / 2] }

    /// The value that `share` of all values do not exceed.
    func percentile(_ share: Double) -> Double {
        isEmpty ? .nan : sorted()[Swift.min(count - 1, Int((Double(count) * share).rounded(.up)) - 1)]
    }
}

/// A text at the right of so many columns.
func padded(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(0, width - text.count)) + text
}

/// A number with fixed decimals.
func text(_ value: Double, _ decimals: Int = 2) -> String { String(format: "%.\(decimals)f", value) }
