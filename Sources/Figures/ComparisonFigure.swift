import Plots
import Separation

/// The modularity curves of two runs in one frame, such as of a network and what was left of it: M with error bands and, below
/// it, Lu et al.'s Q, over the layers of the first run. Under each stand Criterion I's flags, a strip for each run.
///
/// Layers of the first run without one of the second beside them are a gap in the second's curve, with a dotted line across
/// it; layers of the second without one of the first are left out. A layer of the second that is beside several ones of the
/// first stands amid them, or at the axis's end.
public struct ComparisonFigure {
    /// A run, and what the legend calls it.
    public struct Subject: Sendable {
        var run: FigureRun
        var name: String

        public init(_ run: FigureRun, name: String) {
            self.run = run
            self.name = name
        }
    }

    private static let header = 52.0
    private static let title = 14.0
    /// From one run's strip of flags to the next.
    private static let strip = 15.0

    private let subjects: [Subject]
    private let measure: TextMeasure

    /// - Throws: `drawing` where Cairo has no memory.
    public init(_ first: Subject, _ second: Subject) throws(FigureError) {
        subjects = [first, second]
        measure = try TextMeasure()
    }

    /// - Parameters:
    ///   - partners: for each layer of the first run on the level the one of the second, as numbered there; nil for none.
    ///   - alignment: what brings the layers together, as `name` does.
    public func sheet(level: Level, partners: [Int?], alignment: String) -> Sheet {
        let run = subjects[0].run
        let layers = run.flags[level].layers
        let beside = layers.indices.map { partners.indices.contains($0) ? partners[$0] : nil }
        let known = beside.map { layer in layer.flatMap { subjects[1].run.results.indices.contains($0) ? $0 : nil } }
        let lines = zip(subjects, [PairedLayers(layers), PairedLayers(known)]).enumerated().map { index, line in
            Line(subject: line.0, layers: line.1, look: index == 0 ? .first : .second)
        }
        let quantities = quantities(level)
        let heights = quantities.map { Self.title + $0.height + FlagMark.strip.height + Self.strip + 8 }
        let axis = CurveLayers(run, layers, measure)
        var sheet = Sheet(
            name: "comparison-\(level.rawValue)", title: "Modularity of \(subjects[0].name) and \(subjects[1].name)",
            width: CurveFrame.pageWidth, height: Self.header + heights.reduce(0, +) + axis.height)
        drawHeader(lines, level, alignment, &sheet)
        var y = Self.header
        for (quantity, height) in zip(quantities, heights) {
            sheet.group(quantity.words) { draw(quantity, lines, top: y, &$0) }
            y += height
        }
        axis.draw(y: y - 5, &sheet)
        return sheet
    }

    // MARK: What is drawn

    /// What is drawn over the layers.
    struct Quantity {
        var words: String
        var symbol: String
        var height: Double
        var value: (LayerResult) -> Double
        var error: (LayerResult) -> Double = { _ in 0 }
        var text: (LayerResult) -> String
        var flags: (FigureRun) -> CurveFlags
    }

    private func quantities(_ level: Level) -> [Quantity] {
        [
            Quantity(
                words: "Modularity M ± its standard error", symbol: "M", height: 150,
                value: { $0.figures.modularity }, error: { $0.figures.standardError },
                text: {
                    FigureRun.fixed($0.figures.modularity) + " ± " + FigureRun.fixed($0.figures.standardError)
                }, flags: { $0.flags[level].modularity }),
            Quantity(
                words: "Lu et al.’s modularity Q, k = \(subjects[0].run.header.k)", symbol: "Q", height: 90,
                value: { $0.luModularity }, text: { FigureRun.fixed($0.luModularity) },
                flags: { $0.flags[level].luModularity }),
        ]
    }

    // MARK: Header

    private func drawHeader(_ lines: [Line], _ level: Level, _ alignment: String, _ sheet: inout Sheet) {
        let size = 6.5
        let runs = subjects.map(\.run)
        /// One word where both runs agree.
        func both(_ word: (FigureRun) -> String) -> String {
            let words = runs.map(word)
            return words[0] == words[1] ? words[0] : words.joined(separator: " and ")
        }
        let header = runs[0].header
        let missing = runs.map { $0.flags[level].modularity.missing }.reduce(0, +)
        let parts = [
            both { $0.header.checkpoint }, both { $0.header.data },
            level == .block && runs[0].levels.count > 1 ? "stem and block outputs" : "all layers",
            "N \(NumberText.grouped(header.samples))", "|E| \(NumberText.grouped(header.edges))",
            "τ " + both { FigureRun.fixed($0.header.tolerance, 3) }, "L " + both { "\($0.header.minLength)" },
            "layers aligned by \(alignment)",
        ]
        let words = (parts + (missing > 0 ? ["\(missing) layers missing: flags provisional"] : [])).joined(
            separator: " · ")
        sheet.write(
            Sheet.Text(
                string: measure.fitting(words, width: sheet.width - 4, size: size), x: 2, y: 8, size: size, ink: .muted
            ))
        for (line, x) in zip(lines, [2, sheet.width / 2 + 2]) {
            sheet.stroke(.line(x, 20, x + 14, 20), line.look.ink, width: 1)
            line.look.drawPoint(x: x + 7, y: 20, &sheet)
            sheet.write(
                Sheet.Text(
                    string: legend(line.subject, width: sheet.width / 2 - 24, size: size), x: x + 18, y: 22.2,
                    size: size, isBold: true))
        }
        FlagMark.drawKey(y: 34, measure, &sheet)
    }

