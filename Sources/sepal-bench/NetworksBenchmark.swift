import Analysis
import ArgumentParser
import Execution
import Foundation
import Kernels
import Separation

/// Whole analyses of several networks, one after the other: where the time goes, and the memory.
struct NetworksBenchmark: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "networks",
        abstract: "Whole analyses of several networks: forward, similarity and statistics seconds, and memory.",
        discussion: """
            Every layer of every network, as sepal analyze does it, start and reading of images and checkpoint included. \
            Networks after --generated have weights that nobody has trained; their similarities crowd more than those of \
            trained ones, so screening is forced for the clock, and their lines say so. Nothing else should run.
            """)

    @Argument(help: "Trained networks.") var trained: [String] = []
    @Option(name: .customLong("generated"), parsing: .upToNextOption, help: "Networks with generated weights.")
    var generated: [String] = []
    @Option(help: "Labelled images.") var data: String
    @Option(help: "Samples, N.") var samples = 4000
    @Option(help: "Worker threads.") var threads = WorkerPool.availableProcessors
    @Option(help: "How pixels were normalised in training.") var norm = "cifar10"

    private struct Cost {
        var layers = 0
        var features = 0
        var seconds = RunSeconds()
        var peakBytes = 0

        static func += (sum: inout Cost, part: Cost) {
            sum.layers += part.layers
            sum.features += part.features
            sum.seconds += part.seconds
            sum.peakBytes = max(sum.peakBytes, part.peakBytes)
        }
    }

    func run() throws {
        let pool = WorkerPool(threads: threads)
        print("networks, N = \(samples), \(threads) threads; seconds")
        print(line("", ["layers", "features", "load", "forward", "similarity", "statistics", "total", "peak MB"]))
        var sum = Cost()
        for (path, isGenerated) in trained.map({ ($0, false) }) + generated.map({ ($0, true) }) {
            let name = URL(filePath: path).deletingPathExtension().lastPathComponent
            let cost = try analyze(path, screening: isGenerated ? .always : .automatic, pool: pool)
            sum += cost
            print(line(name, cells(cost), note: isGenerated ? "  generated weights, screening forced" : ""))
        }
        print(line("sum", cells(sum)))
    }

    private func analyze(_ path: String, screening: SimilarityOptions.Screening, pool: WorkerPool) throws -> Cost {
        forgetPeakMemory()
        var options = AnalysisOptions()
        (options.samples, options.limit, options.screening) = (samples, samples, screening)
        let store = ActivationStore()
        let source = try AnalysisInput(
            checkpoint: path, data: data, limit: samples, options: options, norm: norm, pool: pool, store: store)
        let job = try AnalysisJob(source: source, options: options, pool: pool, store: store, version: "benchmark")
        let header = try job.run(preview: false) { _ in }
        return Cost(
            layers: header.layers.count, features: header.layers.reduce(0) { $0 + $1.shape.reduce(1, *) },
            seconds: header.seconds ?? RunSeconds(), peakBytes: header.peakMemoryBytes ?? 0)
    }

    private func cells(_ cost: Cost) -> [String] {
        let seconds = cost.seconds
        return ["\(cost.layers)", "\(cost.features)"]
            + [seconds.load, seconds.forward, seconds.similarity, seconds.statistics, seconds.total].map { text($0, 1) }
            + ["\(cost.peakBytes >> 20)"]
    }

    private func line(_ name: String, _ cells: [String], note: String = "") -> String {
        "  " + name.padding(toLength: 22, withPad: " ", startingAt: 0)
            + cells.map { padded($0, 11) }.joined() + note
    }
}
