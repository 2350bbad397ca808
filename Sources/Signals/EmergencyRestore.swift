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
    /// - Parameters:
    ///   - input: where keys are read.
    ///   - output: where the screen is written, to the terminal now, whatever it may lead to later.
    ///   - bytes: leave the screen.
    ///   - modes: those of the terminal as found.
    public static func arm(input: Int32, output: Int32, bytes: [UInt8], modes: termios) {
        let copy = UnsafeMutablePointer<UInt8>.allocate(capacity: bytes.count)
        copy.initialize(from: bytes, count: bytes.count)
        let record = UnsafeMutablePointer<Record>.allocate(capacity: 1)
        record.initialize(
            to: Record(
                input: End(input), output: End(output), bytes: copy, count: bytes.count, modes: modes))
        _ = exitHook
        _ = alternateStack
        release(armed.exchange(record, ordering: .sequentiallyConsistent))
    }

    public static func disarm() { release(armed.exchange(nil, ordering: .sequentiallyConsistent)) }

    /// Keeps the program from ending at once until ``unlock()``, for a moment: while the terminal is being opened nobody knows
    /// how to give it back.
    public static func lock() {
        // A second is far more than it takes; then whoever has it hangs.
        for _ in 0..<1000 {
            if !isLocked.exchange(true, ordering: .sequentiallyConsistent) { return }
            usleep(1000)
        }
    }

    public static func unlock() { isLocked.store(false, ordering: .sequentiallyConsistent) }

    private static func release(_ record: UnsafeMutablePointer<Record>?) {
        // Nobody else has it: a handler takes it by an exchange as well.
        guard let record else { return }
        close(record.pointee.input.copy)
        close(record.pointee.output.copy)
        record.pointee.bytes.deallocate()
        record.deallocate()
    }

    /// Safe inside a signal handler. Only the first caller does it; the others wait, since they are about to end the program.
    static func fire() {
        lock()
        defer { unlock() }
        guard let record = armed.exchange(nil, ordering: .sequentiallyConsistent) else { return }
        // Another thread may be about to send more, which would come behind.
        record.pointee.input.takeAway()
        record.pointee.output.takeAway()
        let terminal = record.pointee.output.copy
        _ = fcntl(terminal, F_SETFL, record.pointee.output.flags | O_NONBLOCK)
        var (start, left) = (UnsafePointer(record.pointee.bytes), record.pointee.count)
        for _ in 0..<100 where left > 0 {
            // Whoever doesn't read must not keep the process.
            var request = pollfd(fd: terminal, events: Int16(POLLOUT), revents: 0)
            if poll(&request, 1, 0) == 0, left == record.pointee.count { tcflush(terminal, TCOFLUSH) }
            let written = write(terminal, start, left)
            // While another thread is writing, the system refuses.
            if written > 0 { (start, left) = (start + written, left - written) } else { usleep(1000) }
        }
        // The descriptions are the shell's as well.
        record.pointee.output.restoreFlags()
        record.pointee.input.restoreFlags()
        // From the background this would stop the process for good.
        signal(SIGTTOU, SIG_IGN)
        tcsetattr(terminal, TCSANOW, &record.pointee.modes)
    }

    /// One of the terminal's descriptors, which others use, and a copy of it, which nobody else does.
    fileprivate struct End {
        let descriptor: Int32
        let copy: Int32
        let flags: Int32

        init(_ descriptor: Int32) {
            self.descriptor = descriptor
            copy = fcntl(descriptor, F_DUPFD_CLOEXEC, 3)
            flags = fcntl(descriptor, F_GETFL)
        }

        func takeAway() {
            let nowhere = open("/dev/null", O_RDWR | O_CLOEXEC)
            if nowhere >= 0 { dup2(nowhere, descriptor) }
        }

        func restoreFlags() { if flags >= 0 { _ = fcntl(copy, F_SETFL, flags) } }
    }

    fileprivate struct Record {
        var input: End
        var output: End
        var bytes: UnsafeMutablePointer<UInt8>
        var count: Int
        var modes: termios
    }
}

// Unsafe since a pointer is not Sendable; the atomic exchange hands it to one taker only.
nonisolated(unsafe) private let armed = Atomic<UnsafeMutablePointer<EmergencyRestore.Record>?>(nil)

private let isLocked = Atomic<Bool>(false)

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
