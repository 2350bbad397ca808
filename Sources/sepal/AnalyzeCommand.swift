import Analysis
import ArgumentParser
import Separation
import Synchronization

struct AnalyzeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "analyze",
        abstract: "Analyses every layer without a screen; the result goes to standard output.",
        discussion: """
            Progress and notes go to standard error. With -o every finished layer is kept in a run file; the same command \
            goes on where a run was stopped, and `sepal explore run.sepal` opens it.

            Several machines share the work with --shard, each with a run file of its own; then one of them joins those:

              sepal analyze net.pth --data images --shard 1/2 -o part1.sepal
              sepal analyze net.pth --data images --shard 2/2 -o part2.sepal
              sepal merge part1.sepal part2.sepal -o run.sepal
            """)

    @Argument(
        help:
            "A trained network (PyTorch .th, .pth, .pt, safetensors, ONNX), or features: an npz, safetensors, npy files."
    )
    var checkpoint: String

    @Option(name: .long, help: NetworkArguments.dataHelp)
    var data: String?

    @Option(name: .long, help: "Labels of features, where they are not among them: an npy, or an npz with labels.")
    var labels: String?

    @Option(name: .shortAndLong, help: "The run file to write or go on with.")
    var output: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Only the layers of one of n parts, as 2/8, which take about the same time each.", valueName: "i/n"))
    var shard: Shard?

    @Flag(name: .long, help: "Print JSON instead of a table.")
    var json = false

    @OptionGroup(title: "Analysis") var analysis: AnalysisArguments

    func validate() throws {
        if shard != nil, output == nil { throw ValidationError("--shard needs -o: its layers are for sepal merge.") }
    }

    func run() throws {
        try reporting {
            let job = Job(
                source: try Source(path: checkpoint, data: data, labels: labels), arguments: analysis, output: output,
                shard: shard)
            let (header, results) = try analyzeWithoutScreen(job)
            try printReport(header, results, format: json ? .json : .text)
        }
    }
}

/// Runs a job with progress on standard error; an interruption ends it between two tiles.
func analyzeWithoutScreen(_ job: Job) throws -> (RunHeader, [LayerResult?]) {
    let interruption = Interruption()
    let line = ProgressLine()
    let found = FoundLayers()
    defer { line.finish() }
    let prepared = try job.prepare(cancellation: interruption.cancellation) { line.note($0) }
    let header = try prepared.run { event in
        found.take(event)
        line.show(event)
    }
    if let warning = header.warning { line.note(warning) }
    return (header, header.layers.indices.map { found[$0] })
}

/// The layers that a job has finished, collected from its threads.
final class FoundLayers: Sendable {
    private let results = Mutex<[Int: LayerResult]>([:])

    func take(_ event: AnalysisEvent) {
        guard case .layer(let index, let result, isPreview: false) = event else { return }
        results.withLock { $0[index] = result }
    }

    subscript(layer: Int) -> LayerResult? { results.withLock { $0[layer] } }
}

extension Shard: ExpressibleByArgument {
    public init?(argument: String) {
        let parts = argument.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
        guard parts.count == 2, let index = parts[0], let count = parts[1] else { return nil }
        self.init(index: index, count: count)
    }
}
