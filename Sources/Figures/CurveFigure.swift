import Plots
import Separation

/// The modularity curves of a level, one below the other over the same layers: M with its error band and Lu et al.'s Q, each
/// with Criterion I's flags in a strip below.
public struct CurveFigure {
    static let width = 510.0
    private static let header = 38.0
    /// Between the axes' outer ends and the page's edges.
    private static let margin = (left: 36.0, right: 12.0)
    /// A curve's title, and its flags.
    private static let title = 14.0
    private static let strip = 17.0
    private static let nameSize = 5.5

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
        let axis = axis(layers)
        let heights = curves.map { Self.title + $0.height + Self.strip + 8 }
        let words = level == .conv ? "all layers" : "stem and block outputs"
        var sheet = Sheet(
            name: "modularity-\(level.rawValue)", title: "Modularity of \(words): \(run.origin)", width: Self.width,
            height: Self.header + heights.reduce(0, +) + axis.height)
        drawHeader(words, level, &sheet)
        var y = Self.header
        for (curve, height) in zip(curves, heights) {
            sheet.group(curve.words) { drawCurve(curve, layers, top: y, &$0) }
            y += height
        }
        drawAxis(axis, layers, y: y - 5, &sheet)
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
        var x = 2.0
        func item(_ words: String, width: Double, _ draw: (Double, inout Sheet) -> Void) {
            draw(x, &sheet)
            sheet.write(Sheet.Text(string: words, x: x + width + 3, y: 22.2, size: size))
            x += width + 3 + measure.width(words, size: size) + 14
        }
        item("plateau", width: 14) { x, sheet in
            Self.drawPlateau(FlagMark(.plateau), from: x, to: x + 14, y: 20, &sheet)
        }
        for (flag, words) in [(Flag.peak, "peak"), (.decline, "decline"), (.pastPeak, "past the peak")] {
            item(words, width: 6) { x, sheet in Self.draw(FlagMark(flag), x: x + 3, y: 20, &sheet) }
        }
        item("hollow: support below \(FigureRun.fixed(Flag.firmSupport, 1))", width: 24) { x, sheet in
            Self.drawPlateau(FlagMark(.plateau, support: 0), from: x, to: x + 10, y: 20, &sheet)
            Self.draw(FlagMark(.peak, support: 0), x: x + 14.5, y: 20, &sheet)
            Self.draw(FlagMark(.decline, support: 0), x: x + 22, y: 20, &sheet)
        }
    }

    // MARK: Curve

    /// The rectangle of a plot.
    private struct Frame {
        var left: Double
        var top: Double
        var width: Double
        var height: Double
        var bottom: Double { top + height }

        /// Points for a place on both axes, 0 to 1 each. Least and greatest values stand clear of the frame.
        func point(_ x: Double, _ y: Double) -> (x: Double, y: Double) {
            let inset = min(3, height / 2)
            return (left + x * width, bottom - inset - y * (height - 2 * inset))
        }
    }

    private func frame(top: Double, height: Double) -> Frame {
        // Half a mark on either side of the layers.
        Frame(
            left: Self.margin.left + 6, top: top, width: Self.width - Self.margin.left - Self.margin.right - 12,
            height: height)
    }

    private func drawCurve(_ curve: Curve, _ layers: [Int], top: Double, _ sheet: inout Sheet) {
        let frame = frame(top: top + Self.title, height: curve.height)
        let plot = curve.plot
        let axis = LayerAxis(layers: plot.layers, places: 0)
        let scale = plot.scale(of: .left)
        let edge = (left: frame.left - 6, right: frame.left + frame.width + 6)
        drawTitle(curve, y: top + 8, edge, &sheet)
        for plateau in plot.plateaus {
            guard let first = axis.position(of: plateau.lowerBound), let last = axis.position(of: plateau.upperBound)
            else { continue }
            let (start, end) = (frame.point(first, 0).x - 2, frame.point(last, 0).x + 2)
            sheet.fill(.rect(start, frame.top, end - start, frame.height), Ink(0xF1F1F1))
        }
        for tick in scale.ticks(atMost: curve.height > 100 ? 7 : 5) {
            let y = frame.point(0, tick.position).y
            sheet.stroke(.line(edge.left, y, edge.right, y), .grid, width: 0.4)
            sheet.write(Sheet.Text(string: tick.label, x: edge.left - 3, y: y + 2.2, size: 6, anchor: .end))
        }
        sheet.write(
            Sheet.Text(
                string: curve.symbol, x: 9, y: frame.top + frame.height / 2, size: 7.5, ink: curve.ink, anchor: .middle,
                isBold: true, isUpright: true))
        sheet.stroke(.rect(edge.left, frame.top, edge.right - edge.left, frame.height), .rule, width: 0.6)
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
        _ series: CurveSeries, _ curve: Curve, _ layers: [Int], _ axis: LayerAxis, _ scale: Scale, _ frame: Frame,
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
    private func drawFlags(_ plot: CurvePlot, _ axis: LayerAxis, _ frame: Frame, _ sheet: inout Sheet) {
        for plateau in plot.plateaus {
            guard let first = axis.position(of: plateau.lowerBound), let last = axis.position(of: plateau.upperBound)
            else { continue }
            let mark = plot.mark(of: plateau)
            Self.drawPlateau(
                mark, from: frame.point(first, 0).x - 2, to: frame.point(last, 0).x + 2, y: frame.bottom + 5, &sheet)
        }
        for (layer, flags) in plot.flags.enumerated() {
            guard let x = axis.position(of: layer),
                let mark = FlagMark.foremost(of: flags.filter { $0.flag != .plateau })
            else { continue }
            Self.draw(mark, x: frame.point(x, 0).x, y: frame.bottom + 12, &sheet)
        }
    }

    private static func words(_ mark: FlagMark) -> String {
        mark.flag.rawValue + (mark.support.map { ", support \(FigureRun.fixed($0, 1))" } ?? "")
            + (mark.isProvisional ? ", provisional" : "")
    }

    private static func drawPlateau(
        _ mark: FlagMark, from start: Double, to end: Double, y: Double, _ sheet: inout Sheet
    ) {
        sheet.group(words(mark)) {
            $0.mark(
                .rect(start, y - 1.4, end - start, 2.8), mark.isProvisional ? .rule : .muted, isHollow: mark.isHollow)
        }
    }

    /// A flag of one layer, about 5 points wide. Its shape tells it without colour.
    private static func draw(_ mark: FlagMark, x: Double, y: Double, _ sheet: inout Sheet) {
        sheet.group(words(mark)) { sheet in
            switch mark.flag {
            case .peak:
                sheet.mark(
                    .polygon([(x - 2.6, y + 2.2), (x + 2.6, y + 2.2), (x, y - 2.6)]),
                    mark.isProvisional ? .rule : .green, isHollow: mark.isHollow)
            case .decline:
                sheet.mark(
                    .polygon([(x - 2.6, y - 2.2), (x + 2.6, y - 2.2), (x, y + 2.6)]),
                    mark.isProvisional ? .rule : .vermilion, isHollow: mark.isHollow)
            case .pastPeak:
                sheet.stroke(
                    .polyline([(x - 1.2, y - 2.2), (x + 1.2, y), (x - 1.2, y + 2.2)]),
                    mark.isProvisional || mark.isHollow ? .rule : .text, width: mark.isHollow ? 0.6 : 1)
            case .plateau: break
            }
        }
    }

    // MARK: Layers

    /// What stands below the curves: the layers' names upright where they have room beside one another, else numbers.
    private struct Axis {
        var names: [String]?
        var height: Double
    }

    private func axis(_ layers: [Int]) -> Axis {
        let frame = frame(top: 0, height: 0)
        let step = layers.count > 1 ? frame.width / Double(layers.count - 1) : frame.width
        guard step >= 1.25 * Self.nameSize else { return Axis(names: nil, height: 22) }
        let names = layers.map { measure.fitting(run.header.layers[$0].name, width: 84, size: Self.nameSize) }
        let longest = names.map { measure.width($0, size: Self.nameSize) }.max() ?? 0
        return Axis(names: names, height: 12 + longest + 10)
    }

    /// The first, the last, and those at a round step that stand clear of both.
    static func numbers(_ places: LayerAxis, atMost count: Int) -> [Int] {
        let numbers = places.numbers(atMost: max(1, count - 1))
        guard numbers.count > 2 else { return places.layers > 1 ? [1, places.layers] : numbers }
        let clear = 4 * (numbers[2] - numbers[1])
        return [1] + numbers.filter { 5 * ($0 - 1) >= clear && 5 * (places.layers - $0) >= clear } + [places.layers]
    }

    private func drawAxis(_ axis: Axis, _ layers: [Int], y: Double, _ sheet: inout Sheet) {
        let frame = frame(top: y, height: 0)
        let places = LayerAxis(layers: layers.count, places: 0)
        let widest = measure.width(String(run.header.layers.count), size: 6) + 5
        for number in Self.numbers(places, atMost: Int(frame.width / widest)) {
            guard let position = places.position(of: number - 1) else { continue }
            let x = frame.point(position, 0).x
            let size = axis.names == nil ? 6 : Self.nameSize
            sheet.write(Sheet.Text(string: String(layers[number - 1] + 1), x: x, y: y + 6, size: size, anchor: .middle))
        }
        for (layer, name) in (axis.names ?? []).enumerated() {
            guard let position = places.position(of: layer) else { continue }
            let x = frame.point(position, 0).x + 0.36 * Self.nameSize
            sheet.write(Sheet.Text(string: name, x: x, y: y + 10, size: Self.nameSize, anchor: .end, isUpright: true))
        }
        sheet.write(
            Sheet.Text(
                string: "layer", x: frame.left + frame.width / 2, y: y + axis.height - 1, size: 6.5, ink: .muted,
                anchor: .middle))
    }
}
