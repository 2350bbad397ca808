import Dispatch
import Synchronization

/// Carries out what a layer's similarities lead to beside the work on the next layer: graphs and files take one thread,
/// which the others don't wait for. One layer at a time, in order.
final class LayerQueue: Sendable {
    private let queue = DispatchQueue(label: "sepal.layers")
    private let failure = Mutex<(any Error)?>(nil)
    private let isBeside: Bool

    /// - Parameter isBeside: false: the caller waits for everything, as where one thread is all that may be used.
    init(isBeside: Bool) { self.isBeside = isBeside }

    /// Waits for the layer before; after an error nothing more is done.
    /// - Throws: the error of a layer before.
    func add(_ work: @escaping @Sendable () throws -> Void) throws {
        try finish()
        queue.async { [self] in
            do { try work() } catch { failure.withLock { $0 = error } }
        }
        if !isBeside { try finish() }
    }

    /// Waits for all that was added.
    /// - Throws: what went wrong.
    func finish() throws {
        queue.sync {}
        if let error = failure.withLock({ $0 }) { throw error }
    }
}
