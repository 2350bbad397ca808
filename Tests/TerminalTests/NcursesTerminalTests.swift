import Cells
import Foundation
import Testing

@testable import NcursesTerminal

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// ncurses, signal dispositions and the locale belong to the whole process: all that touches them runs one by one.
@Suite(.serialized) struct NcursesTerminalTests {
    static let hasDirectTypes = FileManager.default.fileExists(atPath: "/usr/share/terminfo/x/xterm-direct")

    let line: PseudoTerminal

    init() throws { line = try PseudoTerminal() }

    func open(
        _ type: String = "xterm-256color", colors: ColorDepth? = nil, announcesTruecolor: Bool = false,
        refusesColor: Bool = false
    ) throws -> NcursesTerminal {
        let environment = TerminalEnvironment(
            type: type, announcesTruecolor: announcesTruecolor, refusesColor: refusesColor)
        return try NcursesTerminal(
            options: TerminalOptions(
                colors: colors, input: line.slave, output: line.slave, environment: environment))
    }

    /// Events from a descriptor that becomes readable, until there are as many as expected.
    func events(_ count: Int, of terminal: NcursesTerminal, from descriptor: Int32) throws -> [TerminalEvent] {
        var events: [TerminalEvent] = []
        while events.count < count {
            try #require(waitUntilReadable(descriptor))
            events += try terminal.pendingEvents()
        }
        return events
    }

    func screen(_ text: String = "", row: Int = 0, _ style: Style = .plain) -> CellBuffer {
        var buffer = CellBuffer(size: Size(columns: 80, rows: 24))
        buffer.write(text, column: 0, row: row, style: style)
        return buffer
    }

    // MARK: Keys

    @Test func typedKeysComeOutAsEvents() throws {
        let terminal = try open()
        let typed: [(String, Key)] = [
            ("q", .character("q")), ("é", .character("é")), ("漢", .character("漢")), ("\u{1B}OC", .right),
            ("\u{1B}[D", .left), ("\u{1B}[1;5A", .up), ("\u{1B}[6~", .pageDown), ("\u{1B}OH", .home),
            ("\u{1B}[4~", .end), ("\u{1B}[Z", .backTab), ("\t", .tab), ("\r", .enter), ("\n", .enter),
            ("\u{7F}", .backspace), ("\u{8}", .backspace), ("\u{1B}[3~", .delete), ("\u{1B}OP", .function(1)),
            ("\u{1B}[15~", .function(5)), ("\u{1B}[24~", .function(12)), ("\u{1}", .control("a")),
        ]
        for (text, key) in typed {
            line.type(Array(text.utf8))
            let event = try events(1, of: terminal, from: terminal.inputDescriptor)
            #expect(event == [.key(key)], "\(text.debugDescription)")
        }
    }

