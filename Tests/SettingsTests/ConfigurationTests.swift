import Cells
import Testing

@testable import Settings

@Suite struct ConfigurationTests {
    static let actions = ["nextLayer", "play", "quit", "raiseTolerance"]

    private func read(_ toml: String) throws(SettingsError) -> Configuration {
        try Configuration(toml: toml, file: "config.toml", actions: Self.actions, fixedKeys: [.control("c")])
    }

    /// The library would end the process.
    @Test(arguments: ["[ümlaut]", "[⠙keys]", "play = 2\n [ #keys]", "[[=]]", "play = [\"]\", 'x']\n[", "[]"])
    func tablesWithoutNamesAreRefused(toml: String) {
        let error = #expect(throws: SettingsError.self) { try read("# Größe: 'é\n" + toml) }
        #expect(error?.description.contains("a table's name begins with") == true)
        #expect(error?.description.hasPrefix("config.toml:\(toml.contains("\n") ? 3 : 2):") == true)
    }

    @Test(arguments: ["keys = { quit = [] }", "play = [1, }", "play = '{' }"]) func noInlineTables(toml: String) {
        let error = #expect(throws: SettingsError.self) { try read(toml) }
        #expect(error?.description.hasPrefix("config.toml:1: not TOML: no inline tables here") == true)
        #expect(throws: Never.self) { try read("theme = \"{}\"  # {") }
    }

    @Test func readsEveryOption() throws {
        let configuration = try read(
            """
            # Mine.
            theme = "stage"
            paint-background = true
            glyphs = "blocks"
            color = 256
            play = 2
            loop = true
            dwell = 1.5
            motion = false
            level = "block"
            tolerance = 0.05
            min-length = 4

            [keys]
            next-layer = ["l", "Right", "Ctrl-n", "F2", "Space"]
            quit = []
            raiseTolerance = [
              "↑",  # as the help has it
              "−",
            ]
            """)
        var expected = Configuration()
        (expected.theme, expected.glyphs, expected.color) = ("stage", .blocks, .ansi256)
        (expected.play, expected.loop, expected.dwell, expected.motion) = (2, true, 1.5, false)
        (expected.level, expected.tolerance, expected.minLength) = ("block", 0.05, 4)
        expected.keys = [
            "nextLayer": [.character("l"), .right, .control("n"), .function(2), .character(" ")], "quit": [],
            "raiseTolerance": [.up, .character("-")],
        ]
        #expect(configuration.theme == expected.theme && configuration.keys == expected.keys)
        #expect(configuration.glyphs == expected.glyphs && configuration.color == expected.color)
        #expect(configuration.paintBackground == true)
        #expect(configuration.play == 2 && configuration.loop == true && configuration.dwell == 1.5)
        #expect(configuration.motion == false && configuration.level == "block")
        #expect(configuration.tolerance == 0.05 && configuration.minLength == 4)
    }

    @Test func anEmptyFileSaysNothing() throws {
        let configuration = try read("# nothing\n")
        #expect(configuration.theme == nil && configuration.keys == [:] && configuration.minLength == nil)
        #expect(configuration.paintBackground == nil)
    }

    /// The text, the line that is named, and words of the message.
    static let wrong: [(String, Int, String)] = [
        ("theme = \"dusk\"\nthme = 1\n", 2, "no option 'thme'"),
        ("\n[screen]\ntheme = \"dusk\"\n", 2, "no option 'screen'"),
        ("theme = 3\n", 1, "'theme' must be a text"),
        ("\nglyphs = \"dots\"\n", 2, "'glyphs' must be braille, blocks or ascii"),
        ("color = 8\n", 1, "'color' must be never, 16, 256 or truecolor"),
        ("paint-background = 1\n", 1, "'paint-background' must be true or false"),
        ("loop = \"yes\"\n", 1, "'loop' must be true or false"),
        ("play = 0\n", 1, "'play' must be seconds"),
        ("dwell = nan\n", 1, "'dwell' must be seconds"),
        ("tolerance = 2\n", 1, "'tolerance' must be a number from 0 to 1"),
        ("min-length = 2.5\n", 1, "'min-length' must be a whole number"),
        ("level = \"all\"\n", 1, "'level' must be conv or block"),
        ("keys = 3\n", 1, "'keys' must be a table"),
        ("[keys]\nplay = \"p\"\n", 2, "'play' must be a list of keys"),
        ("[keys]\nplay = [1]\n", 2, "list of texts"),
        ("[keys]\nplay = [\"Hyper-p\"]\n", 2, "'Hyper-p' is no key"),
        ("[keys]\nplay = []\n\nnext = [\"l\"]\n", 4, "no action 'next'; is it next-layer?"),
        ("[keys]\nfly = []\n", 2, "there are next-layer, play, quit, raise-tolerance"),
        ("[keys]\nplay = [\"l\"]\nnext-layer = [\n  \"Right\",\n  \"l\",\n]\n", 5, "'l' is bound twice, to 'play' and"),
        ("[keys]\nplay = [\"l\", \"l\"]\n", 2, "'l' is bound twice"),
        ("[keys]\nnext-layer = []\nnextLayer = []\n", 3, "'nextLayer' has its keys already"),
        ("[keys]\nplay = [\"ctrl-C\"]\n", 2, "'ctrl-C' can't be bound"),
        ("theme = \"dusk\"\nplay =\n", 2, "not TOML"),
        ("theme = \"a\"\ntheme = \"b\"\n", 2, "not TOML"),
    ]

    @Test(arguments: wrong) func whatIsWrongIsSaidWithItsLine(toml: String, line: Int, words: String) {
        let error = #expect(throws: SettingsError.self) { _ = try self.read(toml) }
        guard case .configuration("config.toml", let found, let message) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(found == line && message.contains(words), "\(found): \(message)")
        #expect(!message.contains("\n"))
    }

    @Test func theNearestPlaceWins() {
        let all = ["SEPAL_CONFIG": "/a.toml", "XDG_CONFIG_HOME": "/x", "HOME": "/h"]
        func place(_ asked: String?, _ environment: [String: String]) -> String? {
            Configuration.place(asked: asked, environment: environment).map { "\($0.path) \($0.isAsked)" }
        }
        #expect(place("b.toml", all) == "b.toml true")
        #expect(place(nil, all) == "/a.toml true")
        #expect(place(nil, ["SEPAL_CONFIG": "", "XDG_CONFIG_HOME": "/x"]) == "/x/sepal/config.toml false")
        #expect(place(nil, ["XDG_CONFIG_HOME": "x", "HOME": "/h"]) == "/h/.config/sepal/config.toml false")
        #expect(place(nil, [:]) == nil)
    }
}
