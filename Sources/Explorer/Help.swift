import Cells
import Plots
import Separation
import Settings

/// The keys, how the explorer is set, and what the sets of characters look like in this terminal's font.
struct Help {
    let model: ExplorerModel

    private static let sampleLines = 8
    private static let signLines = 6

    /// How far the help can be scrolled at a size: its lines less the rows of the panel.
    static func greatestOffset(size: Size) -> Int {
        let columns = columnCount(width: size.columns - 6)
        let lines = (ActionTable.entries.count + columns - 1) / columns + signLines + sampleLines
        return max(0, lines - max(1, size.rows - 4))
    }

    func draw(into painter: inout Painter, rect: Rect) {
        painter.panel(
            rect, isFocused: true, titles: [[painter.title("Keys", isFocused: true)]],
            notes: notes(painter))
        let inner = rect.inset(columns: 3, rows: 1)
        let lines = keyLines(painter, width: inner.columns) + signs(painter, width: inner.columns) + samples(painter)
        let offset = min(model.helpOffset, max(0, lines.count - inner.rows))
        painter.write(Array(lines.dropFirst(offset)), in: inner)
        drawSamples(into: &painter, rect: inner, firstRow: lines.count - Self.sampleLines - offset)
    }

    private func notes(_ painter: Painter) -> [[Span]] {
        let most = Self.greatestOffset(size: model.size)
        let below = most - min(model.helpOffset, most)
        let keys = [Action.help, .back].compactMap(model.keymap.label).joined(separator: " or ")
        let words = [
            most > 0 ? "↑↓ PgUp PgDn scroll" + (below > 0 ? ", \(below) more" : "") : nil,
            keys.isEmpty ? nil : "\(keys) closes",
        ].compactMap(\.self)
        return [[painter.span(words.joined(separator: "   "), .muted)]]
    }

    private static let columnWidth = 52

    private static func columnCount(width: Int) -> Int { width >= 2 * columnWidth ? 2 : 1 }

    /// The table in one column or two, read downwards.
    private func keyLines(_ painter: Painter, width: Int) -> [[Span]] {
        let columns = Self.columnCount(width: width)
        let entries = model.keymap.entries
        let rows = (entries.count + columns - 1) / columns
        let columnWidth = columns == 1 ? width : width / 2
        return (0..<rows).map { row in
            (0..<columns).flatMap { column -> [Span] in
                let index = column * rows + row
                guard index < entries.count else { return [] }
                return cell(entries[index], painter, width: columnWidth - (columns > 1 ? 2 : 0))
                    + (columns > 1 ? [painter.span("  ", .muted)] : [])
            }
        }
    }

    private func cell(_ entry: ActionEntry, _ painter: Painter, width: Int) -> [Span] {
        let keys = entry.keyText + String(repeating: " ", count: max(1, 11 - entry.keyText.cellWidth))
        let key = painter.span(keys, .key)
        let help = painter.fitting([[painter.span(entry.help, .text)]], width: width - key.width)
        let blanks = String(repeating: " ", count: max(0, width - key.width - help.width))
        return [key] + help + [painter.span(blanks, .muted)]
    }

    /// What the signs below the curve mean.
    private func signs(_ painter: Painter, width: Int) -> [[Span]] {
        func sign(_ flag: Flag, _ role: Role, _ word: String, support: Double = 1) -> [Span] {
            let glyph = FlagMark(flag, support: support).glyph(model.glyphs)
            return [
                painter.span("  ", .muted), painter.span("\(glyph)", role),
                painter.span(word.isEmpty ? "" : " \(word)", .muted),
            ]
        }
        func line(_ text: String) -> [Span] { painter.fitting([[painter.span(text, .muted)]], width: width) }
        let firm = Numbers.fixed(Flag.firmSupport, 1)
        let full =
            sign(.peak, .peak, "peak") + sign(.decline, .decline, "decline")
            + sign(.pastPeak, .pastPeak, "past the peak")
            + sign(.plateau, .plateau, "plateau, shaded")
        let hollow =
            sign(.peak, .peak, "", support: 0)
            + sign(.decline, .decline, "hollow: support below \(firm)", support: 0)
        return [
            [], line("below the curve stands what Criterion I says of a layer"), full, hollow,
            line("  support: the share of ten curves, as far apart as M's error says, that agree"),
            line("  dim: provisional, while layers are missing or known from the preview alone"),
        ]
    }

    /// `x changes the`, or only `the` where no key does.
    private func changes(_ action: Action) -> String {
        model.keymap.label(of: action).map { "\($0) changes the" } ?? "the"
    }

    private func samples(_ painter: Painter) -> [[Span]] {
        let sets = GlyphSet.allCases.map { set -> [Span] in
            let mark = set == model.glyphs ? "▸ " : "  "
            return [painter.span(mark, .accent), painter.span(set.rawValue, set == model.glyphs ? .text : .muted)]
        }
        let themes = model.themes.enumerated().map { index, theme in
            [painter.span(theme.name, index == model.themeIndex ? .accent : .muted)]
        }
        let themeLine = themes.joined(separator: [painter.span("  ", .muted)])
        return [[], [painter.span("\(changes(.glyphs)) characters: the sets look like this here", .muted)]] + sets
            + [[], [painter.span("\(changes(.theme)) theme", .muted)], [painter.span("  ", .muted)] + themeLine]
    }

    /// A line of each set in its own characters, so that one sees what the font can do.
    private func drawSamples(into painter: inout Painter, rect: Rect, firstRow: Int) {
        for (index, set) in GlyphSet.allCases.enumerated() {
            let row = rect.minRow + firstRow + 2 + index
            guard (rect.minRow..<rect.maxRow).contains(row) else { continue }
            // Shown as they are: the last step of drawing mustn't respell them.
            painter.verbatimRows.insert(row)
            painter.write(
                [painter.span(Self.sample(of: set), .curve)], column: rect.minColumn + 12, row: row,
                width: rect.columns - 12)
        }
    }

    private static func sample(of set: GlyphSet) -> String {
        let corners = set.corners
        let frame = "\(corners.topLeft)\(set.horizontal)\(set.horizontal)\(corners.topRight)"
        let dots =
            switch set {
            case .braille: "⣀⡤⠶⠛⠉⠙⢦⣄⡀⢸⡇⣿"
            case .blocks: "▄▀▀▄▄▀█"
            case .ascii: ".:'':.:"
            }
        return "\(dots)  \(set.bar(length: 3.4, width: 6))  \(set.shade)\(set.full)  \(frame)  \(set.up)\(set.down)"
    }
}
