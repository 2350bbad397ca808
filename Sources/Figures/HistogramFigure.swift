import Plots
import Separation

/// The similarity histograms of layers, ten panels a sheet as the paper has them: ten bars each, as high as the share of
/// all pairs in the bin; pairs of one class at the foot, those of two above.
public struct HistogramFigure {
    /// Panels of a sheet.
    public static let panelsPerSheet = 10

    private static let width = 510.0
    private static let header = 26.0
    private static let panel = (width: 249.0, height: 118.0)

    private let run: FigureRun
    private let measure: TextMeasure

    /// - Throws: `drawing` where Cairo has no memory.
    public init(_ run: FigureRun) throws(FigureError) {
        self.run = run
        measure = try TextMeasure()
    }

    /// - Parameter layers: finished layers; nil: ten of them, evenly spaced, the peak's among them.
    public func sheets(layers: [Int]? = nil) -> [Sheet] {
        let layers = (layers ?? run.chosen(atMost: Self.panelsPerSheet)).filter { run.results[$0] != nil }
        // One scale for all, so that panels compare.
        let scale = Scale(
            kind: .linear,
            showing: layers.compactMap { run.results[$0]?.histogram }.flatMap { histogram in
                histogram.all.map { Self.percent($0, of: histogram) }
            })
        let groups = layers.groups(of: Self.panelsPerSheet)
        return groups.enumerated().map { index, group in
            sheet(group, scale, name: FigureRun.name("histograms", index, of: groups.count))
        }
    }

    private static func percent(_ pairs: Int, of histogram: SimilarityHistogram) -> Double {
        histogram.pairs == 0 ? 0 : 100 * Double(pairs) / Double(histogram.pairs)
    }

    private func sheet(_ layers: [Int], _ scale: Scale, name: String) -> Sheet {
        let columns = min(2, layers.count)
        let rows = (layers.count + columns - 1) / columns
        var sheet = Sheet(
            name: name, title: "Similarity histograms: \(run.origin)",
            width: columns == 1 ? Self.panel.width : Self.width,
            height: Self.header + Double(rows) * Self.panel.height + 12)
        drawHeader(&sheet)
        for (index, layer) in layers.enumerated() {
            guard let result = run.results[layer] else { continue }
            let (column, row) = (index % columns, index / columns)
            let x = Double(column) * (Self.width - Self.panel.width)
            let y = Self.header + Double(row) * Self.panel.height
            // Below a column's last panel it says what the axis is.
            let isLast = index + columns >= layers.count
            sheet.group("\(run.title(layer)): similarity histogram") {
                drawPanel(result, layer, scale, x: x, y: y, hasAxisTitle: isLast, &$0)
            }
        }
        return sheet
    }

    private func drawHeader(_ sheet: inout Sheet) {
        let size = 6.5
        sheet.write(
            Sheet.Text(
                string: measure.fitting(run.origin, width: sheet.width - 4, size: size), x: 2, y: 8, size: size,
                ink: .muted))
        var x = 2.0
        for (ink, words) in [(Ink.blue, "pairs of one class"), (.orange, "pairs of two classes")] {
            sheet.fill(.rect(x, 12.5, 8, 6.5), ink)
            sheet.write(Sheet.Text(string: words, x: x + 11, y: 18.2, size: size))
            x += 11 + measure.width(words, size: size) + 14
        }
        let note = "figures: % of all pairs in the bin, below them those of one class"
        let isRoomy = x + measure.width(note, size: size) < sheet.width - 2
        if isRoomy {
            sheet.write(
                Sheet.Text(string: note, x: sheet.width - 2, y: 18.2, size: size, ink: .muted, anchor: .end))
        }
    }

    private func drawPanel(
        _ result: LayerResult, _ layer: Int, _ scale: Scale, x: Double, y: Double, hasAxisTitle: Bool,
        _ sheet: inout Sheet
    ) {
        let histogram = result.histogram
        let plot = (x: x + 26, y: y + 28, width: Self.panel.width - 36, height: Self.panel.height - 42)
        let foot = plot.y + plot.height
        let below = FigureRun.fixed(100 * histogram.shareBelowHalf, 2) + " % below 0.5"
        let room = plot.width - measure.width(below, size: 6) - 8
        sheet.write(
            Sheet.Text(
                string: measure.fitting(run.title(layer), width: room, size: 7, isBold: true), x: plot.x, y: y + 9,
                size: 7, isBold: true))
        sheet.write(
            Sheet.Text(string: below, x: plot.x + plot.width, y: y + 9, size: 6, ink: .muted, anchor: .end))
        for tick in scale.ticks(atMost: 5) {
            let height = foot - tick.position * plot.height
            sheet.stroke(.line(plot.x, height, plot.x + plot.width, height), .grid, width: 0.4)
            sheet.write(Sheet.Text(string: tick.label, x: plot.x - 3, y: height + 2, size: 6, anchor: .end))
        }
        sheet.write(
            Sheet.Text(
                string: "% of pairs", x: x + 7, y: plot.y + plot.height / 2, size: 6, ink: .muted, anchor: .middle,
                isUpright: true))
        let bin = plot.width / Double(SimilarityHistogram.binCount)
        for index in histogram.all.indices {
            drawBar(histogram, index, scale, x: plot.x + Double(index) * bin, width: bin, foot, plot.height, &sheet)
        }
        sheet.stroke(.line(plot.x, foot, plot.x + plot.width, foot), .rule, width: 0.6)
        for edge in 0...SimilarityHistogram.binCount {
            let place = plot.x + Double(edge) * bin
            sheet.stroke(.line(place, foot, place, foot + 2), .rule, width: 0.6)
            sheet.write(
                Sheet.Text(string: HistogramPlot.edge(edge), x: place, y: foot + 8, size: 6, anchor: .middle))
        }
        if hasAxisTitle {
            sheet.write(
                Sheet.Text(
                    string: "cosine similarity", x: plot.x + plot.width / 2, y: foot + 16, size: 6, ink: .muted,
                    anchor: .middle))
        }
    }

    private func drawBar(
        _ histogram: SimilarityHistogram, _ bin: Int, _ scale: Scale, x: Double, width: Double, _ foot: Double,
        _ height: Double, _ sheet: inout Sheet
    ) {
        func top(_ pairs: Int) -> Double { foot - scale.position(of: Self.percent(pairs, of: histogram)) * height }
        let (all, same) = (histogram.all[bin], histogram.same[bin])
        let (left, bar) = (x + 0.12 * width, 0.76 * width)
        if all > same { sheet.fill(.rect(left, top(all), bar, top(same) - top(all)), .orange) }
        if same > 0 { sheet.fill(.rect(left, top(same), bar, foot - top(same)), .blue) }
        // None and hardly any differ: 0 and 0.00.
        func text(_ pairs: Int) -> String {
            String(NumberText.percent(pairs, of: histogram.pairs).prefix { $0 != " " })
        }
        let middle = x + width / 2
        sheet.write(Sheet.Text(string: text(all), x: middle, y: top(all) - 8, size: 5.5, anchor: .middle))
        sheet.write(
            Sheet.Text(string: text(same), x: middle, y: top(all) - 2, size: 5.5, ink: .blue, anchor: .middle))
    }
}
