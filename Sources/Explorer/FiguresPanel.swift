import Cells
import Separation
import Settings

/// The figures of the layer, and what else there is to say of it.
struct FiguresPanel {
    let model: ExplorerModel

    func draw(into painter: inout Painter, rect: Rect) {
        let isFocused = model.focus == .figures
        let titles = ["Modularity of this layer", "Modularity", "Figures"].map {
            [painter.title($0, isFocused: isFocused)]
        }
        guard let result = model.current else {
            painter.panel(rect, isFocused: isFocused, titles: titles)
            painter.drawWaiting(in: rect.inset(columns: 2, rows: 1))
            return
        }
        let notes =
            model.isCurrentPreview
            ? [[painter.span("preview", .accent)]]
            : changes.map { [painter.span($0, .muted)] }
        painter.panel(rect, isFocused: isFocused, titles: titles, notes: notes)
        let inner = rect.inset(columns: rect.columns >= 36 ? 2 : 1, rows: 1)
        // A very large panel has room for the explanations too.
        if model.isZoomed || (inner.rows >= 36 && inner.columns >= 80) {
            let lines = FigureSheet(model: model, painter: painter).lines(result, size: inner.size)
            painter.write(lines, in: inner)
        } else {
            painter.write(lines(result, painter, size: inner.size), in: inner)
        }
    }

    /// What the differences are taken to, in fewer and fewer words.
    private var changes: [String] {
        guard model.contrast == .run, let other = model.otherRun else {
            return ["change from the layer before", "change"]
        }
        let name = model.runs[other].title
        return ["difference to \(name)", "to \(name)", "to run \(other + 1)"]
    }

    /// The panel's lines, with blank ones between the parts as far as there is room.
    private func lines(_ result: LayerResult, _ painter: Painter, size: Size) -> [[Span]] {
        let table = FigureTable(model: model, painter: painter)
        let words = LayerWords(model: model, painter: painter)
        let width = size.columns
        let figures = table.lines(result, width: width)
        func fact(_ label: String, _ items: [[Span]], rows: Int) -> [[Span]] {
            guard !items.isEmpty else { return [] }
            return Array(painter.fact(label, items, width: width).prefix(rows))
        }
        let left = size.rows - figures.count
        // In a narrow panel a fact stands below its label: two rows each.
        let isNarrow = width < Painter.factLabelWidth + 24
        let classRows = isNarrow ? 3 : size.rows > 14 ? 2 : 1
        let limit = isNarrow ? 2 : size.rows > 14 ? 6 : 3
        let confused =
            model.classFocus.map {
                fact(model.run.className($0), words.classFacts($0, limit: limit), rows: classRows)
            } ?? fact("most confused", words.confused(limit), rows: classRows)
        let flags = fact("flags", words.flags(isShort: isNarrow), rows: isNarrow ? 3 : 2)
        let costs = words.costLine(result, width: width)
        let others =
            fact("note", words.oddities(result), rows: isNarrow ? 2 : 1)
            + fact("flags of Q", words.luFlags, rows: isNarrow ? 2 : 1)
        // What matters most comes first where not all can stay; the order on the screen is another.
        // The last of them mustn't take the place of the blank lines that keep the parts apart.
        var room = left
        var kept: [[[Span]]] = [[], [], [], []]
        for (place, part, spare) in [(1, flags, 0), (0, confused, 0), (3, costs, 0), (2, others, 2)]
        where part.count + spare <= room {
            kept[place] = part
            room -= part.count
        }
        return Self.spread([figures, kept[0] + kept[1] + kept[2], kept[3]], rows: size.rows)
    }

    /// Puts blank lines between the parts, then above them, as long as the rows suffice.
    private static func spread(_ parts: [[[Span]]], rows: Int) -> [[Span]] {
        let parts = parts.filter { !$0.isEmpty }
        var spare = rows - parts.reduce(0) { $0 + $1.count }
        var lines: [[Span]] = []
        if spare > parts.count {
            lines.append([])
            spare -= 1
        }
        for (index, part) in parts.enumerated() {
            if index > 0, spare > 0 {
                lines.append([])
                spare -= 1
            }
            lines += part
        }
        return lines
    }
}

