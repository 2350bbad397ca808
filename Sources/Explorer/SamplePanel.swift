import Cells
import Plots
import Separation
import Settings

/// One sample at this layer: its picture, what it is and what the network says, its nearest, and from which layer on they
/// are of its own class.
struct SamplePanel {
    let model: ExplorerModel

    func draw(into painter: inout Painter, rect: Rect) {
        let isFocused = model.focus == .sample
        guard let sample = model.shownSample, let layer = model.cursor else {
            painter.panel(rect, isFocused: isFocused, titles: [[painter.title("Sample", isFocused: isFocused)]])
            painter.drawWaiting(in: rect.inset(columns: 2, rows: 1))
            return
        }
        let title = painter.title("Sample \(Numbers.ordinal(sample))", isFocused: isFocused)
        let name = painter.layerName(model.run.layers[layer].name, .muted)
        painter.panel(
            rect, isFocused: isFocused, titles: [[title, painter.span("  ", .muted), name], [title]],
            notes: model.isCurrentPreview
                ? [[painter.span("preview", .accent)]]
                : [[painter.span("of \(Numbers.grouped(model.labels.count))", .muted)]])
        let inner = rect.inset(columns: rect.columns >= 36 ? 2 : 1, rows: 1)
        let parts = Parts(inner, hasPicture: model.mayHavePicture(sample))
        painter.drawPicture(of: sample, model, in: parts.picture)
        let curve = model.ownClassCurve(of: sample)
        // Where facts have little room, the layer is named above the curve.
        let isSaid = parts.facts.columns < Self.labelledWidth && parts.curve.rows > 1
        drawFacts(sample, isSaid ? nil : curve, into: &painter, rect: parts.facts)
        drawCurve(curve, saysLayer: isSaid, into: &painter, rect: parts.curve)
        NeighborView(model: model, mostRows: max(4, parts.picture.rows)).draw(into: &painter, rect: parts.neighbors)
    }

    /// Where what stands.
    struct Parts {
        /// Empty where there is no picture.
        var picture: Rect
        var facts, curve, neighbors: Rect

        init(_ rect: Rect, hasPicture: Bool) {
            let (columns, rows) = (rect.columns, rect.rows)
            let facts = min(hasPicture ? 5 : 6, max(3, rows / 2))
            let height =
                hasPicture
                ? min(max(4, rows * 2 / 5), max(3, columns / 4)) : columns >= 60 ? max(facts, rows / 4) : facts
            var (head, rest) = rect.cut(rowsAbove: height)
            (picture, head) = head.cut(columnsLeft: hasPicture ? 2 * height : 0, gap: hasPicture ? 2 : 0)
            if head.columns >= (hasPicture ? 54 : 64), height < 12 {
                (self.facts, curve) = head.cut(columnsLeft: min(32, head.columns * 3 / 5), gap: 2)
            } else if head.columns >= 30, height >= facts + 4 {
                (self.facts, curve) = head.cut(rowsAbove: facts + (height >= 14 ? 1 : 0))
            } else {
                self.facts = head
                if rows >= 16 { rest = rest.cut(rowsAbove: 1).1 }
                (curve, rest) = rest.cut(rowsAbove: rows >= 22 ? 6 : rows >= 16 ? 4 : rows >= 10 ? 2 : 1)
            }
            neighbors = rows >= 16 ? rest.cut(rowsAbove: 1).1 : rest
        }
    }

    // MARK: Facts

    /// From so many columns on facts have their names before them.
    private static let labelledWidth = 30

    /// As many as there are rows for, those that matter most first to stay.
    private func drawFacts(_ sample: Int, _ curve: OwnClassCurve?, into painter: inout Painter, rect: Rect) {
        let hasLabels = rect.columns >= Self.labelledWidth
        let facts = [
            (0, "class", classFact(sample, painter)), (1, "network", networkFact(sample, painter)),
            (3, "edges", edgesFact(painter)), (4, "nearest", nearestFact(hasLabel: hasLabels, painter)),
            (2, "own class", curve.map { hasLabels ? lastingFact($0, painter) : lineCaption($0, painter) } ?? []),
            (5, "picture", pictureFact(sample, hasLabel: hasLabels, painter)),
        ].filter { !$0.2.isEmpty }
        let kept = Set(facts.map(\.0).sorted().prefix(rect.rows))
        for (line, fact) in facts.filter({ kept.contains($0.0) }).enumerated() {
            let label = hasLabels ? [painter.span(fact.1.filled(to: 11), .muted)] : []
            let words = painter.fitting(fact.2, width: rect.columns - label.width)
            painter.write(label + words, column: rect.minColumn, row: rect.minRow + line, width: rect.columns)
        }
    }

