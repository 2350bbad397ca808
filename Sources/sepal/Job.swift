import Analysis
import CDemo
import Datasets
import Execution
import Formats
import Foundation
import Kernels
import RunStore
import Separation

/// Where checkpoint and images come from.
enum Source: Sendable {
    case files(checkpoint: String, data: String)
    /// What is compiled in.
    case demo

    /// The checkpoint's name and bytes.
    func checkpoint() throws -> (name: String, bytes: [UInt8]) {
        switch self {
        case .files(let checkpoint, _):
            return (URL(filePath: checkpoint).lastPathComponent, try readFile(checkpoint))
        case .demo:
            let start = UnsafeRawBufferPointer(
                start: sepal_demo_checkpoint_start(), count: Int(sepal_demo_checkpoint_size))
            return ("resnet20-digits.safetensors", Array(start))
        }
    }

    func images(limit: Int?, seed: UInt64?, transform: ImageTransform) throws -> ImageSet {
        switch self {
        case .files(_, let data): return try ImageSet.load(path: data, limit: limit, seed: seed, transform: transform)
        case .demo:
            let start = UnsafeRawBufferPointer(start: sepal_demo_images_start(), count: Int(sepal_demo_images_size))
            return try ImageSet(
                bytes: Array(start), source: "digits-test.npz", limit: limit, seed: seed, transform: transform)
        }
    }
}

/// What is to be analysed, and how, as the command line says it.
struct Job: Sendable {
    var source: Source
    var arguments: AnalysisArguments
    /// The run file to write, or to go on with.
    var output: String?
    /// Whether an interface runs beside: workers then give way to it, and a preview of all layers comes first.
    var isInteractive = false

    /// Loads and checks everything and opens the run file, so that what is wrong is said before any work is done.
    /// - Parameter note: gets what was decided while loading, one line each.
    func prepare(cancellation: Cancellation, note: (String) -> Void) throws -> PreparedJob {
        let start = ContinuousClock.now
        if let output { try RunStore.checkPlace(path: output) }
        let pool = WorkerPool(
            threads: arguments.threads ?? WorkerPool.availableProcessors,
            priority: isInteractive ? .background : .normal)
        // The checkpoint first: it is small, and the likelier mistake.
        let (name, bytes) = try source.checkpoint()
        let wanted = try arguments.options(channels: 3)
        let images = try source.images(
            limit: wanted.imagesWanted, seed: wanted.seed, transform: arguments.transform)
        let options = try arguments.options(channels: images.channels)
        let activations = ActivationStore(budget: arguments.memory?.bytes)
        var input = try AnalysisInput(
            checkpoint: name, bytes: bytes, images: images, options: options, pool: pool, store: activations,
            cancellation: cancellation)
        input.seconds = start.duration(to: .now) / .seconds(1)
        input.notes.forEach(note)
        let job = try AnalysisJob(
            input: input, options: options, pool: pool, store: activations, version: Sepal.version)
        let store = try output.map { path in
            FileManager.default.fileExists(atPath: path)
                ? try RunStore.openForResume(path: path, header: job.header)
                : try RunStore.create(path: path, header: job.header)
        }
        if let store {
            let finished = try store.finishedLayers().count
            if finished > 0 {
                note("\(store.path): \(finished) of \(job.header.layers.count) layers are there already")
            }
        }
        return PreparedJob(job: job, store: store, preview: isInteractive, cancellation: cancellation)
    }
}

/// A job that can start.
struct PreparedJob: Sendable {
    let job: AnalysisJob
    let store: RunStore?
    let preview: Bool
    let cancellation: Cancellation

    /// - Parameter tell: see `AnalysisJob.run`.
    /// - Returns: the completed header.
    func run(tell: @escaping @Sendable (AnalysisEvent) -> Void) throws -> RunHeader {
        defer { store?.close() }
        return try job.run(preview: preview, runStore: store, cancellation: cancellation, tell: tell)
    }
}

extension RunHeader {
    /// A loud word where the network is hardly better than guessing: less than a tenth of the way from chance to certainty.
    var warning: String? {
        guard let accuracy, accuracy < 0.1 + 0.9 / Double(max(1, classes.count)) else { return nil }
        return "WARNING: accuracy \(percent(accuracy)) is near chance: wrong normalisation (--norm, --mean, --std), "
            + "wrong data, or classes in another order"
    }
}

/// A share as people read it.
func percent(_ share: Double) -> String { String(format: "%.1f %%", 100 * share) }
