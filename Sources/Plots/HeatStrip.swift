import Cells
import Separation

/// The looks of a heat strip.
public struct HeatStyles: Equatable, Sendable {
    /// From none of a layer's pairs to all of them; with fewer than two colours, characters show it.
    public var gradient: [Color]
    /// The bins' ranges.
    public var label: Style
    /// The line of the share below one half.
    public var share: Style
    /// The current layer's; its background also goes below the strip.
    public var cursor: Style

    public init(gradient: [Color], label: Style = .plain, share: Style = .plain, cursor: Style = .plain) {
        self.gradient = gradient
        self.label = label
        self.share = share
        self.cursor = cursor
    }
}

/// The similarity histograms of all layers at a glance: a column for each layer, a row for each bin, similarity growing
/// upwards; below it the share of pairs under one half.
public struct HeatStrip: Equatable, Sendable {
    /// A histogram for each layer; nil: not there yet, left blank.
    public var histograms: [SimilarityHistogram?]
    /// The current layer.
    public var cursor: Int?

    public init(histograms: [SimilarityHistogram?], cursor: Int? = nil) {
        self.histograms = histograms
        self.cursor = cursor
    }

    /// Where things are, from the rectangle's top left.
    private struct Layout {
        var left: Int
        var columns: Int
        /// Rows of the strip.
        var rows: Int
        /// Rows of the share below one half, at the bottom.
        var shareRows: Int
        var cursorRow: Int?

        init(_ rect: Rect) {
            left = rect.columns >= 24 ? 8 : 0
            columns = rect.columns - left
            shareRows = rect.rows >= 20 ? 3 : rect.rows >= 4 ? 1 : 0
            cursorRow = rect.rows >= 6 ? rect.rows - shareRows - 1 : nil
            rows = rect.rows - shareRows - (cursorRow == nil ? 0 : 1)
        }
    }

    /// The columns of the buffer that a layer takes when drawn in a rectangle; nil where there is no such layer or no room.
    /// Layers share columns where there are more of them.
    public func columns(ofLayer layer: Int, in rect: Rect) -> Range<Int>? {
        let layout = Layout(rect)
        return LayerAxis(layers: histograms.count, places: layout.columns).band(of: layer).map {
            ($0.lowerBound + rect.minColumn + layout.left)..<($0.upperBound + rect.minColumn + layout.left)
        }
    }

    /// Draws the strip. With a gradient half blocks show two bins a row where rows are few; where there are fewer
    /// rows still, a row shows the fullest of several bins. Labels are left out where the rectangle is narrower than 24 columns.
    public func draw(into buffer: inout CellBuffer, rect: Rect, glyphs: GlyphSet, styles: HeatStyles) {
        guard !rect.isEmpty else { return }
        let layout = Layout(rect)
        var writer = RectWriter(rect: rect)
        // Bands that share a column are drawn one over the other; the current layer is to be the uppermost.
        let last = cursor.map { histograms.indices.contains($0) ? [$0] : [] } ?? []
        for layer in Array(histograms.indices) + last {
            guard let band = columns(ofLayer: layer, in: rect) else { continue }
            draw(layer, band, layout, &writer, &buffer, glyphs, styles)
        }
        drawLabels(layout, &writer, &buffer, glyphs, styles)
    }

    private func draw(
        _ layer: Int, _ band: Range<Int>, _ layout: Layout, _ writer: inout RectWriter, _ buffer: inout CellBuffer,
        _ glyphs: GlyphSet, _ styles: HeatStyles
    ) {
        let start = band.lowerBound - writer.rect.minColumn
        func write(_ cell: Cell, row: Int) {
            writer.row = row
            writer.write(String(repeating: Character(cell.scalar), count: band.count), at: start, cell.style, &buffer)
        }
        if layer == cursor, let row = layout.cursorRow { write(Cell(glyphs.up, styles.cursor), row: row) }
        guard let histogram = histograms[layer], histogram.pairs > 0 else { return }
        // From the top; a square root keeps bins with one pair in a hundred in sight.
        let tones = histogram.all.reversed().map { (Double(max(0, $0)) / Double(histogram.pairs)).squareRoot() }
        for row in 0..<layout.rows {
            var cell = cell(tones, row: row, of: layout.rows, glyphs, styles)
            if styles.gradient.count < 2, layer == cursor { cell.style = styles.cursor }
            write(cell, row: row)
        }
        let share = min(1, max(0, histogram.shareBelowHalf)) * Double(layout.shareRows)
        for row in 0..<layout.shareRows where row == 0 || share > Double(row) {
            let level = Sparkline.level(min(1, share - Double(row)), glyphs)
            write(Cell(level, layer == cursor ? styles.cursor : styles.share), row: writer.rect.rows - 1 - row)
        }
    }

    private func cell(
        _ tones: [Double], row: Int, of rows: Int, _ glyphs: GlyphSet, _ styles: HeatStyles
    ) -> Cell {
        func tone(_ part: Int, of parts: Int) -> Double {
            let top = tones.count * part / parts
            let bottom = max(top + 1, tones.count * (part + 1) / parts)
            return tones[min(top, tones.count - 1)..<min(bottom, tones.count)].max() ?? 0
        }
        if styles.gradient.count >= 2 {
            let upper = HeatTone.color(tone(2 * row, of: 2 * rows), styles.gradient)
            let lower = HeatTone.color(tone(2 * row + 1, of: 2 * rows), styles.gradient)
            if glyphs.isASCII || upper == lower {
                return Cell(" ", Style(background: HeatTone.color(tone(row, of: rows), styles.gradient)))
            }
            return Cell("▀", Style(foreground: upper, background: lower))
        }
        return Cell(HeatTone.sign(tone(row, of: rows), glyphs))
    }

    private func drawLabels(
        _ layout: Layout, _ writer: inout RectWriter, _ buffer: inout CellBuffer, _ glyphs: GlyphSet,
        _ styles: HeatStyles
    ) {
        guard layout.left > 0 else { return }
        // Each label's first bin from the top; some are left out where bins share rows.
        for row in 0..<layout.rows {
            let (bin, before) = (10 * row / layout.rows, row == 0 ? -1 : 10 * (row - 1) / layout.rows)
            guard bin != before else { continue }
            let bottom = max(bin + 1, 10 * (row + 1) / layout.rows)
            let ends = [10 - bottom, 10 - bin].map { NumberText.fixed(Double($0) / 10, decimals: 1) }
            writer.row = row
            writer.write(ends[0] + String(glyphs.dash) + ends[1], at: 0, styles.label, &buffer)
        }
        guard layout.shareRows > 0 else { return }
        writer.row = writer.rect.rows - layout.shareRows
        writer.write("< 0.5", at: 0, styles.label, &buffer)
    }
}
