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

    init(_ curve: CurvePlot, rect: Rect) {
        func scale(_ side: AxisSide) -> Scale {
            Scale(kind: curve.scale, showing: curve.series.filter { $0.axis == side }.flatMap(\.extent))
        }
        (leftScale, rightScale) = (scale(.left), scale(.right))
        var rows = rect.rows
        if curve.hasLayerNumbers, rows >= 8 {
            rows -= 1
            numberRow = rect.minRow + rows
        }
        if !curve.flags.isEmpty, rows >= 4 {
            rows -= 1
            flagRow = rect.minRow + rows
        }
        // A tick in every second row leaves air between the labels.
        let count = rect.columns < 24 ? 0 : max(rows >= 2 ? 2 : 0, min(8, (rows + 1) / 2))
        func ticks(_ side: AxisSide, _ scale: Scale) -> [Tick] {
            curve.series.contains { $0.axis == side && !$0.extent.isEmpty } ? scale.ticks(atMost: count) : []
        }
        (leftTicks, rightTicks) = (ticks(.left, leftScale), ticks(.right, rightScale))
        func width(_ ticks: [Tick]) -> Int { ticks.map { $0.label.count + 1 }.max() ?? 0 }
        let (left, right) = (width(leftTicks), width(rightTicks))
        plot = Rect(
            column: rect.minColumn + left, row: rect.minRow, columns: rect.columns - left - right, rows: rows)
    }

    /// The row of dots, from the top, at a position between 0 (bottom) and 1 (top).
    func dotRow(_ position: Double, glyphs: GlyphSet) -> Int {
        let rows = plot.rows * glyphs.dotRows
        return rows - 1 - Int((position * Double(max(0, rows - 1))).rounded())
    }
}
