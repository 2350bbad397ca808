import Cells
import Plots
import Pruning
import Separation
import Settings

/// A figure over all layers of the level, with Criterion I's flags.
struct CurvePanel {
    let model: ExplorerModel

    func draw(into painter: inout Painter, rect: Rect) {
        let isFocused = model.focus == .curve
        painter.panel(
            rect, isFocused: isFocused, titles: titles(painter, isFocused, width: rect.columns), notes: legend(painter))
        let inner = Self.inner(rect)
        let layers = model.run.layers(on: model.level)
        guard layers.contains(where: { model.run[$0] != nil }) else {
            painter.drawWaiting(in: inner)
            return
        }
        let theme = painter.theme
        let plot = plot(layers, painter)
        let area = plotArea(inner)
        if let plan = shownPlan, area.rows < inner.rows {
            let strip = Rect(
                column: inner.minColumn, row: area.maxRow, columns: inner.columns, rows: inner.rows - area.rows)
            PlanStrip(model: model, plan: plan).draw(into: &painter, rect: strip) { layer in
                layers.firstIndex(of: layer).flatMap { plot.column(ofLayer: $0, in: area, glyphs: model.glyphs) }
            }
        }
        plot.draw(
            into: &painter.buffer, rect: area, glyphs: model.glyphs,
            styles: CurveStyles(
                axis: theme[.muted], plateau: theme[.plateau], cursor: theme[.cursor], peak: theme[.peak],
                pastPeak: theme[.pastPeak], decline: theme[.decline]))
    }

    /// The plan, while units are taken out.
    private var shownPlan: PruningPlan? { model.isPlanning ? model.plan : nil }

    /// What is left for the curve above the units.
    private func plotArea(_ inner: Rect) -> Rect {
        guard shownPlan != nil, inner.rows >= PlanStrip.rows + 3 else { return inner }
        return inner.cut(rowsBelow: PlanStrip.rows).0
    }

    private static func inner(_ rect: Rect) -> Rect { rect.inset(columns: rect.columns >= 60 ? 2 : 1, rows: 1) }

    private func plot(_ layers: [Int], _ painter: Painter) -> CurvePlot {
        CurvePlot(
            series: series(layers, painter), flags: marks(layers), plateaus: plateaus(layers), scale: model.scale,
            cursor: model.cursor.flatMap { layers.firstIndex(of: $0) }, hasLayerNumbers: model.isZoomed)
    }

    /// The known layer nearest to a column of the panel; nil without any.
    func layer(atColumn column: Int, rect: Rect) -> Int? {
        let layers = model.run.layers(on: model.level)
        let painter = Painter(buffer: CellBuffer(size: model.size), theme: model.theme, glyphs: model.glyphs)
        let (plot, inner) = (plot(layers, painter), plotArea(Self.inner(rect)))
        let places = layers.indices.filter { model.run.isKnown(layers[$0]) }.compactMap { position in
            plot.column(ofLayer: position, in: inner, glyphs: model.glyphs).map { (position, abs($0 - column)) }
        }
        return places.min { $0.1 < $1.1 }.map { layers[$0.0] }
    }

    // MARK: Curves

