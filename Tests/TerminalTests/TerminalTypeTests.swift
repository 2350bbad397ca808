import Cells
import Testing

@testable import NcursesTerminal

@Suite struct TerminalTypeTests {
    private static let terminfo: [TerminalType] = [
        TerminalType(name: "xterm", colors: 8, isDirect: false),
        TerminalType(name: "xterm-256color", colors: 256, isDirect: false),
        TerminalType(name: "xterm-direct", colors: 1 << 24, isDirect: true),
        TerminalType(name: "screen", colors: 8, isDirect: false),
        TerminalType(name: "screen-256color", colors: 256, isDirect: false),
        TerminalType(name: "linux", colors: 8, isDirect: false),
        TerminalType(name: "lonely-direct", colors: 1 << 24, isDirect: true),
        TerminalType(name: "vt100", colors: 0, isDirect: false),
        TerminalType(name: "dumb", colors: 0, isDirect: false, canPosition: false),
    ]

    private func choose(
        _ name: String, _ colors: ColorDepth? = nil, announced: Bool = false
    ) throws -> (type: TerminalType, hint: String?) {
        try TerminalType.choose(named: name, colors: colors, announcesTruecolor: announced) { name in
            Self.terminfo.first { $0.name == name }
        }
    }

    @Test func aKnownTypeIsTakenAsItIs() throws {
        for name in ["xterm", "xterm-256color", "xterm-direct", "screen", "linux", "vt100"] {
            let (type, hint) = try choose(name)
            #expect(type.name == name && hint == nil)
        }
    }

    @Test(arguments: [
        ("xterm-256color", ColorDepth.truecolor, "xterm-direct"), ("xterm", .truecolor, "xterm-direct"),
        ("xterm-direct", .truecolor, "xterm-direct"), ("screen", .truecolor, "screen-256color"),
        ("linux", .truecolor, "linux"), ("vt100", .truecolor, "vt100"),
        ("xterm", .ansi256, "xterm-256color"), ("xterm-direct", .ansi256, "xterm-256color"),
        ("linux", .ansi256, "linux"), ("lonely-direct", .ansi256, "lonely-direct"),
        ("xterm-direct", .ansi16, "xterm-256color"), ("xterm-256color", .ansi16, "xterm-256color"),
        ("xterm-256color", .never, "xterm-256color"),
    ])
    func theSiblingWithTheColorsAskedFor(name: String, depth: ColorDepth, opened: String) throws {
        let (type, hint) = try choose(name, depth)
        #expect(type.name == opened)
        #expect(hint == nil)
    }

    @Test func anAnnouncementCountsUnlessColorsWereAskedFor() throws {
        #expect(try choose("xterm-256color", announced: true).type.name == "xterm-direct")
        #expect(try choose("xterm-256color", .ansi256, announced: true).type.name == "xterm-256color")
    }

    @Test(arguments: [
        ("xterm-nonsense", "xterm"), ("screen.xterm-new", "screen"), ("nonsense", "xterm"), ("", "xterm"),
        ("linux-m2+b", "linux"),
    ])
    func anUnknownTypeFallsBackWithAHint(name: String, opened: String) throws {
        let (type, hint) = try choose(name)
        #expect(type.name == opened)
        let line = try #require(hint)
        #expect(line.contains("'\(opened)'") && !line.contains("\n"))
        #expect(line.contains(name.isEmpty ? "TERM is not set" : "'\(name)'"))
    }

    @Test func theFallbackHasSiblingsToo() throws {
        #expect(try choose("xterm-nonsense", announced: true).type.name == "xterm-direct")
    }

    @Test func withoutPositioningThereIsNoScreen() {
        #expect(throws: TerminalError.cannotPosition("dumb")) { try choose("dumb") }
    }

    @Test func withoutTerminfoThereIsNoScreen() {
        #expect(throws: TerminalError.unknownType("xterm")) {
            try TerminalType.choose(named: "xterm", colors: nil, announcesTruecolor: false) { _ in nil }
        }
    }

    @Test func stems() {
        let names = ["xterm-256color", "xterm-direct", "rxvt-unicode-256color", "linux", "-direct", "xterm-kitty"]
        #expect(names.map(TerminalType.stem) == ["xterm", "xterm", "rxvt-unicode", "linux", "-direct", "xterm-kitty"])
    }
}
