import Cells
import Synchronization
import Testing

@testable import NcursesTerminal

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A clock that goes when it is told to.
final class Hand: Sendable {
    private let seconds = Mutex(0.0)
    var now: Double { seconds.withLock { $0 } }
    func go(_ more: Double) { seconds.withLock { $0 += more } }
}

extension NcursesTerminalTests {
    func open(_ type: String = "xterm-256color", by hand: Hand) throws -> NcursesTerminal {
        try NcursesTerminal(
            options: TerminalOptions(
                input: line.slave, output: line.slave, environment: TerminalEnvironment(type: type),
                clock: { hand.now }))
    }

    func type(_ bytes: String, to terminal: NcursesTerminal) throws -> [TerminalEvent] {
        line.type(Array(bytes.utf8))
        try #require(waitUntilReadable(terminal.inputDescriptor))
        return try terminal.pendingEvents()
    }

    // MARK: One frame under way

    @Test func theNextFrameWaitsForTheReply() throws {
        let hand = Hand()
        let terminal = try open(by: hand)
        #expect(terminal.isReady)
        try terminal.present(screen("a"))
        #expect(try line.written().hasSuffix("\u{1B}[5n"))
        #expect(!terminal.isReady && !terminal.awaitsRoom(forFrame: true))
        #expect(terminal.pause(forFrame: true) == 0.25 && terminal.pause(forFrame: false) == nil)
        #expect(try type("\u{1B}[0n", to: terminal) == [])
        #expect(terminal.isReady && terminal.pause(forFrame: true) == nil)
        // Nothing drawn, nothing asked.
        try terminal.present(screen("a"))
        #expect(try line.written() == "")
        try terminal.present(screen("b"))
        #expect(try line.written().hasSuffix("\u{1B}[5n") && !terminal.isReady)
        hand.go(0.25)
        #expect(terminal.isReady)
    }

    @Test func aReplyInPiecesIsNoKey() throws {
        let hand = Hand()
        let terminal = try open(by: hand)
        try terminal.present(screen("a"))
        // ncurses waits a moment for the rest of a sequence, and gives out what has come.
        for piece in ["\u{1B}", "[", "0", "nq"] {
            let events = try type(piece, to: terminal)
            #expect(events == (piece == "nq" ? [.key(.character("q"))] : []))
        }
        #expect(terminal.isReady)
    }

    @Test func anEscapeIsAKeyAfterAMoment() throws {
        let hand = Hand()
        let terminal = try open(by: hand)
        try terminal.present(screen("a"))
        #expect(try type("\u{1B}", to: terminal) == [])
        let pause = try #require(terminal.pause(forFrame: false))
        hand.go(pause)
        #expect(try terminal.pendingEvents() == [.key(.escape)])
        #expect(terminal.pause(forFrame: false) == nil)
    }

    @Test func onlyTypesThatAnswerAreAsked() throws {
        for (type, asks) in [
            ("xterm", true), ("screen", true), ("tmux-256color", true), ("linux", false), ("vt100", false),
            ("nonsense", false),
        ] {
            let terminal = try open(type, by: Hand())
            _ = try line.written()
            try terminal.present(screen(type))
            #expect(try line.written().contains("\u{1B}[5n") == asks, "\(type)")
            #expect(terminal.isReady != asks)
            if asks { _ = try self.type("\u{1B}[0n", to: terminal) }
            terminal.restore()
        }
    }

    @Test func whoeverDoesNotAnswerGetsFramesAtOnce() throws {
        let hand = Hand()
        let terminal = try open(by: hand)
        for frame in 0..<3 {
            try terminal.present(screen("\(frame)"))
            hand.go(1)
        }
        _ = try line.written()
        try terminal.present(screen("now"))
        #expect(try !line.written().contains("\u{1B}[5n"))
        #expect(terminal.isReady)
    }

    // MARK: A reader that doesn't read

    /// Frames until there is no room for the rest of one.
    func clog(_ terminal: NcursesTerminal, by hand: Hand) throws {
        for frame in 0..<100 where terminal.isReady {
            let glyph: Unicode.Scalar = frame % 2 == 0 ? "⣿" : "⡇"
            try terminal.present(CellBuffer(size: terminal.size, filledWith: Cell(glyph)))
            hand.go(9)
        }
        try #require(!terminal.isReady)
    }

    @Test func nothingWaitsForAReader() throws {
        line.resize(columns: 300, rows: 100)
        let hand = Hand()
        let terminal = try open(by: hand)
        try clog(terminal, by: hand)
        #expect(terminal.awaitsRoom(forFrame: true))
        // Keys are taken meanwhile, and the rest follows once there is room, to the last byte.
        #expect(try type("k", to: terminal) == [.key(.character("k"))])
        var sent: [UInt8] = []
        while terminal.awaitsRoom(forFrame: false) || !terminal.isReady {
            sent += try line.take()
            #expect(try terminal.pendingEvents() == [])
            hand.go(0.1)
        }
        // Either may end within a character.
        let text = String(decoding: sent + (try line.writtenBytes()), as: UTF8.self)
        #expect(text.unicodeScalars.count { $0 == "⣿" } == 30_000)
        #expect(!text.contains("\u{FFFD}"))
    }

