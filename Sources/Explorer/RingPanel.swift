import Cells
import Plots
import Separation
import Settings

/// The ring graph of the layer.
struct RingPanel {
    let model: ExplorerModel

    func draw(into painter: inout Painter, rect: Rect) {
        let isFocused = model.focus == .ring
        guard let layer = model.cursor, let result = model.current else {
            painter.panel(rect, isFocused: isFocused, titles: [[painter.title("Ring", isFocused: isFocused)]])
            painter.drawWaiting(in: rect.inset(columns: 2, rows: 1))
            return
        }
        painter.panel(
            rect, isFocused: isFocused, titles: titles(result, painter, isFocused), notes: notes(layer, painter))
        let inner = rect.inset(columns: 1, rows: 1)
        let styles = RingStyles(
            classColors: painter.theme.classColors, wrong: painter.theme[.wrong],
            circle: painter.theme[.rim], gained: Self.bold(painter.theme[.text]),
            lost: painter.style(.muted, isDim: true))
        let corners = corners(result, painter, rect: inner)
        model.shownRing?.draw(
            into: &painter.buffer, rect: inner, styles: styles, names: model.run.header?.classes ?? [],
            reserved: corners.map(\.rect), isDim: model.isCurrentPreview)
        if model.run.hasForgotten {
            painter.drawCentered(["edges are not kept of so many runs", "edges not kept"], in: inner)
        }
        for corner in corners {
            painter.write(
                corner.spans, column: corner.rect.minColumn, row: corner.rect.minRow, width: corner.rect.columns)
        }
    }

    private static func bold(_ style: Style) -> Style {
        var style = style
        style.attributes.insert(.bold)
        return style
    }

    private func titles(_ result: LayerResult, _ painter: Painter, _ isFocused: Bool) -> [[Span]] {
        let name = painter.layerName(result.name, isFocused ? .focusTitle : .title)
        let shape = result.description.shape.map(String.init).joined(separator: "×")
        return [[name, painter.span("  \(shape)", .muted)], [name]]
    }

    private func notes(_ layer: Int, _ painter: Painter) -> [[Span]] {
        let layers = model.run.layers(on: model.level)
        guard let index = layers.firstIndex(of: layer) else { return [] }
        let word = model.level == .block ? "block" : "layer"
        let play = model.autoplay == .off ? [] : [painter.span("▸ ", .accent)]
        let place = "\(index + 1)/\(layers.count)"
        return [play + [painter.span("\(word) \(place)", .muted)], play + [painter.span(place, .muted)]]
    }

    private struct Corner {
        var spans: [Span]
        var rect: Rect
    }

    /// A ring leaves the corners free: the counts stand in the lower ones, what is shown of the edges in the upper.
    private func corners(_ result: LayerResult, _ painter: Painter, rect: Rect) -> [Corner] {
        let isDim = model.isCurrentPreview
        let half = rect.columns / 2 - 2
        func corner(_ variants: [[Span]], isRight: Bool, row: Int) -> Corner {
            let spans = painter.fitting(variants, width: half)
            let column = isRight ? rect.maxColumn - 1 - spans.width : rect.minColumn + 1
            return Corner(spans: spans, rect: Rect(column: column, row: row, columns: spans.width, rows: 1))
        }
        // In a small panel the ring fills the row: figures alone disturb it less.
        let isSmall = rect.columns < 44
        func counts(_ word: String, _ count: Int, _ role: Role, isRight: Bool) -> Corner {
            let number = painter.span(Numbers.grouped(count), role, isDim: isDim)
            let words = isSmall ? [[number]] : [[painter.span("\(word) ", .muted, isDim: isDim), number], [number]]
            return corner(words, isRight: isRight, row: rect.maxRow - 1)
        }
        let shown = shownCounts(result)
        var corners = [
            counts("correct", shown.correct, .correct, isRight: false),
            counts("wrong", shown.wrong, .wrong, isRight: true),
        ]
        if let change = model.motion.change {
            let counts = [
                Span(text: "+\(Numbers.grouped(change.gained))", style: Self.bold(painter.theme[.text])),
                painter.span(" −\(Numbers.grouped(change.lost))", .muted),
            ]
            corners.append(corner([counts], isRight: false, row: rect.minRow))
        } else if isDim {
            corners.append(corner([[painter.span("preview", .accent)]], isRight: false, row: rect.minRow))
        } else if let threshold = model.threshold {
            let least = Numbers.fixed(Double(threshold), 2)
            let figure = painter.span("≥ \(least)", .accent)
            // In a middling panel a slider would stand where a class's name does.
            let slider = rect.columns >= 90 ? slider(threshold, result, painter) : []
            let words = [[painter.span("similarity ", .muted)] + slider + [figure]]
            corners.append(
                corner(words + [[painter.span("≥ \(least)", .accent)]], isRight: false, row: rect.minRow))
        }
        if model.filter != .all || model.classFocus != nil {
            corners.append(corner(choices(painter), isRight: true, row: rect.minRow))
        }
        return corners
    }

