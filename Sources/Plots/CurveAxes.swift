import Cells

// What stands around the dots of a curve plot.
extension CurvePlot {
    func drawTicks(
        _ buffer: inout CellBuffer, _ rect: Rect, _ layout: CurveLayout, _ glyphs: GlyphSet, _ styles: CurveStyles
    ) {
        var writer = RectWriter(rect: rect)
        for (side, ticks) in [(AxisSide.left, layout.leftTicks), (.right, layout.rightTicks)] {
            let own = series.filter { $0.axis == side }
            // With one series on it, an axis says so by its colour.
            let style = series.count > 1 && own.count == 1 ? Style(foreground: own[0].style.foreground) : styles.axis
            for tick in ticks {
                writer.row = layout.dotRow(tick.position, glyphs: glyphs) / glyphs.dotRows
                if side == .left {
                    writer.write(tick.label, endingAt: layout.plot.minColumn - rect.minColumn - 1, style, &buffer)
                } else {
                    writer.write(tick.label, at: layout.plot.maxColumn - rect.minColumn + 1, style, &buffer)
                }
            }
        }
    }

    /// What an axis measures, below its labels beside the row of flags.
    func drawSymbols(
        _ buffer: inout CellBuffer, _ rect: Rect, _ layout: CurveLayout, _ glyphs: GlyphSet, _ styles: CurveStyles
    ) {
        guard let row = layout.flagRow, series.count > 1 else { return }
        var writer = RectWriter(rect: rect)
        writer.row = row - rect.minRow
        for (side, ticks) in [(AxisSide.left, layout.leftTicks), (.right, layout.rightTicks)] {
            let own = series.filter { $0.axis == side }
            guard own.count == 1, let width = ticks.map(\.label.count).max(), own[0].symbol.count <= width else {
                continue
            }
            let style = Style(foreground: own[0].style.foreground)
            if side == .left {
                writer.write(own[0].symbol, endingAt: layout.plot.minColumn - rect.minColumn - 1, style, &buffer)
            } else {
                writer.write(own[0].symbol, at: layout.plot.maxColumn - rect.minColumn + 1, style, &buffer)
            }
        }
    }

    /// The foremost flag of each layer, plateaus as a line; where layers share a column, that of them all.
    func drawFlags(
        _ buffer: inout CellBuffer, _ rect: Rect, _ layout: CurveLayout, _ glyphs: GlyphSet, _ styles: CurveStyles
    ) {
        guard let row = layout.flagRow else { return }
        var marks: [Int: [FlagMark]] = [:]
        for (layer, flags) in flags.enumerated() {
            guard let column = column(layer, layout.plot, glyphs) else { continue }
            marks[column, default: []] += flags.filter { $0.flag != .plateau }
        }
        var writer = RectWriter(rect: rect)
        writer.row = row - rect.minRow
        for (columns, mark) in plateaus(layout.plot, glyphs) {
            let line = String(repeating: Character(mark.glyph(glyphs)), count: columns.count)
            writer.write(line, at: columns.lowerBound - rect.minColumn, styles.style(of: mark), &buffer)
        }
        for (column, marks) in marks {
            guard let mark = FlagMark.foremost(of: marks) else { continue }
            writer.write(String(mark.glyph(glyphs)), at: column - rect.minColumn, styles.style(of: mark), &buffer)
        }
    }

    /// Numbers from 1, at round steps with two blanks between them at least.
    func drawLayerNumbers(
        _ buffer: inout CellBuffer, _ rect: Rect, _ layout: CurveLayout, _ glyphs: GlyphSet, _ styles: CurveStyles
    ) {
        guard let row = layout.numberRow, layers > 0 else { return }
        let room = max(1, layout.plot.columns / (String(layers).count + 3))
        var writer = RectWriter(rect: rect)
        writer.row = row - rect.minRow
        var end = Int.min
        for number in LayerAxis(layers: layers, places: layout.plot.columns).numbers(atMost: room) {
            guard let column = column(number - 1, layout.plot, glyphs) else { continue }
            let text = String(number)
            let start = min(column - rect.minColumn - (text.count - 1) / 2, rect.columns - text.count)
            guard start > end else { continue }
            writer.write(text, at: start, styles.axis, &buffer)
            end = start + text.count + 1
        }
    }
}
