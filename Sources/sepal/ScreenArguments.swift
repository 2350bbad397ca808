import ArgumentParser
import Cells
import Explorer
import Foundation
import Settings

/// The options of commands that open the explorer.
struct ScreenArguments: ParsableArguments {
    @Option(name: .long, help: "A theme's name (dusk, paper, stage, mono, or your own), or a theme file.")
    var theme: String?

    @Flag(
        name: .long, inversion: .prefixedNo,
        help: """
            Paint the theme's background over the whole screen, for a shared screen whose own has another brightness. \
            Default: as the theme says.
            """)
    var paintBackground: Bool?

    @Option(name: .long, help: "What dots are made of: braille, blocks or ascii. Default: what can be shown.")
    var glyphs: GlyphSet?

    @Option(name: .long, help: "Colours: never, 16, 256 or truecolor. Default: what the terminal has.")
    var color: ColorDepth?

    @Flag(name: .customLong("no-color"), help: "The same as --color never.")
    var noColor = false

    @Option(name: .long, help: "Step by itself, staying so many seconds at each layer.")
    var play: Double?

    @Flag(name: .long, help: "Begin again behind the last layer; goes with --play.")
    var loop = false

    @Flag(name: .long, help: "Show the next layer's ring at once, without the way there.")
    var noMotion = false

    @Option(name: .long, help: "Press the keys of this script: lines of press, type, wait.")
    var keys: String?

    @Option(name: .long, help: "Record what is shown in this file, as asciinema plays it (asciicast v2).")
    var record: String?

    @Option(
        name: .long,
        help: """
            A configuration file, of options as here and of keys. Default: $SEPAL_CONFIG, else sepal/config.toml in \
            $XDG_CONFIG_HOME or ~/.config.
            """)
    var config: String?

    /// All that the options name files for, and the options with what the configuration file has for those left out.
    ///
    /// - Throws: `SettingsError`.
    func settled() throws -> Screen { Screen(self, try configuration(), script: try script()) }

    private func configuration() throws -> Configuration {
        let environment = ProcessInfo.processInfo.environment
        guard let (path, isAsked) = Configuration.place(asked: config, environment: environment) else {
            return Configuration()
        }
        let text: String
        do { text = try readPage(path) } catch {
            if !isAsked, !FileManager.default.fileExists(atPath: path) { return Configuration() }
            throw SettingsError.unreadableConfiguration(file: path, reason: "\(error)")
        }
        return try Configuration(
            toml: text, file: path, actions: Action.allCases.map(\.rawValue), fixedKeys: Keymap.fixedKeys)
    }

    /// The key script, empty without one.
    /// - Throws: `SettingsError`.
    func script() throws -> KeyScript {
        guard let keys else { return try KeyScript("", file: "") }
        let text: String
        do { text = try readPage(keys) } catch {
            throw SettingsError.unreadableScript(file: keys, reason: "\(error)")
        }
        return try KeyScript(text, file: keys)
    }

    func validate() throws {
        if loop, play == nil { throw ValidationError("--loop goes with --play.") }
        if let play, !(play >= 0.05 && play <= 3600) {
            throw ValidationError("--play \(play): expected seconds from 0.05 to 3600.")
        }
    }
}

extension GlyphSet: ExpressibleByArgument {}
extension ColorDepth: ExpressibleByArgument {}
