import Cells

/// The bottom line: the keys, as many as fit, or what is being typed.
struct FooterView {
    let model: ExplorerModel

    func draw(into painter: inout Painter, rect: Rect) {
        if let prompt = model.prompt { return draw(prompt, into: &painter, rect: rect) }
        if let notice = model.notice {
            let line = painter.fitting(
                [[painter.span(notice.text, notice.isError ? .error : .accent)]], width: rect.columns - 2)
            painter.write(line, column: rect.minColumn + 1, row: rect.minRow, width: rect.columns - 2)
            return
        }
        let typed = (model.count.map(String.init) ?? "") + model.pendingKeys.map(\.label).joined()
        var spans = typed.isEmpty ? [] : [painter.span("\(typed)…", .accent)]
        let hints = Self.hints(model.keymap, width: rect.columns - 2 - (spans.isEmpty ? 0 : spans.width + 2))
        for hint in hints {
            if !spans.isEmpty { spans.append(painter.span("  ", .muted)) }
            spans.append(painter.span(hint.keys, .key))
            spans.append(painter.span(" \(hint.word)", .muted))
        }
        painter.write(spans, column: rect.minColumn + 1, row: rect.minRow, width: rect.columns - 2)
    }

    private func draw(_ prompt: Prompt, into painter: inout Painter, rect: Rect) {
        let sign = prompt.kind == .find ? "/" : ":"
        let note: String
        switch prompt.kind {
        case .command: note = ""
        case .find:
            let count = model.matches.count
            note =
                prompt.text.isEmpty
                ? "part of a layer's name" : count == 0 ? "no layer" : count == 1 ? "1 layer" : "\(count) layers"
        }
        // Of a long text the end, where it is being typed.
        let room = max(4, rect.columns - 4 - note.cellWidth)
        var text = prompt.text
        while text.cellWidth > room { text.removeFirst() }
        painter.write(
            [painter.span(sign, .key), painter.span(text, .text), painter.span("▏", .accent)],
            column: rect.minColumn + 1, row: rect.minRow, width: rect.columns - 2)
        painter.write(
            [painter.span(note, .muted)], endingAt: rect.maxColumn - 1, row: rect.minRow, width: note.cellWidth)
    }

    /// The hints of greatest rank that fit, in the order of the table.
    static func hints(_ keymap: Keymap = .standard, width: Int) -> [ActionEntry.Hint] {
        let all = keymap.hints
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
