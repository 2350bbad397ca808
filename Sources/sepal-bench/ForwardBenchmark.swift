import Analysis
import ArgumentParser
import Execution
import Kernels

/// Images through a network, nothing else; another program's rate can be set beside it by whoever calls this.
struct ForwardBenchmark: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "forward", abstract: "Images a second through a network, without any analysis.")

    @Option(help: "A trained network.") var checkpoint: String
    @Option(help: "Labelled images.") var data: String
    @Option(help: "Images that go through.") var limit = 1000
    @Option(help: "Worker threads.") var threads = WorkerPool.availableProcessors
    @Option(help: "Times they go through; the first is not counted.") var rounds = 3
    @Option(help: "Architecture, where the parameters leave it open.") var arch: String?

    func run() throws {
        let pool = WorkerPool(threads: threads)
        let store = ActivationStore()
        var options = AnalysisOptions()
        options.architecture = arch
        let input = try AnalysisInput(
            checkpoint: checkpoint, data: data, limit: limit, options: options, norm: "cifar10", pool: pool,
            store: store)
        let count = input.images.count
        let executor = Executor(plan: ExecutionPlan(input.network.graph, taps: []), pool: pool, store: store)
        var times: [Double] = []
        for round in 0...max(1, rounds) {
            let time = try seconds {
                _ = try executor.run(samples: count, fill: { try input.fill($0, $1) }, tapped: { _, _ in })
            }
            if round > 0 { times.append(time) }
        }
        let rate = Double(count) / times.median
        let work = 2 * executor.plan.cost * rate
        print(
            "forward, \(input.network.architecture), \(count) images, \(threads) threads: "
                + "\(text(rate, 1)) images/s, \(text(work * 1e-9, 1)) GFLOP/s")
    }
}
