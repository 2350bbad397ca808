import Synchronization

/// A flag that one thread raises and others look at between two items of work.
public final class Cancellation: Sendable {
    private let raised = Atomic<Bool>(false)

    /// A flag that is down.
    public init() {}

    /// Whether the flag is up.
    public var isCancelled: Bool { raised.load(ordering: .relaxed) }
    /// Raises the flag, for good.
    public func cancel() { raised.store(true, ordering: .relaxed) }
    /// Throws `KernelError.cancelled` once the flag is up.
    public func check() throws(KernelError) { if isCancelled { throw .cancelled } }
}
