extension Unicode.Scalar {
    /// Cells the scalar takes in a terminal: 0 for combining marks and format characters, 2 for East Asian wide ones and
    /// emoji, else 1. The wide ranges are those of Unicode's EastAsianWidth.txt, W and F, rounded out to whole blocks.
    public var cellWidth: Int {
        if value < 0x300 { return value == 0xAD ? 0 : 1 }
        switch properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format: return 0
        default: break
        }
        let isWide =
            switch value {
            case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xA000...0xA4CF,
                0xA960...0xA97F, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6,
                0x1F300...0x1F64F, 0x1F680...0x1F6FF, 0x1F900...0x1F9FF, 0x1FA70...0x1FAFF, 0x20000...0x3FFFD:
                true
            default: false
            }
        return isWide ? 2 : 1
    }

    /// C0, C1 and DEL: never sent to a terminal.
    public var isControl: Bool { properties.generalCategory == .control }
}

extension StringProtocol {
    /// Cells the text takes in a terminal.
    public var cellWidth: Int { unicodeScalars.reduce(0) { $0 + $1.cellWidth } }

    /// The text cut to so many cells, the last of them an ellipsis where something was cut off.
    public func truncated(toCells width: Int, ellipsis: Unicode.Scalar? = "…") -> String {
        if cellWidth <= width { return String(self) }
        guard width > 0 else { return "" }
        var kept = String.UnicodeScalarView()
        var used = 0
        for scalar in unicodeScalars {
            if used + scalar.cellWidth > width - (ellipsis == nil ? 0 : 1) { break }
            kept.append(scalar)
            used += scalar.cellWidth
        }
        if let ellipsis { kept.append(ellipsis) }
        return String(kept)
    }

    /// The text's end in so many cells, the first of them an ellipsis where something was cut off.
    public func suffix(inCells width: Int, ellipsis: Unicode.Scalar = "…") -> String {
        if cellWidth <= width { return String(self) }
        guard width > 0 else { return "" }
        var start = unicodeScalars.endIndex
        var used = 0
        for index in unicodeScalars.indices.reversed() {
            used += unicodeScalars[index].cellWidth
            if used > width - 1 { break }
            // A combining mark belongs to the character before it, not to the ellipsis.
            if unicodeScalars[index].cellWidth > 0 { start = index }
        }
        var kept = String.UnicodeScalarView()
        kept.append(ellipsis)
        kept.append(contentsOf: unicodeScalars[start...])
        return String(kept)
    }
}

extension String {
    /// Running text in lines of so many cells, broken between words; a longer word is left as it is.
    public func wrapped(toCells width: Int) -> [String] {
        var lines: [String] = []
        for word in split(separator: " ") {
            if let last = lines.last, last.cellWidth + 1 + word.cellWidth <= width {
                lines[lines.count - 1] = last + " " + word
            } else {
                lines.append(String(word))
            }
        }
        return lines
    }
}
