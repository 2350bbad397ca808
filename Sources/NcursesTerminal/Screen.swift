import CNcurses
import Cells

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The ncurses screen on a terminal, from opening it to giving it back.
final class Screen {
    let input: Int32
    let output: Int32
    /// Keys are read from a pad, for reading from a window draws it.
    let keys: UnsafeMutablePointer<WINDOW>
    let isCursorHidden: Bool
    private let handle: OpaquePointer
    private let files: [UnsafeMutablePointer<FILE>]
    private let frames: FrameFile?
    private let modes: termios
    private var isClosed = false
    var onFrame: (([UInt8]) -> Void)?

    init(type: TerminalType, options: TerminalOptions) throws(TerminalError) {
        var modes = termios()
        guard tcgetattr(options.output, &modes) == 0 else { throw .failed(call: "tcgetattr", code: errno) }
        let reader = try Self.open(options.input, mode: "r")
        let writer: UnsafeMutablePointer<FILE>
        do { writer = try Self.open(options.output, mode: "w") } catch {
            fclose(reader)
            throw error
        }
        // Neither LINES nor COLUMNS but the terminal itself knows its size.
        use_env(false)
        use_tioctl(Self.windowSize(of: options.output)?.isBelievable ?? true)
        guard let handle = newterm(type.name, writer, reader) else {
            fclose(reader)
            fclose(writer)
            throw .failed(call: "newterm for '\(type.name)'", code: 0)
        }
        guard let keys = newpad(1, 1) else {
            endwin()
            delscreen(handle)
            fclose(reader)
            fclose(writer)
            throw .failed(call: "newpad", code: 0)
        }
        self.modes = modes
        self.handle = handle
        self.keys = keys
        files = [reader, writer]
        (input, output) = (fileno(reader), fileno(writer))
        frames = FrameFile(terminal: output)
        set_escdelay(options.environment.escapeDelay)
        isCursorHidden = curs_set(0) != ERR
        do { try configure() } catch {
            close()
            throw error
        }
        // Not the descriptor that ncurses has, which leads elsewhere while a frame is drawn.
        EmergencyRestore.arm(output: frames?.terminal ?? output, bytes: Self.leavingBytes(), modes: modes)
    }

    deinit { close() }

    private func configure() throws(TerminalError) {
        let calls: [(String, Int32)] = [
            ("cbreak", cbreak()), ("noecho", noecho()), ("nonl", nonl()), ("keypad", keypad(keys, true)),
            ("nodelay", nodelay(keys, true)), ("leaveok", leaveok(sepal_stdscr(), isCursorHidden)),
            // Or a key typed meanwhile cuts a frame short, and what is left of it waits for the next one.
            ("typeahead", typeahead(-1)),
        ]
        if let failed = calls.first(where: { $0.1 == ERR }) { throw .failed(call: failed.0, code: 0) }
        for (sequence, code) in KeySequences.all where define_key(sequence, code) == ERR {
            throw .failed(call: "define_key", code: 0)
        }
        _ = try adoptSize()
    }

    var size: Size {
        Size(columns: Int(getmaxx(sepal_stdscr())), rows: Int(getmaxy(sepal_stdscr())))
    }

    /// Takes over the terminal's own size; true where it changed.
    func adoptSize() throws(TerminalError) -> Bool {
        guard let window = Self.windowSize(of: output) else { return false }
        let most = Size.believable
        let wanted = Size(columns: min(window.columns, most.columns), rows: min(window.rows, most.rows))
        if wanted == size { return false }
        let status = resize_term(Int32(wanted.rows), Int32(wanted.columns))
        guard status == OK else { throw .failed(call: "resize_term", code: 0) }
        return true
    }

    /// Nothing can come any more, once all that had come was read.
    var inputHasEnded: Bool {
        let state = poll(input, for: POLLIN)
        if state.isBroken { return true }
        var waiting: Int32 = 0
        return state.isReadable && ioctl(input, UInt(FIONREAD), &waiting) == 0 && waiting == 0
    }

    /// Leaves the screen for the shell.
    func suspend() {
        endwin()
        restoreModes()
    }

