import Themes

/// The themes there are: those built in, then the user's own by name. A user's theme replaces a built-in of its name.
public struct ThemeCatalog: Sendable {
    public private(set) var themes: [Theme]
    /// What is wrong with files of the user's folder; such themes are left out.
    public private(set) var problems: [SettingsError] = []
    private let files: ThemeFiles

    /// - Parameters:
    ///   - folder: the user's folder of themes, as `userFolder(environment:)` finds it; nil: none.
    ///   - files: how files are read; none are by default.
    /// - Throws: `SettingsError` where a built-in theme is broken, which a test excludes.
    public init(folder: String? = nil, files: ThemeFiles = .none) throws(SettingsError) {
        self.files = files
        themes = []
        for name in Self.builtInNames {
            let bytes = ThemeResources.files["\(name).toml"] ?? []
            themes.append(try Theme(toml: String(decoding: bytes, as: UTF8.self), file: "\(name).toml"))
        }
        guard let folder else { return }
        for file in files.list(folder).sorted() where file.hasSuffix(".toml") {
            do {
                insert(try read("\(folder)/\(file)"))
            } catch {
                problems.append(error)
            }
        }
    }

    /// The built-in themes in the order in which they are offered; the first is the default.
    public static let builtInNames = ["dusk", "paper", "stage", "mono"]

    /// `$XDG_CONFIG_HOME/sepal/themes`, or below `~/.config` where that isn't set; nil without a home.
    public static func userFolder(environment: [String: String]) -> String? {
        if let folder = environment["XDG_CONFIG_HOME"], folder.hasPrefix("/") { return "\(folder)/sepal/themes" }
        return environment["HOME"].map { "\($0)/.config/sepal/themes" }
    }

    /// Whether a theme is asked for by the path of its file rather than by its name: with a slash, or the ending `.toml`.
    public static func isFile(_ nameOrPath: String) -> Bool {
        nameOrPath.contains("/") || nameOrPath.hasSuffix(".toml")
    }

    /// The theme of a name, or in the file of a path. A theme from a path joins the catalogue, so that the explorer can cycle
    /// back to it.
    public mutating func select(_ nameOrPath: String) throws(SettingsError) -> Theme {
        if Self.isFile(nameOrPath) {
            let theme = try read(nameOrPath)
            insert(theme)
            return theme
        }
        if let theme = themes.first(where: { $0.name == nameOrPath }) { return theme }
        throw .unknownTheme(name: nameOrPath, known: themes.map(\.name))
    }

    private mutating func insert(_ theme: Theme) {
        if let index = themes.firstIndex(where: { $0.name == theme.name }) {
            themes[index] = theme
        } else {
            themes.append(theme)
        }
    }

    private func read(_ path: String) throws(SettingsError) -> Theme {
        let text: String
        do {
            text = try files.read(path)
        } catch {
            throw .unreadable(file: path, reason: "\(error)")
        }
        return try Theme(toml: text, file: path)
    }
}

/// How theme files are reached; tests put their own here.
public struct ThemeFiles: Sendable {
    public var read: @Sendable (String) throws -> String
    /// Names of the files in a folder; none where there is no such folder.
    public var list: @Sendable (String) -> [String]

    public init(read: @escaping @Sendable (String) throws -> String, list: @escaping @Sendable (String) -> [String]) {
        self.read = read
        self.list = list
    }

    /// No files at all.
    public static let none = ThemeFiles(read: { _ in throw NoFiles() }, list: { _ in [] })

    private struct NoFiles: Error {}
}
