import Explorer
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Messages from other threads to the one that owns the screen; a pipe wakes that one from its poll.
final class Mailbox: Sendable {
    private struct State {
        var messages: [Message] = []
        /// Whether a byte lies in the pipe already.
        var isAwake = false
    }

    private let state = Mutex(State())
    /// Readable when messages wait.
    let readEnd: Int32
    private let writeEnd: Int32

    /// Nil where the system has no pipe to give.
    init?() {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { return nil }
        (readEnd, writeEnd) = (ends[0], ends[1])
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    }

    deinit {
        close(readEnd)
        close(writeEnd)
    }

    func post(_ message: Message) {
        state.withLock { state in
            state.messages.append(message)
            guard !state.isAwake else { return }
            // One byte in an empty pipe can't block.
            state.isAwake = write(writeEnd, [1], 1) == 1
        }
    }

    func take() -> [Message] {
        state.withLock { state in
            if state.isAwake {
                var byte: UInt8 = 0
                _ = read(readEnd, &byte, 1)
                state.isAwake = false
            }
            defer { state.messages = [] }
            return state.messages
        }
    }
}
