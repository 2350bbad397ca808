import Synchronization

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Turns signals into bytes that a main loop can wait for. The handler does nothing but write the signal's number.
/// Previous dispositions come back with ``close()``. One at a time in a process.
final class SignalPipe {
    /// Readable while signals wait.
    let readEnd: Int32
    private let writeEnd: Int32
    private var previous: [(number: Int32, action: sigaction)] = []
    private var isClosed = false

    /// Throws where one is open already.
    init() throws(TerminalError) {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw .failed(call: "pipe", code: errno) }
        (readEnd, writeEnd) = (ends[0], ends[1])
        for end in ends {
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
        }
        let isFirst = signalTarget.compareExchange(
            expected: -1, desired: writeEnd, ordering: .sequentiallyConsistent
        ).exchanged
        guard isFirst else {
            closeEnds()
            isClosed = true
            throw .alreadyOpen
        }
        for number in [SIGWINCH, SIGTSTP, SIGCONT, SIGINT, SIGTERM, SIGHUP] {
            let action = replaceAction(number, flags: SA_RESTART, handler: forwardSignal)
            // What the parent had ignored (nohup, a shell without job control) stays so.
            if number != SIGWINCH, number != SIGCONT, action.isIgnored {
                restoreAction(number, action)
            } else {
                previous.append((number, action))
            }
        }
    }

    deinit { close() }

    /// The numbers of the signals that came since the last call, in order.
    func drain() -> [Int32] {
        var numbers: [Int32] = []
        var buffer = [UInt8](repeating: 0, count: 64)
        while !isClosed {
            let count = read(readEnd, &buffer, buffer.count)
            if count > 0 {
                numbers += buffer[..<count].map(Int32.init)
            } else if count == 0 || errno != EINTR {
                break
            }
        }
        return numbers
    }

    /// Stops the process as if SIGTSTP had not been caught; returns once it continues.
    /// In a process group without a parent shell the system ignores the stop, and this returns at once.
    func stopProcess() {
        let ours = replaceAction(SIGTSTP, flags: 0, handler: SIG_DFL)
        raise(SIGTSTP)
        restoreAction(SIGTSTP, ours)
    }

    func close() {
        guard !isClosed else { return }
        isClosed = true
        for (number, action) in previous { restoreAction(number, action) }
        signalTarget.store(-1, ordering: .sequentiallyConsistent)
        closeEnds()
    }

    private func closeEnds() {
        closeDescriptor(readEnd)
        closeDescriptor(writeEnd)
    }
}

/// Where the handler writes; −1 while no pipe is open.
private let signalTarget = Atomic<Int32>(-1)

/// Runs inside the signal: only an atomic read and write(2), and errno as it was.
private func forwardSignal(_ number: Int32) {
    let saved = errno
    var byte = UInt8(truncatingIfNeeded: number)
    _ = write(signalTarget.load(ordering: .relaxed), &byte, 1)
    errno = saved
}

/// close(2), which methods of that name would hide.
func closeDescriptor(_ descriptor: Int32) { _ = close(descriptor) }

typealias SignalHandler = @convention(c) (Int32) -> Void

/// Sets a handler (nil is SIG_DFL) and returns what was there.
@discardableResult
func replaceAction(_ number: Int32, flags: Int32, handler: SignalHandler?) -> sigaction {
    var action = sigaction()
    #if canImport(Glibc)
        action.__sigaction_handler.sa_handler = handler
    #else
        action.__sigaction_u.__sa_handler = handler
    #endif
    action.sa_flags = flags
    sigemptyset(&action.sa_mask)
    var old = sigaction()
    sigaction(number, &action, &old)
    return old
}

func restoreAction(_ number: Int32, _ action: sigaction) {
    withUnsafePointer(to: action) { _ = sigaction(number, $0, nil) }
}

extension sigaction {
    fileprivate var isIgnored: Bool {
        #if canImport(Glibc)
            let handler = __sigaction_handler.sa_handler
        #else
            let handler = __sigaction_u.__sa_handler
        #endif
        return unsafeBitCast(handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
    }
}
