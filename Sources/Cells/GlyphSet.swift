/// Which characters frames, bars and dots may use. A terminal's font can't be asked, so the user chooses.
public enum GlyphSet: String, Sendable, CaseIterable {
    /// 2 × 4 dots a cell, eighth blocks, rounded frames: for fonts that have all of Unicode's block and braille patterns.
    case braille
    /// 1 × 2 dots a cell, each with a colour of its own; only characters of code page 437, which console fonts have.
    case blocks
    /// 1 × 2 dots a cell, as `'`, `.` and `:`; 7-bit characters only.
    case ascii

    /// Dots beside one another in a cell. Dots are square, a cell being twice as high as wide.
    public var dotColumns: Int { self == .braille ? 2 : 1 }
    /// Dots above one another in a cell.
    public var dotRows: Int { self == .braille ? 4 : 2 }
    public var isASCII: Bool { self == .ascii }

    /// Ends a text that was cut.
    public var ellipsis: Unicode.Scalar { self == .braille ? "…" : "~" }
    /// Between the ends of a range.
    public var dash: Unicode.Scalar { self == .braille ? "–" : "-" }
    /// Between two items on a line.
    public var dot: Unicode.Scalar { isASCII ? "." : "·" }
    public var vertical: Unicode.Scalar { isASCII ? "|" : "│" }
    public var horizontal: Unicode.Scalar { isASCII ? "-" : "─" }
    /// Signs of more and less.
    public var up: Unicode.Scalar { isASCII ? "^" : "▲" }
    public var down: Unicode.Scalar { isASCII ? "v" : "▼" }
    /// A bar's first part.
    public var full: Unicode.Scalar { isASCII ? "#" : "█" }
    /// A bar's second part, told from the first without colour.
    public var shade: Unicode.Scalar { isASCII ? ":" : "▒" }

    /// The corners of a frame.
    public var corners:
        (
            topLeft: Unicode.Scalar, topRight: Unicode.Scalar, bottomLeft: Unicode.Scalar, bottomRight: Unicode.Scalar
        )
    {
        switch self {
        case .braille: ("╭", "╮", "╰", "╯")
        case .blocks: ("┌", "┐", "└", "┘")
        case .ascii: ("+", "+", "+", "+")
        }
    }

    /// What a bar can end with, from least to a whole cell.
    private var barEnds: [Unicode.Scalar] {
        switch self {
        case .braille: ["▏", "▎", "▍", "▌", "▋", "▊", "▉", "█"]
        case .blocks: ["▌", "█"]
        case .ascii: ["#"]
        }
    }

    /// A bar of so many cells, rounded to eighths (`braille`), halves (`blocks`) or whole cells (`ascii`) and cut at
    /// `width`. A length above 0 shows at least the smallest sign.
    public func bar(length: Double, width: Int) -> String {
        guard length > 0, width > 0 else { return "" }
        let ends = barEnds
        let steps = max(1, Int((min(length, Double(width)) * Double(ends.count)).rounded()))
        var text = String.UnicodeScalarView(repeatElement(full, count: steps / ends.count))
        if steps % ends.count > 0 { text.append(ends[steps % ends.count - 1]) }
        return String(text)
    }

    /// The bit of a dot of a cell in the masks that `cell(dots:upper:lower:)` takes; braille's are those of Unicode's
    /// Braille Patterns, whose lowest row came last.
    public func bit(dotColumn: Int, dotRow: Int) -> UInt8 {
        guard self == .braille else { return 1 << UInt8(truncatingIfNeeded: dotRow & 1) }
        if dotRow == 3 { return dotColumn == 0 ? 0x40 : 0x80 }
        return 1 << UInt8(truncatingIfNeeded: dotRow & 3 + (dotColumn == 0 ? 0 : 3))
    }

    /// The cell that shows a set of dots; a blank for none. Only half blocks can show two styles, the lower dot's colour
    /// as the background; elsewhere `upper` counts.
    public func cell(dots: UInt8, upper: Style, lower: Style) -> Cell {
        guard dots != 0 else { return Cell() }
        switch self {
        case .braille: return Cell(Unicode.Scalar(0x2800 + UInt32(dots)) ?? " ", upper)
        case .ascii: return Cell(dots == 1 ? "'" : dots == 2 ? "." : ":", upper)
        case .blocks:
            if dots == 1 { return Cell("▀", upper) }
            if dots == 2 { return Cell("▄", lower) }
            guard let background = lower.foreground, upper.foreground != nil, upper != lower else {
                return Cell("█", upper)
            }
            var style = upper
            style.background = background
            return Cell("▀", style)
        }
    }
}

extension CellBuffer {
    /// Puts a cell down; without a background of its own it keeps the one that is there.
    public mutating func overlay(_ cell: Cell, column: Int, row: Int) {
        var cell = cell
        cell.style.background = cell.style.background ?? self[column, row].style.background
        self[column, row] = cell
    }

    /// A frame on the outline of a rectangle; none where it has fewer than two columns or rows.
    public mutating func drawFrame(_ rect: Rect, glyphs: GlyphSet, style: Style = .plain) {
        guard rect.columns > 1, rect.rows > 1 else { return }
        let (right, bottom) = (rect.maxColumn - 1, rect.maxRow - 1)
        let seen = rect.intersection(bounds)
        for column in seen.minColumn..<seen.maxColumn {
            self[column, rect.minRow] = Cell(glyphs.horizontal, style)
            self[column, bottom] = Cell(glyphs.horizontal, style)
        }
        for row in seen.minRow..<seen.maxRow {
            self[rect.minColumn, row] = Cell(glyphs.vertical, style)
            self[right, row] = Cell(glyphs.vertical, style)
        }
        let corners = glyphs.corners
        self[rect.minColumn, rect.minRow] = Cell(corners.topLeft, style)
        self[right, rect.minRow] = Cell(corners.topRight, style)
        self[rect.minColumn, bottom] = Cell(corners.bottomLeft, style)
        self[right, bottom] = Cell(corners.bottomRight, style)
    }
}
