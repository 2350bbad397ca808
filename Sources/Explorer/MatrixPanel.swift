import Cells
import Plots
import Separation
import Settings

/// Edges between every two classes at this layer: correct ones on the diagonal, wrong ones beside it.
struct MatrixPanel {
    let model: ExplorerModel

    func draw(into painter: inout Painter, rect: Rect) {
        let isFocused = model.focus == .matrix
        let order = model.classOrder == .confusion ? "  by confusion" : ""
        guard let layer = model.cursor, let edges = model.run.classEdges[layer] else {
            painter.panel(rect, isFocused: isFocused, titles: [[painter.title("Classes", isFocused: isFocused)]])
            painter.drawWaiting(in: rect.inset(columns: 2, rows: 1))
            return
        }
        let name = painter.title(model.run.layers[layer].name, isFocused: isFocused)
        let grid = Grid(model: model, edges: edges, rect: rect.inset(columns: 2, rows: 1))
        let (shown, all) = (grid.classes.count, model.run.classCount)
        let counts = shown < all ? ["\(shown) of \(all) classes", "\(shown) of \(all)"] : ["edges by class"]
        painter.panel(
            rect, isFocused: isFocused, titles: [[name, painter.span(order, .muted)], [name]],
            notes: model.isCurrentPreview
                ? [[painter.span("preview", .accent)]] : counts.map { [painter.span($0, .muted)] })
        draw(grid, into: &painter)
    }

    /// How classes and cells are laid out.
    private struct Grid {
        let edges: ClassEdges
        let classes: [Int]
        let rect: Rect
        /// Columns of a class's name, of a cell, and of the share at the right.
        let nameWidth, cellWidth, shareWidth: Int
        let cellHeight: Int
        /// The most edges within a class, and between two.
        let mostCorrect, mostWrong: Int
        /// Of each class.
        let totals: [(correct: Int, wrong: Int)]

        init(model: ExplorerModel, edges: ClassEdges, rect: Rect) {
            self.edges = edges
            self.rect = rect
            let all = model.classesInOrder
            let longest = all.map { model.run.className($0).cellWidth }.max() ?? 0
            // All classes come before their shares, and names give way to the cells, down to a few letters.
            let leastOfAll = 6 + 4 * all.count
            shareWidth = rect.columns >= 40 && !(leastOfAll...(leastOfAll + 6)).contains(rect.columns) ? 6 : 0
            let spare = rect.columns - shareWidth - 4 * all.count
            nameWidth = min(longest + 2, max(6, min(16, spare)))
            let room = max(0, rect.columns - nameWidth - shareWidth)
            let count = min(all.count, room / 4, max(0, rect.rows - 2))
            // The class looked at stays in sight.
            let place = model.classFocus.flatMap { all.firstIndex(of: $0) } ?? 0
            let first = max(0, min(place - count / 2, all.count - count))
            classes = Self.with(
                model.focus == .matrix ? model.comparedClass : nil, in: Array(all[first..<(first + count)]), of: all,
                keeping: model.classFocus)
            cellWidth = min(9, room / max(1, count))
            cellHeight = max(1, min(3, (rect.rows - 2) / max(1, count)))
            totals = edges.totals(classes: model.run.classCount)
            mostCorrect = edges.pairs.lazy.filter { $0.first == $0.second }.map(\.count).max() ?? 0
            mostWrong = edges.pairs.lazy.filter { $0.first != $0.second }.map(\.count).max() ?? 0
        }

        /// The classes shown, with another one among them in the place of the first or the last.
        private static func with(_ other: Int?, in shown: [Int], of all: [Int], keeping label: Int?) -> [Int] {
            guard let other, shown.count > 1, !shown.contains(other), let place = all.firstIndex(of: other),
                let last = shown.last, let end = all.firstIndex(of: last)
            else { return shown }
            if place > end { return last == label ? shown.dropFirst() + [other] : shown.dropLast() + [other] }
            return [other] + (shown[0] == label ? shown.dropLast() : shown.dropFirst())
        }
    }

