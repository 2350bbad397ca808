/// On which line of a TOML text a key stands: TOMLKit knows lines of syntax errors only.
///
/// Understands what themes consist of: tables, bare or quoted keys, arrays over several lines.
struct KeyLines {
    private let lines: [Substring]
    private var numbers: [String: Int] = [:]

    init(_ text: String) {
        lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        var table = ""
        for (index, line) in lines.enumerated() {
            let bare = line.drop { $0 == " " || $0 == "\t" }
            if bare.first == "[" {
                table = bare.dropFirst().prefix { $0 != "]" }.filter { !$0.isWhitespace && $0 != "\"" }
                numbers[table] = index + 1
            } else if bare.first != "#", let equals = bare.firstIndex(of: "=") {
                let key = bare[..<equals].filter { !$0.isWhitespace && $0 != "\"" && $0 != "'" }
                numbers[Self.path(table, key)] = index + 1
            }
        }
    }

    static func path(_ table: String, _ key: String) -> String { table.isEmpty ? key : "\(table).\(key)" }

    /// The line of a key, else of the table it would be in, else the first.
    func line(of key: String, in table: String) -> Int {
        numbers[Self.path(table, key)] ?? numbers[table] ?? 1
    }

    /// The line at or below a key's that holds a text: an element of a long array.
    func line(of element: String, below key: String, in table: String) -> Int {
        let start = line(of: key, in: table)
        let found = lines.indices.first { $0 >= start - 1 && lines[$0].contains("\"\(element)\"") }
        return found.map { $0 + 1 } ?? start
    }
}
