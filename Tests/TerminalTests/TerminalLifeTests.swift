import Cells
import Testing

@testable import NcursesTerminal

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

extension NcursesTerminalTests {
    // MARK: Opening and giving back

    @Test func restoringGivesTheModesBack() throws {
        let before = try line.modes()
        let terminal = try open()
        #expect(try !line.isCanonical)
        try terminal.present(screen("x"))
        _ = try line.written()
        terminal.restore()
        #expect(try line.modes() == before)
        // The alternate screen is left and the cursor shown.
        let sent = try line.written()
        #expect(sent.contains("[?1049l") && sent.contains("[?25h"))
        terminal.restore()
        #expect(try line.written() == "")
        #expect(throws: TerminalError.closed) { try terminal.present(screen("y")) }
        #expect(throws: TerminalError.closed) { try terminal.pendingEvents() }
    }

    @Test func deinitialisingGivesTheModesBack() throws {
        let before = try line.modes()
        do {
            let terminal = try open()
            #expect(terminal.size == Size(columns: 80, rows: 24))
            #expect(try line.modes() != before)
        }
        #expect(try line.modes() == before)
    }

    @Test func thereIsOneAtATime() throws {
        let first = try open()
        #expect(throws: TerminalError.alreadyOpen) { try open() }
        first.restore()
        #expect(try open("screen").type == "screen")
    }

    @Test func onlyATerminalWillDo() throws {
        var ends: [Int32] = [-1, -1]
        try #require(pipe(&ends) == 0)
        defer { for end in ends { close(end) } }
        #expect(throws: TerminalError.notATerminal(stream: "standard input")) {
            try NcursesTerminal(options: TerminalOptions(input: ends[0], output: line.slave))
        }
        #expect(throws: TerminalError.notATerminal(stream: "standard output")) {
            try NcursesTerminal(options: TerminalOptions(input: line.slave, output: ends[1]))
        }
    }

    @Test func unfitTypesLeaveTheTerminalAlone() throws {
        let before = try line.modes()
        #expect(throws: TerminalError.cannotPosition("dumb")) { try open("dumb") }
        #expect(try line.modes() == before)
        #expect(try line.written() == "")
        let terminal = try open("nonsense")
        #expect(terminal.type == "xterm" && terminal.hint != nil)
    }

    /// Its terminfo gives no size, so there has to be another source.
    @Test func theLinuxConsoleOpensAtItsSize() throws {
        line.resize(columns: 100, rows: 37)
        #expect(try open("linux").size == Size(columns: 100, rows: 37))
    }

    // MARK: Signals

    private func send(_ number: Int32, to terminal: NcursesTerminal) throws -> [TerminalEvent] {
        kill(getpid(), number)
        try #require(waitUntilReadable(terminal.signalDescriptor))
        return try terminal.pendingEvents()
    }

    @Test func aNewSizeIsSeen() throws {
        let terminal = try open()
        try terminal.present(screen("x"))
        for size in [Size(columns: 100, rows: 30), Size(columns: 1, rows: 1), Size(columns: 80, rows: 24)] {
            line.resize(columns: UInt16(size.columns), rows: UInt16(size.rows))
            #expect(try send(SIGWINCH, to: terminal) == [.resized(size)])
            #expect(terminal.size == size)
            try terminal.present(CellBuffer(size: size, filledWith: Cell("#")))
        }
    }

    /// The size may have changed to and fro meanwhile, and the screen with it.
    @Test func aSignalOfTheSameSizeRepaints() throws {
        let terminal = try open()
        try terminal.present(screen("again"))
        _ = try line.written()
        #expect(try send(SIGWINCH, to: terminal) == [])
        #expect(try line.written().contains("again"))
    }

    @Test func continuingRepaints() throws {
        let terminal = try open()
        try terminal.present(screen("again"))
        _ = try line.written()
        #expect(try send(SIGCONT, to: terminal) == [])
        #expect(try line.written().contains("again"))
        #expect(try !line.isCanonical)
    }

    @Test func signalsThatEndAProcessAreEvents() throws {
        let terminal = try open()
        #expect(try send(SIGINT, to: terminal) == [.interrupt])
        #expect(try send(SIGTERM, to: terminal) == [.terminate])
        #expect(try send(SIGHUP, to: terminal) == [.hangUp])
        for number in [SIGQUIT, SIGUSR1, SIGALRM, SIGXCPU, SIGPROF] {
            #expect(try send(number, to: terminal) == [.terminate])
        }
    }

    @Test func dispositionsAreGivenBack() throws {
        let numbers = [
            SIGWINCH, SIGTSTP, SIGTTIN, SIGCONT, SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR2, SIGSEGV, SIGILL, SIGABRT,
            SIGSYS, SIGPIPE, SIGXFSZ,
        ]
        let before = numbers.map(handler)
        let terminal = try open()
        for (number, old) in zip(numbers, before) { #expect(handler(of: number) != old) }
        terminal.restore()
        #expect(numbers.map(handler) == before)
    }

    @Test func anIgnoredHangUpStaysIgnored() throws {
        let old = signal(SIGHUP, SIG_IGN)
        defer { signal(SIGHUP, old) }
        let ignored = handler(of: SIGHUP)
        let terminal = try open()
        #expect(handler(of: SIGHUP) == ignored)
        terminal.restore()
        #expect(handler(of: SIGHUP) == ignored)
    }

    private func handler(of number: Int32) -> Int {
        var action = sigaction()
        sigaction(number, nil, &action)
        #if canImport(Glibc)
            return unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self)
        #else
            return unsafeBitCast(action.__sigaction_u.__sa_handler, to: Int.self)
        #endif
    }

    // MARK: The other end

    @Test func aHangUpIsAnEvent() throws {
        let terminal = try open()
        try terminal.present(screen("x"))
        line.type(Array("q".utf8))
        try #require(waitUntilReadable(terminal.inputDescriptor))
        #expect(try terminal.pendingEvents() == [.key(.character("q"))])
        line.hangUp()
        #expect(try terminal.pendingEvents() == [.hangUp])
        #expect(throws: TerminalError.hungUp) { try terminal.present(screen("y")) }
        terminal.restore()
    }
}
