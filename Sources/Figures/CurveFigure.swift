import Plots
import Separation

/// The modularity curves of a level, one below the other over the same layers: M with its error band and Lu et al.'s Q, each
/// with Criterion I's flags in a strip below.
public struct CurveFigure {
    private static let header = 38.0
    /// Of a curve.
    private static let title = 14.0

    private let run: FigureRun
    private let measure: TextMeasure

    /// - Throws: `drawing` where Cairo has no memory.
    public init(_ run: FigureRun) throws(FigureError) {
        self.run = run
        measure = try TextMeasure()
    }

    /// A sheet for each level that the network has.
    public func sheets() -> [Sheet] { run.levels.map(sheet) }

    /// One of the two curves.
    private struct Curve {
        var words: String
        var symbol: String
        var unit: String
        var ink: Ink
        var height: Double
        var plot: CurvePlot
        var peak: Int?
        var value: (LayerResult) -> String
    }

    private func curves(_ level: Level) -> [Curve] {
        let flags = run.flags[level]
        let layers = flags.layers
        let results = layers.map { run.results[$0] }
        func plot(_ flags: CurveFlags, errors: [Double] = [], _ value: (LayerResult) -> Double) -> CurvePlot {
            CurvePlot(
                series: [CurveSeries(values: results.map { $0.map(value) }, errors: errors)],
                flags: layers.map { flags.marks(ofLayer: $0) },
                plateaus: flags.plateaus.compactMap { plateau in
                    guard let first = layers.firstIndex(of: plateau.lowerBound),
                        let last = layers.firstIndex(of: plateau.upperBound)
                    else { return nil }
                    return first...last
                })
        }
        let errors = results.map { $0?.figures.standardError ?? 0 }
        return [
            Curve(
                words: "Modularity M, with a band of one standard error", symbol: "M", unit: "M", ink: .blue,
                height: 150, plot: plot(flags.modularity, errors: errors) { $0.figures.modularity },
                peak: flags.modularity.peak
            ) {
                FigureRun.fixed($0.figures.modularity) + " ± " + FigureRun.fixed($0.figures.standardError)
            },
            Curve(
                words: "Lu et al.’s modularity Q, k = \(run.header.k)", symbol: "Q", unit: "Q", ink: .vermilion,
                height: 90, plot: plot(flags.luModularity) { $0.luModularity }, peak: flags.luModularity.peak
            ) { FigureRun.fixed($0.luModularity) },
        ]
    }

    private func sheet(_ level: Level) -> Sheet {
        let layers = run.flags[level].layers
        let curves = curves(level)
        let axis = CurveLayers(run, layers, measure)
        let heights = curves.map { Self.title + $0.height + FlagMark.strip.height + 8 }
        let words = level == .conv ? "all layers" : "stem and block outputs"
        var sheet = Sheet(
            name: "modularity-\(level.rawValue)", title: "Modularity of \(words): \(run.origin)",
            width: CurveFrame.pageWidth, height: Self.header + heights.reduce(0, +) + axis.height)
        drawHeader(words, level, &sheet)
        var y = Self.header
        for (curve, height) in zip(curves, heights) {
            sheet.group(curve.words) { drawCurve(curve, layers, top: y, &$0) }
            y += height
        }
        axis.draw(y: y - 5, &sheet)
        return sheet
    }

    // MARK: Header

    private func drawHeader(_ words: String, _ level: Level, _ sheet: inout Sheet) {
        let header = run.header
        let size = 6.5
        let missing = run.flags[level].modularity.missing
        let provisional = missing > 0 ? " · \(missing) layers missing: flags provisional" : ""
        let origin =
            "\(run.origin) · \(words) · N \(NumberText.grouped(header.samples)) · |E| \(NumberText.grouped(header.edges))"
            + " · τ \(FigureRun.fixed(header.tolerance, 3)) · L \(header.minLength)\(provisional)"
        sheet.write(
            Sheet.Text(
                string: measure.fitting(origin, width: sheet.width - 4, size: size), x: 2, y: 8, size: size, ink: .muted
            ))
        FlagMark.drawKey(y: 20, measure, &sheet)
    }

    // MARK: Curve

