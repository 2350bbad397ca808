import Cells
import TOMLKit

/// A configuration file on its way to a configuration.
struct ConfigurationTable {
    private static let known = [
        "theme", "paint-background", "glyphs", "color", "play", "loop", "dwell", "motion", "level", "tolerance",
        "min-length", "keys",
    ]

    private let file: String
    private let root: TOMLTable
    private let lines: KeyLines

    init(toml: String, file: String) throws(SettingsError) {
        self.file = file
        lines = KeyLines(toml)
        do {
            root = try readTOML(toml)
        } catch {
            throw .configuration(file: file, line: error.line, message: "not TOML: \(error.message)")
        }
    }

    func line(of key: String) -> Int { lines.line(of: key, in: "") }

    func refuseUnknown() throws(SettingsError) {
        let unknown = root.keys.filter { !Self.known.contains($0) }
        if let key = unknown.min(by: { (line(of: $0), $0) < (line(of: $1), $1) }) {
            throw fault(
                line(of: key), "there is no option '\(key)'; there are \(Self.known.joined(separator: ", "))")
        }
    }

    private func fault(_ line: Int, _ message: String) -> SettingsError {
        .configuration(file: file, line: line, message: message)
    }

    private func bad(_ key: String, _ expected: String) -> SettingsError {
        fault(line(of: key), "'\(key)' must be \(expected)")
    }

    // MARK: Options

    func text(_ key: String) throws(SettingsError) -> String? {
        guard let value = root[key] else { return nil }
        guard let text = value.string, !text.isEmpty else { throw bad(key, "a text") }
        return text
    }

    /// One of some words; a number stands for the word of its digits, as in `color = 256`.
    func word(_ key: String, _ words: [String]) throws(SettingsError) -> String? {
        guard let value = root[key] else { return nil }
        guard let word = value.string ?? value.int.map({ String($0) }), words.contains(word) else {
            throw bad(key, words.dropLast().joined(separator: ", ") + " or " + (words.last ?? ""))
        }
        return word
    }

    func bool(_ key: String) throws(SettingsError) -> Bool? {
        guard let value = root[key] else { return nil }
        guard let bool = value.bool else { throw bad(key, "true or false") }
        return bool
    }

    func number(
        _ key: String, in range: ClosedRange<Double>, _ expected: String
    ) throws(SettingsError) -> Double? {
        guard let value = root[key] else { return nil }
        guard let number = value.double ?? value.int.map({ Double($0) }), range.contains(number) else {
            throw bad(key, expected)
        }
        return number
    }

    func whole(_ key: String, from least: Int) throws(SettingsError) -> Int? {
        guard let value = root[key] else { return nil }
        guard let number = value.int, number >= least else { throw bad(key, "a whole number, \(least) or more") }
        return number
    }

    // MARK: Keys

    func keys(actions: [String], fixedKeys: [Key]) throws(SettingsError) -> [String: [Key]] {
        guard let value = root["keys"] else { return [:] }
        guard let table = value.table else { throw bad("keys", "a table: [keys]") }
        let names = Dictionary(
            actions.flatMap { [($0, $0), (Self.hyphenated($0), $0)] }, uniquingKeysWith: { first, _ in first })
        var bindings: [String: [Key]] = [:]
        var owners: [Key: String] = [:]
        for name in table.keys.sorted(by: { (line(of: $0, ""), $0) < (line(of: $1, ""), $1) }) {
            let line = line(of: name, "")
            guard let action = names[name] else { throw fault(line, unknown(name, actions)) }
            guard bindings[action] == nil else { throw fault(line, "'\(name)' has its keys already") }
            guard let array = table[name]?.array else {
                throw fault(line, "'\(name)' must be a list of keys, as [\"l\", \"Right\", \"Ctrl-n\"]")
            }
            var keys: [Key] = []
            for index in 0..<array.count {
                guard let text = array[index].string else { throw fault(line, "'\(name)' must be a list of texts") }
                let place = self.line(of: name, text)
                guard let key = Key(named: text) else {
                    throw fault(place, "'\(text)' is no key: a character, Left, Enter, Esc, Space, Ctrl-n, F5, …")
                }
                if fixedKeys.contains(key) { throw fault(place, "'\(text)' can't be bound to anything else") }
                if let owner = owners[key] {
                    throw fault(place, "'\(text)' is bound twice, to '\(owner)' and '\(name)'; take one of them out")
                }
                owners[key] = name
                keys.append(key)
            }
            bindings[action] = keys
        }
        return bindings
    }

    private func line(of name: String, _ element: String) -> Int {
        element.isEmpty ? lines.line(of: name, in: "keys") : lines.line(of: element, below: name, in: "keys")
    }

    private func unknown(_ name: String, _ actions: [String]) -> String {
        let all = actions.map(Self.hyphenated)
        let near = all.filter { $0.contains(name.lowercased()) || name.lowercased().contains($0) }
        return "there is no action '\(name)'; "
            + (near.isEmpty ? "there are \(all.joined(separator: ", "))" : "is it \(near.joined(separator: ", "))?")
    }

    /// `next-layer` for `nextLayer`.
    static func hyphenated(_ name: String) -> String {
        name.map { $0.isUppercase ? "-\($0.lowercased())" : String($0) }.joined()
    }
}
