import Cells

// The dots of a curve plot: lines and the bands of their errors.
extension CurvePlot {
    /// Every other dot between one error below and one above, between the layers too. A cell has one colour, so the band
    /// keeps off the cells of the other curves, and off those of its own where it reaches beyond them.
    func drawBand(of series: CurveSeries, _ index: Int, _ layout: CurveLayout, _ canvas: inout DotCanvas) {
        guard series.errors.contains(where: { $0 > 0 }) else { return }
        let glyphs = canvas.glyphs
        let scale = layout.scale(series.axis)
        var own = DotCanvas(size: canvas.size, glyphs: glyphs)
        var others = own
        for (place, curve) in self.series.enumerated() {
            if place == index { drawCurve(of: curve, layout, &own) } else { drawCurve(of: curve, layout, &others) }
        }
        func ends(_ layer: Int) -> (x: Int, low: Double, high: Double)? {
            guard let value = series.value(layer), let x = dotColumn(layer, layout.plot, glyphs) else { return nil }
            let error = series.error(layer)
            return (x, scale.position(of: value - error), scale.position(of: value + error))
        }
        for layer in series.values.indices {
            guard let here = ends(layer) else { continue }
            let next = ends(layer + 1) ?? here
            let style = series.style(at: layer, series.bandStyle)
            for x in here.x...max(here.x, next.x) {
                let part = next.x > here.x ? Double(x - here.x) / Double(next.x - here.x) : 0
                let low = layout.dotRow(here.low + part * (next.low - here.low), glyphs: glyphs)
                let high = layout.dotRow(here.high + part * (next.high - here.high), glyphs: glyphs)
                guard high < low else { continue }
                for y in high...low where (x + y) % 2 == 0 {
                    let (column, row) = (x / glyphs.dotColumns, y / glyphs.dotRows)
                    if others.hasDots(column: column, row: row) { continue }
                    if low - high > glyphs.dotRows, own.hasDots(column: column, row: row) { continue }
                    canvas.set(x: x, y: y, style: style)
                }
            }
        }
    }

    /// Dashes are a cell long, as are the gaps between them.
    private static func isOnDash(_ dot: Int, _ glyphs: GlyphSet) -> Bool { dot / glyphs.dotColumns % 2 == 0 }

    /// What a series' line looks like, for a legend: two cells, or three with a gap in the middle.
    public static func sample(isDashed: Bool, glyphs: GlyphSet) -> String {
        var canvas = DotCanvas(size: Size(columns: isDashed ? 3 : 2, rows: 1), glyphs: glyphs)
        let middle = (glyphs.dotRows - 1) / 2
        for x in 0..<canvas.columns where !isDashed || isOnDash(x, glyphs) {
            canvas.set(x: x, y: middle)
        }
        var buffer = CellBuffer(size: canvas.size)
        canvas.draw(into: &buffer, at: Point(column: 0, row: 0))
        return buffer.lines[0]
    }

    func drawCurve(of series: CurveSeries, _ layout: CurveLayout, _ canvas: inout DotCanvas) {
        let glyphs = canvas.glyphs
        let scale = layout.scale(series.axis)
        func dot(_ layer: Int) -> (x: Int, y: Int)? {
            guard let value = series.value(layer), let x = dotColumn(layer, layout.plot, glyphs) else { return nil }
            return (x, layout.dotRow(scale.position(of: value), glyphs: glyphs))
        }
        // Dashes go on from layer to layer, counted in dots along the curve.
        var dots = 0
        for layer in series.values.indices {
            guard let here = dot(layer) else { continue }
            let next = dot(layer + 1)
            let end = next ?? here
            canvas.line(
                fromX: here.x, fromY: here.y, toX: end.x, toY: end.y, style: series.style(at: layer, series.style)
            ) {
                defer { dots += 1 }
                return !series.isDashed || next == nil || Self.isOnDash(dots, glyphs)
            }
            // The next line begins with the dot that this one ends with.
            dots -= 1
        }
    }
}
