import Foundation
import Testing

/// The configuration file as the explorer takes it.
@Suite struct ConfigurationFileTests {
    let folder: ScratchFolder
    let run: String

    init() throws {
        folder = try ScratchFolder()
        run = try folder.makeRun()
    }

    private func write(_ toml: String, as name: String = "sepal/config.toml") throws -> String {
        try FileManager.default.createDirectory(atPath: folder("sepal"), withIntermediateDirectories: true)
        return try folder.write(Array(toml.utf8), as: name)
    }

    private func leave(_ session: TerminalSession, by key: String = "q") throws {
        session.type(key)
        #expect(try session.waitForEnd() == 0)
        #expect(session.leftBehind == [] && session.errors == "")
    }

    @Test func keysAndOptionsAreTaken() throws {
        _ = try write(
            """
            glyphs = "ascii"
            tolerance = 0.25
            level = "block"
            [keys]
            next-layer = ["Space", "Ctrl-n"]
            quit = ["Q"]
            """)
        let session = try TerminalSession(["explore", run], in: folder)
        try session.wait("the options of the file") {
            $0.text.contains("tolerance 0.250") || $0.text.contains("0.250")
        }
        try session.wait("characters of ASCII alone, and the user's keys in the footer") {
            $0.text.allSatisfy(\.isASCII) && $0.lines[39].contains("Q quit") && $0.lines[39].contains("< Space layer")
        }
        session.type(" ")
        try session.wait("the next block") { $0.lines[1].contains("layer1.0.conv2") }
        session.type("\u{E}")
        try session.wait("the one behind it") { $0.lines[1].contains("layer2.0.conv2") }
        try leave(session, by: "qQ")
    }

    /// The command line wins over the file that it names, and that over the one in the user's folder.
    @Test func theCommandLineWins() throws {
        _ = try write("glyphs = \"blocks\"\ntolerance = 0.25\n[keys]\nplay = [\"F5\"]\n")
        let other = try write("tolerance = 0.125\nlevel = \"block\"\n", as: "other.toml")
        let session = try TerminalSession(
            ["explore", run, "--config", other, "--level", "conv"], in: folder)
        try session.wait("the other file's tolerance, and all layers") {
            $0.isFilled && $0.text.contains("τ 0.125") && $0.lines[1].contains("1/7")
                && $0.lines[39].contains("space play")
        }
        try leave(session)
    }

    @Test(
        arguments: [
            ("", [], false), ("", ["--paint-background"], true), ("paint-background = true", [], true),
            ("paint-background = true", ["--no-paint-background"], false), ("theme = \"paper\"", [], true),
            ("theme = \"paper\"\npaint-background = false", [], false),
        ] as [(String, [String], Bool)])
    func theBackgroundIsPaintedWhereItIsWanted(toml: String, arguments: [String], isPainted: Bool) throws {
        _ = try write(toml)
        let session = try TerminalSession(["explore", run] + arguments, in: folder)
        try session.wait("the first layer") { $0.isFilled && $0.shows("conv1", "layer 1/7") }
        let count = session.screen.bareCharacters
        #expect(isPainted ? count == 0 : count > 1000, "\(count) without a background")
        try leave(session)
    }

    /// Whatever the keys are, and however small the screen is at first.
    @Test(arguments: ["", "[keys]\nquit = [\"Home\", \"q\"]\nfirst-layer = []\n"])
    func aSavedRunBeginsAtItsFirstLayer(toml: String) throws {
        _ = try write(toml)
        let session = try TerminalSession(["explore", run], columns: 30, rows: 8, in: folder)
        try session.wait("a word on the size") { $0.text.contains("needs 40×12") }
        session.resize(columns: 120, rows: 40)
        try session.wait("a whole screen") { $0.isFilled && $0.layer != nil }
        #expect(session.screen.layer?.name == "conv1")
        try leave(session)
    }

    @Test func theEnvironmentNamesAFileToo() throws {
        _ = try write("[keys]\nplay = [\"F5\"]\n")
        let session = try TerminalSession(
            ["explore", run], in: folder, environment: ["SEPAL_CONFIG": try write("", as: "empty.toml")])
        try session.wait("the keys of the table") { $0.isFilled && $0.lines[39].contains("space play") }
        try leave(session)
    }

    @Test func whatIsWrongIsOneLine() throws {
        for (toml, words) in [
            ("theme = \"dusk\"\nplya = 1\n", "config.toml:2: there is no option 'plya'"),
            ("[keys]\nzoom = [\"l\"]\nnext-layer = [\"l\"]\n", "config.toml:3: 'l' is bound twice"),
            ("[keys]\nhover = [\"l\"]\n", "config.toml:2: there is no action 'hover'"),
        ] {
            _ = try write(toml)
            let outcome = try Program.run(["explore", run], in: folder)
            #expect(outcome.end == .exited(65) && outcome.errorLines.count == 1, "\(outcome)")
            #expect(outcome.errors.contains(words) && outcome.output == "", "\(outcome)")
        }
        let missing = try Program.run(["explore", run, "--config", folder("nowhere.toml")], in: folder)
        #expect(missing.end == .exited(74) && missing.errorLines.count == 1, "\(missing)")
        #expect(missing.errors.contains("nowhere.toml: the configuration can't be read"), "\(missing)")
    }

    /// A theme is looked for when the screen is to be opened; the file is named all the same.
    @Test func anUnknownThemeIsOneLine() throws {
        _ = try write("\ntheme = \"night\"\n")
        let session = try TerminalSession(["explore", run], in: folder)
        #expect(try session.waitForEnd() == 65)
        #expect(session.errors.contains("config.toml:2: no theme is called 'night'") && session.leftBehind == [])
    }
}
