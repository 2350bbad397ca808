import Cells
import Separation

public enum HistogramMode: String, Sendable, CaseIterable {
    /// A bar for each bin: pairs of one class, then pairs of two; as long as the bin is large.
    case stacked
    /// Two bars for each bin, back to back: to the left the share of all pairs of two classes that fall in it, to the right
    /// that of all pairs of one class. Pairs of one class are few; so their shift to the right is seen.
    case normalized
}

/// The looks of a histogram.
public struct HistogramStyles: Equatable, Sendable {
    /// Bars of pairs of one class.
    public var same: Style
    /// Bars of pairs of two classes.
    public var different: Style
    /// The bins' ranges.
    public var label: Style
    /// Counts and percentages.
    public var value: Style

    public init(same: Style, different: Style, label: Style = .plain, value: Style = .plain) {
        self.same = same
        self.different = different
        self.label = label
        self.value = value
    }
}

/// A similarity histogram in rows of text.
public struct HistogramPlot: Equatable, Sendable {
    public var histogram: SimilarityHistogram
    public var mode: HistogramMode

    public init(_ histogram: SimilarityHistogram, mode: HistogramMode = .stacked) {
        self.histogram = histogram
        self.mode = mode
    }

    /// Columns from which on percentages bear their sign and bins both their ends; below, the caption has to say so.
    public static let fullWidth = 27

    /// One row for each of the ten bins, similarity growing downwards. Where there are fewer rows, those bins in a row that
    /// hold the most pairs; where there are many, thicker bars. Narrow rectangles drop counts, then a range's upper end and
    /// the percent sign, then all but the bars.
    public func draw(into buffer: inout CellBuffer, rect: Rect, glyphs: GlyphSet, styles: HistogramStyles) {
        guard !rect.isEmpty, !histogram.all.isEmpty else { return }
        let bins = min(histogram.all.count, histogram.same.count)
        let height = max(1, min(3, rect.rows / max(1, bins)))
        let shown = window(of: min(bins, rect.rows), among: bins)
        var canvas = RectWriter(rect: rect)
        for (line, bin) in shown.enumerated() {
            for row in 0..<max(1, height == 3 ? 2 : height) {
                canvas.row = line * height + row
                switch mode {
                case .stacked: drawStacked(bin, hasText: row == 0, &canvas, &buffer, glyphs, styles)
                case .normalized: drawNormalized(bin, hasText: row == 0, &canvas, &buffer, glyphs, styles)
                }
            }
        }
    }

    /// The run of so many bins that holds the most pairs, the first of them on a tie.
    private func window(of count: Int, among bins: Int) -> Range<Int> {
        let starts = 0...(bins - count)
        func pairs(_ start: Int) -> Double { histogram.all[start..<(start + count)].reduce(0) { $0 + Double($1) } }
        let best = starts.reversed().max { pairs($0) < pairs($1) } ?? 0
        return best..<(best + count)
    }

    private func label(_ bin: Int, _ glyphs: GlyphSet) -> String {
        Self.edge(bin) + String(glyphs.dash) + Self.edge(bin + 1)
    }

    /// The similarity at which a bin begins, as text; of the number of bins, that at which the last one ends.
    public static func edge(_ bin: Int) -> String {
        NumberText.fixed(Double(bin) / Double(SimilarityHistogram.binCount), decimals: 1)
    }

    /// The share of all pairs that fall in a bin, and how many blanks follow it so that figures stand in columns.
    private func percent(_ bin: Int, isFull: Bool) -> (String, Int) {
        if histogram.all[bin] == 0 { return ("0", 2) }
        if isFull { return (NumberText.percent(histogram.all[bin], of: histogram.pairs), 0) }
        return (NumberText.fixed(100 * Double(histogram.all[bin]) / Double(histogram.pairs), decimals: 1), 0)
    }

    /// Pairs of two classes too few for a cell of shade.
    private func trace(_ glyphs: GlyphSet) -> Unicode.Scalar {
        switch glyphs {
        case .braille: "┊"
        case .blocks: "░"
        case .ascii: "."
        }
    }

    /// How a row of stacked bars is divided.
    private struct Columns {
        /// For the label, and for the percentage with blanks before it; 0 where it is left out.
        var label = 0
        var percent = 0
        /// For the count with blanks before it.
        var count = 0
        var isFull: Bool { percent == 10 }
    }

