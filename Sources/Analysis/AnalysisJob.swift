import Execution
import Kernels
import Network
import RunStore
import Separation

/// The whole job: images through the network, each finished layer analysed, told and stored.
///
/// It runs on the thread that calls `run`, which should not be one that has to stay responsive; the work itself is done by
/// the pool.
public struct AnalysisJob: Sendable {
    public let input: AnalysisInput
    public let options: AnalysisOptions
    /// The run as known before the first image: accuracy, predictions and times are still missing.
    public let header: RunHeader
    private let pool: WorkerPool
    private let store: ActivationStore

    /// What the preview looks at.
    public static let previewSamples = 500

    /// - Throws: `SeparationError` for unusable options or one class only;
    ///   `ExecutionError.activationsTooLarge` where memory and scratch space do not suffice.
    public init(
        input: AnalysisInput, options: AnalysisOptions, pool: WorkerPool, store: ActivationStore, version: String
    ) throws {
        try options.validate()
        let images = input.images
        let samples = min(options.samples, images.count)
        let labels = Array(images.labels.prefix(samples))
        guard Set(labels).count >= 2 else { throw SeparationError.oneClassOnly(samples: samples) }
        self.input = input
        self.options = options
        self.pool = pool
        self.store = store
        let pairs = samples * (samples - 1) / 2
        header = RunHeader(
            checkpoint: input.checkpoint, checkpointHash: input.checkpointHash,
            architecture: input.network.architecture, parameters: input.network.parameters, data: images.source,
            dataHash: images.hash, classes: images.classNames, order: images.order, seed: options.seed,
            normName: input.normalization.name, mean: input.normalization.mean, std: input.normalization.std,
            accuracy: nil, samples: samples,
            edges: min(options.edges ?? SimilarityOptions.defaultEdges(samples: samples), pairs),
            histogramSamples: min(options.histogramSamples ?? samples, images.count),
            normalization: options.normalization, k: min(options.neighbors, samples - 1), level: options.level,
            tolerance: options.criterion.tolerance, minLength: options.criterion.minLength,
            luProtocol: options.luProtocol, layers: input.network.layers.map(LayerDescription.init), labels: labels,
            predictions: [], version: version)
        try executor().checkRoom(samples: images.count)
    }

    /// Analyses every layer; those that the run file holds already are told as they are, and where it holds a complete run,
    /// that is all there is to do.
    /// - Parameters:
    ///   - preview: whether all layers are looked at with few samples first.
    ///   - runStore: where finished layers are kept, each in one transaction.
    ///   - tell: called from this thread and from workers, never twice at a time.
    /// - Returns: the header with accuracy, predictions, times and memory.
    /// - Throws: `KernelError.cancelled` soon after `cancellation`; `SeparationError.notFinite`; `RunStoreError`.
    @discardableResult
    public func run(
        preview: Bool, runStore: RunStore? = nil, cancellation: Cancellation = Cancellation(),
        tell: @escaping @Sendable (AnalysisEvent) -> Void
    ) throws -> RunHeader {
        let start = ContinuousClock.now
        tell(.header(header))
        let stored = try runStore?.results() ?? []
        for case (let layer, let result?) in stored.enumerated() { tell(.layer(layer, result, isPreview: false)) }
        let finished = Set(stored.indices.filter { stored[$0] != nil })
        if let runStore, try runStore.isComplete(), finished.count == header.layers.count {
            return try end(with: header.completed(by: try runStore.header()), runStore, tell)
        }
        if preview, finished.count < header.layers.count {
            _ = try pass(Pass(self, preview: true), skipping: finished, cancellation, tell) { _, _ in }
        }
        let (predictions, partSeconds) = try pass(Pass(self, preview: false), skipping: finished, cancellation, tell) {
            try runStore?.append($1, layer: $0)
        }
        var complete = header
        let right = zip(predictions, input.images.labels).count { $0 == $1 }
        complete.accuracy = Double(right) / Double(max(1, predictions.count))
        complete.predictions = Array(predictions.prefix(header.samples))
        var seconds = partSeconds
        seconds.load = input.seconds
        seconds.total = secondsSince(start) + input.seconds
        complete.seconds = seconds
        complete.peakMemoryBytes = peakMemoryBytes()
        return try end(with: complete, runStore, tell)
    }

    private func end(
        with complete: RunHeader, _ runStore: RunStore?, _ tell: (AnalysisEvent) -> Void
    ) throws -> RunHeader {
        try runStore?.update(complete, isComplete: true)
        tell(.header(complete))
        tell(.progress(JobProgress(phase: .finished, fraction: 1)))
        return complete
    }