    private func classFact(_ sample: Int, _ painter: Painter) -> [[Span]] {
        let label = model.labels[sample]
        var style = painter.theme.classStyle(label)
        style.attributes.insert(.bold)
        return [[Span(text: model.run.className(label), style: style)]]
    }

    private func networkFact(_ sample: Int, _ painter: Painter) -> [[Span]] {
        guard let prediction = model.prediction(of: sample) else { return [] }
        let isRight = prediction == model.labels[sample]
        let name = Span(text: model.run.className(prediction), style: painter.theme.classStyle(prediction))
        let mark = painter.mark(isRight)
        let word = painter.span(isRight ? " right" : " wrong", isRight ? .correct : .wrong)
        if isRight { return [[mark, word]] }
        return [
            [mark, word, painter.span(": says ", .muted), name], [mark, painter.span(" says ", .muted), name],
            [mark, painter.span(" ", .muted), name],
        ]
    }

    private func edgesFact(_ painter: Painter) -> [[Span]] {
        guard let edges = model.shownOwnEdges else { return [] }
        let (correct, wrong) = (Numbers.grouped(edges.correct), Numbers.grouped(edges.wrong))
        func count(_ number: String, _ isRight: Bool, _ word: String) -> [Span] {
            [
                painter.mark(isRight), painter.span(" \(number)", .text, isDim: model.isCurrentPreview),
                painter.span(word, .muted),
            ]
        }
        return [
            count(correct, true, " correct  ") + count(wrong, false, " wrong"),
            count(correct, true, "  ") + count(wrong, false, ""),
        ]
    }

    private func nearestFact(hasLabel: Bool, _ painter: Painter) -> [[Span]] {
        let neighbors = model.shownNeighbors
        guard !neighbors.isEmpty else { return [] }
        let own = neighbors.count { $0.isOwnClass }
        let count = painter.span("\(own) of \(neighbors.count)", .text, isDim: model.isCurrentPreview)
        return hasLabel
            ? [[count, painter.span(" of its class", .muted)], [count]]
            : [[count, painter.span(" nearest", .muted)], [count, painter.span(" near", .muted)], [count]]
    }

    /// That there is none, and why.
    private func pictureFact(_ sample: Int, hasLabel: Bool, _ painter: Painter) -> [[Span]] {
        guard !model.mayHavePicture(sample) else { return [] }
        let reason = model.run.header?.architecture == "features" ? "none: features" : "none in the run"
        return [[painter.span(hasLabel ? reason : "no picture", .muted)]]
    }

    /// From where on the nearest are of its own class.
    private func lastingFact(_ curve: OwnClassCurve, _ painter: Painter) -> [[Span]] {
        guard !curve.isEmpty else { return [] }
        guard let place = curve.lasting else {
            return ["not at the last layer", "not at the end"].map { [painter.span($0, .text)] }
        }
        let name = painter.layerName(model.run.layers[curve.layers[place]].name, .text)
        return [
            [painter.span("from ", .muted), name, painter.span(" on", .muted)], [painter.span("from ", .muted), name],
        ]
    }

    // MARK: Curve

