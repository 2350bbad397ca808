import Datasets
import Execution
import Formats
import Kernels
import Network
import RunStore
import Separation
import Synchronization
import Tensors
import Testing

@testable import Analysis

/// A made-up network and made-up images, put together for a job.
struct JobFixture {
    var network = MadeUpNetwork()
    var images: ImageSet
    var options = AnalysisOptions()

    /// Images whose class shows as a gradient under noise; labels are drawn at random.
    init(
        count: Int, channels: Int = 3, extent: Int = 8, classes: Int = 3, network: MadeUpNetwork? = nil
    ) throws {
        var generator = SplitMix64(seed: 1)
        let labels = (0..<count).map { $0 < classes ? $0 : Int.random(in: 0..<classes, using: &generator) }
        let area = extent * extent
        var pixels: [UInt8] = []
        for label in labels {
            for place in 0..<channels * area {
                let slope = (place % area % extent * (label + 1) + place % area / extent * (classes - label)) * 6
                pixels.append(UInt8(clamping: slope / classes + Int.random(in: 0...150, using: &generator)))
            }
        }
        try self.init(pixels: pixels, labels: labels, channels: channels, extent: extent, classes: classes)
        self.network = network ?? MadeUpNetwork(channels: channels, classes: classes)
    }

    init(pixels: [UInt8], labels: [Int], channels: Int, extent: Int, classes: Int) throws {
        let labelled = try #require(
            LabelledImages(
                channels: channels, height: extent, width: extent, pixels: pixels, labels: labels, classes: classes))
        images = try ImageSet(
            labelled, classNames: (0..<classes).map { "class \($0)" }, source: "images")
    }

    /// What is wrong with the fixture's network, as it is told.
    func networkError(_ error: NetworkError) -> AnalysisError { .network(file: "net.safetensors", error) }

    func input(pool: WorkerPool = WorkerPool(threads: 2)) throws -> AnalysisInput {
        try AnalysisInput(
            NetworkFile(bytes: network.file(), name: "net.safetensors", architecture: options.architecture),
            images: images, options: options, pool: pool, store: ActivationStore())
    }

    func job(threads: Int = 2, store: ActivationStore = ActivationStore()) throws -> AnalysisJob {
        let pool = WorkerPool(threads: threads)
        return try AnalysisJob(
            source: input(pool: pool), options: options, pool: pool, store: store, version: "1.2.3")
    }

    /// What the reference says of every image: the outputs of all nodes of the graph.
    func reference(_ input: AnalysisInput) throws -> [[[Float]]] {
        let (mean, std) = (input.normalization.mean.map { Float($0) }, input.normalization.std.map { Float($0) })
        return try (0..<images.count).map { index in
            var values = [Float](repeating: 0, count: images.channels * images.height * images.width)
            try values.withUnsafeMutableBufferPointer {
                try images.normalize(index..<index + 1, mean: mean, std: std, into: $0)
            }
            return try ReferenceExecutor.run(input.network.graph, input: values)
        }
    }
}

extension AnalysisJob {
    /// The network and images of a fixture's job.
    // swift-format-ignore: NeverForceUnwrap
    var input: AnalysisInput { source as! AnalysisInput }

    /// Runs to the end and collects what was told.
    func collect(
        preview: Bool = false, geometry: Bool = false, runStore: RunStore? = nil,
        cancellation: Cancellation = Cancellation(),
        whenTold: @escaping @Sendable (AnalysisEvent) -> Void = { _ in }
    ) throws -> Told {
        let told = Mutex(Told())
        let header = try run(
            preview: preview, geometry: geometry, runStore: runStore, cancellation: cancellation
        ) { event in
            told.withLock { $0.events.append(event) }
            whenTold(event)
        }
        var result = told.withLock { $0 }
        result.returned = header
        return result
    }
}

/// What a job told, in order, and the header it returned.
struct Told {
    var events: [AnalysisEvent] = []
    var returned: RunHeader?

    /// Results of the full pass, without times, which no two runs share.
    var results: [LayerResult] {
        events.compactMap { event in
            guard case .layer(_, let result, isPreview: false) = event else { return nil }
            return result.timeless
        }
    }

    var progress: [JobProgress] {
        events.compactMap { if case .progress(let progress) = $0 { progress } else { nil } }
    }
}

extension LayerResult {
    var timeless: LayerResult {
        var result = self
        result.seconds = 0
        return result
    }
}