    private func drawCurve(_ curve: Curve, _ layers: [Int], top: Double, _ sheet: inout Sheet) {
        let frame = CurveFrame(top: top + Self.title, height: curve.height)
        let plot = curve.plot
        let axis = LayerAxis(layers: plot.layers, places: 0)
        let scale = plot.scale(of: .left)
        drawTitle(curve, y: top + 8, frame.edge, &sheet)
        for plateau in plot.plateaus {
            guard let first = axis.position(of: plateau.lowerBound), let last = axis.position(of: plateau.upperBound)
            else { continue }
            let (start, end) = (frame.point(first, 0).x - 2, frame.point(last, 0).x + 2)
            sheet.fill(.rect(start, frame.top, end - start, frame.height), Ink(0xF1F1F1))
        }
        frame.draw(scale, symbol: curve.symbol, curve.ink, &sheet)
        for series in plot.series { drawSeries(series, curve, layers, axis, scale, frame, &sheet) }
        drawFlags(plot, axis, frame, &sheet)
    }

    private func drawTitle(_ curve: Curve, y: Double, _ edge: (left: Double, right: Double), _ sheet: inout Sheet) {
        var end = edge.right
        if let peak = curve.peak, let result = run.results[peak] {
            let words = measure.fitting(
                "peak \(curve.value(result)) at \(run.title(peak))", width: 0.5 * (edge.right - edge.left), size: 6.5)
            sheet.write(Sheet.Text(string: words, x: edge.right, y: y, size: 6.5, ink: .muted, anchor: .end))
            end -= measure.width(words, size: 6.5) + 10
        }
        let words = measure.fitting(curve.words, width: end - edge.left, size: 7, isBold: true)
        sheet.write(Sheet.Text(string: words, x: edge.left, y: y, size: 7, isBold: true))
    }

    /// The layers that have a value, in runs without a gap.
    private static func runs(_ series: CurveSeries) -> [Range<Int>] {
        var runs: [Range<Int>] = []
        for layer in series.values.indices where series.value(layer) != nil {
            if let last = runs.last, last.upperBound == layer {
                runs[runs.count - 1] = last.lowerBound..<layer + 1
            } else {
                runs.append(layer..<layer + 1)
            }
        }
        return runs
    }

    private func drawSeries(
        _ series: CurveSeries, _ curve: Curve, _ layers: [Int], _ axis: LayerAxis, _ scale: Scale, _ frame: CurveFrame,
        _ sheet: inout Sheet
    ) {
        func point(_ layer: Int, errors: Double = 0) -> (x: Double, y: Double) {
            let value = (series.value(layer) ?? 0) + errors * series.error(layer)
            return frame.point(axis.position(of: layer) ?? 0, scale.position(of: value))
        }
        let runs = Self.runs(series)
        for run in runs where run.contains(where: { series.error($0) > 0 }) {
            let (upper, lower) = (run.map { point($0, errors: 1) }, run.map { point($0, errors: -1) })
            sheet.fill(.polygon(upper + lower.reversed()), .paleBlue)
        }
        for run in runs where run.count > 1 {
            sheet.stroke(.polyline(run.map { point($0) }), curve.ink, width: 1)
        }
        for layer in runs.joined() {
            guard let result = run.results[layers[layer]] else { continue }
            let place = point(layer)
            sheet.group("\(run.title(layers[layer])): \(curve.symbol) \(curve.value(result))") {
                $0.fill(.circle(x: place.x, y: place.y, radius: 1.3), curve.ink)
            }
        }
    }

    // MARK: Flags

    /// Plateaus as bars; below them the foremost of a layer's other flags, as on the screen.
    private func drawFlags(_ plot: CurvePlot, _ axis: LayerAxis, _ frame: CurveFrame, _ sheet: inout Sheet) {
        for plateau in plot.plateaus {
            guard let first = axis.position(of: plateau.lowerBound), let last = axis.position(of: plateau.upperBound)
            else { continue }
            plot.mark(of: plateau).drawBar(
                [frame.point(first, 0).x - 2...frame.point(last, 0).x + 2], y: frame.bottom + FlagMark.strip.bars,
                &sheet)
        }
        for (layer, flags) in plot.flags.enumerated() {
            guard let x = axis.position(of: layer),
                let mark = FlagMark.foremost(of: flags.filter { $0.flag != .plateau })
            else { continue }
            mark.draw(x: frame.point(x, 0).x, y: frame.bottom + FlagMark.strip.marks, &sheet)
        }
    }
}
