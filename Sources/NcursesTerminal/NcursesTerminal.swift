import CNcurses
import Cells
import Signals

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A terminal driven by ncurses. One at a time in a process, and used from one thread only, the main one.
///
/// Wait for ``inputDescriptor`` or ``signalDescriptor`` to become readable, take ``pendingEvents()``, ``present(_:)`` where
/// ``isReady``. Nothing here waits for the reader: what he has no room for yet goes with later ``pendingEvents()``.
/// Signals that concern a terminal become events while it is open; stopping and continuing the process (Ctrl-Z, `fg`)
/// happens inside ``pendingEvents()``. The terminal is given back by ``restore()``, at deinitialisation, at exit and on
/// fatal traps.
public final class NcursesTerminal: TerminalBackend {
    /// Readable when keys wait.
    public var inputDescriptor: Int32 { screen.input }
    /// Readable when signals wait.
    public var signalDescriptor: Int32 { signals.readEnd }
    /// Wait for it to become writable while ``awaitsRoom``.
    public var outputDescriptor: Int32 { screen.output }
    /// Whether the locale can express more than ASCII; where it can't, draw with ASCII glyphs.
    public let isUnicode: Bool
    /// The type opened, as terminfo names it: TERM, or a sibling of it.
    public let type: String
    /// One line for the user where the terminal's type is unknown and another stands in.
    public let hint: String?
    public var colorDepth: ColorDepth { palette.depth }
    public internal(set) var size: Size
    /// Whether presses of the left button and turns of the wheel are events. While they are, text can be marked only with
    /// Shift held. Stays false where the terminal's type has no mouse.
    public var isMouseOn: Bool {
        get { screen.isMouseOn }
        // A terminal that can't be told is gone, or will refuse the next frame, which says so.
        set { if isOpen, newValue != isMouseOn { try? screen.setMouse(newValue) } }
    }

    /// What nil colours of a cell stand for. Plain leaves them to the terminal; set both to paint the background.
    public var canvas = Style.plain {
        didSet {
            guard canvas != oldValue else { return }
            palette.forget()
            shown = nil
        }
    }

    /// Whether frames can be had beside: not where files may not be long enough for them.
    public var hasFrames: Bool { screen.hasFrames }

    /// Called with what is sent to the terminal for each frame.
    public var onFrame: (([UInt8]) -> Void)? {
        get { screen.onFrame }
        set { screen.onFrame = newValue }
    }

    let screen: Screen
    let signals: SignalPipe
    var gate: FrameGate
    var synchronizedOutput = SynchronizedOutput()
    var filter = ReplyFilter()
    var decoder = KeyDecoder()
    /// What has come of a text that is being pasted; nil: keys are typed.
    var paste: String?
    /// Whether ncurses may have keys that poll(2) knows nothing of.
    var hasMoreKeys = false
    /// Whether a request ends what is being sent.
    var isAsking = false
    /// Whether Ctrl-C may have dropped a part of what was sent.
    var wasInterrupted = false
    /// Whether the whole screen has to be sent anew once there is room.
    var isStale = false
    /// What the screen shows; nil where that isn't known.
    var shown: CellBuffer?
    private(set) var isOpen = true
    let clock: @Sendable () -> Double
    private var palette: Palette
    /// The last buffer presented.
    private var latest: CellBuffer?

    /// Opens the terminal: full screen, keys one by one without echo, cursor hidden.
    /// - Throws: ``TerminalError``; the terminal is untouched then.
    public init(options: TerminalOptions = TerminalOptions()) throws {
        guard isatty(options.input) == 1 else { throw TerminalError.notATerminal(stream: "standard input") }
        guard isatty(options.output) == 1 else { throw TerminalError.notATerminal(stream: "standard output") }
        // First, so that ncurses leaves the signals alone, and since only one can be had.
        do { signals = try SignalPipe() } catch {
            throw error.code == EBUSY ? TerminalError.alreadyOpen : .failed(call: "pipe", code: error.code)
        }
        isUnicode = Self.chooseLocale()
        let environment = options.environment
        let colors = options.colors ?? (environment.refusesColor ? .never : nil)
        let choice = try TerminalType.choose(
            named: environment.type, colors: colors, announcesTruecolor: environment.announcesTruecolor
        ) { TerminalType.inTerminfo($0, descriptor: options.output) }
        (type, hint) = (choice.type.name, choice.hint)
        screen = try Screen(type: choice.type, options: options)
        gate = FrameGate(isKnown: choice.type.answers)
        clock = options.clock
        palette = Palette(type: choice.type, wanted: colors)
        size = screen.size
    }

