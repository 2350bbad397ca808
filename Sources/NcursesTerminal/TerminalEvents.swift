import CNcurses
import Cells
import Signals

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

// MARK: - Pace

extension NcursesTerminal {
    /// Whether a frame can be presented now: the one before has been sent and, as far as the terminal tells, been shown.
    /// Where it can't, take keys and look again; a frame that isn't drawn meanwhile is one that nobody has to wait for.
    public var isReady: Bool { screen.isSent && gate.isOpen(at: clock()) && screen.hasRoom }

    /// Whether only room on ``outputDescriptor`` makes the terminal ready, or lets it send the rest of a frame.
    /// - Parameter forFrame: whether there is something to present.
    public func awaitsRoom(forFrame: Bool) -> Bool {
        !screen.isSent || forFrame && gate.isOpen(at: clock()) && !screen.hasRoom
    }

    /// Seconds after which ``pendingEvents()`` or ``isReady`` say something else though no descriptor has become ready;
    /// nil: never.
    /// - Parameter forFrame: whether there is something to present.
    public func pause(forFrame: Bool) -> Double? {
        if hasMoreKeys { return 0 }
        let now = clock()
        let opening = forFrame && screen.isSent && !gate.isOpen(at: now) ? gate.opening : nil
        return [opening, filter.deadline].compactMap { $0.map { max(0, $0 - now) } }.min()
    }

    /// Sends more of what is waiting.
    func advance() throws {
        try screen.send()
        noteSent()
        if isStale, screen.isSent, screen.hasRoom { try repaint() }
    }

    /// The time of a request is when its last byte is on its way.
    func noteSent() {
        guard isAsking, screen.isSent else { return }
        isAsking = false
        gate.takeRequest(at: clock())
    }

    func repliesToCome(at now: Double) -> RepliesToCome {
        RepliesToCome(
            count: gate.expected(at: now), includesAnswer: synchronizedOutput.isExpected(at: now),
            isPasting: paste != nil, filter: filter)
    }
}

// MARK: - Events

extension NcursesTerminal {
    /// Signals first, then keys. A terminal that has gone yields ``TerminalEvent/hangUp``.
    public func pendingEvents() throws -> [TerminalEvent] {
        guard isOpen else { throw TerminalError.closed }
        var events = try signalEvents()
        // Whoever is to leave reads no more keys, which may be the shell's.
        if events.contains(where: \.isEnd) { return events }
        events += try keyEvents()
        do { try advance() } catch TerminalError.hungUp {
            return events.contains(.hangUp) ? events : events + [.hangUp]
        }
        return events
    }

    private func signalEvents() throws -> [TerminalEvent] {
        var events: [TerminalEvent] = []
        var (hasContinued, mayHaveResized) = (false, false)
        // Again after a stop, for the signals that came meanwhile.
        while true {
            let numbers = signals.drain()
            if numbers.isEmpty { break }
            for number in numbers {
                switch SignalRule(number) {
                case .ending:
                    wasInterrupted = wasInterrupted || number == SIGINT || number == SIGQUIT
                    events.append(number == SIGINT ? .interrupt : number == SIGHUP ? .hangUp : .terminate)
                case .stopping:
                    stop()
                    hasContinued = true
                case .redrawing:
                    hasContinued = hasContinued || number == SIGCONT
                    mayHaveResized = true
                case .ignored, .fault, .untouched: break
                }
            }
        }
        guard hasContinued || mayHaveResized, !events.contains(where: \.isEnd) else { return events }
        if hasContinued {
            try screen.resume()
            forgetReplies()
        }
        let isResized = try adoptSize()
        if isResized { events.append(.resized(size)) }
        // With another size the caller draws anew.
        if hasContinued || !isResized { isStale = true }
        return events
    }

    /// Stops the process as Ctrl-Z asks; returns once it goes on.
    private func stop() {
        let now = clock()
        screen.suspend(isOverdue: gate.isOverdue(at: now), replies: repliesToCome(at: now))
        forgetReplies()
        signals.stopProcess()
    }

    private func forgetReplies() {
        gate.forget()
        synchronizedOutput.forget()
        // The line has dropped what was typed.
        (filter, isAsking, paste) = (ReplyFilter(), false, nil)
    }

    private func keyEvents() throws -> [TerminalEvent] {
        var events: [TerminalEvent] = []
        // Not for as long as there are any: signals and the screen have their turn as well.
        for _ in 0..<Self.mostCodes {
            // What ncurses has seen waiting may be gone when it reads: the line drops it at Ctrl-Z.
            let (code, number) = withoutWaiting(screen.input) { wgetch(screen.keys) }
            if code == ERR {
                let isLost = number == EIO || number == ENXIO
                let now = clock()
                for code in filter.expire(at: now, isExpected: !repliesToCome(at: now).isOver) {
                    try take(code, into: &events)
                }
                hasMoreKeys = false
                return isLost || screen.inputHasEnded ? events + [.hangUp] : events
            }
            let now = clock()
            let outcome = filter.take(code, at: now, isExpected: !repliesToCome(at: now).isOver)
            for code in outcome.codes { try take(code, into: &events) }
            if let reply = outcome.reply { take(reply, at: now, into: &events) }
        }
        hasMoreKeys = true
        return events
    }

    /// Keys and other codes that are taken at a time.
    private static let mostCodes = 4096

    private func take(_ reply: TerminalReply, at now: Double, into events: inout [TerminalEvent]) {
        switch reply {
        case .pasteBegins: paste = paste ?? ""
        case .pasteEnds:
            if let text = paste { events.append(.paste(text)) }
            paste = nil
        case .status:
            gate.takeReply(at: now)
            synchronizedOutput.forget()
        case .synchronizedOutput(let answer): synchronizedOutput.takeAnswer(answer)
        }
    }

    private func take(_ code: Int32, into events: inout [TerminalEvent]) throws {
        switch code {
        case KEY_RESIZE: if try adoptSize() { events.append(.resized(size)) }
        case KEY_MOUSE: while let event = mouseEvent() { events += event }
        default:
            guard let key = decoder.decode(code) else { return }
            if paste == nil { return events.append(.key(key)) }
            // Keys other than characters are controls of the text.
            if case .character(let character) = key, paste?.utf8.count ?? 0 < Self.mostPasted {
                paste?.append(character)
            }
        }
    }

    /// Bytes of a pasted text that are kept: more than anything that is typed in has room for.
    private static let mostPasted = 4096

    /// The next of the mouse's events, of which several may have come together; none for one without meaning, nil after
    /// the last one.
    private func mouseEvent() -> [TerminalEvent]? {
        var (column, row): (Int32, Int32) = (0, 0)
        let kind: MouseEvent.Kind
        switch sepal_mouse_event(&column, &row) {
        case 0: return nil
        case 1: kind = .press
        case 4: kind = .wheelUp
        case 5: kind = .wheelDown
        default: return []
        }
        return isMouseOn ? [.mouse(MouseEvent(kind, column: Int(column), row: Int(row)))] : []
    }

    private func adoptSize() throws -> Bool {
        guard try screen.adoptSize() else { return false }
        size = screen.size
        shown = nil
        clearok(sepal_curscr(), true)
        return true
    }
}

extension TerminalEvent {
    /// Whether the program is to end.
    fileprivate var isEnd: Bool { [.hangUp, .interrupt, .terminate].contains(self) }
}
