import Cells
import Plots
import Separation
import Settings

/// M of the layer in digits that the back row can read, and the little that has to stand beside it.
struct HeadlinePanel {
    let model: ExplorerModel

    func draw(into painter: inout Painter, rect: Rect) {
        let isFocused = model.focus == .headline
        let inner = rect.inset(columns: 2, rows: 1)
        guard let result = model.current else {
            painter.panel(rect, isFocused: isFocused, titles: [[painter.title("M", isFocused: isFocused)]])
            painter.drawWaiting(in: inner)
            return
        }
        painter.panel(
            rect, isFocused: isFocused, titles: [[painter.title("M = r · AQ · (1 − EQ)", isFocused: isFocused)]],
            notes: model.isCurrentPreview ? [[painter.span("preview", .accent)]] : [])
        let lines = lines(result, painter, width: inner.columns)
        // Decimals give way to size down to three.
        let digits = [4, 3].map { BigDigits(Numbers.fixed(result.figures.modularity, $0)) }
        let room = Size(columns: inner.columns, rows: max(0, inner.rows - lines.count - 1))
        guard let best = digits.max(by: { $0.scale(fitting: room) < $1.scale(fitting: room) }),
            best.scale(fitting: room) > 0
        else {
            let plain = [painter.span("M ", .muted), painter.span(Numbers.fixed(result.figures.modularity), .curve)]
            return painter.write([plain] + lines, in: inner)
        }
        let size = best.size(scale: best.scale(fitting: room))
        let top = inner.minRow + max(0, inner.rows - size.rows - 1 - lines.count) / 2
        let area = Rect(
            column: inner.minColumn + (inner.columns - size.columns) / 2, row: top, columns: size.columns,
            rows: size.rows)
        best.draw(
            into: &painter.buffer, rect: area, glyphs: model.glyphs,
            style: painter.style(.curve, isDim: model.isCurrentPreview))
        for (index, line) in lines.enumerated() {
            let row = area.maxRow + 1 + index
            guard row < inner.maxRow else { break }
            painter.write(
                line, column: inner.minColumn + max(0, inner.columns - line.width) / 2, row: row, width: inner.columns)
        }
    }

    /// The layer, the change and the flags.
    private func lines(_ result: LayerResult, _ painter: Painter, width: Int) -> [[Span]] {
        let layers = model.run.layers(on: model.level)
        let place = model.cursor.flatMap { layers.firstIndex(of: $0) }.map { "  \($0 + 1) of \(layers.count)" } ?? ""
        let name = painter.fitting(
            [
                [painter.layerName(result.name, .title), painter.span(place, .muted)],
                [painter.layerName(result.name, .title)],
            ], width: width)
        var change = [painter.span("± \(Numbers.fixed(result.figures.standardError))", .muted)]
        if let reference = model.reference {
            let difference = result.figures.modularity - reference.figures.modularity
            let row = FigureRow.all(k: model.run.header?.k ?? 3)[0]
            let (sign, role) = row.change(difference)
            change += [painter.span("   ", .muted), painter.span("\(sign) \(Numbers.signed(difference))", role)]
        }
        let flags = LayerWords(model: model, painter: painter).flags(isShort: true)
        return [name, painter.fitting([change], width: width)] + painter.flow(flags, width: width).prefix(1)
    }
}
