import Cells
import TOMLKit

extension Theme {
    /// Reads a theme from TOML.
    ///
    /// - Parameters:
    ///   - toml: the text.
    ///   - file: its name, for errors.
    /// - Throws: `SettingsError` with file and line: not TOML, unknown or missing key, wrong type, bad colour.
    public init(toml: String, file: String) throws(SettingsError) {
        self = try ThemeParser(toml: toml, file: file).theme()
    }
}

/// One theme file on its way to a theme.
private struct ThemeParser {
    let file: String
    let root: TOMLTable
    let lines: KeyLines

    init(toml: String, file: String) throws(SettingsError) {
        self.file = file
        lines = KeyLines(toml)
        do {
            root = try readTOML(toml)
        } catch {
            throw .syntax(file: file, line: error.line, message: error.message)
        }
    }

    func theme() throws(SettingsError) -> Theme {
        try refuseUnknown(
            in: root, table: "",
            known: ["name", "summary", "background", "paint-background", "roles", "classes", "heat"])
        let roles = try table("roles")
        try refuseUnknown(in: roles, table: "roles", known: Role.allCases.map(\.rawValue))
        var styles: [Role: Style] = [:]
        for role in Role.allCases {
            let text = try string(role.rawValue, in: roles, table: "roles")
            styles[role] = try style(text, key: role.rawValue)
        }
        let classColors = try colors("colors", table: "classes")
        guard classColors.isEmpty || classColors.count >= Theme.leastClassColors else {
            throw bad("colors", "classes", "an array of \(Theme.leastClassColors) colours or more, or an empty one")
        }
        let gradient = try colors("gradient", table: "heat")
        guard gradient.count != 1 else {
            throw bad("gradient", "heat", "an array of two colours or more, or an empty one")
        }
        let background = try string("background", in: root, table: "")
        guard let color = Color(hexadecimal: background) else {
            throw badColor(background, key: "background", table: "")
        }
        guard let paints = try value("paint-background", in: root, table: "").bool else {
            throw bad("paint-background", "", "true or false")
        }
        return Theme(
            name: try string("name", in: root, table: ""), summary: try string("summary", in: root, table: ""),
            background: color, paintsBackground: paints, classColors: classColors, heatGradient: gradient,
            styles: styles)
    }

    /// Reads `#rrggbb`, `on #rrggbb`, `bold`, `dim`, `underline`, `reverse`, `italic`, `plain`, separated by blanks.
    private func style(_ text: String, key: String) throws(SettingsError) -> Style {
        var style = Style()
        var isBackground = false
        for word in text.split(separator: " ") {
            if word == "on" {
                isBackground = true
            } else if let color = Color(hexadecimal: String(word)) {
                if isBackground { style.background = color } else { style.foreground = color }
                isBackground = false
            } else if let attribute = Self.attributes[String(word)] {
                style.attributes.formUnion(attribute)
            } else {
                throw badColor(String(word), key: key, table: "roles", element: text)
            }
        }
        if isBackground { throw badColor("on", key: key, table: "roles") }
        return style
    }

    private static let attributes: [String: Style.Attributes] = [
        "bold": .bold, "dim": .dim, "underline": .underline, "reverse": .reverse, "italic": .italic, "plain": [],
    ]

    private func refuseUnknown(in table: TOMLTable, table name: String, known: [String]) throws(SettingsError) {
        for key in table.keys.sorted() where !known.contains(key) {
            throw .unknownKey(file: file, line: lines.line(of: key, in: name), key: KeyLines.path(name, key))
        }
    }

    private func value(
        _ key: String, in values: TOMLTable, table: String
    ) throws(SettingsError) -> any TOMLValueConvertible {
        guard let value = values[key] else {
            throw .missingKey(file: file, line: lines.line(of: key, in: table), key: KeyLines.path(table, key))
        }
        return value
    }

    private func string(_ key: String, in values: TOMLTable, table: String) throws(SettingsError) -> String {
        guard let text = try value(key, in: values, table: table).string else { throw bad(key, table, "a string") }
        return text
    }

    private func table(_ name: String) throws(SettingsError) -> TOMLTable {
        guard let table = try value(name, in: root, table: "").table else { throw bad(name, "", "a table") }
        return table
    }

    private func colors(_ key: String, table name: String) throws(SettingsError) -> [Color] {
        let values = try table(name)
        try refuseUnknown(in: values, table: name, known: [key])
        guard let array = try value(key, in: values, table: name).array else {
            throw bad(key, name, "an array of colours")
        }
        var colors: [Color] = []
        for index in 0..<array.count {
            guard let text = array[index].string else { throw bad(key, name, "an array of strings") }
            guard let color = Color(hexadecimal: text) else {
                throw badColor(text, key: key, table: name, element: text)
            }
            colors.append(color)
        }
        return colors
    }

    private func bad(_ key: String, _ table: String, _ expected: String) -> SettingsError {
        .badValue(file: file, line: lines.line(of: key, in: table), key: KeyLines.path(table, key), expected: expected)
    }

    private func badColor(_ text: String, key: String, table: String, element: String? = nil) -> SettingsError {
        let line = element.map { lines.line(of: $0, below: key, in: table) } ?? lines.line(of: key, in: table)
        return .badColor(file: file, line: line, key: KeyLines.path(table, key), text: text)
    }
}

extension Color {
    /// `#rrggbb`; nil for anything else.
    init?(hexadecimal text: String) {
        guard text.utf8.count == 7, text.first == "#", text.dropFirst().allSatisfy(\.isHexDigit),
            let value = UInt32(text.dropFirst(), radix: 16)
        else { return nil }
        self.init(rgb: value)
    }
}
