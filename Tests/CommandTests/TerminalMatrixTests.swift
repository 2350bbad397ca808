import Foundation
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A terminal as somebody may have it.
struct TerminalSetting: CustomStringConvertible, Sendable {
    static let types = ["xterm-256color", "xterm-direct", "tmux-256color", "screen", "linux", "vt100", "dumb"]
    static let sizes = [(20, 5), (80, 24), (120, 40), (300, 100)]
    static let locales = ["C", "C.UTF-8", "en_US.UTF-8", "ja_JP.UTF-8"]

    var type: String
    var columns: Int
    var rows: Int
    var locale: String

    var description: String { "\(type), \(columns)×\(rows), \(locale)" }

    static let all = types.flatMap { type in
        sizes.flatMap { size in
            locales.map { TerminalSetting(type: type, columns: size.0, rows: size.1, locale: $0) }
        }
    }

    /// Every type, size and locale at least twice.
    static let spread = (0..<14).map { number in
        let size = sizes[number % 4]
        return TerminalSetting(
            type: types[number % 7], columns: size.0, rows: size.1, locale: locales[(number + number / 4) % 4])
    }

    static let isThorough = ProcessInfo.processInfo.environment["SEPAL_THOROUGH"] != nil

    /// Whether terminfo knows the type.
    static func exists(type: String) -> Bool {
        let folders = ["/etc/terminfo", "/lib/terminfo", "/usr/share/terminfo", "/usr/share/lib/terminfo"]
        // By its first letter, or that letter's number.
        let letters = [String(type.prefix(1)), type.utf8.first.map { String($0, radix: 16) } ?? ""]
        return folders.contains { folder in
            letters.contains { FileManager.default.fileExists(atPath: "\(folder)/\($0)/\(type)") }
        }
    }

    static func exists(locale: String) -> Bool {
        guard let found = newlocale(1 << LC_CTYPE, locale, nil) else { return false }
        freelocale(found)
        return true
    }

    var what: String? {
        if !Self.exists(type: type) { return "needs the terminal type \(type), of ncurses-term" }
        return Self.exists(locale: locale) ? nil : "needs the locale \(locale)"
    }
}

/// The explorer on all kinds of terminals: opened, a step, another size, left.
@Suite struct TerminalMatrixTests {
    @Test func theSpreadIsWide() {
        let spread = TerminalSetting.spread
        for type in TerminalSetting.types { #expect(spread.count { $0.type == type } >= 2) }
        for size in TerminalSetting.sizes { #expect(spread.count { ($0.columns, $0.rows) == size } >= 2) }
        for locale in TerminalSetting.locales { #expect(spread.count { $0.locale == locale } >= 2) }
        #expect(TerminalSetting.all.count == 112)
    }

    @Test(arguments: TerminalSetting.isThorough ? TerminalSetting.all : TerminalSetting.spread)
    func itIsOpenedAndLeft(setting: TerminalSetting) throws {
        if let what = setting.what { try Test.cancel("\(what)") }
        let folder = try ScratchFolder()
        let hasUTF8 = TerminalSetting.exists(locale: "C.UTF-8")
        let session = try TerminalSession(
            ["explore", try folder.makeRun()],
            columns: setting.columns, rows: setting.rows, in: folder,
            environment: ["TERM": setting.type, "LC_ALL": setting.locale])
        if setting.type == "dumb" {
            #expect(try session.waitForEnd() == 1)
            #expect(session.leftBehind == [])
            #expect(session.errors.hasPrefix("sepal: the terminal type 'dumb' cannot"))
            #expect(session.errors.count { $0 == "\n" } == 1)
            return
        }
        try session.wait("a panel, or a word on the size") {
            $0.text.contains(setting.rows < 12 ? "q quits" : " conv1 ")
        }
        let (columns, rows) = setting.rows < 12 ? (80, 24) : (setting.columns - 7, setting.rows - 3)
        session.resize(columns: columns, rows: rows)
        try session.wait("the new size") { $0.lines[rows - 1].contains("q quit") }
        session.type("gg")
        try session.wait("the first layer") {
            $0.lines[1].contains(" conv1 ") && $0.lines[rows - 1].contains("q quit")
        }
        session.type("l")
        try session.wait("the next layer") { $0.lines[1].contains(" layer1.0.conv1 ") }
        // The Linux console's font has no braille.
        let dots = session.screen.dots(columns: 0..<columns, rows: 0..<rows)
        #expect((dots == 0) == (setting.type == "linux" || setting.locale == "C" && !hasUTF8))
        #expect(session.screen.modes.contains(1049) == setting.hasAlternateScreen)
        session.type("q")
        #expect(try session.waitForEnd() == 0)
        #expect(session.leftBehind(hasAlternateScreen: setting.hasAlternateScreen) == [])
        #expect(session.errors == "")
        #expect(session.screen.unknown == [])
        // C alone expresses nothing but ASCII; where there is C.UTF-8, it is taken over.
        #expect((session.bytesBeyondASCII > 0) == (setting.locale != "C" || hasUTF8))
        #expect(try session.lineForTheShell() == "")
    }

    /// Where the environment says nothing of UTF-8, but the system has it.
    @Test(.enabled(if: TerminalSetting.exists(locale: "C.UTF-8"), "needs the locale C.UTF-8"))
    func anotherLocaleIsTakenOver() throws {
        for locale in ["C", "xx_XX.UTF-8"] {
            let folder = try ScratchFolder()
            let session = try TerminalSession(
                ["explore", try folder.makeRun()], in: folder, environment: ["LC_ALL": locale])
            try session.wait("braille") { $0.isFilled && $0.dots(columns: 0..<120, rows: 0..<40) > 20 }
            session.type("q")
            #expect(try session.waitForEnd() == 0)
            #expect(session.leftBehind == [])
        }
    }
}

extension TerminalSetting {
    fileprivate var hasAlternateScreen: Bool { type.hasPrefix("xterm") || type.hasPrefix("tmux") || type == "screen" }
}
