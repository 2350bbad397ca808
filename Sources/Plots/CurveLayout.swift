import Cells

/// Where the parts of a curve plot are; in cells of the buffer.
struct CurveLayout {
    /// The dots.
    var plot: Rect
    /// The row of flags; nil where there is none.
    var flagRow: Int?
    /// The row of layer numbers; nil where there is none.
    var numberRow: Int?
    var leftTicks: [Tick]
    var rightTicks: [Tick]
    let leftScale: Scale
    let rightScale: Scale

    init(_ curve: CurvePlot, rect: Rect, glyphs: GlyphSet) {
        (leftScale, rightScale) = (curve.scale(of: .left), curve.scale(of: .right))
        var rows = rect.rows
        if curve.hasLayerNumbers, rows >= 8 {
            rows -= 1
            numberRow = rect.minRow + rows
        }
        if !curve.flags.isEmpty, rows >= 4 {
            rows -= 1
            flagRow = rect.minRow + rows
        }
        func ticks(_ side: AxisSide, _ scale: Scale) -> [Tick] {
            let isShown = curve.series.contains { $0.axis == side && !$0.extent(curve.scale).isEmpty }
            guard rect.columns >= 24, rows >= 2, isShown else { return [] }
            return Self.ticks(of: scale, rows: rows, glyphs: glyphs)
        }
        (leftTicks, rightTicks) = (ticks(.left, leftScale), ticks(.right, rightScale))
        func width(_ ticks: [Tick]) -> Int { ticks.map { $0.label.count + 1 }.max() ?? 0 }
        let (left, right) = (width(leftTicks), width(rightTicks))
        plot = Rect(
            column: rect.minColumn + left, row: rect.minRow, columns: rect.columns - left - right, rows: rows)
    }

    func scale(_ side: AxisSide) -> Scale { side == .left ? leftScale : rightScale }

    /// The ticks that leave a row of air between their labels, two at least.
    private static func ticks(of scale: Scale, rows: Int, glyphs: GlyphSet) -> [Tick] {
        for count in stride(from: min(8, (rows + 1) / 2), to: 2, by: -1) {
            let ticks = scale.ticks(atMost: count)
            let places = ticks.map { dotRow($0.position, rows: rows, glyphs: glyphs) / glyphs.dotRows }
            if ticks.count >= 2, zip(places, places.dropFirst()).allSatisfy({ $0 - $1 >= 2 }) { return ticks }
        }
        let few = (2...4).map(scale.ticks(atMost:))
        return few.first { $0.count >= 2 } ?? few[0]
    }

    /// The row of dots, from the top, at a position between 0 (bottom) and 1 (top).
    func dotRow(_ position: Double, glyphs: GlyphSet) -> Int { Self.dotRow(position, rows: plot.rows, glyphs: glyphs) }

    private static func dotRow(_ position: Double, rows: Int, glyphs: GlyphSet) -> Int {
        let dots = rows * glyphs.dotRows
        return dots - 1 - Int((position * Double(max(0, dots - 1))).rounded())
    }
}
