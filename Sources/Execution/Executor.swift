import Kernels
import Network

/// Carries a plan out segment by segment: with a tap at every layer, all samples go through one layer before the next begins.
///
/// Values are N × D; the features stand in the order that the plan works in, which is of no matter to cosine similarity.
public struct Executor: Sendable {
    /// Images in one item of work; constant, so that results do not depend on the number of threads.
    public static let batch = 16

    /// What is carried out.
    public let plan: ExecutionPlan
    /// Who does it.
    public let pool: WorkerPool
    /// Where the values in between live.
    public let store: ActivationStore

    public init(plan: ExecutionPlan, pool: WorkerPool, store: ActivationStore) {
        self.plan = plan
        self.pool = pool
        self.store = store
    }

    /// Whether so many samples fit into memory and scratch space.
    /// - Throws: `ExecutionError.activationsTooLarge` with the largest number that does.
    public func checkRoom(samples: Int) throws(ExecutionError) {
        let available = store.available
        let scratch = scratchBytes
        func bytes(_ samples: Int) -> Int {
            let (sum, overflow) = (plan.peakBytes(samples: samples) ?? .max).addingReportingOverflow(scratch)
            return overflow ? .max : sum
        }
        func fits(_ samples: Int) -> Bool { self.fits(samples, disk: store.freeScratch) }
        guard !fits(samples) else { return }
        var (low, high) = (0, samples)
        while high - low > 1 {
            let middle = low + (high - low) / 2
            if fits(middle) { low = middle } else { high = middle }
        }
        throw .activationsTooLarge(
            samples: samples, bytes: bytes(samples), available: available, largest: low)
    }

    /// Whether so many samples fit into memory alone.
    public func staysInMemory(samples: Int) -> Bool { fits(samples, disk: 0) }

    private var scratchBytes: Int { plan.scratchBytes(workers: pool.threadCount) }

    private func fits(_ samples: Int, disk: Int) -> Bool {
        plan.fits(samples: samples, memory: max(0, store.budget - scratchBytes), disk: disk)
    }

    /// Runs `samples` images through the network.
    /// - Parameters:
    ///   - fill: writes the images of a range of samples, channels × height × width each; called from workers.
    ///   - progress: called from workers with the share of multiply-adds done.
    ///   - tapped: gets each tapped node's value as soon as it exists, on the calling thread; it must not keep it.
    /// - Returns: the logits, N × classes.
    /// - Throws: `KernelError`, and what `tapped` throws.
    public func run(
        samples: Int, cancellation: Cancellation? = nil,
        fill: @escaping @Sendable (Range<Int>, UnsafeMutablePointer<Float>) throws -> Void,
        progress: (@Sendable (Double) -> Void)? = nil, tapped: (Int, FeatureMatrix) throws -> Void
    ) throws -> FeatureMatrix {
        var pass = ForwardPass(self, samples: samples, cancellation: cancellation, fill: fill, progress: progress)
        defer { pass.close() }
        while let (node, value) = try pass.next() { try tapped(node, value) }
        return try pass.end()
    }
}

/// A run of samples through a network that stops wherever a value is wanted.
public struct ForwardPass: ~Copyable {
    public typealias Fill = @Sendable (Range<Int>, UnsafeMutablePointer<Float>) throws -> Void

    public let executor: Executor
    public private(set) var plan: ExecutionPlan
    private let samples: Int
    private let cancellation: Cancellation?
    private let fill: Fill
    private let progress: (@Sendable (Double) -> Void)?
    /// Values that somebody will read.
    private var values: [Int: FeatureMatrix] = [:]
    /// Segments that have been carried out.
    private var segments = 0
    private var done = 0.0

    /// - Parameters: as of `Executor.run`.
    public init(
        _ executor: Executor, samples: Int, cancellation: Cancellation? = nil, fill: @escaping Fill,
        progress: (@Sendable (Double) -> Void)? = nil
    ) {
        self.executor = executor
        plan = executor.plan
        self.samples = samples
        self.cancellation = cancellation
        self.fill = fill
        self.progress = progress
    }

    /// Gives back the memory of all values.
    public mutating func close() {
        values = [:]
        executor.store.releaseSpare()
    }

