import Cells
import Testing

@testable import NcursesTerminal

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Frames that the terminal shows at once when they are whole.
extension NcursesTerminalTests {
    private static let question = "\u{1B}[?2026$p"
    private static let begin = "\u{1B}[?2026h"
    private static let end = "\u{1B}[?2026l"

    /// A terminal that has shown one frame, with what it was sent for it.
    private func asked(_ type: String = "xterm-256color", by hand: Hand) throws -> (NcursesTerminal, sent: String) {
        let terminal = try open(type, by: hand)
        // The question comes on the screen that is cleared next, for the sake of those who show a part of it.
        #expect(try line.written().contains("[?1049h"))
        try terminal.present(screen("a"))
        return (terminal, try line.written())
    }

    @Test func aTerminalThatHasItGetsWholeFrames() throws {
        let (terminal, sent) = try asked(by: Hand())
        #expect(sent.hasPrefix(Self.question) && sent.hasSuffix("\u{1B}[5n") && !sent.contains(Self.begin))
        #expect(try type("\u{1B}[?2026;2$y\u{1B}[0n", to: terminal) == [] && terminal.isReady)
        var frames: [String] = []
        terminal.onFrame = { frames.append(String(decoding: $0, as: UTF8.self)) }
        for text in ["b", "c"] {
            try terminal.present(screen(text))
            let sent = try line.written()
            #expect(sent.hasPrefix(Self.begin) && sent.hasSuffix(Self.end + "\u{1B}[5n") && sent.contains(text))
            #expect(!sent.contains(Self.question))
            // What is recorded is the frame alone.
            #expect(frames.last.map { Self.begin + $0 + Self.end + "\u{1B}[5n" } == sent)
            #expect(try type("\u{1B}[0n", to: terminal) == [])
        }
        // At rest there is nothing to hold together.
        try terminal.present(screen("c"))
        #expect(try terminal.pendingEvents() == [])
        #expect(try line.written() == "")
        terminal.restore()
        #expect(try !line.written().contains("2026"))
    }

    @Test(arguments: [0, 3, 4]) func aTerminalThatSaysNoGetsThemAsBefore(answer: Int) throws {
        let (terminal, _) = try asked(by: Hand())
        #expect(try type("\u{1B}[?2026;\(answer)$y\u{1B}[0n", to: terminal) == [] && terminal.isReady)
        try terminal.present(screen("b"))
        terminal.restore()
        #expect(try !line.written().contains("2026"))
    }

    /// One that knows nothing of modes, but says that it is well; and one that says nothing at all.
    @Test(arguments: [true, false]) func aSilentTerminalGetsThemAsBefore(answersStatus: Bool) throws {
        let hand = Hand()
        let (terminal, _) = try asked(by: hand)
        for frame in 0..<5 {
            hand.go(1)
            if answersStatus { #expect(try type("\u{1B}[0n", to: terminal) == []) }
            try terminal.present(screen("\(frame)"))
        }
        if answersStatus { #expect(try type("\u{1B}[0n", to: terminal) == []) }
        #expect(try !line.written().contains("2026"))
        // What looks like the beginning of an answer is a key again at once.
        hand.go(9)
        #expect(try type("\u{1B}", to: terminal) == [.key(.escape)])
        terminal.restore()
        #expect(try !line.written().contains("2026"))
    }

    @Test func onlyTypesThatAnswerAreAskedForIt() throws {
        for type in ["linux", "vt100", "nonsense"] {
            let terminal = try open(type, by: Hand())
            try terminal.present(screen(type))
            // Nobody has asked.
            #expect(try self.type("\u{1B}[?2026;2$y", to: terminal) == [])
            try terminal.present(screen())
            #expect(try !line.written().contains("2026"), "\(type)")
            terminal.restore()
        }
    }

    @Test func anAnswerInPiecesIsNoKey() throws {
        let answer = "\u{1B}[?2026;2$y"
        for cut in 1..<answer.utf8.count {
            let (terminal, _) = try asked(by: Hand())
            #expect(try type(String(answer.prefix(cut)), to: terminal) == [], "\(cut)")
            #expect(try type(answer.dropFirst(cut) + "q", to: terminal) == [.key(.character("q"))], "\(cut)")
            #expect(try type("\u{1B}[0n", to: terminal) == [] && terminal.isReady)
            try terminal.present(screen("b"))
            #expect(try line.written().contains(Self.begin), "\(cut)")
            terminal.restore()
            _ = try line.written()
        }
        let (terminal, _) = try asked(by: Hand())
        for byte in answer { #expect(try type(String(byte), to: terminal) == [], "\(byte)") }
        #expect(terminal.synchronizedOutput.isOn)
    }

    /// Neither the shell nor a stopped program gets the answer.
    @Test func anAnswerThatComesAtTheEndIsSwallowed() throws {
        for reply in ["\u{1B}[?2026;1$y\u{1B}[0n", "\u{1B}[0n"] {
            let (terminal, _) = try asked(by: Hand())
            line.type(Array("\(reply)ls\n".utf8))
            terminal.restore()
            var buffer = [UInt8](repeating: 0, count: 64)
            let count = read(line.slave, &buffer, buffer.count)
            #expect(String(decoding: buffer[..<max(0, count)], as: UTF8.self) == "ls\n")
            _ = try line.written()
        }
    }

    @Test func aFrameCutShortIsShown() throws {
        line.resize(columns: 300, rows: 100)
        let hand = Hand()
        let (terminal, _) = try asked(by: hand)
        func crash() -> String { String(decoding: terminal.screen.emergencyBytes, as: UTF8.self) }
        #expect(!crash().contains("2026"))
        #expect(try type("\u{1B}[?2026;1$y\u{1B}[0n", to: terminal) == [])
        try clog(terminal, by: hand)
        #expect(crash().hasPrefix("\u{18}" + Self.end))
        terminal.restore()
        let sent = try line.written()
        let cancelled = try #require(sent.firstRange(of: "\u{18}" + Self.end))
        let rest = sent[cancelled.upperBound...]
        #expect(rest.contains("[?1049l") && !rest.contains(Self.begin))
    }

    /// At Ctrl-C the line drops what hasn't been read, the frame's end with it.
    @Test func aFrameThatTheLineHasDroppedIsShown() throws {
        let (terminal, _) = try asked(by: Hand())
        #expect(try type("\u{1B}[?2026;2$y\u{1B}[0n", to: terminal) == [])
        try terminal.present(screen("b"))
        kill(getpid(), SIGINT)
        try #require(waitUntilReadable(terminal.signalDescriptor))
        #expect(try terminal.pendingEvents() == [.interrupt])
        _ = try line.written()
        terminal.restore()
        #expect(try line.written().hasPrefix("\u{18}" + Self.end))
    }
}
