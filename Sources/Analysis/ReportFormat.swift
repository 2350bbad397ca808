import Text

/// Lines of words for a screen of a given width.
enum TextWrap {
    /// Breaks a line at spaces into lines of at most `width`; a longer word is broken where it must be.
    static func wrap(_ line: String, width: Int) -> [String] {
        var lines: [String] = []
        var current = ""
        for word in line.split(separator: " ") {
            if !current.isEmpty && current.count + 1 + word.count <= width {
                current += " " + word
                continue
            }
            if !current.isEmpty { lines.append(current) }
            var rest = word
            while rest.count > width {
                lines.append(String(rest.prefix(width)))
                rest = rest.dropFirst(width)
            }
            current = String(rest)
        }
        return current.isEmpty ? lines : lines + [current]
    }

    static func withoutTrailingSpaces(_ line: String) -> String {
        String(line.reversed().drop { $0 == " " }.reversed())
    }

    /// Lines with a `?`, which is as wide, for whatever a terminal might take for a command, or, with `ascii`, not know:
    /// names of files and classes hold anything.
    static func printable(_ text: String, ascii: Bool) -> String {
        let text = text.replacingUnprintable { $0 == "\n" ? "\n" : "?" }
        return ascii ? text.replacingScalars { $0.isASCII ? nil : "?" } : text
    }
}

/// Numbers as the report writes them, the same in every locale.
enum NumberFormat {
    /// A fixed number of decimals.
    static func fixed(_ value: Double, _ decimals: Int) -> String {
        let scale = (0..<decimals).reduce(1.0) { scale, _ in scale * 10 }
        let scaled = (abs(value) * scale).rounded()
        guard scaled < 1e15 else { return "\(value)" }
        let number = Int(scaled)
        let digits = String(number)
        let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
        let text = decimals == 0 ? padded : padded.dropLast(decimals) + "." + padded.suffix(decimals)
        return (value < 0 && number > 0 ? "-" : "") + text
    }

    /// Thousands apart by commas.
    static func grouped(_ number: Int) -> String {
        let digits = String(number.magnitude)
        let groups = stride(from: digits.count, to: 0, by: -3).map { end in
            digits.dropLast(digits.count - end).suffix(3)
        }
        return (number < 0 ? "-" : "") + groups.reversed().joined(separator: ",")
    }
}
