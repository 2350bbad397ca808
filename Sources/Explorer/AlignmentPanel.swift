import Cells
import Plots
import Separation
import Settings

/// Linear CKA between every two layers of the level as a heat map, from the input at the top left to the output.
struct AlignmentPanel {
    let model: ExplorerModel

    func draw(into painter: inout Painter, rect: Rect) {
        let isFocused = model.focus == .alignment
        let layers = model.run.layers(on: model.level)
        let isKnown = layers.contains { model.run.alignment[$0, $0] != nil }
        painter.panel(
            rect, isFocused: isFocused,
            titles: [
                [painter.title("Layers alike", isFocused: isFocused), painter.span("  linear CKA", .muted)],
                [painter.title("CKA", isFocused: isFocused)],
            ], notes: isKnown ? legend(painter) : [])
        let inner = rect.inset(columns: 2, rows: 1)
        guard isKnown else {
            let isOver = model.run.isFinished || model.run.failure != nil
            if isOver {
                painter.drawMissing("no Gram matrices in the run", in: inner)
            } else {
                painter.drawWaiting(in: inner)
            }
            return
        }
        let words = words(layers, painter, width: inner.columns)
        // The picture matters more than the words below it.
        let (upper, lower) = inner.cut(rowsBelow: min(words.count + 1, inner.rows / 3))
        drawHeat(layers, into: &painter, rect: upper)
        painter.write(words, in: lower.cut(rowsAbove: 1).1)
    }

    private func legend(_ painter: Painter) -> [[Span]] {
        guard painter.theme.heatGradient.count > 1 else { return [] }
        let steps = (0..<8).map { step in
            Span(text: " ", style: Style(background: HeatTone.color(Double(step) / 7, painter.theme.heatGradient)))
        }
        return [[painter.span("0 ", .muted)] + steps + [painter.span(" 1", .muted)]]
    }

    /// Pixels are as high as wide: half a row each. Layers share pixels where there are more of them.
    private func drawHeat(_ layers: [Int], into painter: inout Painter, rect: Rect) {
        let hasGradient = painter.theme.heatGradient.count > 1
        // Beside the map stands where the cursor is.
        let most = min(rect.columns - 2, 2 * rect.rows)
        guard most > 1 else { return }
        let side = layers.count < most ? most / layers.count * layers.count : most
        func layer(_ pixel: Int) -> Int { layers[min(layers.count - 1, pixel * layers.count / side)] }
        let left = rect.minColumn + 2 + (rect.columns - 2 - side) / 2
        for row in 0..<((side + 1) / 2) {
            let isCurrent = [2 * row, 2 * row + 1].contains { $0 < side && layer($0) == model.cursor }
            if isCurrent {
                painter.write([painter.span("▸", .cursor)], column: left - 2, row: rect.minRow + row, width: 1)
            }
            for column in 0..<side {
                let upper = model.run.alignment[layer(2 * row), layer(column)]
                let lower = 2 * row + 1 < side ? model.run.alignment[layer(2 * row + 1), layer(column)] : nil
                painter.buffer[left + column, rect.minRow + row] =
                    hasGradient ? painter.heatCell(upper, lower) : painter.rampCell(upper, lower)
            }
        }
    }

    /// How alike the layer is to the one before, and the runs of layers that are alike beside Criterion I's plateaus.
    private func words(_ layers: [Int], _ painter: Painter, width: Int) -> [[Span]] {
        func text(_ words: String) -> Span { painter.span(words, .text) }
        func ranges(_ ranges: [ClosedRange<Int>]) -> [[Span]] {
            let places = ranges.compactMap { range -> [Span]? in
                guard let first = layers.firstIndex(of: range.lowerBound),
                    let last = layers.firstIndex(of: range.upperBound)
                else { return nil }
                return [text("\(first + 1)–\(last + 1)")]
            }
            return places.isEmpty ? [[painter.span("none", .muted)]] : places
        }
        var lines: [[Span]] = []
        if let cursor = model.cursor, let index = layers.firstIndex(of: cursor), index > 0,
            let value = model.run.alignment[cursor, layers[index - 1]]
        {
            lines += painter.fact("layer before", [[text(Numbers.fixed(value))]], width: width)
        }
        let blocks = model.run.alignment.blocks(of: layers, length: model.criterion.minLength)
        lines += painter.fact("alike ≥ \(Numbers.fixed(AlignmentMatrix.alike, 1))", ranges(blocks), width: width)
        let plateaus = model.flags?[model.level].modularity.plateaus ?? []
        lines += painter.fact("plateaus of M", ranges(plateaus), width: width)
        return lines
    }
}

extension Painter {
    /// Two values above one another; an unknown one shows nothing.
    fileprivate func heatCell(_ upper: Double?, _ lower: Double?) -> Cell {
        func color(_ value: Double) -> Color { HeatTone.color(value, theme.heatGradient) }
        let colors = (upper.map(color), lower.map(color))
        if glyphs.isASCII || colors.0 == colors.1 {
            return Cell(" ", Style(background: colors.0 ?? colors.1))
        }
        guard let first = colors.0 else { return Cell("▄", Style(foreground: colors.1)) }
        return Cell("▀", Style(foreground: first, background: colors.1))
    }

    /// The mean of two values as a character.
    fileprivate func rampCell(_ upper: Double?, _ lower: Double?) -> Cell {
        let values = [upper, lower].compactMap(\.self)
        guard !values.isEmpty else { return Cell() }
        let mean = values.reduce(0, +) / Double(values.count)
        return Cell(HeatTone.sign(mean, glyphs), style(.text))
    }
}
