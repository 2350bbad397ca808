import Synchronization

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Held by whoever has something to put in order before the program ends: a terminal, a file that is being written.
///
/// A signal that is to end the program does so at once where none is held. Else it waits until the last one is given up:
/// who works for long looks whether that ``isAskedFor``. A second signal doesn't wait, and the first one not for ever: a thread
/// that hangs, or waits for a disk that is gone, answers to nobody.
public final class OrderlyEnd: Sendable {
    /// What may pass between asking and ending.
    private static let patience = Duration.seconds(5)

    private let files = Mutex<[UInt]>([])

    public init() { holders.add(1, ordering: .sequentiallyConsistent) }

    deinit {
        files.withLock { $0.compactMap(UnsafeMutablePointer<CChar>.init(bitPattern:)) }.forEach(DoomedFiles.forget)
        let left = holders.subtract(1, ordering: .sequentiallyConsistent).newValue
        if left == 0, isAsked.load(ordering: .sequentiallyConsistent) { Self.atOnce() }
    }

    /// Has a file removed where the program ends, or breaks down, while this is held.
    public func remove(_ path: String) {
        guard let copy = DoomedFiles.add(path) else { return }
        files.withLock { $0.append(UInt(bitPattern: copy)) }
    }

    /// Whether a signal has asked the program to end.
    public static var isAskedFor: Bool { isAsked.load(ordering: .relaxed) }

    /// Has signals end this program. To be called once, before there is a second thread.
    /// - Parameter status: the exit code of a program that a signal has ended.
    public static func begin(status: Int32) {
        endStatus.store(status, ordering: .sequentiallyConsistent)
        _ = CaughtSignals(.ignored, .ending, .fault)
        // They are left to a thread that does nothing else, for a thread that waits in the system may not get to its
        // signals.
        var ending = sigset_t()
        sigemptyset(&ending)
        for number in SignalRule.ending.numbers { sigaddset(&ending, number) }
        pthread_sigmask(SIG_BLOCK, &ending, nil)
        #if canImport(Glibc)
            var thread = pthread_t()
        #else
            var thread: pthread_t?
        #endif
        let code = pthread_create(&thread, nil, { _ in OrderlyEnd.watch() }, nil)
        if code != 0 { pthread_sigmask(SIG_UNBLOCK, &ending, nil) }
    }

    private static func watch() -> Never {
        var all = sigset_t()
        sigemptyset(&all)
        // Not before it looks: a signal that came between looking and waiting would be waited for.
        while !isAskedFor { sigsuspend(&all) }
        pthread_sigmask(SIG_SETMASK, &all, nil)
        let end = ContinuousClock.now + patience
        while true {
            let rest = ContinuousClock.now.duration(to: end)
            if rest <= .zero { atOnce() }
            // Cut short by every signal.
            usleep(UInt32(rest / .microseconds(1)))
        }
    }

    /// Called inside a signal. Does nothing in a program that hasn't begun.
    static func ask() {
        guard endStatus.load(ordering: .relaxed) >= 0 else { return }
        let isFirst = !isAsked.exchange(true, ordering: .sequentiallyConsistent)
        if !isFirst || holders.load(ordering: .sequentiallyConsistent) == 0 { atOnce() }
    }

    /// Ends the program where a signal asks for it now or within a moment; for where nothing can be put in order any more.
    /// Safe inside a signal.
    static func endIfAskedSoon() {
        var waiting = sigset_t()
        // One that has come stays pending until the thread for it runs, which on a busy machine takes its time.
        for rest in stride(from: 500, through: 0, by: -1) {
            if isAskedFor { atOnce() }
            sigpending(&waiting)
            // Nothing may be allocated here.
            let isComing = SignalRule.numbers.contains { sigismember(&waiting, $0) == 1 && SignalRule($0) == .ending }
            if rest <= 450, !isComing { return }
            usleep(1000)
        }
    }

    /// All that can be done for terminal and files in the middle of anything. Safe inside a signal handler.
    public static func breakDown() {
        EmergencyRestore.fire()
        DoomedFiles.remove()
    }

    private static func atOnce() -> Never {
        breakDown()
        _exit(endStatus.load(ordering: .relaxed))
    }
}

private let holders = Atomic<Int>(0)
private let isAsked = Atomic<Bool>(false)
/// −1: signals don't end this program.
private let endStatus = Atomic<Int32>(-1)
