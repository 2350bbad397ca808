import Dispatch
import Synchronization

enum Parallel {
    /// Runs `body` for 0..<count on plain threads, in no order. Where bodies throw, the error of the least index is thrown,
    /// as a plain loop would: a body is left out only if one before it has failed.
    static func forEach(_ count: Int, _ body: @Sendable (Int) throws -> Void) throws {
        let failure = Mutex<(index: Int, error: any Error)?>(nil)
        DispatchQueue.concurrentPerform(iterations: count) { index in
            guard failure.withLock({ $0.map { index < $0.index } ?? true }) else { return }
            do {
                try body(index)
            } catch {
                failure.withLock { if $0.map({ index < $0.index }) ?? true { $0 = (index, error) } }
            }
        }
        if let failed = failure.withLock({ $0 }) { throw failed.error }
    }
}
