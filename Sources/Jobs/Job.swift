import Analysis
import CDemo
import Datasets
import Execution
import Formats
import Foundation
import Kernels
import RunStore
import Separation

/// Where the layers come from.
package enum Source: Sendable {
    case files(checkpoint: String, data: String)
    case features(path: String, labels: FeatureSource.Labels)
    /// What is compiled in.
    case demo

    /// What a command line's file is: features, or a network, which needs images.
    package init(path: String, data: String?, labels: String?) throws {
        let areFeatures =
            data == nil
            ? try FeatureSource.areFeatures(at: path)
            // What may be a network is for its own readers to complain of.
            : (try? FeatureSource.areFeatures(at: path)) ?? ((try? isDirectory(path)) == true)
        if areFeatures {
            self = .features(
                path: path, labels: labels.map { .file($0) } ?? data.map { .data($0) } ?? .beside)
        } else {
            guard labels == nil else {
                throw UsageError(
                    "--labels goes with features, and \(path) holds none: no array N×… of floats")
            }
            guard let data else {
                throw UsageError(
                    "\(path) holds no features (an array N×… of floats for each layer); if it is a network, "
                        + "give its images with --data PATH")
            }
            self = .files(checkpoint: path, data: data)
        }
    }
}

/// Of all programs.
package let programVersion = "0.1.0"

/// What a command line asks for can't be had together.
package struct UsageError: Failure {
    package var description: String
    package var exitStatus: ExitStatus { .usage }
    package init(_ description: String) { self.description = description }
}

/// What is to be analysed, and how, as the command line says it.
package struct Job: Sendable {
    package var source: Source
    package var arguments: AnalysisArguments
    /// The run file to write, or to go on with.
    package var output: String?
    /// Whether an interface runs beside: workers then give way to it, and a preview of all layers comes first.
    package var isInteractive = false
    /// The part that is wanted; nil for the whole.
    package var shard: Shard?

    package init(source: Source, arguments: AnalysisArguments, output: String? = nil) {
        (self.source, self.arguments, self.output) = (source, arguments, output)
    }

    /// Loads and checks everything and opens the run file, so that what is wrong is said before any work is done.
    /// - Parameter note: gets what was decided while loading, one line each.
    package func prepare(cancellation: Cancellation, note: (String) -> Void) throws -> PreparedJob {
        let start = ContinuousClock.now
        if let output { try RunStore.checkPlace(path: output) }
        let threads = arguments.network.threads ?? WorkerPool.availableProcessors
        let pool = WorkerPool(threads: threads, priority: isInteractive ? .background : .normal)
        if (1..<threads).contains(pool.threadCount) {
            note("\(pool.threadCount) of \(threads) threads could be started; the result is the same")
        }
        let activations = arguments.network.activationStore
        let (loaded, options, origin) = try load(pool, activations, cancellation)
        var input = loaded
        input.seconds = start.duration(to: .now) / .seconds(1)
        input.notes.forEach(note)
        let job = try AnalysisJob(
            source: input, options: options, pool: pool, store: activations, version: programVersion,
            origin: origin)
        if !job.staysInMemory { note(activations.overflowNote) }
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
        var skipped: Set<Int> = []
        if let shard {
            let wanted = shard.layers(of: job.header.layers)
            skipped = Set(job.header.layers.indices).subtracting(wanted)
            note("part \(shard.index) of \(shard.count): \(wanted.count) of \(job.header.layers.count) layers")
        }
        return PreparedJob(
            job: job, store: store, preview: isInteractive, skipped: skipped, cancellation: cancellation)
    }

    private func load(
        _ pool: WorkerPool, _ activations: ActivationStore, _ cancellation: Cancellation
    ) throws -> (any LayerSource, AnalysisOptions, RunOrigin?) {
        if case .features(let path, let labels) = source {
            let network = arguments.network
            guard network.norm == nil, network.mean == nil, network.arch == nil else {
                throw UsageError("--norm, --mean, --std and --arch go with a network and images, not with features")
            }
            let options = try arguments.options(channels: 3)
            return (
                try FeatureSource(path: path, labels: labels, options: options, cancellation: cancellation), options,
                nil
            )
        }
        let (input, _, options) = try network(pool, activations, cancellation)
        return (input, options, origin(images: input.images.count))
    }

    /// The network with the images that an analysis looks at; as `Source.network`.
    package func network(
        _ pool: WorkerPool, _ activations: ActivationStore, _ cancellation: Cancellation
    ) throws -> (input: AnalysisInput, file: NetworkFile, options: AnalysisOptions) {
        let wanted = try arguments.options(channels: 3)
        return try source.network(
            arguments.imageRequest(limit: wanted.imagesWanted), purpose: .layers, pool, activations, cancellation
        ) { try arguments.options(channels: $0) }
    }

    /// Where the files of a network and its images are.
    private func origin(images: Int) -> RunOrigin {
        func absolute(_ path: String) -> String { URL(filePath: path).standardizedFileURL.path }
        var origin = RunOrigin(
            checkpoint: nil, data: nil, images: images, resize: arguments.network.resize, crop: arguments.network.crop)
        if case .files(let checkpoint, let data) = source {
            (origin.checkpoint, origin.data) = (absolute(checkpoint), absolute(data))
        }
        return origin
    }
}