    private func series(_ layers: [Int], _ painter: Painter) -> [CurveSeries] {
        let results = layers.map { model.run[$0] }
        let provisional = Set(layers.indices.filter { model.run.previews.contains(layers[$0]) })
        let theme = painter.theme
        func curve(
            _ role: Role, _ symbol: String = "", isDashed: Bool = false, axis: AxisSide = .left, errors: [Double] = [],
            _ value: (LayerResult) -> Double
        ) -> CurveSeries {
            CurveSeries(
                values: results.map { $0.map(value) }, errors: errors, provisional: provisional, axis: axis,
                symbol: symbol, style: theme[role], bandStyle: theme[.band], isDashed: isDashed)
        }
        if shownPlan != nil, let value = model.curve.value {
            // What is left of the network lies above what it was.
            let trial = layers.map { layer in model.run.whatIf.trial?.results[layer].map(value) }
            return [
                CurveSeries(values: trial, style: theme[.second], isDashed: false),
                curve(model.curve == .luModularity ? .second : .curve, isDashed: true, value),
            ]
        }
        if model.runs.count > 1, let value = model.curve.value {
            return [curve(model.curve == .luModularity ? .second : .curve, "", value)] + others(layers, painter, value)
        }
        switch model.curve {
        case .modularity:
            let errors = results.map { $0?.figures.standardError ?? 0 }
            return [
                curve(.curve, "M", errors: errors) { $0.figures.modularity },
                curve(.second, "Q", isDashed: true, axis: .right) { $0.luModularity },
            ]
        case .correctAndWrong:
            return [
                curve(.correct) { $0.figures.correctModularity }, curve(.wrong) { $0.figures.wrongModularity },
            ]
        case .share: return [curve(.curve) { $0.figures.r }]
        case .clustering:
            return [curve(.curve) { $0.clustering.global }, curve(.second, isDashed: true) { $0.clustering.mean }]
        case .luModularity: return [curve(.second) { $0.luModularity }]
        }
    }

    /// The most runs drawn beside the one on the screen.
    private static let mostOthers = 24

    /// The figure of the other runs, at the layers that correspond; of very many, evenly chosen ones.
    private func others(_ layers: [Int], _ painter: Painter, _ value: (LayerResult) -> Double) -> [CurveSeries] {
        let indices = model.runs.indices.filter { $0 != model.shownRun }
        let step = max(1, (indices.count + Self.mostOthers - 1) / Self.mostOthers)
        // The one that figures are compared with lies above the others.
        let chosen = indices.enumerated().filter { $0.offset % step == 0 || $0.element == model.otherRun }.map(
            \.element
        )
        .sorted { ($0 == model.otherRun ? 0 : 1, $0) < ($1 == model.otherRun ? 0 : 1, $1) }
        return chosen.map { index in
            let values = model.partners(in: index).map { $0.flatMap { model.runs[index][$0] }.map(value) }
            let isOther = index == model.otherRun
            return CurveSeries(
                values: values, style: isOther ? painter.theme[.second] : painter.style(.muted, isDim: true),
                isDashed: isOther)
        }
    }

    private func marks(_ layers: [Int]) -> [[FlagMark]] {
        guard let shown = model.shownFlags else { return [] }
        return layers.map { shown.marks(ofLayer: $0, isPreview: model.run.isProvisional) }
    }

    /// By position on the level, as the plot counts layers.
    private func plateaus(_ layers: [Int]) -> [ClosedRange<Int>] {
        (model.shownFlags?.plateaus ?? []).compactMap { plateau in
            guard let first = layers.firstIndex(of: plateau.lowerBound),
                let last = layers.firstIndex(of: plateau.upperBound)
            else { return nil }
            return first...last
        }
    }

    // MARK: Words

    /// In as many words as there is room for; the flags' legend is worth more than the long name.
    private func titles(_ painter: Painter, _ isFocused: Bool, width: Int) -> [[Span]] {
        let (name, short) =
            switch model.curve {
            case .modularity: ("Modularity curve", "Modularity")
            case .correctAndWrong: ("AQ and EQ", "AQ and EQ")
            case .share: ("Share of correct edges", "Correct edges")
            case .clustering: ("Clustering", "Clustering")
            case .luModularity: ("Lu et al.'s modularity", "Lu et al.")
            }
        let options = "  τ \(Numbers.fixed(model.criterion.tolerance, 3))  L \(model.criterion.minLength)"
        let level = model.level == .block ? "  blocks" : ""
        let scale = model.scale == .logarithmic ? "  log" : ""
        let isProvisional = model.run.isProvisional && !model.run.layers.isEmpty
        let provisional = isProvisional ? "  flags provisional" : ""
        let isWide = width >= 110
        let title = painter.title(isWide ? name : short, isFocused: isFocused)
        return [
            [title, painter.span(options + level + scale + (isWide ? provisional : ""), .muted)],
            [title, painter.span(options + level + scale, .muted)], [title],
        ]
    }