    /// The classes of the row and the column at a cell of the screen; nil beside the matrix, and where only the row is hit,
    /// its class twice.
    func classes(at point: Point, rect: Rect) -> (row: Int, column: Int)? {
        guard let layer = model.cursor, let edges = model.run.classEdges[layer] else { return nil }
        let grid = Grid(model: model, edges: edges, rect: rect.inset(columns: 2, rows: 1))
        let (row, column) = (point.row - grid.rect.minRow - 1, point.column - grid.rect.minColumn - grid.nameWidth)
        guard row >= 0, grid.classes.indices.contains(row / grid.cellHeight) else { return nil }
        let label = grid.classes[row / grid.cellHeight]
        guard column >= 0, grid.classes.indices.contains(column / max(1, grid.cellWidth)) else { return (label, label) }
        return (label, grid.classes[column / max(1, grid.cellWidth)])
    }

    private func draw(_ grid: Grid, into painter: inout Painter) {
        let rect = grid.rect
        for (index, label) in grid.classes.enumerated() {
            let name = model.run.className(label).truncated(toCells: grid.cellWidth - 1, ellipsis: nil)
            let isChosen = label == model.classFocus || isCompared(label)
            let role: Role = isChosen ? .cursor : .muted
            painter.write(
                [painter.span(name, role)],
                endingAt: rect.minColumn + grid.nameWidth + (index + 1) * grid.cellWidth, row: rect.minRow,
                width: grid.cellWidth)
        }
        if grid.shareWidth > 0 {
            painter.write(
                [painter.span("wrong", .muted)], endingAt: rect.maxColumn, row: rect.minRow, width: grid.shareWidth)
        }
        for (index, label) in grid.classes.enumerated() {
            draw(label, at: rect.minRow + 1 + index * grid.cellHeight, of: grid, into: &painter)
        }
        let below = rect.minRow + 2 + grid.classes.count * grid.cellHeight
        guard below < rect.maxRow else { return }
        let lines = LayerWords(model: model, painter: painter).classLines(width: rect.columns)
        painter.write(
            lines,
            in: Rect(column: rect.minColumn, row: below, columns: rect.columns, rows: rect.maxRow - below))
    }

    private func draw(_ label: Int, at top: Int, of grid: Grid, into painter: inout Painter) {
        let (rect, middle) = (grid.rect, top + (grid.cellHeight - 1) / 2)
        let isLookedAt = label == model.classFocus
        let name = model.run.className(label).truncated(toCells: grid.nameWidth - 2, ellipsis: painter.glyphs.ellipsis)
        let nameStyle = isLookedAt ? painter.theme[.cursor] : painter.theme.classStyle(label)
        painter.write(
            [painter.span(isLookedAt ? "▸ " : "  ", .cursor), Span(text: name, style: nameStyle)],
            column: rect.minColumn, row: middle, width: grid.nameWidth)
        for (index, other) in grid.classes.enumerated() {
            let cell = Rect(
                column: rect.minColumn + grid.nameWidth + index * grid.cellWidth, row: top, columns: grid.cellWidth,
                rows: grid.cellHeight)
            draw(grid.edges[label, other], isCorrect: label == other, in: cell, row: middle, of: grid, &painter)
            guard isLookedAt, isCompared(other) else { continue }
            let color = painter.theme.classColors.isEmpty ? nil : painter.theme[.cursor].foreground
            painter.buffer.restyle(cell) { style in
                guard let color else {
                    style.attributes.insert(.reverse)
                    return
                }
                style.background = color
                style.foreground = Color(rgb: color.isLight ? 0x101010 : 0xF0F0F0)
            }
        }
        guard grid.shareWidth > 0 else { return }
        let share = ClassShare.wrong(grid.totals[label]).map { Numbers.percent($0, 0) } ?? "–"
        painter.write(
            [painter.span(share, isLookedAt ? .cursor : .text)], endingAt: rect.maxColumn, row: middle,
            width: grid.shareWidth)
    }

