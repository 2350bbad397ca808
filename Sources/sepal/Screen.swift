import Cells
import Explorer
import Foundation
import Separation
import Settings

/// How the screen is to be: the command line's options, else the configuration file's.
struct Screen {
    let script: KeyScript
    let keymap: Keymap
    let arguments: ScreenArguments
    let configuration: Configuration

    init(_ arguments: ScreenArguments, _ configuration: Configuration, script: KeyScript) {
        self.script = script
        self.arguments = arguments
        self.configuration = configuration
        let bindings = configuration.keys.compactMap { name, keys in Action(rawValue: name).map { ($0, keys) } }
        keymap = Keymap(Dictionary(bindings, uniquingKeysWith: { first, _ in first }))
    }

    /// Files that say how the screen is to be.
    var files: [String] {
        let theme = (arguments.theme ?? configuration.theme).flatMap { ThemeCatalog.isFile($0) ? $0 : nil }
        let folder = ThemeCatalog.userFolder(environment: ProcessInfo.processInfo.environment)
        let own = configuration.file.isEmpty ? nil : configuration.file
        return [arguments.keys, own, theme, folder].compactMap(\.self)
    }

    var color: ColorDepth? { arguments.noColor ? .never : arguments.color ?? configuration.color }
    var glyphs: GlyphSet? { arguments.glyphs ?? configuration.glyphs }
    /// Nil: as the theme says.
    var paintsBackground: Bool? { arguments.paintBackground ?? configuration.paintBackground }
    var loops: Bool { arguments.loop || configuration.loop == true }
    var hasMotion: Bool { !arguments.noMotion && configuration.motion != false }
    var level: Level? { configuration.level.flatMap(Level.init(rawValue:)) }

    /// How long playing stays at a layer, by whatever it is started.
    var dwellSeconds: Double { arguments.play ?? configuration.play ?? configuration.dwell ?? 1 }

    /// What the options ask the explorer to do at once.
    var firstMessages: [Message] { arguments.play ?? configuration.play == nil ? [] : [.perform(.play)] }

    /// Whether the theme is asked for by its name.
    var choosesTheme: Bool { arguments.theme != nil || configuration.theme != nil }

    /// The theme that was asked for; nil: none was.
    func theme(in catalog: inout ThemeCatalog) throws(SettingsError) -> Theme? {
        if let name = arguments.theme { return try catalog.select(name) }
        guard let name = configuration.theme else { return nil }
        do { return try catalog.select(name) } catch { throw configuration.themeFault(error) }
    }
}