    /// `resnet56, 853,018 parameters, 83.7 %`: where that is too long the name ends sooner.
    private func legend(_ subject: Subject, width: Double, size: Double) -> String {
        let header = subject.run.header
        let figures =
            (header.parameters > 0 ? ", \(NumberText.grouped(header.parameters)) parameters" : "")
            + (header.accuracy.map { ", \(FigureRun.fixed(100 * $0, 1)) %" } ?? "")
        let room = width - measure.width(figures, size: size, isBold: true)
        return measure.fitting(subject.name, width: room, size: size, isBold: true) + figures
    }

    // MARK: Curves

    private func draw(_ quantity: Quantity, _ lines: [Line], top: Double, _ sheet: inout Sheet) {
        let frame = CurveFrame(top: top + Self.title, height: quantity.height)
        let curves = lines.map { (line: $0, series: $0.series(quantity)) }
        let scale = CurvePlot(series: curves.map(\.series)).scale(of: .left)
        drawTitle(quantity, lines, y: top + 8, frame, &sheet)
        frame.draw(scale, symbol: quantity.symbol, .text, &sheet)
        // The first run's on top of the second's.
        let drawn = curves.reversed().map { curve in
            Curve(line: curve.line, series: curve.series, scale: scale, frame: frame)
        }
        for curve in drawn { curve.drawBand(&sheet) }
        for curve in drawn { curve.drawBandEdges(&sheet) }
        for curve in drawn { curve.drawLine(&sheet) }
        for curve in drawn { curve.drawPoints(quantity, &sheet) }
        for (index, line) in lines.enumerated() {
            drawFlags(line, quantity.flags(line.run), frame, y: frame.bottom + Double(index) * Self.strip, &sheet)
        }
    }

    /// What is drawn and, to the right, the peak of each run.
    private func drawTitle(
        _ quantity: Quantity, _ lines: [Line], y: Double, _ frame: CurveFrame, _ sheet: inout Sheet
    ) {
        let edge = frame.edge
        var end = edge.right
        for line in lines.reversed() {
            guard let peak = quantity.flags(line.run).peak, let result = line.run.results[peak] else { continue }
            let words = measure.fitting(
                "peak \(quantity.text(result)) at \(result.name)", width: 0.29 * (edge.right - edge.left), size: 6.5)
            sheet.write(Sheet.Text(string: words, x: end, y: y, size: 6.5, ink: .muted, anchor: .end))
            end -= measure.width(words, size: 6.5) + 5
            line.look.drawPoint(x: end, y: y - 2.3, &sheet)
            end -= 10
        }
        let words = measure.fitting(quantity.words, width: end - edge.left, size: 7, isBold: true)
        sheet.write(Sheet.Text(string: words, x: edge.left, y: y, size: 7, isBold: true))
    }

    // MARK: Flags

    /// Plateaus as bars, with a dotted line across what this run lacks; below them the foremost of a layer's other flags.
    private func drawFlags(
        _ line: Line, _ flags: CurveFlags, _ frame: CurveFrame, y: Double, _ sheet: inout Sheet
    ) {
        let layers = line.layers
        line.look.drawPoint(x: frame.edge.left - 8, y: y + (FlagMark.strip.bars + FlagMark.strip.marks) / 2, &sheet)
        for plateau in flags.plateaus {
            let pieces = layers.stretches { plateau.contains(layers.places[$0].layer) }.map { stretch in
                let first = Double(layers.places[stretch.lowerBound].positions.lowerBound)
                let last = Double(layers.places[stretch.upperBound].positions.upperBound)
                return frame.point(layers.share(first), 0).x - 2...frame.point(layers.share(last), 0).x + 2
            }
            guard !pieces.isEmpty else { continue }
            let mark = flags.marks(ofLayer: plateau.lowerBound).first { $0.flag == .plateau } ?? FlagMark(.plateau)
            mark.drawBar(pieces, y: y + FlagMark.strip.bars, &sheet)
        }
        for (index, place) in layers.places.enumerated() {
            let marks = flags.marks(ofLayer: place.layer).filter { $0.flag != .plateau }
            guard let mark = FlagMark.foremost(of: marks) else { continue }
            mark.draw(x: frame.point(layers.point(index), 0).x, y: y + FlagMark.strip.marks, &sheet)
        }
    }
}
