import Cells
import Plots
import Separation
import Settings

/// A figure over all layers of the level, with Criterion I's flags.
struct CurvePanel {
    let model: ExplorerModel

    func draw(into painter: inout Painter, rect: Rect) {
        let isFocused = model.focus == .curve
        painter.panel(
            rect, isFocused: isFocused, titles: titles(painter, isFocused), notes: legend(painter))
        let inner = rect.inset(columns: rect.columns >= 60 ? 2 : 1, rows: 1)
        let layers = model.run.layers(on: model.level)
        guard layers.contains(where: { model.run[$0] != nil }) else {
            painter.drawWaiting(in: inner)
            return
        }
        let plot = CurvePlot(
            series: series(layers, painter), flags: marks(layers), scale: model.scale,
            cursor: model.cursor.flatMap { layers.firstIndex(of: $0) }, hasLayerNumbers: model.isZoomed)
        let theme = painter.theme
        plot.draw(
            into: &painter.buffer, rect: inner, glyphs: model.glyphs,
            styles: CurveStyles(
                axis: theme[.muted], plateau: theme[.plateau], cursor: theme[.cursor], peak: theme[.peak],
                pastPeak: theme[.pastPeak], decline: theme[.decline]))
    }

    // MARK: Curves

    private func series(_ layers: [Int], _ painter: Painter) -> [CurveSeries] {
        let results = layers.map { model.run[$0] }
        let provisional = Set(layers.indices.filter { model.run.previews.contains(layers[$0]) })
        let theme = painter.theme
        func curve(
            _ role: Role, isDotted: Bool = false, axis: AxisSide = .left, errors: [Double] = [],
            _ value: (LayerResult) -> Double
        ) -> CurveSeries {
            CurveSeries(
                values: results.map { $0.map(value) }, errors: errors, provisional: provisional, axis: axis,
                style: theme[role], bandStyle: theme[.band], isDotted: isDotted)
        }
        switch model.curve {
        case .modularity:
            let errors = results.map { $0?.figures.standardError ?? 0 }
            return [
                curve(.curve, errors: errors) { $0.figures.modularity },
                curve(.second, isDotted: true, axis: .right) { $0.luModularity },
            ]
        case .correctAndWrong:
            return [
                curve(.correct) { $0.figures.correctModularity }, curve(.wrong) { $0.figures.wrongModularity },
            ]
        case .share: return [curve(.curve) { $0.figures.r }]
        case .clustering:
            return [curve(.curve) { $0.clustering.global }, curve(.second, isDotted: true) { $0.clustering.mean }]
        case .luModularity: return [curve(.second) { $0.luModularity }]
        }
    }

    private func marks(_ layers: [Int]) -> [[FlagMark]] {
        guard let shown = model.shownFlags else { return [] }
        let isProvisional = model.run.isProvisional
        return layers.map { layer in
            guard shown.flags.indices.contains(layer) else { return [] }
            return shown.flags[layer].flags.map {
                FlagMark($0, support: shown.support[layer][$0], isProvisional: isProvisional)
            }
        }
    }

    // MARK: Words

    private func titles(_ painter: Painter, _ isFocused: Bool) -> [[Span]] {
        let name =
            switch model.curve {
            case .modularity: "Modularity curve"
            case .correctAndWrong: "AQ and EQ"
            case .share: "Share of correct edges"
            case .clustering: "Clustering"
            case .luModularity: "Lu et al.'s modularity"
            }
        let title = painter.title(name, isFocused: isFocused)
        let options = "τ \(Numbers.fixed(model.criterion.tolerance, 3))  L \(model.criterion.minLength)"
        let level = model.level == .block ? "  blocks" : ""
        let scale = model.scale == .logarithmic ? "  log" : ""
        let isProvisional = model.run.isProvisional && !model.run.layers.isEmpty
        let provisional = isProvisional ? "  flags provisional" : ""
        return [
            [title, painter.span("  \(options)\(level)\(scale)\(provisional)", .muted)],
            [title, painter.span("  \(options)\(level)\(scale)", .muted)], [title],
        ]
    }

    private func legend(_ painter: Painter) -> [[Span]] {
        func item(_ sign: String, _ role: Role, _ word: String) -> [Span] {
            [painter.span(sign, role), painter.span(" \(word)", .muted)]
        }
        func join(_ items: [[Span]], gap: Int = 3) -> [Span] {
            Array(items.joined(separator: [painter.span(String(repeating: " ", count: gap), .muted)]))
        }
        let curves =
            switch model.curve {
            case .modularity: [item("─", .curve, "M"), item("┈", .second, "Lu et al. Q")]
            case .correctAndWrong: [item("─", .correct, "AQ"), item("─", .wrong, "EQ")]
            case .share: [item("─", .curve, "r")]
            case .clustering: [item("─", .curve, "γ"), item("┈", .second, "mean of γ per sample")]
            case .luModularity: [item("─", .second, "Q")]
            }
        let glyphs = model.glyphs
        func mark(_ flag: Flag, _ role: Role, _ word: String) -> [Span] {
            item(String(FlagMark(flag).glyph(glyphs)), role, word)
        }
        let plateauSign = painter.theme[.plateau].background == nil ? String(FlagMark(.plateau).glyph(glyphs)) : "  "
        let flags = [
            [Span(text: plateauSign, style: painter.theme[.plateau]), painter.span(" plateau", .muted)],
            mark(.peak, .peak, "peak"), mark(.pastPeak, .pastPeak, "past"), mark(.decline, .decline, "decline"),
        ]
        return [
            join(curves + flags), join(curves + flags, gap: 2), join(curves + flags.prefix(2), gap: 2), join(curves),
        ]
    }
}
