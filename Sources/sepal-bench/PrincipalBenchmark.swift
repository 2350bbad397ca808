import Analysis
import ArgumentParser
import Execution
import Kernels
import Separation

/// The principal maps of a network's layers against the similarity passes over the same features.
struct PrincipalBenchmark: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "principal",
        abstract: "The principal map of each layer against the layer's similarity pass, on a network's own features.")

    @Option(help: "A trained network.") var checkpoint: String
    @Option(help: "Images it was trained for.") var data: String
    @Option(help: "Samples, N.") var samples = 4000
    @Option(help: "How images were normalised.") var norm = "imagenet"
    @Option(help: "Worker threads.") var threads = WorkerPool.availableProcessors

    func run() throws {
        let pool = WorkerPool(threads: threads)
        let store = ActivationStore()
        let input = try AnalysisInput(
            checkpoint: checkpoint, data: data, limit: samples, options: AnalysisOptions(), norm: norm, pool: pool,
            store: store)
        let options = SimilarityOptions(
            graphSamples: samples, histogramSamples: samples,
            edges: SimilarityOptions.defaultEdges(samples: samples), neighbors: 10,
            gramSamples: GramTriangle.mostSamples)
        var (passes, maps) = (0.0, 0.0)
        print("principal maps, N = \(samples), \(threads) threads")
        _ = try input.run(
            LayerPass(samples: samples, luProtocol: false, pool: pool, store: store), progress: { _ in }
        ) { index, _, matrix in
            let pass = try seconds {
                _ = try SimilarityStatistics.compute(
                    of: matrix, classes: input.labels, options: options, layer: "layer", pool: pool)
            }
            var map: PrincipalMap?
            let own = try seconds { map = try PrincipalMap(of: matrix, samples: samples, pool: pool) }
            passes += pass
            maps += own
            let shares = map?.shares ?? .zero
            print(
                "  \(input.layers[index].name)  similarity \(text(pass, 3)) s  map \(text(own, 3)) s  "
                    + "shares \(text(100 * shares.x, 3)) % \(text(100 * shares.y, 3)) %")
        }
        print("  similarity  \(text(passes, 2)) s")
        print("  maps        \(text(maps, 2)) s")
        print("  maps / similarity  \(text(maps / passes, 3))")
    }
}
