import Dispatch
import Kernels

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Turns SIGINT and SIGTERM into a cancellation while a command without a screen is at work.
package final class Interruption {
    package let cancellation = Cancellation()
    private var sources: [any DispatchSourceSignal] = []

    package init() {
        let queue = DispatchQueue(label: "sepal.signals")
        for number in [SIGINT, SIGTERM] {
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
            source.setEventHandler { [cancellation] in cancellation.cancel() }
            source.resume()
            sources.append(source)
        }
    }

    deinit { sources.forEach { $0.cancel() } }
}