    /// Correct and wrong edges of the layer or, where one is looked at, of a class.
    private func shownCounts(_ result: LayerResult) -> (correct: Int, wrong: Int) {
        if let threshold = model.threshold { return strongCounts(result, threshold) }
        guard let label = model.classFocus, let layer = model.cursor, let edges = model.run.classEdges[layer] else {
            return (result.figures.correct, result.figures.wrong)
        }
        let own = edges.edges(of: label)
        return (own.correct, own.wrong.reduce(0) { $0 + $1.count })
    }

    /// Where a threshold lies between the least and the greatest similarity of the layer's edges.
    private func slider(_ threshold: Float, _ result: LayerResult, _ painter: Painter) -> [Span] {
        let (least, greatest, width) = (result.leastSimilarity, result.greatestSimilarity, 8)
        let share = greatest > least ? min(1, max(0, (threshold - least) / (greatest - least))) : 0
        let knob = Int((share * Float(width - 1)).rounded())
        return [
            painter.span(String(repeating: "─", count: knob), .frame), painter.span("●", .accent),
            painter.span(String(repeating: "─", count: width - 1 - knob) + " ", .frame),
        ]
    }

    /// Those of at least a similarity. O(|E|).
    private func strongCounts(_ result: LayerResult, _ threshold: Float) -> (correct: Int, wrong: Int) {
        let labels = model.run.header?.labels ?? []
        var counts = (correct: 0, wrong: 0)
        for edge in result.edges where edge.similarity >= threshold && edge.isWithin(labels.count) {
            let (a, b) = (labels[Int(edge.source)], labels[Int(edge.target)])
            if let focus = model.classFocus, a != focus, b != focus { continue }
            if a == b { counts.correct += 1 } else { counts.wrong += 1 }
        }
        return counts
    }

    /// Which of the edges are shown, in fewer and fewer words.
    private func choices(_ painter: Painter) -> [[Span]] {
        let role: Role = model.filter == .correct ? .correct : .wrong
        let filter = model.filter == .all ? nil : painter.span(model.filter.rawValue, role)
        guard let label = model.classFocus else {
            return [filter.map { [$0, painter.span(" only", role)] } ?? [], filter.map { [$0] } ?? []]
        }
        let name = Span(text: model.run.className(label), style: painter.theme.classStyle(label))
        guard let filter else { return [[name, painter.span(" only", .muted)], [name]] }
        return [[name, painter.span(" · ", .frame), filter], [name]]
    }
}

extension Painter {
    /// Said where a panel has nothing to show yet.
    mutating func drawWaiting(in rect: Rect) { drawCentered(["waiting for the first layer", "waiting"], in: rect) }

    /// The longest of several words that fits, in the middle.
    mutating func drawCentered(_ variants: [String], in rect: Rect) {
        guard !rect.isEmpty else { return }
        let line = fitting(variants.map { [span($0, .muted)] }, width: rect.columns)
        write(
            line, column: rect.minColumn + max(0, rect.columns - line.width) / 2, row: rect.minRow + rect.rows / 2,
            width: rect.columns)
    }
}
