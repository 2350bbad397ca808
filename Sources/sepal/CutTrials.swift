import Analysis
import Execution
import Explorer
import Foundation
import Jobs
import Kernels
import Network
import Pruning
import Reconstruction
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
        /// The cut that was fitted last, where the program has made it, and what is left.
        fileprivate var fitted: (cut: [Int], graph: Graph)?

        init(input: AnalysisInput, options: AnalysisOptions) throws {
            (self.input, self.options) = (input, options)
            images = try CutImages(splitting: input.images, for: input.network, normalization: input.normalization)
        }
    }

    /// What is to be tried: these units, or as many as may go for so many points of accuracy.
    enum Wish {
        case cut([Int])
        case automatic(points: Int)
    }

    private struct State {
        var wanted: (run: Int, wish: Wish)?
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
    func attempt(_ wish: Wish, run: Int) {
        state.withLock { state in
            state.cancellation?.cancel()
            state.wanted = (run, wish)
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
            let (mailbox, run) = (mailbox, next.run)
            do {
                var base = try bases[run] ?? load(run, pool, activations, cancellation)
                base.accuracy = try base.accuracy ?? accuracy(of: base.input.network, base, cancellation)
                bases[run] = base
                switch next.wish {
                case .cut(let cut):
                    let tell: @Sendable (CutOutcome) -> Void = { mailbox.post(.cutTried(run: run, cut: cut, $0)) }
                    try attempt(cut, base, cancellation, tell)
                    tell(.finished)
                case .automatic(let points):
                    bases[run]?.fitted = try cutByItself(
                        base, within: Double(points) / 100, cancellation
                    ) { mailbox.post(.cutAutomatically(run: run, $0)) }
                }
            } catch {
                guard (error as? KernelError) != .cancelled else { continue }
                let reason = describe(error).1
                switch next.wish {
                case .cut(let cut): mailbox.post(.cutTried(run: run, cut: cut, .failed(reason)))
                case .automatic: mailbox.post(.cutAutomatically(run: run, .failed(reason)))
                }
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
            let graph = try fitted(cut, base, calibration, cancellation)
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

    /// What is left without units, fitted to the whole network.
    private func fitted(
        _ cut: [Int], _ base: Base, _ calibration: Calibration, _ cancellation: Cancellation
    ) throws -> Graph {
        if let fitted = base.fitted, fitted.cut == cut { return fitted.graph }
        return try calibration.reconstruction(
            of: base.input.network, cutting: cut.map { base.input.network.units[$0] }, pool: pool, store: activations,
            cancellation: cancellation
        ).graph
    }

    /// Takes out the unit whose loss is least, and again, as long as accuracy falls by no more than `limit`, a share of the
    /// images that are counted. It is told by the search's own quick fit for as long as that will do; then, and in the end, by
    /// the fit that a chosen cut gets.
    /// - Returns: the cut that stands in the end, as it was fitted; nil for none.
    private func cutByItself(
        _ base: Base, within limit: Double, _ cancellation: Cancellation,
        _ tell: @escaping @Sendable (AutomaticOutcome) -> Void
    ) throws -> (cut: [Int], graph: Graph)? {
        guard let calibration = base.images.calibration, let counted = base.images.counted else {
            throw ReconstructionError.tooFewImages(base.input.images.count / 2)
        }
        let network = base.input.network
        let whole = base.accuracy ?? 0
        func share(_ cut: [Int], _ graph: Graph) throws -> Double {
            try accuracy(of: network.cutting(cut.map { network.units[$0] }, graph: graph), base, cancellation)
        }
        func isEnough(_ share: Double) -> Bool { whole - share <= limit + 1e-9 }
        func tellStep(_ cut: [Int], _ share: Double) {
            tell(
                .step(
                    cut, CutAccuracy(images: counted.count, whole: whole, cut: nil, reconstructed: .share(share))))
        }
        var order: [Int] = []
        var stopped: (unit: Int, loss: Double)?
        _ = try calibration.search(
            network, pool: pool, store: activations, cancellation: cancellation,
            isEnough: { steps, fit in
                let units = steps.map(\.unit)
                var found = try share(units.sorted(), fit.graph)
                if !isEnough(found) {
                    let graph = try fitted(units.sorted(), base, calibration, cancellation)
                    found = max(found, try share(units.sorted(), graph))
                }
                guard isEnough(found) else {
                    stopped = units.last.map { ($0, whole - found) }
                    return true
                }
                order = units
                tellStep(units.sorted(), found)
                return false
            },
            progress: { tried, _ in tell(.tried(tried)) })
        while !order.isEmpty {
            let cut = order.sorted()
            let graph = try fitted(cut, base, calibration, cancellation)
            let found = try share(cut, graph)
            tellStep(cut, found)
            if isEnough(found) {
                tell(.stopped(unit: stopped?.unit, loss: stopped?.loss ?? 0))
                return (cut, graph)
            }
            stopped = order.popLast().map { ($0, whole - found) }
        }
        tellStep([], whole)
        tell(.stopped(unit: stopped?.unit, loss: stopped?.loss ?? 0))
        return nil
    }
}
