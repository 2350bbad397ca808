import Analysis
import Execution
import Explorer
import Foundation
import Jobs
import Kernels
import Network
import Pruning
import Separation
import Synchronization

/// Tries cuts of runs' networks beside the explorer: one at a time, the latest that was asked for, on a thread of its own.
final class CutTrials: Sendable {
    /// The network and images of a run, with which its figures can be had again.
    struct Base: Sendable {
        var input: AnalysisInput
        var options: AnalysisOptions
        let images: CutImages
        /// Share of the images that are counted; nil until it is asked for.
        fileprivate var accuracy: Double?

        init(input: AnalysisInput, options: AnalysisOptions) throws {
            (self.input, self.options) = (input, options)
            images = try CutImages(splitting: input.images, for: input.network, normalization: input.normalization)
        }
    }

    private struct State {
        var wanted: (run: Int, cut: [Int])?
        var cancellation: Cancellation?
        var isOver = false
    }

    private let state = Mutex(State())
    private let news = DispatchSemaphore(value: 0)
    private let ended = DispatchSemaphore(value: 0)
    private let mailbox: Mailbox
    private let pool: WorkerPool
    private let activations: ActivationStore
    private let load: Load

    /// Finds a run's network and images.
    typealias Load = @Sendable (_ run: Int, WorkerPool, ActivationStore, Cancellation) throws -> Base

    /// - Parameter load: called from another thread, once for each run.
    /// - Throws: `KernelError.thread`.
    init(
        _ mailbox: Mailbox, _ arguments: NetworkArguments,
        load: @escaping Load
    ) throws {
        self.mailbox = mailbox
        self.load = load
        pool = WorkerPool(threads: arguments.threads ?? WorkerPool.availableProcessors, priority: .background)
        activations = arguments.activationStore
        try startThread(named: "sepal-trials") { [self] in
            work()
            ended.signal()
        }
    }

    /// Takes the place of what is being tried.
    func attempt(_ cut: [Int], run: Int) {
        state.withLock { state in
            state.cancellation?.cancel()
            state.wanted = (run, cut)
        }
        news.signal()
    }

    func stop() {
        state.withLock { state in
            state.cancellation?.cancel()
            state.wanted = nil
        }
    }

    /// Ends the thread: the program must not leave under its hands, nor wait for long.
    func close() {
        state.withLock { state in
            state.cancellation?.cancel()
            (state.wanted, state.isOver) = (nil, true)
        }
        news.signal()
        _ = ended.wait(timeout: .now() + 2)
    }

    private func work() {
        var bases: [Int: Base] = [:]
        while true {
            news.wait()
            let cancellation = Cancellation()
            let (next, isOver) = state.withLock { state in
                defer { (state.wanted, state.cancellation) = (nil, cancellation) }
                return (state.wanted, state.isOver)
            }
            if isOver { return }
            guard let next else { continue }
            let mailbox = mailbox
            let tell: @Sendable (CutOutcome) -> Void = { mailbox.post(.cutTried(run: next.run, cut: next.cut, $0)) }
            do {
                var base = try bases[next.run] ?? load(next.run, pool, activations, cancellation)
                base.accuracy = try base.accuracy ?? accuracy(of: base.input.network, base, cancellation)
                bases[next.run] = base
                try attempt(next.cut, base, cancellation, tell)
                tell(.finished)
            } catch {
                if (error as? KernelError) != .cancelled { tell(.failed(describe(error).1)) }
            }
        }
    }

    private func accuracy(of network: Network, _ base: Base, _ cancellation: Cancellation) throws -> Double {
        try Evaluation(
            network: network, images: base.images.counted ?? base.input.images,
            normalization: base.input.normalization, pool: pool, store: activations, cancellation: cancellation
        ).accuracy
    }

    /// First what the network gets right, which takes a fraction of the time, then the same of what is left when it is fitted
    /// to the whole, and then its layers from the cut on.
    private func attempt(
        _ cut: [Int], _ base: Base, _ cancellation: Cancellation, _ tell: @escaping @Sendable (CutOutcome) -> Void
    ) throws {
        let network = base.input.network
        let units = cut.map { network.units[$0] }
        var input = base.input
        input.network = try network.cutting(units)
        var found = CutAccuracy(
            images: base.images.counted?.count ?? base.input.images.count, whole: base.accuracy ?? 0,
            cut: try accuracy(of: input.network, base, cancellation),
            reconstructed: base.images.calibration == nil ? .impossible : .underWay)
        tell(.accuracy(found))
        if let calibration = base.images.calibration {
            let graph = try calibration.reconstruction(
                of: network, cutting: units, pool: pool, store: activations, cancellation: cancellation
            ).graph
            input.network = network.cutting(units, graph: graph)
            found.reconstructed = .share(try accuracy(of: input.network, base, cancellation))
            tell(.accuracy(found))
        }
        let gone = Set(units.flatMap(\.layers))
        let left = network.layers.indices.filter { !gone.contains($0) }
        guard left.map({ network.layers[$0].name }) == input.network.layers.map(\.name) else {
            throw PruningError.otherNetwork("its layers are others")
        }
        let first = gone.min() ?? 0
        let job = try AnalysisJob(
            source: input, options: base.options, pool: pool, store: activations, version: programVersion)
        try job.run(
            preview: false, skipping: Set(left.indices.filter { left[$0] < first }), cancellation: cancellation
        ) { event in
            guard case .layer(let index, var result, isPreview: false) = event else { return }
            // Only figures are compared.
            result.edges = []
            result.neighbors = NeighborLists(k: 0, indices: [], similarities: [])
            tell(.layer(left[index], result))
        }
    }
}