    /// Whether Enter would show the wrong edges with that class.
    private func isCompared(_ label: Int) -> Bool { model.focus == .matrix && label == model.comparedClass }

    /// A count on the heat of its share of the most; a square root keeps the weak ones in sight.
    private func draw(
        _ count: Int, isCorrect: Bool, in cell: Rect, row: Int, of grid: Grid, _ painter: inout Painter
    ) {
        let most = isCorrect ? grid.mostCorrect : grid.mostWrong
        let tone = most > 0 ? (Double(count) / Double(most)).squareRoot() : 0
        let theme = painter.theme
        var style = painter.style(count == 0 ? .muted : isCorrect ? .correct : .wrong, isDim: model.isCurrentPreview)
        if let color = theme[isCorrect ? .correct : .wrong].foreground, !theme.heatGradient.isEmpty {
            let heat = theme.background.mixed(with: color, 0.75 * tone)
            style = Style(foreground: heat.isLight ? Color(rgb: 0x101010) : Color(rgb: 0xF0F0F0), background: heat)
            if count == 0 { style.foreground = theme[.muted].foreground }
            if isCorrect { style.attributes.insert(.bold) }
            painter.buffer.fill(cell, with: Cell(" ", Style(background: heat)))
        }
        let text = Numbers.short(count, width: cell.columns - 1)
        painter.write([Span(text: text, style: style)], endingAt: cell.maxColumn, row: row, width: cell.columns)
    }
}

extension Color {
    /// Whether dark letters stand out on it better than light ones: relative luminance, about.
    var isLight: Bool { 0.299 * Double(red) + 0.587 * Double(green) + 0.114 * Double(blue) > 140 }
}

enum ClassShare {
    /// The share of wrong edges among a class's; nil without any.
    static func wrong(_ edges: (correct: Int, wrong: Int)) -> Double? {
        let all = edges.correct + edges.wrong
        return all > 0 ? Double(edges.wrong) / Double(all) : nil
    }
}

extension ExplorerModel {
    /// The classes as the matrix has them.
    var classesInOrder: [Int] {
        let classes = Array(0..<run.classCount)
        guard classOrder == .confusion, let cursor, let edges = run.classEdges[cursor] else { return classes }
        let shares = edges.totals(classes: run.classCount).map { ClassShare.wrong($0) ?? 0 }
        return classes.sorted { (shares[$1], $0) < (shares[$0], $1) }
    }
}

extension LayerWords {
    /// What there is to say of the class looked at, or of the classes: in lines.
    func classLines(width: Int) -> [[Span]] {
        if let label = model.classFocus {
            return painter.fact(model.run.className(label), classFacts(label, limit: 4), width: width)
        }
        return painter.fact("most confused", confused(6), width: width)
    }

    /// A class's edges, its share of wrong ones, and with whom it is confused, at most so many.
    func classFacts(_ label: Int, limit: Int) -> [[Span]] {
        guard let layer = model.cursor, let edges = model.run.classEdges[layer] else { return [] }
        let own = edges.edges(of: label)
        let wrong = own.wrong.reduce(0) { $0 + $1.count }
        let all = own.correct + wrong
        let share = all == 0 ? [] : [[figure(Numbers.percent(Double(wrong) / Double(all))), note(" wrong")]]
        return [[figure(Numbers.grouped(all)), note(" edges")]] + share
            + own.wrong.prefix(limit).map { other in
                [figure("\(model.run.className(other.label)) "), note(Numbers.grouped(other.count))]
            }
    }

    private func figure(_ words: String) -> Span { painter.span(words, .text, isDim: model.isCurrentPreview) }
    private func note(_ words: String) -> Span { painter.span(words, .muted, isDim: model.isCurrentPreview) }
}