    @Test func leavingDoesNotWaitEither() throws {
        line.resize(columns: 300, rows: 100)
        let before = try line.modes()
        let hand = Hand()
        let terminal = try open(by: hand)
        try clog(terminal, by: hand)
        terminal.restore()
        #expect(try line.modes() == before)
        // What was under way is cancelled, wherever it was cut.
        let sent = try line.written()
        let cancelled = try #require(sent.firstIndex(of: "\u{18}"))
        #expect(sent[cancelled...].contains("[?1049l") && sent[cancelled...].contains("[?25h"))
        #expect(!sent[cancelled...].contains("⣿"))
    }

    /// A stopped output has no room, and the key that would let it go on means nothing any more after the end.
    @Test func controlSDoesNotKeepTheProgram() throws {
        let hand = Hand()
        let terminal = try open(by: hand)
        try terminal.present(screen("a"))
        line.type([0x13])
        while terminal.isReady || !terminal.awaitsRoom(forFrame: true) { hand.go(0.1) }
        terminal.restore()
        #expect(try line.written().contains("[?1049l"))
    }

    @Test func aReplyOnItsWayIsNotLeftToTheShell() throws {
        let terminal = try open(by: Hand())
        try terminal.present(screen("a"))
        line.type(Array("\u{1B}[0nls\n".utf8))
        terminal.restore()
        var buffer = [UInt8](repeating: 0, count: 64)
        let count = read(line.slave, &buffer, buffer.count)
        // What was typed for the shell stays.
        #expect(String(decoding: buffer[..<max(0, count)], as: UTF8.self) == "ls\n")
    }

    @Test func noReplyIsNotWaitedForLong() throws {
        let terminal = try open(by: Hand())
        try terminal.present(screen("a"))
        line.type(Array("\u{1B}[0".utf8))
        terminal.restore()
        line.type(Array("ls\n".utf8))
        var buffer = [UInt8](repeating: 0, count: 64)
        let count = read(line.slave, &buffer, buffer.count)
        #expect(String(decoding: buffer[..<max(0, count)], as: UTF8.self) == "ls\n")
    }

    // MARK: Mouse

    @Test func theMouseIsOffUntilItIsWanted() throws {
        let hand = Hand()
        let terminal = try open(by: hand)
        #expect(!terminal.isMouseOn)
        #expect(try !line.written().contains("?1000"))
        terminal.isMouseOn = true
        #expect(terminal.isMouseOn)
        #expect(try line.written().contains("1000h"))
        for (bytes, event) in [
            ("\u{1B}[<0;5;7M", MouseEvent(.press, column: 4, row: 6)),
            ("\u{1B}[<64;1;1M", MouseEvent(.wheelUp, column: 0, row: 0)),
            ("\u{1B}[<65;80;24M", MouseEvent(.wheelDown, column: 79, row: 23)),
        ] {
            #expect(try type(bytes, to: terminal) == [.mouse(event)], "\(bytes)")
        }
        // Neither letting go nor another button is anything.
        #expect(try type("\u{1B}[<0;5;7m\u{1B}[<2;5;7Mq", to: terminal) == [.key(.character("q"))])
        terminal.isMouseOn = false
        #expect(try line.written().contains("1000l"))
        #expect(!terminal.isMouseOn)
    }

    @Test func severalEventsMayComeTogether() throws {
        let terminal = try open(by: Hand())
        terminal.isMouseOn = true
        let events = try type("\u{1B}[<64;1;1M\u{1B}[<64;2;1M\u{1B}[<0;3;1Mk", to: terminal)
        #expect(
            events == [
                .mouse(MouseEvent(.wheelUp, column: 0, row: 0)), .mouse(MouseEvent(.wheelUp, column: 1, row: 0)),
                .mouse(MouseEvent(.press, column: 2, row: 0)), .key(.character("k")),
            ])
    }

    @Test func typesWithoutAMouseStayWithout() throws {
        let terminal = try open("vt100", by: Hand())
        terminal.isMouseOn = true
        #expect(!terminal.isMouseOn)
        #expect(try !line.written().contains("1000"))
    }

    @Test func theMouseIsGivenBack() throws {
        let terminal = try open(by: Hand())
        func crash() -> String { String(decoding: terminal.screen.emergencyBytes, as: UTF8.self) }
        #expect(!crash().contains("1000l"))
        terminal.isMouseOn = true
        #expect(crash().contains("1000l"))
        _ = try line.written()
        terminal.restore()
        #expect(try line.written().contains("1000l"))
    }
}
