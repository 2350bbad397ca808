import Synchronization

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Gives the terminal back when the process dies of a trap, or exits without ``NcursesTerminal/restore()``.
///
/// Nothing can be allocated or looked up then, so the bytes and modes are prepared beforehand. The signal goes on to
/// whoever had it before, in the end to the system's own action.
enum EmergencyRestore {
    fileprivate static let signals = [SIGILL, SIGTRAP, SIGSEGV, SIGABRT, SIGBUS, SIGFPE, SIGQUIT]

    /// `bytes` leave the screen, `modes` are the terminal's as found.
    static func arm(output: Int32, bytes: [UInt8], modes: termios) {
        disarm()
        let copy = UnsafeMutablePointer<UInt8>.allocate(capacity: bytes.count)
        copy.initialize(from: bytes, count: bytes.count)
        let previous = UnsafeMutablePointer<sigaction>.allocate(capacity: signals.count)
        previous.initialize(repeating: sigaction(), count: signals.count)
        let record = UnsafeMutablePointer<Record>.allocate(capacity: 1)
        record.initialize(
            to: Record(output: output, bytes: copy, count: bytes.count, modes: modes, previous: previous))
        _ = exitHook
        _ = alternateStack
        for (index, number) in signals.enumerated() {
            previous[index] = replaceAction(number, flags: SA_ONSTACK, handler: restoreAndRaise)
        }
        armed.store(record, ordering: .sequentiallyConsistent)
    }

    static func disarm() {
        guard let record = armed.exchange(nil, ordering: .sequentiallyConsistent) else { return }
        for (index, number) in signals.enumerated() { restoreAction(number, record.pointee.previous[index]) }
        // Nobody else has it: a handler takes it by an exchange as well, and finds nothing now.
        record.pointee.bytes.deallocate()
        record.pointee.previous.deallocate()
        record.deallocate()
    }

    /// Safe inside a signal handler. Only the first caller does it.
    fileprivate static func fire() -> UnsafeMutablePointer<Record>? {
        guard let record = armed.exchange(nil, ordering: .sequentiallyConsistent) else { return nil }
        // Whoever doesn't read must not keep the process.
        var request = pollfd(fd: record.pointee.output, events: Int16(POLLOUT), revents: 0)
        if poll(&request, 1, 0) == 0 { tcflush(record.pointee.output, TCOFLUSH) }
        var (start, left) = (UnsafePointer(record.pointee.bytes), record.pointee.count)
        while left > 0 {
            let written = write(record.pointee.output, start, left)
            if written <= 0 { break }
            (start, left) = (start + written, left - written)
        }
        // From the background this would stop the process for good.
        signal(SIGTTOU, SIG_IGN)
        tcsetattr(record.pointee.output, TCSANOW, &record.pointee.modes)
        return record
    }

    fileprivate struct Record {
        var output: Int32
        var bytes: UnsafeMutablePointer<UInt8>
        var count: Int
        var modes: termios
        var previous: UnsafeMutablePointer<sigaction>
    }
}

// Unsafe since a pointer is not Sendable; the atomic exchange hands it to one taker only.
nonisolated(unsafe) private let armed = Atomic<UnsafeMutablePointer<EmergencyRestore.Record>?>(nil)

/// The signal is blocked while its handler runs, so the raised one is delivered on return, at the place of the fault.
private func restoreAndRaise(_ number: Int32) {
    let record = EmergencyRestore.fire()
    var isKnown = false
    if let record {
        for index in 0..<EmergencyRestore.signals.count where EmergencyRestore.signals[index] == number {
            sigaction(number, record.pointee.previous + index, nil)
            isKnown = true
        }
    }
    if !isKnown { signal(number, SIG_DFL) }
    raise(number)
}

private let exitHook: Void = { _ = atexit { _ = EmergencyRestore.fire() } }()

/// A stack overflow leaves no stack for its handler; the main thread gets another, unless it has one.
private let alternateStack: Void = {
    var stack = stack_t()
    guard sigaltstack(nil, &stack) == 0, Int(stack.ss_flags) & Int(SS_DISABLE) != 0 else { return }
    let size = 1 << 16
    stack = stack_t()
    stack.ss_sp = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 16)
    stack.ss_size = numericCast(size)
    sigaltstack(&stack, nil)
}()
