import Synchronization

/// A flag that one thread raises and others look at between two items of work.
public final class Cancellation: Sendable {
    private let raised = Atomic<Bool>(false)
    private let isRaisedElsewhere: (@Sendable () -> Bool)?

    /// A flag that is down.
    /// - Parameter isRaisedElsewhere: asked whether the flag counts as up though nobody has raised it; quick.
    public init(orWhen isRaisedElsewhere: (@Sendable () -> Bool)? = nil) { self.isRaisedElsewhere = isRaisedElsewhere }

    /// Whether the flag is up.
    public var isCancelled: Bool { raised.load(ordering: .relaxed) || isRaisedElsewhere?() == true }
    /// Raises the flag, for good.
    public func cancel() { raised.store(true, ordering: .relaxed) }
    /// Throws `KernelError.cancelled` once the flag is up.
    public func check() throws(KernelError) { if isCancelled { throw .cancelled } }
}
