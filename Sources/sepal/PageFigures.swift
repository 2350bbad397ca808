import Figures
import RunStore
import Separation

/// The figures of the report's page, as SVG within it.
struct PageFigures {
    /// Of the header's level.
    let curve: [HTML]
    let rings: [HTML]
    let histograms: [HTML]
    /// Layers that have a ring, and a histogram.
    let layers: Int
    let histogramLayers: Int

    /// Rings of the page: a picture of many thousand edges each.
    private static let mostRings = 12
    /// Enough for a screen; the page stays within a megabyte or two.
    private static let dotsPerInch = 216.0

    init(_ run: FigureRun, store: RunStore) throws {
        func svg(_ sheets: [Sheet]) throws -> [HTML] { try sheets.map { HTML(markup: try $0.inlineSVG()) } }
        let curves = try CurveFigure(run).sheets()
        let name = "modularity-\(run.header.level.rawValue)"
        curve = try svg(Array((curves.filter { $0.name == name } + curves).prefix(1)))
        let chosen = run.chosen(atMost: Self.mostRings)
        rings = try svg(
            RingFigure(run, resolution: Self.dotsPerInch).sheets(layers: chosen) { try store.edges(layer: $0) })
        let panels = run.chosen(atMost: HistogramFigure.panelsPerSheet)
        histograms = try svg(HistogramFigure(run).sheets(layers: panels))
        (layers, histogramLayers) = (chosen.count, panels.count)
    }
}
