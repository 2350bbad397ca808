import Cells
import Plots
import Separation

/// The similarity histogram of the layer; zoomed, that of all layers as a heat strip below it.
struct HistogramPanel {
    let model: ExplorerModel

    func draw(into painter: inout Painter, rect: Rect) {
        let isFocused = model.focus == .histogram
        let title = [[painter.title("Similarity", isFocused: isFocused)]]
        guard let result = model.current else {
            painter.panel(rect, isFocused: isFocused, titles: title)
            painter.drawWaiting(in: rect.inset(columns: 2, rows: 1))
            return
        }
        let inner = rect.inset(columns: rect.columns >= 50 ? 2 : 1, rows: 1)
        // Without its sign a percentage needs it said above; then, and where the frame is too short, the legend is below.
        let hasLegendBelow = rect.columns < Self.leastWidthOfLegend
        let note = inner.columns < HistogramPlot.fullWidth ? [[painter.span("%", .muted)]] : []
        painter.panel(rect, isFocused: isFocused, titles: title, notes: hasLegendBelow ? note : legend(painter))
        if model.isZoomed {
            drawZoomed(result, into: &painter, rect: inner)
        } else {
            drawPlain(result, hasLegend: hasLegendBelow, into: &painter, rect: inner)
        }
    }

    /// Columns of a panel whose frame holds title and legend.
    private static let leastWidthOfLegend = 37

    /// The bins, and below them in words what they come to where there is a row left.
    private func drawPlain(_ result: LayerResult, hasLegend: Bool, into painter: inout Painter, rect: Rect) {
        let bins = SimilarityHistogram.binCount
        var plot = rect
        if rect.rows > bins {
            plot = rect.cut(rowsBelow: rect.rows > bins + 1 ? 2 : 1).0
            if plot.rows < 2 * bins { plot = plot.cut(rowsAbove: (plot.rows - bins) / 2).1.cut(rowsAbove: bins).0 }
            let line = painter.fitting(summary(result, painter), width: rect.columns)
            painter.write(line, column: rect.minColumn, row: rect.maxRow - 1, width: rect.columns)
        }
        drawBins(result, mode: .stacked, into: &painter, rect: plot)
        if hasLegend, rect.rows > bins + 1 {
            let line = painter.fitting(legend(painter), width: rect.columns)
            painter.write(line, column: rect.minColumn, row: rect.maxRow - 2, width: rect.columns)
        }
    }

    private func drawBins(_ result: LayerResult, mode: HistogramMode, into painter: inout Painter, rect: Rect) {
        let isDim = model.isCurrentPreview
        HistogramPlot(result.histogram, mode: mode).draw(
            into: &painter.buffer, rect: rect, glyphs: model.glyphs,
            styles: HistogramStyles(
                same: painter.style(.same, isDim: isDim), different: painter.style(.different, isDim: isDim),
                label: painter.style(.muted, isDim: isDim), value: painter.style(.text, isDim: isDim)))
    }

    private func legend(_ painter: Painter) -> [[Span]] {
        let (full, shade) = (String(model.glyphs.full), String(model.glyphs.shade))
        func spans(_ before: String, _ same: String, _ different: String) -> [Span] {
            [
                painter.span(before, .muted), painter.span(full, .same), painter.span(" \(same)  ", .muted),
                painter.span(shade, .different), painter.span(" \(different)", .muted),
            ]
        }
        return [
            spans("all pairs   ", "same class", "different class"), spans("", "same class", "different class"),
            spans("", "same", "different"), spans("", "same", "diff."),
        ]
    }

    private func summary(_ result: LayerResult, _ painter: Painter) -> [[Span]] {
        let histogram = result.histogram
        let isDim = model.isCurrentPreview
        let below = Numbers.percent(histogram.shareBelowHalf)
        let pairs = Numbers.grouped(histogram.pairs)
        let head = [painter.span(below, .text, isDim: isDim), painter.span(" below 0.5", .muted, isDim: isDim)]
        func tail(_ text: String) -> [Span] { [painter.span(text, .muted, isDim: isDim)] }
        let negative = " · \(Numbers.grouped(histogram.negative)) negative"
        return [head + tail("\(negative) · \(pairs) pairs"), head + tail(" · \(pairs) pairs"), head]
    }

    // MARK: Zoomed

    /// The layer's bins as counts and as shares of each kind of pair, and below them all layers.
    private func drawZoomed(_ result: LayerResult, into painter: inout Painter, rect: Rect) {
        let bins = SimilarityHistogram.binCount
        guard rect.rows >= bins + 8 else {
            drawHeat(into: &painter, rect: rect)
            return
        }
        let (upper, lower) = rect.cut(rowsAbove: rect.rows >= 2 * bins + 18 ? 2 * bins + 2 : bins + 2)
        let hasTwo = upper.columns >= 90
        let (left, right) = upper.cut(columnsLeft: hasTwo ? upper.columns / 2 - 2 : upper.columns, gap: hasTwo ? 4 : 0)
        drawCaption(
            [painter.layerName(result.name, .muted), painter.span(": pairs per bin", .muted)], painter: &painter,
            rect: left)
        drawBins(result, mode: .stacked, into: &painter, rect: left.cut(rowsAbove: 1).1.cut(rowsBelow: 1).0)
        if hasTwo {
            drawCaption(
                [painter.span("shares of different-class and of same-class pairs", .muted)], painter: &painter,
                rect: right)
            drawBins(result, mode: .normalized, into: &painter, rect: right.cut(rowsAbove: 1).1.cut(rowsBelow: 1).0)
        }
        let share = Numbers.percent(result.histogram.shareBelowHalf)
        drawCaption(
            [painter.span("all layers: share of pairs in each bin, and below 0.5 (here \(share))", .muted)],
            painter: &painter, rect: lower)
        drawHeat(into: &painter, rect: lower.cut(rowsAbove: 1).1)
    }

    private func drawCaption(_ caption: [Span], painter: inout Painter, rect: Rect) {
        painter.write(
            painter.fitting([caption], width: rect.columns), column: rect.minColumn,
            row: rect.minRow, width: rect.columns)
    }

    private func drawHeat(into painter: inout Painter, rect: Rect) {
        let layers = model.run.layers(on: model.level)
        let strip = HeatStrip(
            histograms: layers.map { model.run[$0]?.histogram },
            cursor: model.cursor.flatMap { layers.firstIndex(of: $0) })
        strip.draw(
            into: &painter.buffer, rect: rect, glyphs: model.glyphs,
            styles: HeatStyles(
                gradient: painter.theme.heatGradient, label: painter.theme[.muted], share: painter.theme[.curve],
                cursor: painter.theme[.cursor]))
    }
}
