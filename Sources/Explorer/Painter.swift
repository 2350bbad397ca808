import Cells
import Plots
import Settings

/// A piece of text in one style.
struct Span: Equatable {
    var text: String
    var style: Style
    /// Whether its end is what stays where it has to be cut.
    var keepsEnd = false

    var width: Int { text.cellWidth }
}

extension [Span] {
    var width: Int { reduce(0) { $0 + $1.width } }
}

/// What the views draw with: a buffer, and how things look.
struct Painter {
    var buffer: CellBuffer
    let theme: Theme
    let glyphs: GlyphSet
    /// Rows whose characters are shown as they are, whatever the set of characters.
    var verbatimRows: Set<Int> = []

    func span(_ text: String, _ role: Role, isDim: Bool = false) -> Span {
        Span(text: text, style: style(role, isDim: isDim))
    }

    func style(_ role: Role, isDim: Bool = false) -> Style {
        var style = theme[role]
        if isDim {
            style.attributes.insert(.dim)
            style.attributes.remove(.bold)
        }
        return style
    }

    /// Writes spans one after the other, cut at `width` cells; returns the cells used.
    @discardableResult
    mutating func write(_ spans: [Span], column: Int, row: Int, width: Int) -> Int {
        var used = 0
        for span in spans where used < width {
            used += buffer.write(span.text, column: column + used, row: row, style: span.style, width: width - used)
        }
        return used
    }

    /// Writes spans so that they end at a column (exclusive); nothing where they don't fit into `width`.
    mutating func write(_ spans: [Span], endingAt column: Int, row: Int, width: Int) {
        let needed = spans.width
        guard needed <= width else { return }
        write(spans, column: column - needed, row: row, width: needed)
    }

    /// The first of several ways to say something that fits; the last one cut where none does.
    func fitting(_ variants: [[Span]], width: Int) -> [Span] {
        if let fits = variants.first(where: { $0.width <= width }) { return fits }
        guard let last = variants.last else { return [] }
        var left = width
        return last.map { span in
            var span = span
            span.text =
                span.keepsEnd
                ? span.text.suffix(inCells: max(0, left), ellipsis: glyphs.ellipsis)
                : span.text.truncated(toCells: max(0, left), ellipsis: glyphs.ellipsis)
            left -= span.width
            return span
        }
    }

    /// Draws a panel's frame with its title at the left and, where there is room, a note at the right.
    mutating func panel(_ rect: Rect, isFocused: Bool, titles: [[Span]], notes: [[Span]] = []) {
        let frame = theme[isFocused ? .focus : .frame]
        buffer.drawFrame(rect, glyphs: glyphs, style: frame)
        let room = rect.columns - 6
        guard room > 0 else { return }
        // A short title beside a note says more than a long one alone.
        let leastNote = notes.map(\.width).min().map { $0 + 3 } ?? 0
        let title = titles.first { $0.width + leastNote <= room } ?? fitting(titles, width: room)
        let titleWidth = write(
            [Span(text: " ", style: frame)] + title + [Span(text: " ", style: frame)], column: rect.minColumn + 2,
            row: rect.minRow, width: room + 2)
        let noteRoom = rect.columns - titleWidth - 7
        guard let note = notes.first(where: { !$0.isEmpty && $0.width <= noteRoom }) else { return }
        write(
            [Span(text: " ", style: frame)] + note + [Span(text: " ", style: frame)], endingAt: rect.maxColumn - 2,
            row: rect.minRow, width: rect.columns)
    }

    /// A layer's name. Those of ONNX nodes are paths, `/layer3/layer3.1/conv2/Conv`: it is their end that tells them apart.
    func layerName(_ name: String, _ role: Role, isDim: Bool = false) -> Span {
        var span = span(name, role, isDim: isDim)
        span.keepsEnd = name.contains("/")
        return span
    }

    /// A panel's title in the style that says whether it has the focus.
    func title(_ text: String, isFocused: Bool) -> Span { span(text, isFocused ? .focusTitle : .title) }
}
