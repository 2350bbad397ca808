import Execution
import Kernels
import RunStore
import Separation
import Synchronization

/// The whole job: each layer of a source, as it is handed out, analysed, told and stored.
///
/// It runs on the thread that calls `run`, which should not be one that has to stay responsive; the work itself is done by
/// the pool.
public struct AnalysisJob: Sendable {
    public let source: any LayerSource
    public let options: AnalysisOptions
    /// The run as known before the first sample: accuracy, predictions and times are still missing.
    public let header: RunHeader
    private let pool: WorkerPool
    private let store: ActivationStore

    /// What the preview looks at.
    public static let previewSamples = 500

    /// - Throws: `SeparationError` for unusable options or one class only;
    ///   `ExecutionError.activationsTooLarge` where memory and scratch space do not suffice.
    public init(
        source: any LayerSource, options: AnalysisOptions, pool: WorkerPool, store: ActivationStore, version: String,
        origin: RunOrigin? = nil
    ) throws {
        try options.validate()
        let samples = min(options.samples, source.labels.count)
        guard Set(source.labels.prefix(samples)).count >= 2 else {
            throw SeparationError.oneClassOnly(samples: samples)
        }
        self.source = source
        self.options = options
        self.pool = pool
        self.store = store
        header = RunHeader(source, options, samples: samples, version: version, origin: origin)
        if let contradiction = header.contradiction { throw AnalysisError.noRun(contradiction) }
        try source.checkRoom(layerPass(samples: source.labels.count, skipping: []))
    }

    /// Whether memory suffices without scratch files.
    public var staysInMemory: Bool { source.staysInMemory(layerPass(samples: source.labels.count, skipping: [])) }

    /// Analyses every layer; those that the run file holds already are told as they are, and where it holds all that are
    /// wanted of a run that has ended, that is all there is to do.
    /// - Parameters:
    ///   - preview: whether all layers are looked at with few samples first.
    ///   - geometry: whether maps and alignments of the layers are wanted too. Layers that the run file holds without them
    ///     stay without.
    ///   - skipping: layers that nobody wants to know of; a run file without them is not complete.
    ///   - runStore: where finished layers are kept, each in one transaction, and pictures of the samples.
    ///   - handOn: gets each finished layer, one at a time.
    ///   - tell: called from this thread and others, never twice at a time.
    /// - Returns: the header with accuracy, predictions, times and memory.
    /// - Throws: `KernelError.cancelled` soon after `cancellation`; `SeparationError.notFinite`; `RunStoreError`; what the
    ///   source throws.
    @discardableResult
    public func run(
        preview: Bool, geometry: Bool = false, skipping: Set<Int> = [], runStore: RunStore? = nil,
        cancellation: Cancellation = Cancellation(), handOn: (@Sendable (LayerParcel) throws -> Void)? = nil,
        tell: @escaping @Sendable (AnalysisEvent) -> Void
    ) throws -> RunHeader {
        let start = ContinuousClock.now
        let turn = Mutex(())
        let tell: @Sendable (AnalysisEvent) -> Void = { event in turn.withLock { _ in tell(event) } }
        tell(.header(header))
        let stored = try runStore?.results() ?? []
        let alignment = Mutex(geometry ? KernelAlignment(layers: header.layers.count) : nil)
        for case (let layer, let result?) in stored.enumerated() {
            tell(.layer(layer, result, isPreview: false))
            guard geometry, let known = try runStore?.geometry(layer: layer) else { continue }
            tell(alignment.withLock { AnalysisEvent(layer, known, &$0) })
        }
        let finished = Set(stored.indices.filter { stored[$0] != nil }).union(skipping)
        if let known = try runStore?.header(), known.seconds != nil, finished.count == header.layers.count {
            return try end(with: header.completed(by: known), runStore, tell)
        }
        try runStore?.storeThumbnails { source.thumbnail($0) }
        if preview, finished.count < header.layers.count {
            _ = try pass(Pass(self, preview: true), skipping: finished, cancellation, tell) {
                layer, result, _ in tell(.layer(layer, result, isPreview: true))
            }
        }
        let full = Pass(self, preview: false, geometry: geometry)
        let (predictions, partSeconds) = try pass(full, skipping: finished, cancellation, tell) {
            layer, result, found in
            try runStore?.append(result, layer: layer, geometry: found)
            try handOn?(LayerParcel(layer: layer, result: result, geometry: found))
            tell(.layer(layer, result, isPreview: false))
            if let found { tell(alignment.withLock { AnalysisEvent(layer, found, &$0) }) }
        }
        var complete = header
        if let predictions {
            let right = zip(predictions, source.labels).count { $0 == $1 }
            complete.accuracy = Double(right) / Double(max(1, predictions.count))
            complete.predictions = Array(predictions.prefix(header.samples))
        }
        var seconds = partSeconds
        seconds.load = source.seconds
        seconds.total = secondsSince(start) + source.seconds
        complete.seconds = seconds
        complete.peakMemoryBytes = peakMemoryBytes()
        return try end(with: complete, runStore, tell)
    }