    /// Goes on as far as the next tapped node; nil behind the last.
    ///
    /// - Returns: the node and its value, N × D, which stands until the next call, and longer as far as a step is still to
    ///   read it.
    /// - Throws: `KernelError`.
    public mutating func next() throws -> (node: Int, value: FeatureMatrix)? {
        while segments < plan.segments.count {
            // What nobody reads any more goes when the caller has seen it.
            if segments > 0 { for node in plan.released(after: segments - 1) { values[node] = nil } }
            let segment = plan.segments[segments]
            for node in plan.newlyKept(in: segments) {
                values[node] =
                    try plan.replaced(by: node, in: segment).flatMap { values[$0] }
                    ?? executor.store.allocate(rows: samples, columns: plan.kept[node] ?? 0)
            }
            let work = try SegmentWork(
                segment, of: plan, values: values, workers: executor.pool.threadCount, fill: segments == 0 ? fill : nil,
                cancellation: cancellation)
            let share = plan.steps[segment.steps].reduce(0) { $0 + $1.cost } / max(1, plan.cost)
            let (samples, before, progress) = (samples, done, progress)
            let items = (samples + Executor.batch - 1) / Executor.batch
            try executor.pool.run(items: items, cancellation: cancellation) { item, worker in
                let rows = item * Executor.batch..<min(samples, (item + 1) * Executor.batch)
                try work.run(rows: rows, worker: worker)
                progress?(before + share * Double(item + 1) / Double(items))
            }
            done += share
            segments += 1
            let last = segment.steps.isEmpty ? 0 : plan.steps[segment.steps.upperBound - 1].output
            if plan.taps.contains(last), let value = values[last] { return (last, value) }
        }
        return nil
    }

    /// A node's value, where it stands and will be read.
    public func value(of node: Int) -> FeatureMatrix? { values[node] }

    /// Goes on with other parameters: those of a graph that is the same otherwise.
    public mutating func take(_ graph: Graph) { plan = ExecutionPlan(graph, taps: plan.taps) }

    /// Goes on to the end.
    /// - Returns: the logits, N × classes.
    /// - Throws: `KernelError`.
    public mutating func end() throws -> FeatureMatrix {
        while try next() != nil {}
        guard let logits = values[plan.outputNode] else {
            throw KernelError.allocation(bytes: 0, reason: "the network puts nothing out")
        }
        return logits
    }
}

/// A segment bound to matrices and scratch memory: what one batch goes through.
private final class SegmentWork: Sendable {
    typealias Fill = @Sendable (Range<Int>, UnsafeMutablePointer<Float>) throws -> Void

    /// Where a value stands.
    private enum Place: Sendable {
        case matrix(FeatureMatrix)
        /// Values before it in a worker's scratch memory.
        case scratch(Int)
    }

    private let steps: [(work: any StepWork, inputs: [Place], output: Place)]
    /// Where images come from, and what puts their values in the plan's order.
    private let images: (fill: Fill, ordering: CopyWork, place: Place)?
    /// Values that do not outlive the segment.
    private let scratch: Workspace
    private let workspace: Workspace
    private let cancellation: Cancellation?

    init(
        _ segment: Segment, of plan: ExecutionPlan, values: [Int: FeatureMatrix], workers: Int, fill: Fill?,
        cancellation: Cancellation?
    ) throws(KernelError) {
        func place(_ node: Int) -> Place {
            if let matrix = values[node] { return .matrix(matrix) }
            return .scratch((segment.places[node] ?? 0) * Executor.batch)
        }
        let workspace = try Workspace(size: plan.workspace(of: segment), workers: workers)
        steps = try plan.steps[segment.steps].map { step throws(KernelError) in
            let work = try step.work(order: plan.order, workers: workers, workspace: workspace)
            return (work, step.inputs.map(place), place(step.output))
        }
        images = fill.map {
            ($0, CopyWork(shape: plan.inputShape, to: StoredOrder(channels: plan.order)), place(0))
        }
        scratch = try Workspace(size: segment.scratch * Executor.batch, workers: workers)
        self.workspace = workspace
        self.cancellation = cancellation
    }

    /// - Parameter rows: a batch; the last one may have fewer samples, and is worked on as if it had not: the rows exist, and
    ///   constant batches keep rounding constant.
    func run(rows: Range<Int>, worker: Int) throws {
        func pointer(_ place: Place) -> UnsafeMutablePointer<Float> {
            switch place {
            case .matrix(let matrix): matrix.row(rows.lowerBound)
            case .scratch(let offset): scratch[worker] + offset
            }
        }
        if let images {
            try images.fill(rows, workspace[worker])
            images.ordering.run([workspace[worker]], into: pointer(images.place), worker: worker)
        }
        for step in steps {
            try cancellation?.check()
            try step.work.run(step.inputs.map(pointer), into: pointer(step.output), worker: worker)
        }
    }
}
