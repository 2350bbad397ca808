import Cells

/// The bottom line: the keys, as many as fit.
struct FooterView {
    let model: ExplorerModel

    func draw(into painter: inout Painter, rect: Rect) {
        let hints = Self.hints(width: rect.columns - 2)
        var spans: [Span] = []
        for hint in hints {
            if !spans.isEmpty { spans.append(painter.span("  ", .muted)) }
            spans.append(painter.span(hint.keys, .key))
            spans.append(painter.span(" \(hint.word)", .muted))
        }
        painter.write(spans, column: rect.minColumn + 1, row: rect.minRow, width: rect.columns - 2)
    }

    /// The hints of greatest rank that fit, in the order of the table.
    static func hints(width: Int) -> [ActionEntry.Hint] {
        let all = ActionTable.entries.compactMap(\.hint)
        var kept: Set<Int> = []
        var used = 0
        for index in all.indices.sorted(by: { all[$0].rank > all[$1].rank }) {
            let needed = all[index].keys.cellWidth + 1 + all[index].word.cellWidth + (kept.isEmpty ? 0 : 2)
            if used + needed > width { break }
            used += needed
            kept.insert(index)
        }
        return all.indices.filter(kept.contains).map { all[$0] }
    }
}
