import CVector
import Foundation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Starts a thread that does one thing and ends; nobody waits for it.
///
/// Foundation's `Thread` and Dispatch don't say when the system refuses one, and leave whoever waits for its work waiting for ever.
/// - Parameter name: for debuggers, up to fifteen characters.
/// - Throws: `KernelError.thread`.
public func startThread(named name: String, _ body: @escaping @Sendable () -> Void) throws(KernelError) {
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    defer { pthread_attr_destroy(&attributes) }
    pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
    pthread_attr_setstacksize(&attributes, 8 << 20)
    let task = Unmanaged.passRetained(ThreadTask(name: name, body: body))
    #if canImport(Darwin)
        var thread: pthread_t?
        let code = pthread_create(&thread, &attributes, { ThreadTask.run($0) }, task.toOpaque())
    #else
        var thread = pthread_t()
        let code = pthread_create(&thread, &attributes, { $0.flatMap(ThreadTask.run) }, task.toOpaque())
    #endif
    guard code == 0 else {
        task.release()
        throw .thread(reason: String(cString: strerror(code)))
    }
}

/// Sees whether so many threads could be started at a time, for what is left to Dispatch.
/// - Throws: `KernelError.thread`.
public func checkThreads(_ count: Int) throws(KernelError) {
    let (go, ended) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
    var started = 0
    defer {
        for _ in 0..<started { go.signal() }
        for _ in 0..<started { ended.wait() }
    }
    while started < count {
        try startThread(named: "sepal-trial") {
            go.wait()
            ended.signal()
        }
        started += 1
    }
}

/// What a thread is to do.
private final class ThreadTask: Sendable {
    private let name: String
    private let body: @Sendable () -> Void

    init(name: String, body: @escaping @Sendable () -> Void) { (self.name, self.body) = (name, body) }

    static func run(_ pointer: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? {
        let task = Unmanaged<ThreadTask>.fromOpaque(pointer).takeRetainedValue()
        sepal_name_thread(task.name)
        task.body()
        return nil
    }
}