    @Test func anEscapeStandsAloneOrBeforeACharacter() throws {
        let terminal = try open()
        line.type([27])
        #expect(try events(1, of: terminal, from: terminal.inputDescriptor) == [.key(.escape)])
        line.type(Array("\u{1B}x".utf8))
        #expect(
            try events(2, of: terminal, from: terminal.inputDescriptor) == [.key(.escape), .key(.character("x"))])
    }

    /// Page Up is not among vt100's keys; its sequence must not become an escape and three characters.
    @Test func keysThatTheTypeLacksAreKnown() throws {
        let terminal = try open("vt100")
        line.type(Array("\u{1B}[5~\u{1B}[17~q".utf8))
        let expected: [TerminalEvent] = [.key(.pageUp), .key(.function(6)), .key(.character("q"))]
        #expect(try events(3, of: terminal, from: terminal.inputDescriptor) == expected)
    }

    @Test func aCharacterMayArriveInPieces() throws {
        let terminal = try open()
        line.type([0xE6, 0xBC])
        try #require(waitUntilReadable(terminal.inputDescriptor))
        #expect(try terminal.pendingEvents() == [])
        line.type([0xA2])
        #expect(try events(1, of: terminal, from: terminal.inputDescriptor) == [.key(.character("漢"))])
    }

    /// What is pasted is one event, of its characters alone; a mark may come in pieces.
    @Test func pastedTextIsNoKeys() throws {
        let terminal = try open()
        #expect(try line.written().contains("\u{1B}[?2004h"))
        line.type(Array("a\u{1B}[200~qé\r\n\t\u{1B}[A\u{1B}Zs\u{1B}[200~\u{1B}[201~b".utf8))
        let expected: [TerminalEvent] = [.key(.character("a")), .paste("qéZs"), .key(.character("b"))]
        #expect(try events(3, of: terminal, from: terminal.inputDescriptor) == expected)
        for piece in ["\u{1B}[200~e\u{1B}", "[20", "1", "~"] {
            line.type(Array(piece.utf8))
            try #require(waitUntilReadable(terminal.inputDescriptor))
            // Longer than ncurses waits for the rest.
            let found = try terminal.pendingEvents()
            #expect(found == (piece == "~" ? [.paste("e")] : []), "\(piece.debugDescription)")
        }
        terminal.restore()
        #expect(try line.written().contains("\u{1B}[?2004l"))
    }

    /// Of what is endless only so much is taken at a time, and none of it is lost.
    @Test func manyKeysComeInParts() throws {
        let terminal = try open()
        var count = 0
        for _ in 0..<5 {
            line.type(Array(repeating: UInt8(ascii: "k"), count: 1000))
            try #require(waitUntilReadable(terminal.inputDescriptor))
            count += try terminal.pendingEvents().count
        }
        while count < 5000 {
            #expect(terminal.pause(forFrame: false) == 0 || waitUntilReadable(terminal.inputDescriptor))
            count += try terminal.pendingEvents().count
        }
        #expect(count == 5000)
        line.type(Array(("\u{1B}[200~" + String(repeating: "x", count: 3000)).utf8))
        line.type(Array((String(repeating: "x", count: 990) + "\u{1B}[201~q").utf8))
        let found = try events(2, of: terminal, from: terminal.inputDescriptor)
        #expect(found == [.paste(String(repeating: "x", count: 3990)), .key(.character("q"))])
    }

    // MARK: Showing

    @Test func onlyWhatDiffersIsSent() throws {
        let terminal = try open()
        try terminal.present(screen("the first layer"))
        #expect(try line.written().contains("the first layer"))
        try terminal.present(screen("the first layer"))
        #expect(try line.written() == "")
        try terminal.present(screen("the first lawyer"))
        let sent = try line.written()
        #expect(sent.contains("w") && !sent.contains("first") && sent.utf8.count < 40)
        #expect(try terminal.pendingEvents() == [])
        #expect(try line.written() == "")
    }

    /// Different buffers, the same screen: nothing to send.
    @Test func whatShowsTheSameIsNotSent() throws {
        let terminal = try open()
        var buffer = screen("ab")
        try terminal.present(buffer)
        _ = try line.written()
        buffer[5, 5] = Cell("\u{2800}")
        try terminal.present(buffer)
        #expect(try line.written() == "")
    }

    @Test func buffersOfAnySizeFit() throws {
        let terminal = try open()
        for (columns, rows) in [(0, 0), (1, 1), (200, 3), (3, 100), (80, 24)] {
            let size = Size(columns: columns, rows: rows)
            try terminal.present(CellBuffer(size: size, filledWith: Cell("x", Style(attributes: .reverse))))
        }
        // The last column and row included, without moving the screen up.
        let sent = try line.written()
        #expect(!sent.contains("\n"))
        #expect(terminal.size == Size(columns: 80, rows: 24))
    }

    @Test func wideCharactersAreSentWhole() throws {
        let terminal = try open()
        try terminal.present(screen("漢字"))
        #expect(try line.written().contains("漢字"))
        try terminal.present(screen("a漢"))
        #expect(try line.written().contains("漢"))
    }

    @Test func rowsAreMadeFitForTheScreen() throws {
        let terminal = try open()
        #expect(terminal.isUnicode)
        var buffer = CellBuffer(size: Size(columns: 12, rows: 1))
        buffer.write("\u{2800}⣿é漢", column: 0, row: 0)
        buffer[5, 0] = Cell.continuation
        buffer[6, 0] = Cell("漢")
        buffer[7, 0] = Cell("x")
        buffer[8, 0] = Cell("\u{1B}")
        buffer[9, 0] = Cell("\u{301}")
        buffer[11, 0] = Cell("漢")
        let row = buffer.displayRow(0, columns: 14)
        #expect(String(String.UnicodeScalarView(row.map(\.scalar))) == " ⣿é漢\0  x?? " + "   ")
        #expect(row.count == 14)
        #expect(buffer.displayRow(7, columns: 3) == [Cell(), Cell(), Cell()])
    }

    /// Where there is no UTF-8 at all.
    @Test func aLocaleWithoutUnicodeGetsASCII() throws {
        let terminal = try open()
        _ = try line.written()
        setlocale(LC_CTYPE, "C")
        defer { setlocale(LC_CTYPE, "C.UTF-8") }
        try terminal.present(screen("τ 0.02 ⣿漢 ok"))
        let sent = try line.written()
        #expect(sent.contains("? 0.02 ?") && sent.contains("ok") && sent.utf8.allSatisfy { $0 < 0x80 }, "\(sent)")
    }

    @Test func aRepaintSendsEverythingAgain() throws {
        let terminal = try open()
        try terminal.present(screen("everything"))
        _ = try line.written()
        try terminal.repaint()
        #expect(try line.written().contains("everything"))
    }

    /// A key that comes while a frame is drawn may be one that nothing is drawn for.
    @Test func aKeyTypedMeanwhileDoesNotCutAFrameShort() throws {
        let terminal = try open()
        try terminal.present(screen("first", row: 0))
        _ = try line.written()
        line.type(Array("k".utf8))
        try #require(waitUntilReadable(terminal.inputDescriptor))
        var buffer = screen()
        for row in 0..<24 { buffer.write("row \(row) of all", column: row, row: row) }
        try terminal.present(buffer)
        #expect(try line.written().contains("23 of all"))
    }

    /// The descriptor leads elsewhere only while a frame is drawn, and frames of any length get through.
    @Test func framesGoToTheTerminal() throws {
        let terminal = try open()
        for frame in 0..<20 {
            try terminal.present(screen(String(repeating: "\(frame % 10)", count: frame * 3), row: frame))
            #expect(isatty(terminal.outputDescriptor) == 1)
            if frame > 0 { #expect(try line.written().contains("\(frame % 10)")) }
        }
    }

    // MARK: Colours

    private func sent(_ text: String, _ style: Style, by terminal: NcursesTerminal) throws -> String {
        try terminal.present(screen(text, style))
        return try line.written()
    }

    @Test func colorsComeDownToWhatTheTerminalHas() throws {
        let style = Style(foreground: Color(rgb: 0xFF0000), background: Color(rgb: 0x0000FF))
        for (type, colors, depth, expected) in [
            ("xterm-256color", nil, ColorDepth.ansi256, "38;5;196"), ("xterm-256color", .ansi16, .ansi16, "\u{1B}[91m"),
            ("linux", nil, .ansi16, "\u{1B}[31m"), ("vt100", nil, .never, ""), ("xterm-256color", .never, .never, ""),
        ] as [(String, ColorDepth?, ColorDepth, String)] {
            let terminal = try open(type, colors: colors)
            #expect(terminal.colorDepth == depth)
            let bytes = try sent("red", style, by: terminal)
            #expect(bytes.contains("red"))
            #expect(expected.isEmpty ? !bytes.contains("[38;") && !bytes.contains("1m") : bytes.contains(expected))
            terminal.restore()
        }
    }

    @Test func refusedColorsAreNotUsedUnlessAskedFor() throws {
        let refused = try open(refusesColor: true)
        #expect(refused.colorDepth == .never)
        refused.restore()
        #expect(try open(colors: .ansi256, refusesColor: true).colorDepth == .ansi256)
    }

    @Test(.enabled(if: hasDirectTypes, "needs the terminal types of ncurses-term"))
    func announcedTruecolorIsUsed() throws {
        let terminal = try open(announcesTruecolor: true)
        #expect(terminal.colorDepth == .truecolor)
        #expect(terminal.type == "xterm-direct")
        let style = Style(foreground: Color(rgb: 0x123456), background: Color(rgb: 0x000000))
        let bytes = try sent("blue", style, by: terminal)
        #expect(bytes.contains("38:2::18:52:86") && bytes.contains("48:2::0:1:0"))
    }

    @Test func theCanvasStandsForColorsLeftOpen() throws {
        let terminal = try open()
        #expect(!(try sent("plain", .plain, by: terminal)).contains("48;5;"))
        terminal.canvas = Style(background: Color(rgb: 0x5F87AF))
        #expect(try sent("plain", .plain, by: terminal).contains("48;5;67"))
    }

    /// 64 pairs, and each of two screens takes 49 others.
    @Test func pairsAreUsedAnewWhenTheyRunOut() throws {
        let terminal = try open("linux")
        let colors = [1, 2, 3, 4, 5, 6, 0].compactMap(Color.xterm)
        func squares(brightest: Bool) -> CellBuffer {
            var buffer = screen()
            for (column, background) in colors.enumerated() {
                for (row, foreground) in (brightest ? colors + [Color(rgb: 0xFFFFFF)] : colors).enumerated() {
                    buffer[column, row] = Cell("#", Style(foreground: foreground, background: background))
                    if brightest { buffer[20 + column, row] = Cell("#", Style(foreground: background)) }
                }
            }
            return buffer
        }
        let reds = screen("red", Style(foreground: Color.xterm(1)))
        for buffer in [squares(brightest: false), squares(brightest: true), reds] { try terminal.present(buffer) }
        #expect(try line.written().contains("\u{1B}[31mred"))
        try terminal.present(reds)
        #expect(try line.written() == "")
    }
}
