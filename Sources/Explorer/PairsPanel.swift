import Cells
import Plots
import Separation
import Settings

/// The strongest wrong edges between two classes, with the pictures of both samples.
struct PairsPanel {
    let model: ExplorerModel

    func draw(into painter: inout Painter, rect: Rect) {
        let isFocused = model.focus == .pairs
        let inner = rect.inset(columns: rect.columns >= 36 ? 2 : 1, rows: 1)
        guard let layer = model.cursor, let first = model.classFocus, let second = model.comparedClass else {
            painter.panel(rect, isFocused: isFocused, titles: [[painter.title("Wrong edges", isFocused: isFocused)]])
            guard model.cursor != nil else { return painter.drawWaiting(in: inner) }
            return painter.drawMissing("look at a class: number and f", in: inner)
        }
        let title = painter.title(
            "\(model.run.className(first)) ↔ \(model.run.className(second))", isFocused: isFocused)
        let name = painter.layerName(model.run.layers[layer].name, .muted)
        let edges = model.shownWrongEdges?.edges ?? []
        let place = "\(Numbers.grouped(min(model.samples.edge + 1, edges.count))) of \(Numbers.grouped(edges.count))"
        painter.panel(
            rect, isFocused: isFocused, titles: [[title, painter.span("  ", .muted), name], [title]],
            notes: model.isCurrentPreview
                ? [[painter.span("preview", .accent)]]
                : [[painter.span("wrong edge \(place)", .muted)], [painter.span(place, .muted)]])
        guard !edges.isEmpty else {
            return painter.drawMissing("no wrong edges between the two here", in: inner)
        }
        draw(edges, into: &painter, rect: inner)
    }

    private func draw(_ edges: [Edge], into painter: inout Painter, rect: Rect) {
        let chosen = min(model.samples.edge, edges.count - 1)
        let hasPictures = model.mayHavePicture(Int(edges[chosen].source))
        let entry = Entry(rect, hasPictures: hasPictures)
        guard entry.columns > 0 else { return }
        let count = min(entry.lines * entry.across, 2 * ExplorerModel.mostPairs)
        let first = max(0, min(chosen - count / 2, edges.count - count))
        for (index, edge) in edges.dropFirst(first).prefix(count).enumerated() {
            let place = Rect(
                column: rect.minColumn + index / entry.lines * entry.columns,
                row: rect.minRow + index % entry.lines * entry.rows,
                columns: entry.columns, rows: entry.rows)
            if entry.pictureRows > 0 {
                draw(edge, isChosen: first + index == chosen, entry, into: &painter, rect: place)
            } else {
                drawLine(edge, isChosen: first + index == chosen, into: &painter, rect: place)
            }
        }
    }

    /// The room of an edge.
    private struct Entry {
        let rows, columns: Int
        /// Entries beside one another.
        let across: Int
        /// 0: there are no pictures.
        let pictureRows: Int

        /// Entries above one another.
        let lines: Int

        init(_ rect: Rect, hasPictures: Bool) {
            var height = rect.rows >= 70 ? 12 : rect.rows >= 34 ? 8 : rect.columns >= 44 ? 5 : 4
            // Somewhat smaller, they stand in two columns.
            while height > 6, rect.columns >= 88, rect.columns < 2 * (4 * height + 20) { height -= 1 }
            guard hasPictures, rect.rows >= 8, rect.columns >= 4 * height + 9 else {
                (pictureRows, rows, across) = (0, 1, max(1, rect.columns / 40))
                (columns, lines) = (rect.columns / across, max(1, rect.rows))
                return
            }
            pictureRows = height
            // A row of air between pictures, but where there are few rows.
            let air = rect.rows >= 16 ? 1 : 0
            rows = height + air
            across = max(1, rect.columns / (4 * height + 20))
            columns = rect.columns / across
            lines = (rect.rows + air) / rows
        }
    }

