import Synchronization

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Turns signals into bytes that a main loop can wait for, as long as a terminal is open. Previous dispositions come back
/// with ``close()``. One at a time in a process.
public final class SignalPipe {
    /// Readable while signals wait.
    public let readEnd: Int32
    private let writeEnd: Int32
    private var caught: CaughtSignals?
    private var hold: OrderlyEnd? = OrderlyEnd()

    /// Why there is none; `EBUSY` where one is open already.
    public struct Failure: Error {
        public let code: Int32
    }

    public init() throws(Failure) {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw Failure(code: errno) }
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
            throw Failure(code: EBUSY)
        }
        caught = CaughtSignals(.ignored, .ending, .fault, .stopping, .redrawing)
        // One that came while nobody was told.
        if OrderlyEnd.isAskedFor { _ = write(writeEnd, [UInt8(SIGTERM)], 1) }
    }

    deinit { close() }

    /// The numbers of the signals that came since the last call, in order.
    public func drain() -> [Int32] {
        var numbers: [Int32] = []
        var buffer = [UInt8](repeating: 0, count: 64)
        while caught != nil {
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
    public func stopProcess() {
        guard let ours = replaceAction(SIGTSTP, with: sigaction()) else { return }
        raise(SIGTSTP)
        restoreAction(SIGTSTP, ours)
    }

    public func close() {
        guard caught != nil else { return }
        caught?.release()
        (caught, hold) = (nil, nil)
        signalTarget.store(-1, ordering: .sequentiallyConsistent)
        closeEnds()
    }

    private func closeEnds() {
        for end in [readEnd, writeEnd] { closeDescriptor(end) }
    }
}

/// close(2), which methods of that name would hide.
private func closeDescriptor(_ descriptor: Int32) { _ = close(descriptor) }