/// The six figures in columns: symbol, caption, value, error, change. Columns are left out from the caption on as the
/// panel gets narrower.
struct FigureTable {
    let model: ExplorerModel
    let painter: Painter

    func lines(_ result: LayerResult, width: Int) -> [[Span]] {
        let rows = FigureRow.all(k: model.run.header?.k ?? 3)
        let figureWidth = 7 + 9 + 2 + 9
        let hasError = width >= 3 + figureWidth
        // Figures too far from their captions are hard to follow.
        let captionWidth = min(28, width - 3 - figureWidth - 2)
        return rows.map { row in
            var spans = [painter.span(row.symbol + String(repeating: " ", count: 3 - row.symbol.cellWidth), .text)]
            if captionWidth >= 12 {
                let caption = row.captions.first { $0.cellWidth <= captionWidth } ?? ""
                let blanks = String(repeating: " ", count: captionWidth + 2 - caption.cellWidth)
                spans.append(painter.span(caption + blanks, .muted))
            }
            return spans + figures(row, result, hasError: hasError, isWide: captionWidth >= 12)
        }
    }

    private func figures(_ row: FigureRow, _ result: LayerResult, hasError: Bool, isWide: Bool) -> [Span] {
        let isDim = model.isCurrentPreview
        let value = row.value(result)
        var spans = [painter.span(Numbers.padded(Numbers.fixed(value), to: isWide ? 7 : 6), .text, isDim: isDim)]
        if hasError {
            let error = row.error.map { " ± \(Numbers.fixed($0(result)))" } ?? ""
            let blanks = String(repeating: " ", count: max(0, 9 - error.cellWidth))
            spans.append(painter.span(error + blanks, .muted, isDim: isDim))
        }
        guard let before = model.reference else { return spans }
        let difference = value - row.value(before)
        let (sign, role) = row.change(difference)
        let gap = hasError ? "  " : " "
        let change = Numbers.padded(Numbers.signed(difference), to: 7)
        return spans + [painter.span("\(gap)\(sign) \(change)", role, isDim: isDim)]
    }
}

extension Painter {
    /// Cells that the label of a fact takes.
    static let factLabelWidth = 14

    /// A label and items beside it, several on a line as they fit, the label above them where the panel is narrow.
    func fact(_ label: String, _ items: [[Span]], width: Int) -> [[Span]] {
        let isNarrow = width < Self.factLabelWidth + 24
        let indent = isNarrow ? 1 : Self.factLabelWidth
        let lines = flow(items, width: width - indent)
        func led(_ text: String, _ line: [Span]) -> [Span] {
            let text = text.truncated(toCells: max(0, indent - 1), ellipsis: glyphs.ellipsis)
            return [span(text + String(repeating: " ", count: max(0, indent - text.cellWidth)), .muted)] + line
        }
        if isNarrow { return [[span(label, .muted)]] + lines.map { led("", $0) } }
        return lines.enumerated().map { led($0 == 0 ? label : "", $1) }
    }

    /// Items separated by dots, broken into lines between them; one too long for a line is cut.
    func flow(_ items: [[Span]], width: Int) -> [[Span]] {
        var lines: [[Span]] = []
        for item in items {
            let item = fitting([item], width: width)
            if let last = lines.last, last.width + 3 + item.width <= width {
                lines[lines.count - 1] = last + [span(" · ", .frame)] + item
            } else {
                lines.append(item)
            }
        }
        return lines
    }

    /// Writes lines into a rectangle, those beyond it not at all.
    mutating func write(_ lines: [[Span]], in rect: Rect) {
        for (index, line) in lines.prefix(rect.rows).enumerated() {
            write(line, column: rect.minColumn, row: rect.minRow + index, width: rect.columns)
        }
    }
}