    /// Both pictures, and beside them the similarity and what the samples are.
    private func draw(
        _ edge: Edge, isChosen: Bool, _ entry: Entry, into painter: inout Painter, rect: Rect
    ) {
        let width = 2 * entry.pictureRows
        for (place, sample) in [edge.source, edge.target].enumerated() {
            painter.drawPicture(
                of: Int(sample), model,
                in: Rect(
                    column: rect.minColumn + place * (width + 1), row: rect.minRow, columns: width,
                    rows: entry.pictureRows))
        }
        let text = rect.cut(columnsLeft: 2 * width + 1, gap: 1).1
        let similarity = Numbers.fixed(Double(edge.similarity), 3)
        var lines = [[painter.span("  " + similarity, isChosen ? .cursor : .muted)]]
        // The network's word has a line of its own where there are the rows.
        let isApart = entry.pictureRows >= 5
        for (place, sample) in [Int(edge.source), Int(edge.target)].enumerated() {
            let isMarked = isChosen && (place == 1) == model.samples.isSecondOfEdge
            let (name, verdict) = (words(sample, isMarked: isMarked, painter), verdict(sample, painter))
            if isApart {
                lines.append(painter.fitting([name, Array(name.prefix(2))], width: text.columns))
                if !verdict.isEmpty {
                    let blanks = painter.span("  ", .muted)
                    lines.append(
                        painter.fitting([[blanks] + verdict, [blanks, verdict[0]]], width: text.columns))
                }
            } else {
                let mark = verdict.prefix(1).flatMap { [painter.span(" ", .muted), $0] }
                lines.append(painter.fitting([name + mark, name, Array(name.prefix(2))], width: text.columns))
            }
        }
        painter.write(lines, in: text)
    }

    /// A sample's number and class.
    private func words(_ sample: Int, isMarked: Bool, _ painter: Painter) -> [Span] {
        let label = model.labels[sample]
        return [
            painter.span(isMarked ? "▸ " : "  ", .cursor),
            painter.span(Numbers.ordinal(sample), isMarked ? .cursor : .muted),
            Span(text: " \(model.run.className(label))", style: painter.theme.classStyle(label)),
        ]
    }

    /// What the network says of a sample; nothing while unknown.
    private func verdict(_ sample: Int, _ painter: Painter) -> [Span] {
        guard let prediction = model.prediction(of: sample) else { return [] }
        let isRight = prediction == model.labels[sample]
        let said = Span(text: model.run.className(prediction), style: painter.theme.classStyle(prediction))
        return [painter.mark(isRight)]
            + (isRight ? [painter.span(" right", .correct)] : [painter.span(" says ", .muted), said])
    }

    private func drawLine(_ edge: Edge, isChosen: Bool, into painter: inout Painter, rect: Rect) {
        let role: Role = isChosen ? .cursor : .text
        func number(_ sample: Int32, isMarked: Bool) -> [Span] {
            let text = Numbers.padded(Numbers.ordinal(Int(sample)), to: 6)
            return [
                painter.span(isMarked ? "▸" : " ", .cursor), painter.span(text, isMarked ? .cursor : .muted),
            ]
        }
        func mark(_ sample: Int32) -> [Span] {
            verdict(Int(sample), painter).prefix(1).flatMap { [painter.span(" ", .muted), $0] }
        }
        let isSecond = model.samples.isSecondOfEdge
        let lead = [
            painter.span(isChosen ? "▸ " : "  ", .cursor),
            painter.span(Numbers.fixed(Double(edge.similarity), 3), role),
        ]
        let (first, second) = (
            number(edge.source, isMarked: isChosen && !isSecond), number(edge.target, isMarked: isChosen && isSecond)
        )
        painter.write(
            painter.fitting(
                [lead + first + mark(edge.source) + second + mark(edge.target), lead + first + second],
                width: rect.columns), column: rect.minColumn, row: rect.minRow, width: rect.columns)
    }
}
