import Cells
import Separation

/// The zoomed figures: each with what it means, and all that is known of the layer.
struct FigureSheet {
    let model: ExplorerModel
    let painter: Painter

    /// The sheet's lines, closer together where the rows don't suffice otherwise; what still doesn't fit matters least.
    func lines(_ result: LayerResult, size: Size) -> [[Span]] {
        // Beyond a certain width lines only get hard to read.
        let width = min(size.columns, 110)
        let facts = facts(result, width: width)
        let loose = [[]] + figures(result, width: width, hasGaps: true) + facts
        return loose.count <= size.rows ? loose : figures(result, width: width, hasGaps: false) + facts
    }

    private func figures(_ result: LayerResult, width: Int, hasGaps: Bool) -> [[Span]] {
        let table = FigureTable(model: model, painter: painter).lines(result, width: width)
        let rows = FigureRow.all(k: model.run.header?.k ?? 3)
        return zip(rows, table).flatMap { row, line in
            [line] + row.meaning.wrapped(toCells: width - 3).map { [painter.span("   \($0)", .muted)] }
                + (hasGaps ? [[]] : [])
        }
    }

    private func facts(_ result: LayerResult, width: Int) -> [[Span]] {
        let words = LayerWords(model: model, painter: painter)
        func text(_ value: String) -> Span { painter.span(value, .text) }
        func note(_ value: String) -> Span { painter.span(value, .muted) }
        let figures = result.figures
        let shape = result.description.shape.map(String.init).joined(separator: "×")
        let edges: [[Span]] = [
            [text(Numbers.grouped(figures.correct)), note(" correct")],
            [text(Numbers.grouped(figures.wrong)), note(" wrong")],
            [
                note("similarity "), text(Numbers.fixed(Double(result.leastSimilarity))), note(" to "),
                text(Numbers.fixed(Double(result.greatestSimilarity))),
            ],
        ]
        let pairs: [[Span]] = [
            [text(Numbers.percent(result.histogram.shareBelowHalf, 2)), note(" below 0.5")],
            [text(Numbers.grouped(result.histogram.negative)), note(" negative")],
        ]
        let facts: [(String, [[Span]])] = [
            ("flags of M", words.flags(isShort: false)), ("flags of Q", words.luFlags),
            ("most confused", words.confused(width < 90 ? 3 : Run.keptConfusions)), ("edges", edges),
            ("pairs", pairs),
            ("layer", [[painter.layerName(result.name, .text)], [text(shape)]] + words.costs(result)),
            ("mean of γ", [[text(Numbers.fixed(result.clustering.mean)), note(" over samples, eq. 1")]]),
            ("note", words.oddities(result)),
        ]
        return facts.filter { !$0.1.isEmpty }.flatMap { painter.fact($0.0, $0.1, width: width) }
    }
}