    private func end(
        with complete: RunHeader, _ runStore: RunStore?, _ tell: (AnalysisEvent) -> Void
    ) throws -> RunHeader {
        if let runStore {
            let isWhole = try runStore.finishedLayers().count == header.layers.count
            try runStore.update(complete, isComplete: isWhole)
        }
        tell(.header(complete))
        tell(.progress(JobProgress(phase: .finished, fraction: 1)))
        return complete
    }

    /// One way of all samples through the layers.
    private struct Pass {
        var phase: JobProgress.Phase
        /// Samples that go through.
        var samples: Int
        var options: SimilarityOptions
        var wantsGeometry: Bool

        init(_ job: AnalysisJob, preview: Bool, geometry: Bool = false) {
            wantsGeometry = geometry
            let kept = max(LayerAnalysis.neighborsKept, job.header.k)
            phase = preview ? .preview : .full
            guard preview else {
                samples = job.source.labels.count
                options = SimilarityOptions(
                    graphSamples: job.header.samples, histogramSamples: job.header.histogramSamples,
                    edges: job.header.edges, neighbors: kept, screening: job.options.screening)
                return
            }
            samples = min(AnalysisJob.previewSamples, job.header.samples)
            options = SimilarityOptions(
                graphSamples: samples, histogramSamples: samples,
                edges: min(job.header.edges, SimilarityOptions.defaultEdges(samples: samples)), neighbors: kept,
                screening: job.options.screening)
        }
    }

