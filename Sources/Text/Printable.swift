extension Unicode.Scalar {
    /// Whether a terminal, a browser or an editor may take it for a command, or turn or break the text around it: control
    /// and format characters, separators of lines and paragraphs, and what is no character. Joiners of letters are none of
    /// these.
    public var isUnprintable: Bool {
        if (0x20..<0x7F).contains(value) { return false }
        switch properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator, .surrogate: return true
        case .format: return value != 0x200C && value != 0x200D
        case .unassigned: return properties.isNoncharacterCodePoint
        default: return false
        }
    }
}

extension String {
    /// The text on one line, with an escape such as `\u{1b}` for each scalar that is not printable: names of files, layers
    /// and classes hold anything. O(count).
    public var printable: String { replacingUnprintable { $0.escape } }

    /// The same, but lines stay apart.
    public var printableLines: String { replacingUnprintable { $0 == "\n" ? "\n" : $0.escape } }

    /// The text with other text for each scalar that is not printable. O(count).
    public func replacingUnprintable(with replacement: (Unicode.Scalar) -> String) -> String {
        replacingScalars { $0.isUnprintable ? replacement($0) : nil }
    }

    /// The text with other text for some of its scalars, nil for those that stay. Scalar by scalar, since a sign that a format
    /// gives a meaning keeps it before a combining mark, with which it makes one `Character`. O(count).
    public func replacingScalars(with replacement: (Unicode.Scalar) -> String?) -> String {
        // As bytes: what is appended to a string's scalars copies them all.
        var bytes: [UInt8] = []
        bytes.reserveCapacity(utf8.count)
        for scalar in unicodeScalars {
            if let other = replacement(scalar) {
                bytes += other.utf8
            } else {
                bytes += scalar.utf8
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// At most so many scalars: of a longer text its beginning and its end, which says what to do, with an ellipsis between.
    public func abridged(to count: Int) -> String {
        guard unicodeScalars.dropFirst(count).first != nil else { return self }
        let end = count / 4
        return String(unicodeScalars.prefix(count - end - 1)) + "…" + String(unicodeScalars.suffix(end))
    }
}

extension Unicode.Scalar {
    fileprivate var escape: String { "\\u{\(String(value, radix: 16))}" }
}