    private func legend(_ painter: Painter) -> [[Span]] {
        let glyphs = model.glyphs
        func item(_ sign: String, _ role: Role, _ word: String) -> [Span] {
            [painter.span(sign, role), painter.span(" \(word)", .muted)]
        }
        func line(_ role: Role, _ word: String, _ isDashed: Bool) -> [Span] {
            item(CurvePlot.sample(isDashed: isDashed, glyphs: glyphs), role, word)
        }
        func join(_ items: [[Span]], gap: Int = 3) -> [Span] {
            Array(items.joined(separator: [painter.span(String(repeating: " ", count: gap), .muted)]))
        }
        func mark(_ flag: Flag, _ role: Role, _ word: String) -> [Span] {
            item(String(FlagMark(flag).glyph(glyphs)), role, word)
        }
        let (curves, shortCurves): ([[Span]], [[Span]]) =
            shownPlan != nil && model.curve.value != nil
            ? planLines(line)
            : model.runs.count > 1 && model.curve.value != nil ? runLines(painter, line) : curveLines(line)
        let plateauSign = String(repeating: Character(FlagMark(.plateau).glyph(glyphs)), count: 2)
        let plateau = [Span(text: plateauSign, style: painter.theme[.plateau]), painter.span(" plateau", .muted)]
        let flags = [plateau, mark(.peak, .peak, "peak"), mark(.decline, .decline, "decline")]
        let all = flags + [mark(.pastPeak, .pastPeak, "past the peak")]
        let hollow = FlagMark(.decline, support: 0).glyph(glyphs)
        let weak = item(String(hollow), .muted, "weak: support below \(Numbers.fixed(Flag.firmSupport, 1))")
        return [
            join(curves + all + [weak]), join(curves + all), join(curves + all, gap: 2), join(curves + flags, gap: 2),
            join(shortCurves + flags, gap: 2), join(curves), join(shortCurves),
        ]
    }

    /// Of the runs: the one on the screen, and the one that it is compared with.
    private func runLines(
        _ painter: Painter, _ line: (Role, String, Bool) -> [Span]
    ) -> ([[Span]], [[Span]]) {
        func title(_ index: Int) -> String {
            model.runs[index].title.truncated(toCells: 24, ellipsis: painter.glyphs.ellipsis)
        }
        let own = line(model.curve == .luModularity ? .second : .curve, title(model.shownRun), false)
        let other = model.otherRun.map { [line(.second, title($0), true)] } ?? []
        return ([own] + other, [own])
    }

    /// Of the whole network, and of what is left of it.
    private func planLines(_ line: (Role, String, Bool) -> [Span]) -> ([[Span]], [[Span]]) {
        let whole = line(.curve, "whole", true)
        let lines = model.run.whatIf.trial == nil ? [whole] : [whole, line(.second, "cut", false)]
        return (lines, lines)
    }

    private func curveLines(_ line: (Role, String, Bool) -> [Span]) -> ([[Span]], [[Span]]) {
        switch model.curve {
        case .modularity:
            (
                [line(.curve, "M", false), line(.second, "Lu et al. Q", true)],
                [line(.curve, "M", false), line(.second, "Q", true)]
            )
        case .correctAndWrong:
            (
                [line(.correct, "AQ", false), line(.wrong, "EQ", false)],
                [line(.correct, "AQ", false), line(.wrong, "EQ", false)]
            )
        case .share: ([line(.curve, "r", false)], [line(.curve, "r", false)])
        case .clustering:
            (
                [line(.curve, "γ", false), line(.second, "mean of γ per sample", true)],
                [line(.curve, "γ", false), line(.second, "mean", true)]
            )
        case .luModularity: ([line(.second, "Q", false)], [line(.second, "Q", false)])
        }
    }
}