    private func columns(width: Int, countWidth: Int) -> Columns {
        let leastBar = 8
        if width < 16 { return Columns() }
        if width < Self.fullWidth { return Columns(label: 4, percent: 5) }
        let full = Columns(label: 9, percent: 10, count: countWidth)
        return width >= leastBar + 9 + 10 + countWidth ? full : Columns(label: 9, percent: 10)
    }

    private func drawStacked(
        _ bin: Int, hasText: Bool, _ row: inout RectWriter, _ buffer: inout CellBuffer, _ glyphs: GlyphSet,
        _ styles: HistogramStyles
    ) {
        let width = row.rect.columns
        let counts = histogram.all.map(NumberText.grouped)
        let columns = columns(width: width, countWidth: (counts.map(\.count).max() ?? 0) + 2)
        let barStart = columns.label
        let barWidth = width - columns.label - columns.percent - columns.count
        if hasText, columns.label > 0 {
            row.write(String(label(bin, glyphs).prefix(columns.isFull ? 9 : 3)), at: 0, styles.label, &buffer)
            let (percent, blanks) = percent(bin, isFull: columns.isFull)
            row.write(percent, endingAt: width - blanks, styles.value, &buffer)
            if columns.count > 0 { row.write(counts[bin], endingAt: width - columns.percent, styles.label, &buffer) }
        }
        let unit = Double(barWidth) / Double(max(1, histogram.all.max() ?? 1))
        let total = Double(histogram.all[bin]) * unit
        let same = Double(histogram.same[bin]) * unit
        // The larger part keeps its cell when both together have but one.
        let sameCells = total < 1 ? (same * 2 >= total ? total : 0) : max(same.rounded(), min(same, 1))
        let first = glyphs.bar(length: sameCells, width: barWidth)
        row.write(first, at: barStart, styles.same, &buffer)
        let rest = Int(total.rounded()) - first.unicodeScalars.count
        if total >= 1, rest > 0 {
            let shades = String(repeating: Character(glyphs.shade), count: rest)
            row.write(shades, at: barStart + first.unicodeScalars.count, styles.different, &buffer)
        } else if total > 0, first.isEmpty {
            row.write(String(trace(glyphs)), at: barStart, styles.different, &buffer)
        }
    }

    private func drawNormalized(
        _ bin: Int, hasText: Bool, _ row: inout RectWriter, _ buffer: inout CellBuffer, _ glyphs: GlyphSet,
        _ styles: HistogramStyles
    ) {
        let width = row.rect.columns
        let hasLabel = width >= 25
        let hasPercent = width >= 41
        let labelWidth = hasLabel ? 9 : 0
        let percentWidth = hasPercent ? 9 : 0
        let half = (width - labelWidth - 2 * percentWidth - 1) / 2
        guard half > 0 else { return }
        let different = histogram.different
        let (allSame, allDifferent) = (histogram.same.reduce(0, +), different.reduce(0, +))
        func share(_ count: Int, _ all: Int) -> Double { all == 0 ? 0 : Double(count) / Double(all) }
        let largest = max(
            share(histogram.same.max() ?? 0, allSame), share(different.max() ?? 0, allDifferent), 1e-300)
        let axis = labelWidth + percentWidth + half
        row.write(String(glyphs.vertical), at: axis, styles.label, &buffer)
        let left = share(different[bin], allDifferent) / largest * Double(half)
        let cells = Int(left.rounded())
        let shades = cells == 0 && left > 0 ? trace(glyphs) : glyphs.shade
        row.write(
            String(repeating: Character(shades), count: left > 0 ? max(1, cells) : 0), endingAt: axis, styles.different,
            &buffer)
        let right = glyphs.bar(length: share(histogram.same[bin], allSame) / largest * Double(half), width: half)
        row.write(right, at: axis + 1, styles.same, &buffer)
        guard hasText else { return }
        if hasLabel { row.write(label(bin, glyphs), at: 0, styles.label, &buffer) }
        guard hasPercent else { return }
        let percent = NumberText.percent(different[bin], of: allDifferent)
        row.write(percent, endingAt: axis - half - 1 - (percent == "0" ? 2 : 0), styles.value, &buffer)
        let other = NumberText.percent(histogram.same[bin], of: allSame)
        row.write(other, endingAt: axis + 1 + half + percentWidth - (other == "0" ? 2 : 0), styles.value, &buffer)
    }
}