    /// One way of all samples through the network.
    private struct Pass {
        var phase: JobProgress.Phase
        /// Images that go through.
        var images: Int
        var options: SimilarityOptions

        init(_ job: AnalysisJob, preview: Bool) {
            let kept = max(LayerAnalysis.neighborsKept, job.header.k)
            phase = preview ? .preview : .full
            guard preview else {
                images = job.input.images.count
                options = SimilarityOptions(
                    graphSamples: job.header.samples, histogramSamples: job.header.histogramSamples,
                    edges: job.header.edges, neighbors: kept)
                return
            }
            let samples = min(AnalysisJob.previewSamples, job.header.samples)
            images = samples
            options = SimilarityOptions(
                graphSamples: samples, histogramSamples: samples,
                edges: min(job.header.edges, SimilarityOptions.defaultEdges(samples: samples)), neighbors: kept)
        }
    }

    /// - Parameter keep: called on this thread for each new result.
    /// - Returns: what the network says of each image, and where the time went.
    private func pass(
        _ pass: Pass, skipping finished: Set<Int>, _ cancellation: Cancellation,
        _ tell: @escaping @Sendable (AnalysisEvent) -> Void, keep: (Int, LayerResult) throws -> Void
    ) throws -> (predictions: [Int], seconds: RunSeconds) {
        let executor = executor()
        let meter = ProgressMeter(phase: pass.phase, work: work(pass, executor.plan, finished)) { tell(.progress($0)) }
        let analysis = LayerAnalysis(
            options: pass.options, normalization: header.normalization, k: header.k,
            labels: Array(input.images.labels.prefix(pass.images)), pool: pool, cancellation: cancellation)
        var seconds = RunSeconds()
        var protocolModularity: [Int: Double] = [:]
        var lastReturn = ContinuousClock.now
        let logits = try executor.run(
            samples: pass.images, cancellation: cancellation, fill: { try input.fill($0, $1) },
            progress: { meter.forward($0) },
            tapped: { node, matrix in
                let forward = secondsSince(lastReturn)
                seconds.forward += forward
                for (index, layer) in input.network.layers.enumerated() where !finished.contains(index) {
                    if header.luProtocol, protocolTap(layer) == node {
                        protocolModularity[index] = try analysis.protocolModularity(matrix, layer: layer.name)
                    }
                    guard layer.output == node else { continue }
                    meter.begin(layer: index)
                    let outcome = try analysis.analyze(
                        matrix, as: header.layers[index], luModularity: protocolModularity[index],
                        forwardSeconds: forward, progress: { meter.similarity($0) })
                    seconds.similarity += outcome.similaritySeconds
                    seconds.statistics += outcome.statisticsSeconds
                    try keep(index, outcome.result)
                    meter.end(layer: index)
                    tell(.layer(index, outcome.result, isPreview: pass.phase == .preview))
                }
                lastReturn = .now
            })
        seconds.forward += secondsSince(lastReturn)
        return (logits.predictions, seconds)
    }

    /// The node whose value Lu et al.'s Q is taken of; inside a block, where they look at none, the layer's own.
    private func protocolTap(_ layer: Layer) -> Int {
        layer.isBlock ? input.network.protocolTap(of: layer) : layer.output
    }

    private func executor() -> Executor {
        let layers = input.network.layers
        var taps = Set(layers.map(\.output))
        if options.luProtocol { taps.formUnion(layers.map(protocolTap)) }
        return Executor(plan: ExecutionPlan(input.network.graph, taps: taps), pool: pool, store: store)
    }

    private func work(_ pass: Pass, _ plan: ExecutionPlan, _ finished: Set<Int>) -> ProgressMeter.Work {
        let products = Double(
            SimilarityStatistics.products(samples: max(pass.options.graphSamples, pass.options.histogramSamples)))
        return ProgressMeter.Work(
            forward: ProgressMeter.forwardWeight * plan.cost * Double(pass.images),
            similarities: header.layers.enumerated().map { index, layer in
                finished.contains(index) ? 0 : products * Double(layer.shape.reduce(1, *))
            })
    }
}

extension RunHeader {
    /// With what another run of the same had found out at its end.
    fileprivate func completed(by other: RunHeader) -> RunHeader {
        var complete = self
        complete.accuracy = other.accuracy
        complete.predictions = other.predictions
        complete.seconds = other.seconds
        complete.peakMemoryBytes = other.peakMemoryBytes
        return complete
    }
}

extension LayerDescription {
    fileprivate init(_ layer: Layer) {
        self.init(
            name: layer.name, shape: layer.shape, parameters: layer.parameters, isBlock: layer.isBlock,
            multiplyAdds: layer.multiplyAdds)
    }
}
