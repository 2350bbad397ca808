import Cells

/// How a user wants the explorer to be without saying so each time: a TOML file of options and keys.
///
/// Every option is the command line's of that name, which wins over it; `dwell` is how long playing stays at a layer when
/// a key starts it. `[keys]` has a list of keys for actions, by name: `next-layer = ["l", "Right", "Ctrl-n"]`.
public struct Configuration: Equatable, Sendable {
    public var theme: String?
    /// Paint the theme's background over the whole screen; nil: as the theme says.
    public var paintBackground: Bool?
    public var glyphs: GlyphSet?
    public var color: ColorDepth?
    /// Step by itself from the start, staying so many seconds at each layer.
    public var play: Double?
    public var loop: Bool?
    public var dwell: Double?
    public var motion: Bool?
    /// `conv` or `block`.
    public var level: String?
    public var tolerance: Double?
    public var minLength: Int?
    /// The keys of actions; none: no key asks for it.
    public var keys: [String: [Key]] = [:]
    /// What errors call the file.
    public private(set) var file = ""
    private var themeLine = 1

    /// No file: everything as it is by default.
    public init() {}

    /// - Parameters:
    ///   - file: what errors call the text.
    ///   - actions: the names of all actions, in camel case; a file may have them with hyphens.
    ///   - fixedKeys: keys that can't be bound.
    /// - Throws: `SettingsError.configuration`.
    public init(toml: String, file: String, actions: [String], fixedKeys: [Key] = []) throws(SettingsError) {
        let table = try ConfigurationTable(toml: toml, file: file)
        try table.refuseUnknown()
        self.file = file
        themeLine = table.line(of: "theme")
        theme = try table.text("theme")
        paintBackground = try table.bool("paint-background")
        glyphs = try table.word("glyphs", GlyphSet.allCases.map(\.rawValue)).flatMap { GlyphSet(rawValue: $0) }
        color = try table.word("color", ColorDepth.allCases.map(\.rawValue)).flatMap { ColorDepth(rawValue: $0) }
        play = try table.number("play", in: 0.05...3600, "seconds from 0.05 to 3600")
        loop = try table.bool("loop")
        dwell = try table.number("dwell", in: 0.05...3600, "seconds from 0.05 to 3600")
        motion = try table.bool("motion")
        level = try table.word("level", ["conv", "block"])
        tolerance = try table.number("tolerance", in: 0...1, "a number from 0 to 1")
        minLength = try table.whole("min-length", from: 1)
        keys = try table.keys(actions: actions, fixedKeys: fixedKeys)
    }

    /// What is wrong with the theme that the file names, where it can't be had.
    public func themeFault(_ reason: SettingsError) -> SettingsError {
        .configuration(file: file, line: themeLine, message: "\(reason)")
    }

    /// Where a configuration may be: the file that is asked for, by the command line or else by `SEPAL_CONFIG`, which has
    /// to be there; else `$XDG_CONFIG_HOME/sepal/config.toml`, or below `~/.config`, which needn't. Nil without a home.
    public static func place(asked: String?, environment: [String: String]) -> (path: String, isAsked: Bool)? {
        if let asked { return (asked, true) }
        if let path = environment["SEPAL_CONFIG"], !path.isEmpty { return (path, true) }
        if let folder = environment["XDG_CONFIG_HOME"], folder.hasPrefix("/") {
            return ("\(folder)/sepal/config.toml", false)
        }
        return environment["HOME"].map { ("\($0)/.config/sepal/config.toml", false) }
    }
}
