import Cells
import Plots
import Separation
import Settings

/// The ring graph of the layer.
struct RingPanel {
    let model: ExplorerModel

    func draw(into painter: inout Painter, rect: Rect) {
        let isFocused = model.focus == .ring
        guard let layer = model.cursor, let result = model.current else {
            painter.panel(rect, isFocused: isFocused, titles: [[painter.title("Ring", isFocused: isFocused)]])
            painter.drawWaiting(in: rect.inset(columns: 2, rows: 1))
            return
        }
        painter.panel(
            rect, isFocused: isFocused, titles: titles(result, painter, isFocused), notes: notes(layer, painter))
        let inner = rect.inset(columns: 1, rows: 1)
        let styles = RingStyles(
            classColors: painter.theme.classColors, wrong: painter.theme[.wrong],
            circle: painter.theme[.rim], label: painter.theme[.muted])
        model.shownRing?.draw(
            into: &painter.buffer, rect: inner, styles: styles, names: names(in: inner.size),
            isDim: model.isCurrentPreview)
        drawCorners(result, into: &painter, rect: inner)
    }

    /// The classes' names as the rim has room for them: whole, or all by their first letters, not cut at random.
    private func names(in size: Size) -> [String] {
        let names = model.run.header?.classes ?? []
        return size.columns >= 46 ? names : names.map { String($0.prefix(size.columns >= 26 ? 3 : 1)) }
    }

    private func titles(_ result: LayerResult, _ painter: Painter, _ isFocused: Bool) -> [[Span]] {
        let name = painter.title(result.name, isFocused: isFocused)
        let shape = result.description.shape.map(String.init).joined(separator: "×")
        return [[name, painter.span("  \(shape)", .muted)], [name]]
    }

    private func notes(_ layer: Int, _ painter: Painter) -> [[Span]] {
        let layers = model.run.layers(on: model.level)
        guard let index = layers.firstIndex(of: layer) else { return [] }
        let word = model.level == .block ? "block" : "layer"
        let play = model.autoplay == .off ? [] : [painter.span("▸ ", .accent)]
        let place = "\(index + 1)/\(layers.count)"
        return [play + [painter.span("\(word) \(place)", .muted)], play + [painter.span(place, .muted)]]
    }

    /// A ring leaves the corners free: the counts stand in the lower ones, what is shown of the edges in the upper.
    private func drawCorners(_ result: LayerResult, into painter: inout Painter, rect: Rect) {
        let isDim = model.isCurrentPreview
        let figures = result.figures
        let row = rect.maxRow - 1
        let half = rect.columns / 2 - 2
        func counts(_ word: String, _ count: Int, _ role: Role) -> [[Span]] {
            let number = Numbers.grouped(count)
            return [
                [painter.span("\(word) ", .muted, isDim: isDim), painter.span(number, role, isDim: isDim)],
                [painter.span(number, role, isDim: isDim)],
            ]
        }
        // In a small panel the ring fills the row: figures alone disturb it less.
        let isSmall = rect.columns < 44
        let left = counts("correct", figures.correct, .correct).suffix(isSmall ? 1 : 2)
        let right = counts("wrong", figures.wrong, .wrong).suffix(isSmall ? 1 : 2)
        painter.write(
            painter.fitting(Array(left), width: half), column: rect.minColumn + 1, row: row, width: half)
        painter.write(
            painter.fitting(Array(right), width: half), endingAt: rect.maxColumn - 1, row: row, width: half)
        if isDim {
            painter.write([painter.span("preview", .accent)], column: rect.minColumn + 1, row: rect.minRow, width: half)
        }
        if model.filter != .all {
            let role: Role = model.filter == .correct ? .correct : .wrong
            let words = ["\(model.filter.rawValue) only", model.filter.rawValue].map { [painter.span($0, role)] }
            painter.write(
                painter.fitting(words, width: half), endingAt: rect.maxColumn - 1, row: rect.minRow, width: half)
        }
    }
}

extension Painter {
    /// Said where a panel has nothing to show yet.
    mutating func drawWaiting(in rect: Rect) {
        guard !rect.isEmpty else { return }
        let words = ["waiting for the first layer", "waiting"].map { [span($0, .muted)] }
        let line = fitting(words, width: rect.columns)
        write(
            line, column: rect.minColumn + max(0, rect.columns - line.width) / 2, row: rect.minRow + rect.rows / 2,
            width: rect.columns)
    }
}
