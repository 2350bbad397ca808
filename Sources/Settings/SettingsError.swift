/// What can be wrong with a theme, a key script, a configuration or notes; every case says in which file, and on which line where there is one.
public enum SettingsError: Error, Equatable, CustomStringConvertible {
    /// The file could not be read.
    case unreadable(file: String, reason: String)
    /// No theme of that name is built in or in the user's folder.
    case unknownTheme(name: String, known: [String])
    /// Not TOML.
    case syntax(file: String, line: Int, message: String)
    /// A key that themes don't have.
    case unknownKey(file: String, line: Int, key: String)
    /// A key that every theme needs; the line is that of the table it belongs to.
    case missingKey(file: String, line: Int, key: String)
    /// A value of another type, or out of its range.
    case badValue(file: String, line: Int, key: String, expected: String)
    /// A colour that isn't `#rrggbb`, or a word that no style has.
    case badColor(file: String, line: Int, key: String, text: String)
    /// A line of a key script that isn't an instruction.
    case script(file: String, line: Int, message: String)
    /// A line of a configuration file that can't be taken.
    case configuration(file: String, line: Int, message: String)
    /// A configuration file that was asked for and could not be read.
    case unreadableConfiguration(file: String, reason: String)
    /// A line of notes that isn't one.
    case notes(file: String, line: Int, message: String)
    /// Notes that were asked for and could not be read.
    case unreadableNotes(file: String, reason: String)
    /// A key script that could not be read.
    case unreadableScript(file: String, reason: String)

    /// One line, whatever stands in the file.
    public var description: String {
        text.split(whereSeparator: \.isNewline).joined(separator: " ")
    }

    private var text: String {
        switch self {
        case .unreadable(let file, let reason):
            "\(file): the theme can't be read (\(reason)); give the path of a TOML file"
        case .unknownTheme(let name, let known):
            "no theme is called '\(name)'; there are \(known.joined(separator: ", ")), or give the path of a TOML file"
        case .script(let file, let line, let message), .configuration(let file, let line, let message),
            .notes(let file, let line, let message):
            "\(file):\(line): \(message)"
        case .unreadableConfiguration(let file, let reason):
            "\(file): the configuration can't be read (\(reason)); give the path of a TOML file"
        case .unreadableNotes(let file, let reason):
            "\(file): the notes can't be read (\(reason)); give the path of a text file"
        case .unreadableScript(let file, let reason):
            "\(file): the key script can't be read (\(reason)); give the path of a text file"
        case .syntax(let file, let line, let message):
            "\(file):\(line): not TOML: \(message)"
        case .unknownKey(let file, let line, let key):
            "\(file):\(line): themes have no key '\(key)'; remove it or mend its spelling"
        case .missingKey(let file, let line, let key):
            "\(file):\(line): the theme lacks '\(key)'; add it"
        case .badValue(let file, let line, let key, let expected):
            "\(file):\(line): '\(key)' must be \(expected)"
        case .badColor(let file, let line, let key, let text):
            "\(file):\(line): '\(text)' in '\(key)' is no colour or attribute; write #rrggbb, on #rrggbb, bold, dim, …"
        }
    }
}
