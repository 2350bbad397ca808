import Kernels
import Signals

extension Cancellation {
    /// One that is raised as well once a signal has asked the program to end.
    package static func bySignal() -> Cancellation { Cancellation { OrderlyEnd.isAskedFor } }
}

/// Does what is not to be left half done: a signal that is to end the program waits for it.
package func endingInOrder<Result>(_ work: () throws -> Result) rethrows -> Result {
    try withExtendedLifetime(OrderlyEnd(), work)
}
