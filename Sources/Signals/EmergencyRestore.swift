import Synchronization

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Gives the terminal back when the process ends at once: by a trap, a second interrupt, or out of turn.
///
/// Nothing can be allocated or looked up then, so the bytes and modes are prepared beforehand.
public enum EmergencyRestore {
    /// `bytes` leave the screen, `modes` are the terminal's as found.
    public static func arm(output: Int32, bytes: [UInt8], modes: termios) {
        disarm()
        let copy = UnsafeMutablePointer<UInt8>.allocate(capacity: bytes.count)
        copy.initialize(from: bytes, count: bytes.count)
        let record = UnsafeMutablePointer<Record>.allocate(capacity: 1)
        record.initialize(to: Record(output: output, bytes: copy, count: bytes.count, modes: modes))
        _ = exitHook
        _ = alternateStack
        armed.store(record, ordering: .sequentiallyConsistent)
    }

    public static func disarm() {
        guard let record = armed.exchange(nil, ordering: .sequentiallyConsistent) else { return }
        // Nobody else has it: a handler takes it by an exchange as well, and finds nothing now.
        record.pointee.bytes.deallocate()
        record.deallocate()
    }

    /// Safe inside a signal handler. Only the first caller does it.
    static func fire() {
        guard let record = armed.exchange(nil, ordering: .sequentiallyConsistent) else { return }
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
    }

    fileprivate struct Record {
        var output: Int32
        var bytes: UnsafeMutablePointer<UInt8>
        var count: Int
        var modes: termios
    }
}

// Unsafe since a pointer is not Sendable; the atomic exchange hands it to one taker only.
nonisolated(unsafe) private let armed = Atomic<UnsafeMutablePointer<EmergencyRestore.Record>?>(nil)

private let exitHook: Void = { _ = atexit { EmergencyRestore.fire() } }()

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