extension Source {
    /// A network with its images, loaded and checked, and the file that it is from.
    /// - Parameters:
    ///   - request: which images.
    ///   - purpose: what the network is wanted for, which says how many images have room.
    ///   - options: what the command line says, for images of so many channels.
    /// - Throws: `UsageError` for features; what `NetworkFile`, `ImageSet` and `AnalysisInput` throw.
    package func network(
        _ request: ImageRequest, purpose: NetworkPurpose, _ pool: WorkerPool, _ activations: ActivationStore,
        _ cancellation: Cancellation, options: (Int) throws -> AnalysisOptions
    ) throws -> (input: AnalysisInput, file: NetworkFile, options: AnalysisOptions) {
        let wanted = try options(3)
        var request = request
        (request.pool, request.cancellation) = (pool, cancellation)
        let (file, set): (NetworkFile, ImageSet)
        switch self {
        case .features(let path, _):
            throw UsageError("\(path) holds features; a network is needed")
        case .files(let path, let data):
            // The checkpoint first: it is small, and the likelier mistake.
            file = try NetworkFile(path: path, architecture: wanted.architecture, cancellation: cancellation)
            request.channels = { [file] samples, height, width in
                try file.channels(
                    samples: samples, height: height, width: width, options: wanted, purpose: purpose, pool: pool,
                    store: activations)
            }
            set = try ImageSet.load(path: data, request)
        case .demo:
            file = try NetworkFile(
                bytes: Demo.checkpoint, name: "resnet32-signs.safetensors", architecture: wanted.architecture)
            set = try ImageSet(bytes: Demo.images, source: "signs-test.npz", request)
        }
        let options = try options(set.channels)
        let input = try AnalysisInput(
            file, images: set, options: options, purpose: purpose, pool: pool, store: activations,
            cancellation: cancellation)
        return (input, file, options)
    }
}

extension NetworkFile {
    /// Reads a file of the disk.
    package init(path: String, architecture: String?, cancellation: Cancellation? = nil) throws {
        let url = URL(filePath: path)
        let file = try InputFile(path, name: url.lastPathComponent) { try cancellation?.check() }
        try self.init(file, folder: url.deletingLastPathComponent().path, architecture: architecture)
    }
}

/// What is compiled in.
package enum Demo {
    package static var checkpoint: [UInt8] {
        Array(UnsafeRawBufferPointer(start: sepal_demo_checkpoint_start(), count: Int(sepal_demo_checkpoint_size)))
    }

    package static var images: [UInt8] {
        Array(UnsafeRawBufferPointer(start: sepal_demo_images_start(), count: Int(sepal_demo_images_size)))
    }
}

/// A job that can start.
package struct PreparedJob: Sendable {
    package let job: AnalysisJob
    package let store: RunStore?
    package var preview: Bool
    /// Layers that others see to.
    package var skipped: Set<Int>
    package let cancellation: Cancellation

    /// - Parameter tell: see `AnalysisJob.run`.
    /// - Returns: the completed header.
    package func run(tell: @escaping @Sendable (AnalysisEvent) -> Void) throws -> RunHeader {
        defer { store?.close() }
        return try job.run(
            preview: preview, geometry: store != nil || preview, skipping: skipped, runStore: store,
            cancellation: cancellation, tell: tell)
    }
}

extension RunHeader {
    /// A loud word where the network is hardly better than guessing.
    package var warning: String? { accuracy.flatMap { nearChanceWarning(accuracy: $0, classes: classes.count) } }
}

/// A share as people read it.
package func percent(_ share: Double) -> String { String(format: "%.1f %%", 100 * share) }
