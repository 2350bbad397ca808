import CNcurses
import Cells
import Signals

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
    /// Whether the terminal understands the controls of ANSI X3.64.
    private let isANSI: Bool
    private var outbox: Outbox
    private var isClosed = false
    /// Whether the shell has the terminal.
    private var isSuspended = false
    private(set) var isMouseOn = false
    /// Whether a frame was ever held together, whose end may not have been sent.
    private var hasHeldFrames = false
    var onFrame: (([UInt8]) -> Void)?
    /// Whether `onFrame` is ever called.
    var hasFrames: Bool { frames != nil }

    init(type: TerminalType, options: TerminalOptions) throws(TerminalError) {
        var modes = termios()
        EmergencyRestore.lock()
        defer { EmergencyRestore.unlock() }
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
        outbox = Outbox(descriptor: output)
        isANSI = sepal_capability("cup").map { String(cString: $0).hasPrefix("\u{1B}[") } ?? false
        set_escdelay(options.environment.escapeDelay)
        isCursorHidden = curs_set(0) != ERR
        do { try configure() } catch {
            close()
            throw error
        }
        armEmergency()
        markPastes(true)
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
        for (sequence, code) in KeySequences.all + ReplyFilter.codes where define_key(sequence, code) == ERR {
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

    /// Sends what was drawn, as far as there is room; the rest goes with ``send()``.
    /// - Parameters:
    ///   - question: what is to be sent ahead of it.
    ///   - isHeld: whether the terminal is to show it at once when all has come.
    ///   - request: what is to be sent behind it.
    func flush(question: [UInt8], isHeld: Bool, request: [UInt8]) throws(TerminalError) {
        if !isCursorHidden { wmove(sepal_stdscr(), getmaxy(sepal_stdscr()) - 1, 0) }
        guard wnoutrefresh(sepal_stdscr()) == OK else { throw .failed(call: "wnoutrefresh", code: 0) }
        if isHeld, !hasHeldFrames {
            hasHeldFrames = true
            armEmergency()
        }
        try queue(update) { bytes in
            onFrame?(bytes)
            let frame = isHeld ? SynchronizedOutput.begin + bytes + SynchronizedOutput.end : bytes
            return question + frame + request
        }
    }

    /// Whether nothing of a frame is left to be sent.
    var isSent: Bool { outbox.isEmpty }

    func send() throws(TerminalError) { try outbox.send() }

    /// Whether there is room for the beginning of a frame; true as well where only an attempt can tell.
    var hasRoom: Bool {
        let state = poll(output, for: POLLOUT)
        return state.isWritable || state.isBroken
    }

    /// Puts what ncurses writes behind what is being sent.
    /// - Parameter whole: told what that is, says what is to be sent for it.
    private func queue(
        _ work: () throws(TerminalError) -> Void, whole: ([UInt8]) -> [UInt8] = { $0 }
    ) throws(TerminalError) {
        guard let frames else { return try work() }
        outbox.append(whole(try frames.bytes(writtenTo: output, by: work)))
        try outbox.send()
    }

    private func update() throws(TerminalError) {
        errno = 0
        guard doupdate() == OK else { throw .failed(call: "doupdate", code: errno) }
        // ncurses drops a failed write; what is left of it is the error number, and the state of the line.
        if [EIO, ENXIO, EPIPE, EBADF].contains(errno) || poll(output, for: POLLOUT).isBroken { throw .hungUp }
    }

    /// Has the mouse's doings sent among the keys, or no more; nothing happens where the type has no mouse.
    func setMouse(_ isOn: Bool) throws(TerminalError) {
        guard sepal_capability("kmous") != nil else { return }
        let mask = isOn ? sepal_mouse_mask() : 0
        var chosen: mmask_t = 0
        try queue { () throws(TerminalError) in
            chosen = mousemask(mask, nil)
            mouseinterval(0)
        }
        isMouseOn = isOn && chosen != 0
        armEmergency()
    }

    /// Gives the terminal back as found. Further calls do nothing.
    /// - Parameters:
    ///   - isOverdue: whether the reader is known to be far behind.
    ///   - isCut: whether the line has dropped what wasn't read, as it does at Ctrl-C and Ctrl-Z.
    ///   - replies: those of the terminal that may be on their way.
    func close(isOverdue: Bool = false, isCut: Bool = false, replies: RepliesToCome = RepliesToCome()) {
        guard !isClosed else { return }
        isClosed = true
        if !isSuspended { leave(isOverdue: isOverdue, isCut: isCut, replies: replies) }
        EmergencyRestore.disarm()
        delwin(keys)
        delscreen(handle)
        for file in files { fclose(file) }
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
        bytes(of: ["sgr0", "op", "rmkx", "cnorm", "rmcup"]) + Array("\r\n".utf8)
    }

    private static func bytes(of capabilities: [String]) -> [UInt8] {
        capabilities.compactMap { sepal_capability($0).map { String(cString: $0) } }.flatMap(withoutPadding)
    }

    /// What a crash, which may come in the midst of a sequence, sends.
    var emergencyBytes: [UInt8] {
        (isANSI ? [ScreenControls.cancel] + heldFrameEnd + ScreenControls.pastesOff : [])
            + (isMouseOn ? ScreenControls.mouseOff : []) + Self.leavingBytes()
    }

    /// Has pasted text marked as such, or no more. Terminals of this kind that can't do it take no notice; one that is gone
    /// says so at the next frame.
    private func markPastes(_ isOn: Bool) {
        guard isANSI else { return }
        outbox.append(isOn ? ScreenControls.pastesOn : ScreenControls.pastesOff)
        try? outbox.send()
    }

    /// Has a frame shown whose end won't be sent any more.
    private var heldFrameEnd: [UInt8] { hasHeldFrames ? SynchronizedOutput.end : [] }

    /// Once more where what leaves the screen is different.
    private func armEmergency() {
        EmergencyRestore.arm(input: input, output: output, bytes: emergencyBytes, modes: modes)
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

// MARK: - Leaving

/// Controls that terminfo has no names for.
private enum ScreenControls {
    /// Ends a sequence or a character that was begun, undone.
    static let cancel: UInt8 = 0x18
    static let mouseOff = Array("\u{1B}[?1006l\u{1B}[?1000l".utf8)
    static let pastesOn = Array("\u{1B}[?2004h".utf8)
    static let pastesOff = Array("\u{1B}[?2004l".utf8)
}

extension Screen {
    /// Leaves the screen for the shell.
    func suspend(isOverdue: Bool, replies: RepliesToCome) {
        leave(isOverdue: isOverdue, isCut: true, replies: replies)
        isSuspended = true
        EmergencyRestore.disarm()
    }

    /// Enters the screen again after ``suspend()``, or takes back the modes that another program has set. What the screen
    /// shows is unknown.
    func resume() throws(TerminalError) {
        // Something else has written meanwhile, so the rest of a frame would come too late.
        if !isSent { abandon() }
        reset_prog_mode()
        // Takes the modes back once more, for which ncurses needs the terminal itself; so not along with a frame.
        if isendwin() { try update() }
        if isSuspended { armEmergency() }
        isSuspended = false
        markPastes(true)
    }

    private func leave(isOverdue: Bool, isCut: Bool, replies: RepliesToCome) {
        let isClogged = isOverdue || !isSent || !hasRoom
        if isClogged { abandon() } else if isCut { cancel() }
        markPastes(false)
        swallow(replies)
        if isClogged {
            withoutWaiting(output) { endwin() }
        } else {
            endwin()
        }
        restoreModes()
    }

    /// Drops what nobody has read yet, in a way that leaves the terminal outside of any sequence.
    private func abandon() {
        outbox.discard()
        if !hasRoom {
            // Output that Ctrl-S has stopped goes on once that key means nothing.
            var modes = termios()
            if tcgetattr(output, &modes) == 0 {
                modes.c_iflag &= ~tcflag_t(IXON)
                tcsetattr(output, TCSANOW, &modes)
            }
        }
        tcflush(output, TCOFLUSH)
        cancel()
    }

    /// Ends a sequence, a character or a frame that was cut.
    private func cancel() {
        guard isANSI else { return }
        // What ncurses believes of colours and attributes isn't so any more.
        outbox.append([ScreenControls.cancel] + heldFrameEnd + Self.bytes(of: ["sgr0", "op"]))
        // Where nobody is left to read it, nothing needs to be cancelled.
        try? outbox.send()
        outbox.discard()
    }

    /// Waits a moment for replies that would be the shell's otherwise. What is typed behind them stays.
    private func swallow(_ replies: RepliesToCome) {
        var replies = replies
        let end = ContinuousClock.now + .milliseconds(100)
        while !replies.isOver, ContinuousClock.now < end {
            var request = pollfd(fd: input, events: Int16(POLLIN), revents: 0)
            let pause = ContinuousClock.now.duration(to: end) / .milliseconds(1)
            guard poll(&request, 1, Int32(max(0, pause.rounded(.up)))) > 0 else { continue }
            var byte: UInt8 = 0
            let (count, code) = withoutWaiting(input) { read(input, &byte, 1) }
            if count == 1 { replies.take(byte) } else if code != EAGAIN { break }
        }
        if !replies.isOver { tcflush(input, TCIFLUSH) }
    }

    /// A hung-up terminal has no modes to restore, so a failure here means nothing.
    private func restoreModes() {
        var modes = modes
        tcsetattr(output, TCSANOW, &modes)
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
    var isWritable: Bool { events & POLLOUT != 0 }
    var isBroken: Bool { events & (POLLHUP | POLLERR | POLLNVAL) != 0 }
}

func poll(_ descriptor: Int32, for events: Int32) -> Readiness {
    var request = pollfd(fd: descriptor, events: Int16(events), revents: 0)
    return Readiness(events: poll(&request, 1, 0) > 0 ? Int32(request.revents) : 0)
}