    deinit { restore() }

    public func restore() {
        isOpen = false
        let now = clock()
        screen.close(
            isOverdue: gate.isOverdue(at: now), isCut: wasInterrupted, replies: repliesToCome(at: now))
        signals.close()
    }

    /// The characters' encoding from the environment, else UTF-8. Only LC_CTYPE: numbers keep their decimal points.
    private static func chooseLocale() -> Bool {
        func isUTF8() -> Bool { String(cString: nl_langinfo(nl_item(CODESET))) == "UTF-8" }
        setlocale(LC_CTYPE, "")
        if isUTF8() { return true }
        return ["C.UTF-8", "en_US.UTF-8"].contains { (name: String) in setlocale(LC_CTYPE, name) != nil && isUTF8() }
    }
}

// MARK: - Showing

extension NcursesTerminal {
    /// Shows a buffer from the screen's top left corner; what it doesn't cover is blank. Only cells that differ from
    /// those shown are sent, and nothing at all where none does.
    /// - Throws: ``TerminalError/hungUp`` where nobody is at the other end.
    /// - Complexity: one comparison of each cell.
    public func present(_ buffer: CellBuffer) throws {
        guard isOpen else { throw TerminalError.closed }
        latest = buffer
        if shown == buffer { return }
        let old = shown
        // Until all is sent, what the screen shows isn't known.
        shown = nil
        var changed = try draw(buffer, over: old)
        if palette.isExhausted {
            // Give the pairs to the styles of this buffer alone.
            palette.forget()
            changed = try draw(buffer, over: nil)
        }
        if changed { try flush() }
        shown = buffer
    }

    /// Sends the whole screen anew, for instance after another program has written on it.
    public func repaint() throws {
        guard isOpen else { throw TerminalError.closed }
        (shown, isStale) = (nil, false)
        clearok(sepal_curscr(), true)
        if let latest { try present(latest) } else { try flush() }
    }

    private func flush() throws {
        let asks = gate.asks && screen.isSent
        isAsking = isAsking || asks
        let isFirst = asks && !synchronizedOutput.wasAsked
        if isFirst { synchronizedOutput.takeQuestion(at: clock()) }
        try screen.flush(
            question: isFirst ? SynchronizedOutput.question : [], isHeld: synchronizedOutput.isOn,
            request: asks ? FrameGate.request : [])
        noteSent()
    }

    /// Puts the differing cells on ncurses' own buffer; whether there were any.
    private func draw(_ buffer: CellBuffer, over old: CellBuffer?) throws -> Bool {
        var changed = false
        for row in 0..<size.rows {
            if let old, buffer.sharesRow(row, with: old) { continue }
            let cells = buffer.displayRow(row, columns: size.columns)
            let runs =
                old.map { changedRuns(row: row, from: $0.displayRow(row, columns: size.columns), to: cells) }
                ?? [Run(row: row, columns: 0..<size.columns)]
            for run in runs { try put(run, of: cells) }
            changed = changed || !runs.isEmpty
        }
        return changed
    }

    private func put(_ run: Run, of row: [Cell]) throws {
        var characters: [cchar_t] = []
        characters.reserveCapacity(run.columns.count)
        var text: [wchar_t] = [0, 0]
        var style = Style.plain
        var drawn = palette.resolve(style, canvas: canvas)
        for cell in row[run.columns] where !cell.isContinuation {
            if cell.style != style {
                style = cell.style
                drawn = palette.resolve(style, canvas: canvas)
            }
            text[0] = wchar_t(bitPattern: cell.scalar.value)
            var character = cchar_t()
            guard setcchar(&character, text, drawn.attributes, drawn.pair, nil) == OK else {
                throw TerminalError.failed(call: "setcchar", code: 0)
            }
            characters.append(character)
        }
        // Unlike the calls that move the cursor on, this one can fill the last cell without scrolling.
        let status = mvwadd_wchnstr(
            sepal_stdscr(), Int32(run.row), Int32(run.columns.lowerBound), characters, Int32(characters.count))
        guard status == OK else { throw TerminalError.failed(call: "add_wchnstr", code: 0) }
    }
}
