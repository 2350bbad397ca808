import Cells
import Testing

@testable import Settings

/// A theme with nothing wrong; every error below is one line of it changed.
private let sound =
    """
    name = "sound"
    summary = "for tests"
    background = "#101010"
    paint-background = false

    [roles]
    \(Role.allCases.map { "\($0.rawValue) = \"#e0e0e0\"" }.joined(separator: "\n"))

    [classes]
    colors = [
        "#000001", "#000002", "#000003", "#000004", "#000005",
        "#000006", "#000007", "#000008", "#000009", "#00000a",
    ]

    [heat]
    gradient = ["#000000", "#ffffff"]
    """

private let firstRoleLine = 7
private let colorsLine = firstRoleLine + Role.allCases.count + 2

@Suite struct ThemeTests {
    private func error(_ text: String) -> SettingsError? {
        do {
            _ = try Theme(toml: text, file: "t.toml")
            return nil
        } catch {
            return error
        }
    }

    private func replacing(_ old: String, with new: String) -> String {
        #expect(sound.contains(old))
        return sound.split(separator: old, maxSplits: 1, omittingEmptySubsequences: false).joined(separator: new)
    }

    @Test func readsEverything() throws {
        let text = replacing("wrong = \"#e0e0e0\"", with: "wrong = \"#ff0000 on #001122 bold underline\"")
        let theme = try Theme(toml: text, file: "t.toml")
        #expect(theme.name == "sound")
        #expect(theme.summary == "for tests")
        #expect(theme.background == Color(rgb: 0x101010))
        #expect(!theme.paintsBackground)
        #expect(theme.classColors.count == 10)
        #expect(theme.heatGradient == [Color(rgb: 0), Color(rgb: 0xFFFFFF)])
        #expect(
            theme[.wrong]
                == Style(
                    foreground: Color(rgb: 0xFF0000), background: Color(rgb: 0x1122), attributes: [.bold, .underline]))
        #expect(theme.classStyle(0).foreground == Color(rgb: 1))
        #expect(theme.classStyle(12).foreground == Color(rgb: 3))
    }

    @Test func reportsWhatIsNotTOML() {
        guard case .syntax("t.toml", 2, _) = error(replacing("\"for tests\"", with: "\"for")) else {
            Issue.record("\(String(describing: error(replacing("\"for tests\"", with: "\"for"))))")
            return
        }
    }

    @Test func reportsUnknownKeys() {
        #expect(
            error(replacing("summary", with: "sumary = \"\"\nsummary"))
                == .unknownKey(file: "t.toml", line: 2, key: "sumary"))
        #expect(
            error(replacing("muted =", with: "mutedd = \"#000000\"\nmuted ="))
                == .unknownKey(file: "t.toml", line: firstRoleLine + 1, key: "roles.mutedd"))
        #expect(
            error(replacing("[heat]", with: "[heat]\nscale = 1"))
                == .unknownKey(file: "t.toml", line: colorsLine + 6, key: "heat.scale"))
    }

    @Test func reportsMissingKeys() {
        #expect(
            error(replacing("text = \"#e0e0e0\"\n", with: ""))
                == .missingKey(file: "t.toml", line: 6, key: "roles.text"))
        #expect(error(replacing("name = \"sound\"\n", with: "")) == .missingKey(file: "t.toml", line: 1, key: "name"))
        #expect(
            error(replacing("gradient = [\"#000000\", \"#ffffff\"]", with: ""))
                == .missingKey(file: "t.toml", line: colorsLine + 5, key: "heat.gradient"))
    }

    @Test func reportsBadColors() {
        #expect(
            error(replacing("text = \"#e0e0e0\"", with: "text = \"#e0e0g0\""))
                == .badColor(file: "t.toml", line: firstRoleLine, key: "roles.text", text: "#e0e0g0"))
        #expect(
            error(replacing("text = \"#e0e0e0\"", with: "text = \"bald\""))
                == .badColor(file: "t.toml", line: firstRoleLine, key: "roles.text", text: "bald"))
        #expect(
            error(replacing("text = \"#e0e0e0\"", with: "text = \"#e0e0e0 on\""))
                == .badColor(file: "t.toml", line: firstRoleLine, key: "roles.text", text: "on"))
        #expect(
            error(replacing("#000007", with: "7"))
                == .badColor(file: "t.toml", line: colorsLine + 2, key: "classes.colors", text: "7"))
        #expect(
            error(replacing("#101010", with: "black"))
                == .badColor(file: "t.toml", line: 3, key: "background", text: "black"))
    }

    @Test func reportsBadValues() {
        #expect(
            error(replacing("paint-background = false", with: "paint-background = 1"))
                == .badValue(file: "t.toml", line: 4, key: "paint-background", expected: "true or false"))
        #expect(
            error(replacing("text = \"#e0e0e0\"", with: "text = 3"))
                == .badValue(file: "t.toml", line: firstRoleLine, key: "roles.text", expected: "a string"))
        #expect(
            error(replacing("[\"#000000\", \"#ffffff\"]", with: "[\"#000000\"]"))
                == .badValue(
                    file: "t.toml", line: colorsLine + 6, key: "heat.gradient",
                    expected: "an array of two colours or more, or an empty one"))
        #expect(
            error(replacing("    \"#000006\", \"#000007\", \"#000008\", \"#000009\", \"#00000a\",\n", with: ""))
                == .badValue(
                    file: "t.toml", line: colorsLine, key: "classes.colors",
                    expected: "an array of 10 colours or more, or an empty one"))
    }

    @Test func everyErrorIsOneLine() {
        let errors: [SettingsError] = [
            .unreadable(file: "f", reason: "r"), .unknownTheme(name: "n", known: ["a", "b"]),
            .syntax(file: "f", line: 1, message: "m"), .unknownKey(file: "f", line: 1, key: "k"),
            .missingKey(file: "f", line: 1, key: "k"), .badValue(file: "f", line: 1, key: "k", expected: "e"),
            .badColor(file: "f", line: 1, key: "k", text: "t"),
        ]
        for error in errors { #expect(!error.description.contains("\n") && error.description.count > 10) }
    }
}
