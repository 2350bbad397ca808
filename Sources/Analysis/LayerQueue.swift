import Dispatch
import Kernels
import Synchronization

/// Carries out what a layer's similarities lead to beside the work on the next layer: graphs and files take one thread,
/// which the others don't wait for. One layer at a time, in order.
final class LayerQueue: Sendable {
    private let failure = Mutex<(any Error)?>(nil)
    /// Taken while a layer is under way.
    private let turn = DispatchSemaphore(value: 1)
    private let isBeside: Bool

    /// - Parameter isBeside: false: the caller does everything, as where one thread is all that may be used.
    init(isBeside: Bool) { self.isBeside = isBeside }

    /// Waits for the layer before; after an error nothing more is done. Where no thread is to be had, the caller does the work.
    /// - Throws: the error of a layer before.
    func add(_ work: @escaping @Sendable () throws -> Void) throws {
        try finish()
        turn.wait()
        let body: @Sendable () -> Void = { [self] in
            do { try work() } catch { failure.withLock { $0 = error } }
            turn.signal()
        }
        if !isBeside || (try? startThread(named: "sepal-layer", body)) == nil { body() }
        if !isBeside { try finish() }
    }

    /// Waits for all that was added.
    /// - Throws: what went wrong.
    func finish() throws {
        turn.wait()
        turn.signal()
        if let error = failure.withLock({ $0 }) { throw error }
    }
}
