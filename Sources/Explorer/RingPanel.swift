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
            circle: painter.theme[.rim])
        let corners = corners(result, painter, rect: inner)
        model.shownRing?.draw(
            into: &painter.buffer, rect: inner, styles: styles, names: model.run.header?.classes ?? [],
            reserved: corners.map(\.rect), isDim: model.isCurrentPreview)
        for corner in corners {
            painter.write(
                corner.spans, column: corner.rect.minColumn, row: corner.rect.minRow, width: corner.rect.columns)
        }
    }

    private func titles(_ result: LayerResult, _ painter: Painter, _ isFocused: Bool) -> [[Span]] {
        let name = painter.layerName(result.name, isFocused ? .focusTitle : .title)
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

    private struct Corner {
        var spans: [Span]
        var rect: Rect
    }

    /// A ring leaves the corners free: the counts stand in the lower ones, what is shown of the edges in the upper.
    private func corners(_ result: LayerResult, _ painter: Painter, rect: Rect) -> [Corner] {
        let isDim = model.isCurrentPreview
        let half = rect.columns / 2 - 2
        func corner(_ variants: [[Span]], isRight: Bool, row: Int) -> Corner {
            let spans = painter.fitting(variants, width: half)
            let column = isRight ? rect.maxColumn - 1 - spans.width : rect.minColumn + 1
            return Corner(spans: spans, rect: Rect(column: column, row: row, columns: spans.width, rows: 1))
        }
        // In a small panel the ring fills the row: figures alone disturb it less.
        let isSmall = rect.columns < 44
        func counts(_ word: String, _ count: Int, _ role: Role, isRight: Bool) -> Corner {
            let number = painter.span(Numbers.grouped(count), role, isDim: isDim)
            let words = isSmall ? [[number]] : [[painter.span("\(word) ", .muted, isDim: isDim), number], [number]]
            return corner(words, isRight: isRight, row: rect.maxRow - 1)
        }
        let shown = shownCounts(result)
        var corners = [
            counts("correct", shown.correct, .correct, isRight: false),
            counts("wrong", shown.wrong, .wrong, isRight: true),
        ]
        if isDim {
            corners.append(corner([[painter.span("preview", .accent)]], isRight: false, row: rect.minRow))
        }
        if model.filter != .all || model.classFocus != nil {
            corners.append(corner(choices(painter), isRight: true, row: rect.minRow))
        }
        return corners
    }

    /// Correct and wrong edges of the layer or, where one is looked at, of a class.
    private func shownCounts(_ result: LayerResult) -> (correct: Int, wrong: Int) {
        guard let label = model.classFocus, let layer = model.cursor, let edges = model.run.classEdges[layer] else {
            return (result.figures.correct, result.figures.wrong)
        }
        let own = edges.edges(of: label)
        return (own.correct, own.wrong.reduce(0) { $0 + $1.count })
    }

    /// Which of the edges are shown, in fewer and fewer words.
    private func choices(_ painter: Painter) -> [[Span]] {
        let role: Role = model.filter == .correct ? .correct : .wrong
        let filter = model.filter == .all ? nil : painter.span(model.filter.rawValue, role)
        guard let label = model.classFocus else {
            return [filter.map { [$0, painter.span(" only", role)] } ?? [], filter.map { [$0] } ?? []]
        }
        let name = Span(text: model.run.className(label), style: painter.theme.classStyle(label))
        guard let filter else { return [[name, painter.span(" only", .muted)], [name]] }
        return [[name, painter.span(" · ", .frame), filter], [name]]
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
