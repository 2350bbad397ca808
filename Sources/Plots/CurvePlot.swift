import Cells
import Separation

/// The looks of a curve plot; each series brings its own beside.
public struct CurveStyles: Equatable, Sendable {
    /// Layer numbers, and the labels of an axis that has several series or none.
    public var axis: Style
    /// Its background shades plateaus; without one they are marked in the row of flags.
    public var plateau: Style
    /// The line at the current layer.
    public var cursor: Style
    public var peak: Style
    public var pastPeak: Style
    public var decline: Style

    public init(axis: Style, plateau: Style, cursor: Style, peak: Style, pastPeak: Style, decline: Style) {
        self.axis = axis
        self.plateau = plateau
        self.cursor = cursor
        self.peak = peak
        self.pastPeak = pastPeak
        self.decline = decline
    }

    /// Of a flag, dim where it is provisional.
    public func style(of mark: FlagMark) -> Style {
        var style =
            switch mark.flag {
            case .peak: peak
            case .pastPeak: pastPeak
            case .decline: decline
            case .plateau: Style(foreground: plateau.foreground, attributes: plateau.attributes)
            }
        if mark.isProvisional { style.attributes.insert(.dim) }
        return style
    }
}

/// Figures over the layers, with error bands, flags and a cursor.
public struct CurvePlot: Equatable, Sendable {
    /// The first one lies on top.
    public var series: [CurveSeries]
    /// The flags of each layer; empty: there is no row for them.
    public var flags: [[FlagMark]]
    /// Of both vertical axes.
    public var scale: ScaleKind
    /// The current layer.
    public var cursor: Int?
    /// Whether layers are numbered below, from 1; left out where there are fewer than eight rows.
    public var hasLayerNumbers: Bool

    public init(
        series: [CurveSeries], flags: [[FlagMark]] = [], scale: ScaleKind = .linear, cursor: Int? = nil,
        hasLayerNumbers: Bool = false
    ) {
        self.series = series
        self.flags = flags
        self.scale = scale
        self.cursor = cursor
        self.hasLayerNumbers = hasLayerNumbers
    }

    /// Layers along the horizontal axis.
    public var layers: Int { max(flags.count, series.map(\.values.count).max() ?? 0) }

    /// The column of the buffer in which a layer stands when drawn in a rectangle; nil where there is no such layer or no
    /// room. Layers share columns where there are more of them.
    public func column(ofLayer layer: Int, in rect: Rect, glyphs: GlyphSet) -> Int? {
        column(layer, CurveLayout(self, rect: rect).plot, glyphs)
    }

    func column(_ layer: Int, _ plot: Rect, _ glyphs: GlyphSet) -> Int? {
        dotColumn(layer, plot, glyphs).map { plot.minColumn + $0 / glyphs.dotColumns }
    }

    private func dotColumn(_ layer: Int, _ plot: Rect, _ glyphs: GlyphSet) -> Int? {
        LayerAxis(layers: layers, places: plot.columns * glyphs.dotColumns).place(of: layer)
    }

    /// Draws the plot. Axis labels are left out where the rectangle is narrower than 24 columns, the row of flags below
    /// four rows. O(cells + layers).
    public func draw(into buffer: inout CellBuffer, rect: Rect, glyphs: GlyphSet, styles: CurveStyles) {
        let layout = CurveLayout(self, rect: rect)
        guard !layout.plot.isEmpty else { return }
        shadePlateaus(&buffer, layout, glyphs, styles)
        var canvas = DotCanvas(size: layout.plot.size, glyphs: glyphs)
        for series in series.reversed() {
            let scale = series.axis == .left ? layout.leftScale : layout.rightScale
            drawBand(of: series, scale, layout, &canvas)
            drawCurve(of: series, scale, layout, &canvas)
        }
        drawCursor(&buffer, layout, canvas, styles)
        canvas.draw(into: &buffer, at: layout.plot.origin)
        drawTicks(&buffer, rect, layout, glyphs, styles)
        drawFlags(&buffer, rect, layout, glyphs, styles)
        drawLayerNumbers(&buffer, rect, layout, glyphs, styles)
    }

    private func shadePlateaus(
        _ buffer: inout CellBuffer, _ layout: CurveLayout, _ glyphs: GlyphSet, _ styles: CurveStyles
    ) {
        guard let background = styles.plateau.background else { return }
        func isPlateau(_ layer: Int) -> Bool {
            flags.indices.contains(layer) && flags[layer].contains { $0.flag == .plateau }
        }
        var layer = 0
        while layer < flags.count {
            guard isPlateau(layer), let first = column(layer, layout.plot, glyphs) else {
                layer += 1
                continue
            }
            while isPlateau(layer + 1) { layer += 1 }
            let last = column(layer, layout.plot, glyphs) ?? first
            let shade = Rect(column: first, row: layout.plot.minRow, columns: last - first + 1, rows: layout.plot.rows)
            buffer.restyle(shade) { $0.background = background }
            layer += 1
        }
    }

    /// Every other dot between one error below and one above, between the layers too.
    private func drawBand(of series: CurveSeries, _ scale: Scale, _ layout: CurveLayout, _ canvas: inout DotCanvas) {
        guard series.errors.contains(where: { $0 > 0 }) else { return }
        let glyphs = canvas.glyphs
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
                for y in high...low where (x + y) % 2 == 0 { canvas.set(x: x, y: y, style: style) }
            }
        }
    }

    private func drawCurve(of series: CurveSeries, _ scale: Scale, _ layout: CurveLayout, _ canvas: inout DotCanvas) {
        let glyphs = canvas.glyphs
        func dot(_ layer: Int) -> (x: Int, y: Int)? {
            guard let value = series.value(layer), let x = dotColumn(layer, layout.plot, glyphs) else { return nil }
            return (x, layout.dotRow(scale.position(of: value), glyphs: glyphs))
        }
        for layer in series.values.indices {
            guard let here = dot(layer) else { continue }
            let next = dot(layer + 1) ?? here
            let style = series.style(at: layer, series.style)
            if series.isDotted {
                // Dots in even columns only: a line that climbs keeps enough of them.
                for x in here.x...max(here.x, next.x) where x % 2 == 0 || (here.x == next.x && x == here.x) {
                    let part = next.x > here.x ? Double(x - here.x) / Double(next.x - here.x) : 0
                    let y = Double(here.y) + part * Double(next.y - here.y)
                    canvas.set(x: x, y: Int(y.rounded()), style: style)
                }
            } else {
                canvas.line(fromX: here.x, fromY: here.y, toX: next.x, toY: next.y, style: style)
            }
        }
    }

    /// A line through the cells that no curve takes; a background goes through all.
    private func drawCursor(
        _ buffer: inout CellBuffer, _ layout: CurveLayout, _ canvas: DotCanvas, _ styles: CurveStyles
    ) {
        guard let cursor, let column = column(cursor, layout.plot, canvas.glyphs) else { return }
        for row in 0..<layout.plot.rows {
            let isTaken = canvas.hasDots(column: column - layout.plot.minColumn, row: row)
            let cell = Cell(isTaken ? " " : canvas.glyphs.vertical, styles.cursor)
            buffer.overlay(cell, column: column, row: layout.plot.minRow + row)
        }
    }
}