    /// - Parameter keep: called for each new result, one at a time, to keep and tell it.
    /// - Returns: what the network says of each sample, and where the time went.
    private func pass(
        _ pass: Pass, skipping finished: Set<Int>, _ cancellation: Cancellation,
        _ tell: @escaping @Sendable (AnalysisEvent) -> Void,
        keep: @escaping @Sendable (Int, LayerResult, LayerGeometry?) throws -> Void
    ) throws -> (predictions: [Int]?, seconds: RunSeconds) {
        let layerPass = layerPass(samples: pass.samples, skipping: finished, cancellation)
        let meter = ProgressMeter(phase: pass.phase, work: work(pass, layerPass)) { tell(.progress($0)) }
        let analysis = LayerAnalysis(
            options: pass.options, normalization: header.normalization, k: header.k,
            wantsGeometry: pass.wantsGeometry, labels: Array(source.labels.prefix(pass.samples)), pool: pool,
            store: store, cancellation: cancellation)
        let layers = LayerQueue(isBeside: pool.threadCount > 1)
        let seconds = Mutex(RunSeconds())
        var protocolModularity: [Int: Double] = [:]
        /// Forward seconds of this layer so far, and since when they run.
        var forward = 0.0
        var lastReturn = ContinuousClock.now
        let predictions = Result {
            try source.run(layerPass, progress: { meter.forward($0) }) { index, value, matrix in
                forward += secondsSince(lastReturn)
                defer { lastReturn = .now }
                let layer = header.layers[index]
                switch value {
                case .protocolValue:
                    protocolModularity[index] = try analysis.protocolModularity(matrix, layer: layer.name)
                case .output:
                    meter.begin(layer: index)
                    let findings = try analysis.findings(matrix, layer: layer.name) { meter.similarity($0) }
                    meter.end(layer: index)
                    let (luModularity, forwardSeconds) = (protocolModularity[index], forward)
                    forward = 0
                    try layers.add {
                        let (result, part) = analysis.result(
                            findings, of: layer, luModularity: luModularity, forwardSeconds: forwardSeconds)
                        seconds.withLock { $0 += part }
                        try keep(index, result, findings.geometry)
                    }
                }
            }
        }
        forward += secondsSince(lastReturn)
        // What was found of a layer is kept even where it goes no further.
        let isKept = Result { try layers.finish() }
        let found = try predictions.get()
        try isKept.get()
        var sum = seconds.withLock { $0 }
        sum.forward += forward
        return (found, sum)
    }

    private func layerPass(
        samples: Int, skipping finished: Set<Int>, _ cancellation: Cancellation? = nil
    ) -> LayerPass {
        LayerPass(
            samples: samples, skipped: finished, luProtocol: options.luProtocol, pool: pool, store: store,
            cancellation: cancellation)
    }

    private func work(_ pass: Pass, _ layerPass: LayerPass) -> ProgressMeter.Work {
        let products = Double(
            SimilarityStatistics.products(samples: max(pass.options.graphSamples, pass.options.histogramSamples)))
        return ProgressMeter.Work(
            forward: source.forwardWork(layerPass),
            similarities: header.layers.enumerated().map { index, layer in
                layerPass.skipped.contains(index) ? 0 : products * Double(layer.shape.reduce(1, *))
            })
    }
}

extension AnalysisEvent {
    /// What is told of a layer's geometry once `alignment` has taken it in.
    fileprivate init(_ layer: Int, _ found: LayerGeometry, _ alignment: inout KernelAlignment?) {
        let row = found.gram.flatMap { alignment?.add($0, layer: layer) }
        self = .geometry(layer, found.map, alignments: row ?? alignment?.matrix.row(layer) ?? [])
    }
}

extension RunHeader {
    /// A run before its first layer.
    /// - Parameter samples: N, no more than the source has.
    fileprivate init(
        _ source: any LayerSource, _ options: AnalysisOptions, samples: Int, version: String, origin: RunOrigin?
    ) {
        let (provenance, count) = (source.provenance, source.labels.count)
        let pairs = samples * (samples - 1) / 2
        self.init(
            checkpoint: provenance.checkpoint, checkpointHash: provenance.checkpointHash,
            architecture: provenance.architecture, parameters: provenance.parameters, data: provenance.data,
            dataHash: provenance.dataHash, classes: provenance.classes, order: provenance.order, seed: options.seed,
            normName: provenance.normalization.name, mean: provenance.normalization.mean,
            std: provenance.normalization.std, accuracy: nil, samples: samples,
            edges: min(options.edges ?? SimilarityOptions.defaultEdges(samples: samples), pairs),
            histogramSamples: min(options.histogramSamples ?? samples, count),
            normalization: options.normalization, k: min(options.neighbors, samples - 1), level: options.level,
            tolerance: options.criterion.tolerance, minLength: options.criterion.minLength,
            luProtocol: options.luProtocol, layers: source.layers, labels: Array(source.labels.prefix(samples)),
            predictions: [], version: version, network: provenance.network, origin: origin,
            isScreened: options.screening != .never)
    }

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
