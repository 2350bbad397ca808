import Dispatch
import Synchronization

/// Does what the explorer wants kept: one thing at a time, away from the main thread. Of what is wanted meanwhile only the
/// newest of each kind waits, so that a key held down doesn't pile up work.
final class KeepingQueue: Sendable {
    enum Kind: Hashable {
        case export
        case view(run: Int)
        case plan(run: Int)
    }

    private struct State {
        var waiting: [(kind: Kind, work: @Sendable () -> Void)] = []
        var isAtWork = false
    }

    private let state = Mutex(State())
    private let queue = DispatchQueue(label: "sepal.files", qos: .utility)

    func ask(_ kind: Kind, _ work: @escaping @Sendable () -> Void) {
        let isIdle = state.withLock { state in
            state.waiting.removeAll { $0.kind == kind }
            state.waiting.append((kind, work))
            defer { state.isAtWork = true }
            return !state.isAtWork
        }
        if isIdle { queue.async { self.work() } }
    }

    private func work() {
        while let next = next() { next() }
    }

    private func next() -> (@Sendable () -> Void)? {
        state.withLock { state in
            state.isAtWork = !state.waiting.isEmpty
            return state.isAtWork ? state.waiting.removeFirst().work : nil
        }
    }

    /// Returns once all is done that was begun, and what goes with the runs; a picture of the screen that only waits is left
    /// out.
    func finish() {
        leaveOut(.export)
        queue.sync {}
    }

    func leaveOut(_ kind: Kind) { state.withLock { $0.waiting.removeAll { $0.kind == kind } } }
}
