import Analysis
import ArgumentParser
import Jobs
import Kernels

struct EvaluateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate",
        abstract: "Accuracy of a network: of all images, of each class, and which classes it confuses.",
        discussion: """
              sepal evaluate resnet56.th --data test_batch.bin

            Images pass through the network and nothing else is computed. Progress and notes go to standard error.
            """)

    @Argument(help: "A trained network (PyTorch .th, .pth, .pt, safetensors, ONNX).")
    var checkpoint: String

    @Option(name: .long, help: NetworkArguments.dataHelp)
    var data: String

    @Option(name: .long, help: "Images loaded. Default: all.")
    var limit: Int?

    @Flag(name: .long, help: "Print JSON instead of tables.")
    var json = false

    @OptionGroup(title: "Network") var network: NetworkArguments

    func validate() throws {
        if let limit, limit < 2 { throw ValidationError("--limit \(limit): expected 2 or more.") }
    }

    func run() throws {
        try reporting {
            try Outputs().check(reading: [checkpoint, data])
            let line = ProgressLine()
            let report = try evaluate(line)
            try json
                ? writeToStandardOutput(document: report.json() + "\n")
                : writeToStandardOutput(report.text(width: outputColumns, ascii: !outputIsUnicode))
        }
    }

    private func evaluate(_ line: ProgressLine) throws -> EvaluationReport {
        let start = ContinuousClock.now
        let pool = WorkerPool(threads: network.threads ?? WorkerPool.availableProcessors)
        let store = network.activationStore
        let input = try Source.files(checkpoint: checkpoint, data: data).network(
            network.imageRequest(limit: limit), purpose: .predictions, pool, store, Cancellation()
        ) { try network.options(channels: $0) }.input
        input.notes.forEach(line.note)
        let loaded = ContinuousClock.now
        // The line of progress is to be cleared.
        let evaluation = try endingInOrder {
            defer { line.finish() }
            return try Evaluation(
                network: input.network, images: input.images, normalization: input.normalization, pool: pool,
                store: store, cancellation: .bySignal()
            ) { line.show(.progress($0)) }
        }
        let report = EvaluationReport(
            evaluation, of: input.provenance, seed: network.seed,
            seconds: .init(
                load: start.duration(to: loaded) / .seconds(1), forward: loaded.duration(to: .now) / .seconds(1)),
            version: programVersion)
        if let warning = report.warning { line.note(warning) }
        return report
    }
}
