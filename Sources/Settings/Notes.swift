/// What a speaker wants to say of layers: a text with lines of `layer-name: words`.
///
/// A layer may have several lines; those of `*` are for layers that have none. `#` begins a comment line. A name ends at
/// the first colon with a blank or nothing behind it, so that it may have colons itself.
public struct Notes: Equatable, Sendable {
    /// A layer that has notes, and the line on which its first one is.
    public struct Mention: Equatable, Sendable {
        public let layer: String
        public let line: Int
    }

    /// The layers that have notes, in the order in which they are first named; not `*`.
    public let mentions: [Mention]
    private let words: [String: [String]]

    /// - Parameter file: what errors call the text.
    /// - Throws: `SettingsError.notes`.
    public init(_ text: String, file: String) throws(SettingsError) {
        var words: [String: [String]] = [:]
        var mentions: [Mention] = []
        for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            let line = line.drop(while: \.isWhitespace)
            if line.isEmpty || line.first == "#" { continue }
            guard let colon = Self.colon(in: line) else {
                throw .notes(file: file, line: index + 1, message: "expected LAYER: WORDS, *: WORDS or a # comment")
            }
            let name = String(line[..<colon])
            let rest = line[line.index(after: colon)...].drop(while: \.isWhitespace)
            if words[name] == nil, name != "*" { mentions.append(Mention(layer: name, line: index + 1)) }
            words[name, default: []].append(String(rest.reversed().drop(while: \.isWhitespace).reversed()))
        }
        self.words = words
        self.mentions = mentions
    }

    /// The colon behind a name.
    private static func colon(in line: Substring) -> Substring.Index? {
        line.indices.first { index in
            guard line[index] == ":", index > line.startIndex else { return false }
            let next = line.index(after: index)
            return next == line.endIndex || line[next].isWhitespace
        }
    }

    /// The lines for a layer: its own, else those of `*`.
    public func lines(for layer: String) -> [String] { words[layer] ?? words["*"] ?? [] }
}