    private func drawCurve(_ curve: OwnClassCurve, saysLayer: Bool, into painter: inout Painter, rect: Rect) {
        guard !rect.isEmpty, !curve.isEmpty else { return }
        var plot = rect
        if rect.rows > 1 {
            let caption = saysLayer ? lineCaption(curve, painter) : plotCaption(curve, painter)
            painter.write([painter.fitting(caption, width: rect.columns)], in: rect)
            plot = rect.cut(rowsAbove: 1).1
        }
        let cursor = model.cursor.flatMap { curve.layers.firstIndex(of: $0) }
        guard plot.rows >= 3 else { return drawLine(curve, cursor, into: &painter, rect: plot) }
        let theme = painter.theme
        let provisional = Set(curve.layers.indices.filter { model.run.previews.contains(curve.layers[$0]) })
        let last = curve.shares.lastIndex { $0 != nil }
        CurvePlot(
            series: [
                CurveSeries(values: curve.shares, provisional: provisional, style: theme[.curve]),
                CurveSeries(values: curve.layers.map { _ in 0.5 }, style: theme[.frame], isDashed: true),
            ],
            plateaus: curve.lasting.flatMap { first in last.map { [first...max(first, $0)] } } ?? [], cursor: cursor,
            hasLayerNumbers: true, range: 0...1
        ).draw(
            into: &painter.buffer, rect: plot, glyphs: model.glyphs,
            styles: CurveStyles(
                axis: theme[.muted], plateau: theme[.plateau], cursor: theme[.cursor], peak: theme[.peak],
                pastPeak: theme[.pastPeak], decline: theme[.decline]))
    }

    private func plotCaption(_ curve: OwnClassCurve, _ painter: Painter) -> [[Span]] {
        ["own class among its \(curve.count) nearest", "own class of \(curve.count) nearest", "own class"].map {
            [painter.span($0, .muted)]
        }
    }

    /// From where on the nearest are of its own class, above the line that shows it.
    private func lineCaption(_ curve: OwnClassCurve, _ painter: Painter) -> [[Span]] {
        func note(_ words: String) -> Span { painter.span(words, .muted) }
        guard let place = curve.lasting else {
            return [[note("own class: "), painter.span("not at the end", .text)], [note("not own class")]]
        }
        let name = painter.layerName(model.run.layers[curve.layers[place]].name, .text)
        return [
            [note("own class from "), name, note(" on")], [note("own from "), name, note(" on")],
            [note("own from "), name],
        ]
    }

    /// The curve as one line of text.
    private func drawLine(_ curve: OwnClassCurve, _ cursor: Int?, into painter: inout Painter, rect: Rect) {
        let axis = LayerAxis(layers: curve.layers.count, places: rect.columns)
        // A layer may take several columns; where several share one, the last of them is seen.
        for (layer, sign) in Sparkline.shares(curve.shares, glyphs: model.glyphs).enumerated() {
            guard let band = axis.band(of: layer) else { continue }
            var style = painter.style(.curve, isDim: model.run.previews.contains(curve.layers[layer]))
            if layer == cursor {
                style = painter.theme[.cursor]
                if painter.theme.classColors.isEmpty { style.attributes.insert(.reverse) }
            }
            let text = String(repeating: sign, count: band.count)
            painter.write(
                [Span(text: text, style: style)], column: rect.minColumn + band.lowerBound, row: rect.minRow,
                width: band.count)
        }
    }
}

extension ExplorerModel {
    /// Whether a sample's picture is there, or may still come.
    func mayHavePicture(_ sample: Int) -> Bool {
        picture(of: sample) != nil || !pictures.isKnown(PictureKey(run: shownRun, sample: sample))
    }
}

extension Numbers {
    /// A sample's number for people, who count from 1.
    static func ordinal(_ sample: Int) -> String { grouped(sample + 1) }
}

extension Painter {
    /// Right or wrong, told apart by more than colour.
    func mark(_ isRight: Bool) -> Span { span(isRight ? "✓" : "✗", isRight ? .correct : .wrong) }

    /// Draws a sample's picture as large as fits; nothing while it isn't there.
    mutating func drawPicture(of sample: Int, _ model: ExplorerModel, in rect: Rect) {
        guard let picture = model.picture(of: sample) else { return }
        PicturePlot(picture).draw(
            into: &buffer, rect: rect, glyphs: glyphs,
            styles: PictureStyles(
                hasColors: model.hasPictureColors && !theme.heatGradient.isEmpty, ink: theme[.text],
                isInkLight: !theme.background.isLight))
    }
}
