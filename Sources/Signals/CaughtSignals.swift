import Synchronization

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Signals that are dealt with by their rules until they are released.
struct CaughtSignals {
    private var previous: [(number: Int32, action: sigaction)] = []

    init(_ rules: SignalRule...) {
        for rule in rules {
            for number in rule.numbers { take(number, rule) }
        }
    }

    private mutating func take(_ number: Int32, _ rule: SignalRule) {
        // The C library keeps some for itself.
        let ours = sigaction(rule)
        guard let old = replaceAction(number, with: ours) else { return }
        // What the parent had ignored (nohup, a shell without job control) stays so.
        if old.isIgnored, [.ending, .stopping].contains(rule) {
            restoreAction(number, old)
            return
        }
        previous.append((number, old))
        // Signals may be caught twice, and a fault that led to itself would never end.
        if rule == .fault, hasBacktraces, !old.isSame(as: ours) { nextActions[Int(number)] = old }
    }

    /// As they were found.
    mutating func release() {
        for (number, action) in previous { restoreAction(number, action) }
        previous = []
    }
}

// MARK: - Handlers

/// Where signals are told of; −1 while nobody wants to know.
let signalTarget = Atomic<Int32>(-1)

/// Runs inside a signal: only an atomic read and write(2).
private func forward(_ number: Int32) {
    var byte = UInt8(truncatingIfNeeded: number)
    _ = write(signalTarget.load(ordering: .relaxed), &byte, 1)
}

private func takeEnding(_ number: Int32) {
    let saved = errno
    OrderlyEnd.ask()
    forward(number)
    errno = saved
}

private func takeRedrawing(_ number: Int32) {
    let saved = errno
    forward(number)
    errno = saved
}

private func takeStopping(
    _ number: Int32, _ origin: UnsafeMutablePointer<siginfo_t>?, _ context: UnsafeMutableRawPointer?
) {
    let saved = errno
    // In the background the terminal is somebody else's, and what was to be done with it has to wait.
    if number != SIGTSTP, let code = origin?.pointee.si_code, code > 0 { stop(by: number) } else { forward(number) }
    errno = saved
}

/// Stops the process here and now; returns once it goes on.
private func stop(by number: Int32) {
    // Unless it is to end: `kill %1` has a stopped program go on for that alone, and the two signals come in any order.
    OrderlyEnd.endIfAskedSoon()
    guard let ours = replaceAction(number, with: sigaction()) else { return }
    var set = sigset_t()
    sigemptyset(&set)
    sigaddset(&set, number)
    pthread_sigmask(SIG_UNBLOCK, &set, nil)
    raise(number)
    restoreAction(number, ours)
}

/// The signal is blocked while its handler runs, so the raised one is delivered on return, at the place of the fault.
private func takeFault(_ number: Int32) {
    OrderlyEnd.breakDown()
    sigaction(number, nextActions + Int(number), nil)
    raise(number)
}

/// What faults lead to: the system's own action. Swift's backtraces, which stop for half a minute to ask what to do, come
/// only where they are asked for.
// Unsafe since a pointer is not Sendable; it is written to while signals are caught, and else only read.
nonisolated(unsafe) private let nextActions: UnsafeMutablePointer<sigaction> = {
    let count = Int(SignalRule.numbers.upperBound) + 1
    let actions = UnsafeMutablePointer<sigaction>.allocate(capacity: count)
    actions.initialize(repeating: sigaction(), count: count)
    return actions
}()

private var hasBacktraces: Bool { getenv("SWIFT_BACKTRACE").map { $0.pointee != 0 } ?? false }

// MARK: - Actions

/// Sets what a signal does and returns what it did; nil where that can't be set.
func replaceAction(_ number: Int32, with action: sigaction) -> sigaction? {
    var (action, old) = (action, sigaction())
    return sigaction(number, &action, &old) == 0 ? old : nil
}

func restoreAction(_ number: Int32, _ action: sigaction) { _ = replaceAction(number, with: action) }

extension sigaction {
    /// What a rule makes of a signal.
    fileprivate init(_ rule: SignalRule) {
        self.init()
        sa_flags = SA_RESTART
        switch rule {
        case .ignored: handler = SIG_IGN
        case .ending:
            handler = takeEnding
            // One at a time: the second mustn't end the program while the first gives the terminal back.
            sigfillset(&sa_mask)
            for number in SignalRule.fault.numbers { sigdelset(&sa_mask, number) }
        case .fault:
            handler = takeFault
            sa_flags |= SA_ONSTACK
        case .stopping:
            sa_flags |= SA_SIGINFO
            #if canImport(Glibc)
                __sigaction_handler.sa_sigaction = takeStopping
            #else
                __sigaction_u.__sa_sigaction = takeStopping
            #endif
        case .redrawing: handler = takeRedrawing
        case .untouched: break
        }
    }

    private var handler: (@convention(c) (Int32) -> Void)? {
        get {
            #if canImport(Glibc)
                __sigaction_handler.sa_handler
            #else
                __sigaction_u.__sa_handler
            #endif
        }
        set {
            #if canImport(Glibc)
                __sigaction_handler.sa_handler = newValue
            #else
                __sigaction_u.__sa_handler = newValue
            #endif
        }
    }

    fileprivate var isIgnored: Bool {
        var ignoring = sigaction()
        ignoring.handler = SIG_IGN
        return isSame(as: ignoring)
    }

    fileprivate func isSame(as other: sigaction) -> Bool {
        unsafeBitCast(handler, to: Int.self) == unsafeBitCast(other.handler, to: Int.self)
    }
}
