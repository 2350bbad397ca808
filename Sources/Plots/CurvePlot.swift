import Cells
import Separation

/// The looks of a curve plot; each series brings its own beside.
public struct CurveStyles: Equatable, Sendable {
    /// Layer numbers, and the labels of an axis that has several series or none.
    public var axis: Style
    /// Of the line below plateaus; its background shades them. Where colours are few or pale the line remains.
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
    /// The first and the last layer of each plateau, in order.
    public var plateaus: [ClosedRange<Int>]
    /// Of both vertical axes.
    public var scale: ScaleKind
    /// The current layer.
    public var cursor: Int?
    /// Whether layers are numbered below, from 1; left out where there are fewer than eight rows.
    public var hasLayerNumbers: Bool
    /// What both vertical axes show, linearly; nil: what the values ask for.
    public var range: ClosedRange<Double>?

    public init(
        series: [CurveSeries], flags: [[FlagMark]] = [], plateaus: [ClosedRange<Int>] = [], scale: ScaleKind = .linear,
        cursor: Int? = nil, hasLayerNumbers: Bool = false, range: ClosedRange<Double>? = nil
    ) {
        self.series = series
        self.flags = flags
        self.plateaus = plateaus
        self.scale = scale
        self.cursor = cursor
        self.hasLayerNumbers = hasLayerNumbers
        self.range = range
    }

    /// Layers along the horizontal axis.
    public var layers: Int { max(flags.count, series.map(\.values.count).max() ?? 0) }

    /// The vertical axis on a side: it shows all its series, and their bands.
    public func scale(of side: AxisSide) -> Scale {
        if let range { return Scale(showing: range) }
        let series = series.filter { $0.axis == side }
        return Scale(kind: scale, showing: series.flatMap { $0.extent(scale) })
    }

    /// The column of the buffer in which a layer stands when drawn in a rectangle; nil where there is no such layer or no
    /// room. Layers share columns where there are more of them.
    public func column(ofLayer layer: Int, in rect: Rect, glyphs: GlyphSet) -> Int? {
        column(layer, CurveLayout(self, rect: rect, glyphs: glyphs).plot, glyphs)
    }

    func column(_ layer: Int, _ plot: Rect, _ glyphs: GlyphSet) -> Int? {
        dotColumn(layer, plot, glyphs).map { plot.minColumn + $0 / glyphs.dotColumns }
    }

    func dotColumn(_ layer: Int, _ plot: Rect, _ glyphs: GlyphSet) -> Int? {
        LayerAxis(layers: layers, places: plot.columns * glyphs.dotColumns).place(of: layer)
    }

    /// Draws the plot. Axis labels are left out where the rectangle is narrower than 24 columns, the row of flags below
    /// four rows. O(cells + layers).
    public func draw(into buffer: inout CellBuffer, rect: Rect, glyphs: GlyphSet, styles: CurveStyles) {
        let layout = CurveLayout(self, rect: rect, glyphs: glyphs)
        guard !layout.plot.isEmpty else { return }
        shadePlateaus(&buffer, layout, glyphs, styles)
        var canvas = DotCanvas(size: layout.plot.size, glyphs: glyphs)
        for (index, series) in series.enumerated() { drawBand(of: series, index, layout, &canvas) }
        for series in series.reversed() { drawCurve(of: series, layout, &canvas) }
        drawCursor(&buffer, layout, canvas, styles)
        canvas.draw(into: &buffer, at: layout.plot.origin)
        drawTicks(&buffer, rect, layout, glyphs, styles)
        drawSymbols(&buffer, rect, layout, glyphs, styles)
        drawFlags(&buffer, rect, layout, glyphs, styles)
        drawLayerNumbers(&buffer, rect, layout, glyphs, styles)
    }

    private func shadePlateaus(
        _ buffer: inout CellBuffer, _ layout: CurveLayout, _ glyphs: GlyphSet, _ styles: CurveStyles
    ) {
        guard let background = styles.plateau.background else { return }
        for (columns, _) in plateaus(layout.plot, glyphs) {
            let shade = Rect(
                column: columns.lowerBound, row: layout.plot.minRow, columns: columns.count, rows: layout.plot.rows)
            buffer.restyle(shade) { $0.background = background }
        }
    }

    /// The columns of each plateau, and its mark. One that follows upon another begins after a blank column, or the two would
    /// look like one; but for where they would have no column left.
    func plateaus(_ plot: Rect, _ glyphs: GlyphSet) -> [(columns: ClosedRange<Int>, mark: FlagMark)] {
        var spans: [(columns: ClosedRange<Int>, mark: FlagMark)] = []
        for plateau in plateaus {
            guard let first = column(plateau.lowerBound, plot, glyphs),
                let last = column(plateau.upperBound, plot, glyphs)
            else { continue }
            let start = spans.last.map { max(first, $0.columns.upperBound + 2) } ?? first
            spans.append((min(start, last)...last, mark(of: plateau)))
        }
        return spans
    }

    /// A plateau's mark: that of its first layer.
    public func mark(of plateau: ClosedRange<Int>) -> FlagMark {
        let marks = flags.indices.contains(plateau.lowerBound) ? flags[plateau.lowerBound] : []
        return marks.first { $0.flag == .plateau } ?? FlagMark(.plateau)
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
