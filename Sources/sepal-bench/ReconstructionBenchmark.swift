import Analysis
import ArgumentParser
import Datasets
import Execution
import Kernels
import Network
import Reconstruction

/// A cut network fitted to the whole one: seconds, memory, and accuracy on images that it was not fitted on.
struct ReconstructionBenchmark: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reconstruct", abstract: "A cut network fitted to the whole one: time, memory and accuracy.")

    @Option(help: "A trained network.") var checkpoint: String
    @Option(help: "Labelled images to count on.") var data: String
    @Option(help: "Images to fit on.") var calibrate: String
    @Option(help: "How many of these.") var images = 1000
    @Option(help: "Images to count on.") var limit = 10_000
    @Option(help: "Units to cut, between commas.") var cut: String
    @Option(help: "Worker threads.") var threads = WorkerPool.availableProcessors
    @Option(help: "Normalisation.") var norm = "imagenet"
    @Option(help: "Rounds behind a ReLU.") var rounds = ReconstructionOptions().rounds
    @Option(help: "Rows for each unknown.") var rows = ReconstructionOptions().rowsPerUnknown
    @Option(help: "Rows at least.") var leastRows = ReconstructionOptions().leastRows
    @Option(help: "Ridge, as a share of the mean diagonal.") var ridge = ReconstructionOptions().ridge

    @Flag(inversion: .prefixedNo, help: "Fit layers inside of units as well.") var inner = true

    func run() throws {
        let pool = WorkerPool(threads: threads)
        let store = ActivationStore()
        let input = try AnalysisInput(
            checkpoint: checkpoint, data: data, limit: limit, options: AnalysisOptions(), norm: norm, pool: pool,
            store: store)
        let network = input.network
        let names = cut.split(separator: ",").map(String.init)
        let units = network.units.filter { names.contains($0.name) }
        guard units.count == names.count else { throw ValidationError("unknown units among \(names)") }
        let others = try ImageSet.load(path: calibrate, ImageRequest(limit: images))
        let calibration = try Calibration(
            others, indices: Calibration.indices(of: others, most: images, besides: input.images), for: network,
            normalization: input.normalization)
        var options = ReconstructionOptions()
        (options.rounds, options.rowsPerUnknown, options.leastRows) = (rounds, rows, leastRows)
        options.fitsInner = inner
        options.ridge = ridge
        func accuracy(_ network: Network) throws -> Double {
            100
                * (try Evaluation(
                    network: network, images: input.images, normalization: input.normalization, pool: pool, store: store
                )).accuracy
        }
        forgetPeakMemory()
        var reconstruction: Reconstruction?
        let time = try seconds {
            reconstruction = try calibration.reconstruction(
                of: network, cutting: units, options: options, pool: pool, store: store)
        }
        let memory = peakMemoryBytes() >> 20
        guard let reconstruction else { return }
        let fitted = network.cutting(units, graph: reconstruction.graph)
        print(
            "reconstruct, \(network.architecture), \(names.count) units cut, \(calibration.indices.count) images, "
                + "\(threads) threads: \(text(time, 2)) s, \(memory) MB; accuracy on \(input.images.count): "
                + "\(text(try accuracy(network), 2)) % whole, \(text(try accuracy(network.cutting(units)), 2)) % cut, "
                + "\(text(try accuracy(fitted), 2)) % reconstructed; \(reconstruction.fitted.count) layers fitted"
                + reconstruction.left.map { ", \($0.layer) not: \($0.reason)" }.joined())
    }
}
