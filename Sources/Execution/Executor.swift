import Kernels
import Network

/// Carries a plan out layer-major: all samples go through one step before the next begins.
///
/// Values are N × D with the features channels-last; the order of features is of no matter to cosine similarity.
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
        func fits(_ samples: Int) -> Bool { plan.peakBytes(samples: samples).map { $0 <= available } ?? false }
        guard !fits(samples) else { return }
        var (low, high) = (0, samples)
        while high - low > 1 {
            let middle = low + (high - low) / 2
            if fits(middle) { low = middle } else { high = middle }
        }
        throw .activationsTooLarge(
            samples: samples, bytes: plan.peakBytes(samples: samples) ?? .max, available: available, largest: low)
    }

    /// Runs `samples` images through the network.
    /// - Parameters:
    ///   - fill: writes the images of a range of samples, height × width × channels each; called from workers.
    ///   - progress: called from workers with the share of multiply-adds done.
    ///   - tapped: gets each tapped node's value as soon as it exists, on the calling thread; it must not keep it.
    /// - Returns: the logits, N × classes.
    /// - Throws: `KernelError`, and what `tapped` throws.
    public func run(
        samples: Int, cancellation: Cancellation? = nil,
        fill: @escaping @Sendable (Range<Int>, UnsafeMutablePointer<Float>) throws -> Void,
        progress: (@Sendable (Double) -> Void)? = nil, tapped: (Int, FeatureMatrix) throws -> Void
    ) throws -> FeatureMatrix {
        var values = [0: try images(samples: samples, cancellation: cancellation, fill: fill)]
        if plan.taps.contains(0), let input = values[0] { try tapped(0, input) }
        let total = Double(max(1, plan.cost))
        var done = 0.0
        for (index, step) in plan.steps.enumerated() {
            try cancellation?.check()
            let inputs = step.inputs.compactMap { values[$0] }
            let reused = plan.reusedInput(of: index).flatMap { values[$0] }
            let output = try reused ?? store.allocate(rows: samples, columns: step.outputShape.reduce(1, *))
            let (before, share) = (done, Double(step.cost) / total)
            let work = try step.work(inputs: inputs, output: output, workers: pool.threadCount)
            let rows = step.rowsPerItem
            let items = (samples + rows - 1) / rows
            try pool.run(items: items, cancellation: cancellation) { item, worker in
                // Rows beyond the last sample are worked on as well: they exist, and constant items keep rounding constant.
                try work.run(rows: item * rows..<(item + 1) * rows, worker: worker)
                progress?(before + share * Double(item + 1) / Double(items))
            }
            done += share
            for (node, last) in plan.lastUse where last == index { values[node] = nil }
            values[step.output] = output
            if plan.taps.contains(step.output) { try tapped(step.output, output) }
            if plan.lastUse[step.output] == nil { values[step.output] = nil }
        }
        guard let logits = values[plan.outputNode] else {
            throw KernelError.allocation(bytes: 0, reason: "the network puts nothing out")
        }
        return logits
    }

    private func images(
        samples: Int, cancellation: Cancellation?,
        fill: @escaping @Sendable (Range<Int>, UnsafeMutablePointer<Float>) throws -> Void
    ) throws -> FeatureMatrix {
        let input = try store.allocate(rows: samples, columns: plan.inputShape.reduce(1, *))
        let items = (samples + Self.batch - 1) / Self.batch
        try pool.run(items: items, cancellation: cancellation) { item, _ in
            try fill((item * Self.batch)..<min(samples, (item + 1) * Self.batch), input.row(item * Self.batch))
        }
        return input
    }
}
