import COneDNN
import Foundation
import Synchronization

#if canImport(Glibc)
    import Glibc
#endif

/// The threads on which all heavy work is done, each with an OpenMP team of one.
///
/// Work is cut into items whose size does not depend on the number of threads, so results are the same bit for bit
/// whatever that number is: oneDNN's rounding depends on its own team size and on the shape of a call, both constant here.
public final class WorkerPool: Sendable {
    /// How the threads share the processors with others.
    public enum Priority: Sendable {
        case normal
        /// Gives way to the interface.
        case background
    }

    /// More threads than any machine has use for.
    public static let mostThreads = 1024

    /// Those that the system has let start, which may be fewer than asked for.
    public let threadCount: Int
    private let state: State
    private let refusal: KernelError?

    /// Starts the threads; they end with the pool.
    /// - Parameter threads: 1 to `mostThreads`; what lies beyond counts as the nearer of the two.
    public init(threads: Int, priority: Priority = .normal) {
        let state = State()
        let wanted = min(max(1, threads), Self.mostThreads)
        var (started, refusal): (Int, KernelError?) = (0, nil)
        while started < wanted, refusal == nil {
            do throws(KernelError) {
                let worker = started
                try startThread(named: "sepal-worker-\(worker)") {
                    sepal_use_one_openmp_thread()
                    if priority == .background { lowerPriorityOfThisThread() }
                    state.serve(worker: worker)
                }
                started += 1
            } catch {
                refusal = error
            }
        }
        (threadCount, self.state, self.refusal) = (started, state, refusal)
    }

    deinit { state.stop() }

    /// The number of processors this process may use.
    public static var availableProcessors: Int { Machine.processors }

    /// Carries out `body` for every item 0..<items, in that order of starting, on all workers, and waits for the end.
    ///
    /// After an error or a cancellation no further item is started; the error of the earliest started item that failed is thrown.
    /// Not reentrant: `body` must not call `run` of the same pool. Calls from several threads take turns.
    /// - Parameter body: gets the item and the worker (0..<threadCount) that runs it; may keep state per worker.
    /// - Throws: what `body` throws; `KernelError.cancelled`, and `.thread` where not one worker could be started.
    public func run(
        items: Int, cancellation: Cancellation? = nil,
        _ body: @escaping @Sendable (_ item: Int, _ worker: Int) throws -> Void
    ) throws {
        guard items > 0 else { return }
        if threadCount == 0, let refusal { throw refusal }
        let batch = Batch(items: items, cancellation: cancellation, body: body)
        state.carryOut(batch, workers: threadCount)
        if let failure = batch.failure.withLock({ $0 }) { throw failure.error }
        try cancellation?.check()
    }
}

/// One call of `run`: what is to be done and how far it is.
private final class Batch: Sendable {
    let items: Int
    let cancellation: Cancellation?
    let body: @Sendable (Int, Int) throws -> Void
    let next = Atomic<Int>(0)
    let failure = Mutex<(item: Int, error: any Error)?>(nil)

    init(items: Int, cancellation: Cancellation?, body: @escaping @Sendable (Int, Int) throws -> Void) {
        self.items = items
        self.cancellation = cancellation
        self.body = body
    }

    func work(as worker: Int) {
        while cancellation?.isCancelled != true {
            let item = next.add(1, ordering: .relaxed).oldValue
            guard item < items else { return }
            do {
                try body(item, worker)
            } catch {
                next.store(items, ordering: .relaxed)
                failure.withLock { if $0 == nil || item < $0!.item { $0 = (item, error) } }
            }
        }
    }
}

/// What the pool's threads share. Everything mutable is guarded by `condition`.
private final class State: @unchecked Sendable {
    private let turn = NSLock()
    private let condition = NSCondition()
    private var batch: Batch?
    private var generation = 0
    private var working = 0
    private var isStopped = false

    func carryOut(_ batch: Batch, workers: Int) {
        turn.lock()
        defer { turn.unlock() }
        condition.lock()
        defer { condition.unlock() }
        self.batch = batch
        generation += 1
        working = workers
        condition.broadcast()
        while working > 0 { condition.wait() }
        self.batch = nil
    }

    func serve(worker: Int) {
        var served = 0
        while work(after: &served, as: worker) {
            condition.lock()
            working -= 1
            if working == 0 { condition.broadcast() }
            condition.unlock()
        }
    }

    /// Waits for the next batch and works on it; a function of its own, so that nothing of the batch is held when its end
    /// is reported. False once the pool is stopped.
    private func work(after served: inout Int, as worker: Int) -> Bool {
        condition.lock()
        while generation == served && !isStopped { condition.wait() }
        let batch = isStopped ? nil : self.batch
        served = generation
        condition.unlock()
        batch?.work(as: worker)
        return batch != nil
    }

    func stop() {
        condition.lock()
        isStopped = true
        condition.broadcast()
        condition.unlock()
    }
}

private func lowerPriorityOfThisThread() {
    #if canImport(Glibc)
        // On Linux a thread has a niceness of its own, and 0 means the calling one. Failure only costs fluency.
        _ = setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, 10)
    #else
        Thread.current.qualityOfService = .utility
    #endif
}
