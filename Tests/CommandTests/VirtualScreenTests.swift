import Testing

/// The interpreter that the tests of the screen rely on. `␛` stands for the escape character.
@Suite struct VirtualScreenTests {
    private func screen(_ sent: String, columns: Int = 6, rows: Int = 3) -> VirtualScreen {
        var screen = VirtualScreen(columns: columns, rows: rows)
        screen.feed(sent.replacing("␛", with: "\u{1B}").utf8)
        return screen
    }

    @Test(arguments: [
        ("ab", 0), ("␛[?1049hab", 2), ("␛[?1049h␛[48;5;49mab␛[38;5;49mc␛[49md", 1), ("␛[?1049h␛[1;44ma␛[0mb␛[ma", 2),
        ("␛[?1049h␛[48;2;0;49;0mab␛[?1049lc", 0),
    ])
    func charactersWithoutABackgroundAreCounted(sent: String, count: Int) {
        #expect(screen(sent).bareCharacters == count)
    }

    @Test func heldFramesAreCounted() {
        let screen = screen("␛[?2026$pa␛[?2026hb␛[?2026l␛[?2026hc")
        #expect(screen.synchronizationRequests == 1 && screen.heldFrames == 1 && screen.modes.contains(2026))
        #expect(screen.unknown == [] && screen.lines[0] == "abc")
    }

    @Test(
        arguments: [
            ("abc", ["abc", "", ""]),
            ("a\r\nb\nc", ["a", "b", " c"]),
            // A filled line wraps with the next character only; the last line scrolls.
            ("abcdef", ["abcdef", "", ""]), ("abcdefg", ["abcdef", "g", ""]), ("abcdef\rx", ["xbcdef", "", ""]),
            ("a\r\nb\r\nc\r\nd", ["b", "c", "d"]),
            ("─⣿\u{8}x", ["─x", "", ""]),
            ("␛[2;3Hx␛[Hy␛[3dz", ["y", "  x", " z"]), ("␛[5Cx␛[2Dy␛[3Bz", ["   y x", "", "    z"]),
            ("abc␛[2Gx␛[Ay", ["axy", "", ""]), ("␛[99;99Hx", ["", "", "     x"]),
            ("abcdef␛[1;3H␛[K", ["ab", "", ""]), ("abcdef␛[1;3H␛[1K", ["   def", "", ""]), ("abc␛[2K", ["", "", ""]),
            ("a\r\nb\r\nc␛[2;1H␛[J", ["a", "", ""]), ("a\r\nb\r\nc␛[2;1H␛[1J", ["", "", "c"]),
            ("abc␛[2J", ["", "", ""]),
            ("abcdef␛[1;2H␛[2X", ["a  def", "", ""]), ("abcdef␛[1;2H␛[2P", ["adef", "", ""]),
            ("abcdef␛[1;2H␛[2@", ["a  bcd", "", ""]), ("abc␛[1;2H␛[4hx␛[4ly", ["axyc", "", ""]),
            ("x␛[3b", ["xxxx", "", ""]),
            ("a\r\nb\r\nc␛[2;1H␛[L", ["a", "", "b"]), ("a\r\nb\r\nc␛[1;1H␛[M", ["b", "c", ""]),
            ("a\r\nb\r\nc␛[1;2r␛[2;1H\nx", ["b", "x", "c"]), ("a\r\nb␛[H␛Mx", ["x", "a", "b"]),
            ("a\r\nb\r\nc␛[S", ["b", "c", ""]), ("a\r\nb\r\nc␛[T", ["", "a", "b"]),
            ("a\r\nb␛[?1049hx␛[?1049ly", ["a", "by", ""]),
            // Cut and cancelled; the palette of the Linux console.
            ("␛[12\u{18}a␛\u{18}b␛]Rc", ["abc", "", ""]),
            ("␛(B␛[m␛[38;5;17;1mx␛[22;0;0t", ["x", "", ""]), ("␛]104\u{7}a␛]2;name␛\\b", ["ab", "", ""]),
        ] as [(String, [String])])
    func showsWhatIsSent(sent: String, lines: [String]) {
        let screen = screen(sent)
        #expect(screen.lines == lines, "\(sent)")
        #expect(screen.unknown == [], "\(sent)")
    }

    @Test func modesAndStylesAreKnown() {
        let opened = screen("␛[?1049h␛[?1h␛=␛[?25l␛[1m")
        #expect(opened.modes == [1049, 1] && opened.hasApplicationKeypad && opened.hasStyle)
        let closed = screen("␛[?1049h␛[?1h␛=␛[?25l␛[1m␛(B␛[m␛[39;49m␛[?1l␛>␛[?12l␛[?25h␛[?1049l")
        #expect(closed.modes == [25] && !closed.hasApplicationKeypad && !closed.hasStyle)
    }

    @Test func whatItDoesNotUnderstandIsListed() {
        #expect(screen("␛[6n␛(0\u{e}").unknown == ["sequence 6n", "escape (0", "control 14"])
    }

    @Test func questionsAreCounted() {
        #expect(screen("␛[5na␛[5n").statusRequests == 2)
    }

    @Test func anotherSizeKeepsTheCorner() {
        var screen = screen("abcdef\r\nx")
        screen.resize(columns: 3, rows: 1)
        #expect(screen.lines == ["abc"])
        screen.resize(columns: 8, rows: 2)
        #expect(screen.lines == ["abc", ""])
        screen.feed("\u{1B}[2;8Hz".utf8)
        #expect(screen.lines[1] == "       z")
    }
}
