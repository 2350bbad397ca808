import CNcurses

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Gathers what ncurses writes for a frame, so that it goes to the terminal in one piece.
///
/// ncurses itself writes at every move of the cursor: hundreds of small pieces a frame, each of which wakes the reader, who
/// takes the processor away where all are busy, and each of which may become a packet of its own on the way to a terminal
/// elsewhere. So its descriptor leads to a file in memory while it draws.
final class FrameFile {
    /// More bytes than any screen takes. Only those that are written to take memory.
    private static let longestFrame = 1 << 26

    private let file: Int32
    /// The terminal under a number of its own, to lead the other one back to.
    let terminal: Int32

    /// Nil where the system has no such file to give, or none that is long enough; ncurses has to write by itself then.
    init?(terminal: Int32) {
        let file = sepal_memory_file()
        guard file >= 0 else { return nil }
        // Where files have a limit, it holds for this one as well, and frames would be cut without a word.
        let isLongEnough = ftruncate(file, off_t(Self.longestFrame)) == 0
        let copy = isLongEnough ? fcntl(terminal, F_DUPFD_CLOEXEC, 3) : -1
        guard copy >= 0 else {
            closeDescriptor(file)
            return nil
        }
        (self.file, self.terminal) = (file, copy)
    }

    deinit {
        closeDescriptor(file)
        closeDescriptor(terminal)
    }

    /// What is written to a descriptor of the terminal meanwhile. Not for drawing that also changes the terminal's modes.
    func bytes(writtenTo descriptor: Int32, by draw: () throws(TerminalError) -> Void) throws(TerminalError) -> [UInt8]
    {
        guard lseek(file, 0, SEEK_SET) == 0 else { throw .failed(call: "lseek", code: errno) }
        try lead(descriptor, to: file)
        let result = Result { () throws(TerminalError) in try draw() }
        try lead(descriptor, to: terminal)
        try result.get()
        let count = Int(lseek(file, 0, SEEK_CUR))
        var bytes = [UInt8](repeating: 0, count: max(0, count))
        guard pread(file, &bytes, bytes.count, 0) == count else { throw .failed(call: "pread", code: errno) }
        return bytes
    }

    private func lead(_ descriptor: Int32, to target: Int32) throws(TerminalError) {
        guard dup2(target, descriptor) >= 0 else { throw .failed(call: "dup2", code: errno) }
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    }
}