    /// Sends what was drawn. The next drawing re-enters the screen after ``suspend()``.
    func flush() throws(TerminalError) {
        if !isCursorHidden { wmove(sepal_stdscr(), getmaxy(sepal_stdscr()) - 1, 0) }
        guard wnoutrefresh(sepal_stdscr()) == OK else { throw .failed(call: "wnoutrefresh", code: 0) }
        // After a stop, drawing takes the terminal's modes back first, for which ncurses needs the terminal itself.
        if let frames, !isendwin() {
            let bytes = try frames.bytes(writtenTo: output, by: update)
            try send(bytes, to: output)
            onFrame?(bytes)
        } else {
            try update()
        }
    }

    private func update() throws(TerminalError) {
        errno = 0
        guard doupdate() == OK else { throw .failed(call: "doupdate", code: errno) }
        // ncurses drops a failed write; what is left of it is the error number, and the state of the line.
        if [EIO, ENXIO, EPIPE, EBADF].contains(errno) || poll(output, for: POLLOUT).isBroken { throw .hungUp }
    }

    /// Gives the terminal back as found. Further calls do nothing.
    func close() {
        guard !isClosed else { return }
        isClosed = true
        endwin()
        restoreModes()
        EmergencyRestore.disarm()
        delwin(keys)
        delscreen(handle)
        for file in files { fclose(file) }
    }

    /// A hung-up terminal has no modes to restore, so a failure here means nothing.
    private func restoreModes() {
        var modes = modes
        tcsetattr(output, TCSANOW, &modes)
    }

    /// What the terminal says of itself; nil where it doesn't know.
    private static func windowSize(of descriptor: Int32) -> Size? {
        var window = winsize()
        guard ioctl(descriptor, UInt(TIOCGWINSZ), &window) == 0, window.ws_row > 0, window.ws_col > 0 else {
            return nil
        }
        return Size(columns: Int(window.ws_col), rows: Int(window.ws_row))
    }

    /// A stream of its own, so that closing it leaves the caller's descriptor open; not inherited by child processes.
    private static func open(_ descriptor: Int32, mode: String) throws(TerminalError) -> UnsafeMutablePointer<FILE> {
        let copy = fcntl(descriptor, F_DUPFD_CLOEXEC, 3)
        guard copy >= 0 else { throw .failed(call: "dup", code: errno) }
        guard let file = fdopen(copy, mode) else {
            let code = errno
            closeDescriptor(copy)
            throw .failed(call: "fdopen", code: code)
        }
        return file
    }

    /// What undoes attributes, colours, keypad, cursor and screen, in this order, on the open terminal.
    private static func leavingBytes() -> [UInt8] {
        let capabilities = ["sgr0", "op", "rmkx", "cnorm", "rmcup"]
        return capabilities.compactMap { sepal_capability($0).map { String(cString: $0) } }
            .flatMap(withoutPadding) + Array("\r\n".utf8)
    }

    /// A capability without its delays: `\E[m$<2>` → `\E[m`.
    static func withoutPadding(_ capability: String) -> [UInt8] {
        var bytes: [UInt8] = []
        var rest = Array(capability.utf8)[...]
        while let byte = rest.first {
            if rest.starts(with: "$<".utf8), let end = rest.firstIndex(of: UInt8(ascii: ">")) {
                rest = rest[(end + 1)...]
            } else {
                bytes.append(byte)
                rest.removeFirst()
            }
        }
        return bytes
    }
}

extension Size {
    /// More than any real screen has; each cell costs memory several times over.
    fileprivate static let believable = Size(columns: 2000, rows: 1000)
    fileprivate var isBelievable: Bool { columns <= Self.believable.columns && rows <= Self.believable.rows }
}

/// What poll(2) says of a descriptor, without waiting.
struct Readiness {
    var events: Int32
    var isReadable: Bool { events & POLLIN != 0 }
    var isBroken: Bool { events & (POLLHUP | POLLERR | POLLNVAL) != 0 }
}

func poll(_ descriptor: Int32, for events: Int32) -> Readiness {
    var request = pollfd(fd: descriptor, events: Int16(events), revents: 0)
    return Readiness(events: poll(&request, 1, 0) > 0 ? Int32(request.revents) : 0)
}
