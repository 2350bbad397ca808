import Cells
import Plots
import Separation
import Settings

/// The nearest of the sample looked at: as tiles with their pictures where there is room, else as a list.
struct NeighborView {
    let model: ExplorerModel
    /// Rows that a picture takes at most.
    let mostRows: Int

    func draw(into painter: inout Painter, rect: Rect) {
        guard rect.rows > 0, let sample = model.shownSample else { return }
        let neighbors = model.shownNeighbors
        guard let chosen = model.chosenNeighbor else {
            let reason =
                model.isCurrentPreview ? "not in the preview" : model.current == nil ? "" : "no neighbours in the run"
            painter.write([[painter.span(reason, .muted)]], in: rect)
            return
        }
        let (head, body) = rect.cut(rowsAbove: rect.rows >= 4 ? 1 : 0)
        if !head.isEmpty { drawCaption(neighbors, chosen, into: &painter, rect: head) }
        if model.mayHavePicture(sample), let grid = Grid(body, count: neighbors.count, mostRows: mostRows) {
            draw(grid, neighbors, chosen, into: &painter)
        } else {
            drawList(neighbors, chosen, into: &painter, rect: body)
        }
    }

    /// The one chosen, in as many words as fit.
    private func drawCaption(_ neighbors: [Neighbor], _ chosen: Int, into painter: inout Painter, rect: Rect) {
        let neighbor = neighbors[chosen]
        let label = model.labels[neighbor.sample]
        func note(_ words: String) -> Span { painter.span(words, .muted) }
        let name = Span(text: model.run.className(label), style: painter.theme.classStyle(label))
        let place = [note("nearest \(chosen + 1) of \(neighbors.count)")]
        let number = [note("  sample "), painter.span(Numbers.ordinal(neighbor.sample), .text)]
        let similarity = painter.span(Numbers.fixed(Double(neighbor.similarity), 3), .text)
        let (mark, gap) = (painter.mark(neighbor.isOwnClass), note("  "))
        let word = painter.span(
            neighbor.isOwnClass ? " own class" : " other class", neighbor.isOwnClass ? .correct : .wrong)
        painter.write(
            [
                painter.fitting(
                    [
                        place + number + [gap, name, note("  similarity "), similarity, gap, mark, word],
                        place + number + [gap, name, gap, similarity, gap, mark],
                        place + number + [gap, similarity],
                        [note("\(chosen + 1) of \(neighbors.count)  "), number[1], gap, similarity, note(" "), mark],
                        place,
                    ], width: rect.columns)
            ], in: rect)
    }

    // MARK: Tiles

    /// Tiles of one size, in rows.
    struct Grid {
        let rect: Rect
        let columns: Int
        /// Tiles that there is room for.
        let count: Int
        let tile: Size
        let pictureRows: Int

        /// The rows below which a picture isn't worth its place.
        private static let leastRows = 4

        /// All neighbours with pictures as large as possible; fewer of them where pictures would get too small; nil where
        /// there isn't room for one.
        init?(_ rect: Rect, count: Int, mostRows: Int) {
            for shown in stride(from: min(count, ExplorerModel.mostTiles), to: 0, by: -1) {
                var best: (rows: Int, columns: Int)?
                for columns in 1...shown {
                    let rows = Self.pictureRows(rect, columns: columns, shown: shown, mostRows: mostRows)
                    if rows > best?.rows ?? 0 { best = (rows, columns) }
                }
                guard let best, best.rows >= Self.leastRows else { continue }
                let lines = (shown + best.columns - 1) / best.columns
                self.rect = rect
                columns = best.columns
                self.count = shown
                tile = Size(
                    columns: min((rect.columns + 1) / best.columns, max(2 * best.rows + 3, 20)),
                    rows: min(rect.rows / lines, best.rows + 2))
                pictureRows = best.rows
                return
            }
            return nil
        }

        private static func pictureRows(_ rect: Rect, columns: Int, shown: Int, mostRows: Int) -> Int {
            let lines = (shown + columns - 1) / columns
            let height = rect.rows / lines
            // With a row of air where tiles are high.
            return min(height - (height >= 8 ? 2 : 1), ((rect.columns + 1) / columns - 1) / 2, mostRows)
        }

        func rect(_ index: Int) -> Rect {
            Rect(
                column: rect.minColumn + index % columns * tile.columns,
                row: rect.minRow + index / columns * tile.rows, columns: tile.columns, rows: tile.rows)
        }
    }

    private func draw(_ grid: Grid, _ neighbors: [Neighbor], _ chosen: Int, into painter: inout Painter) {
        let first = max(0, min(chosen - grid.count / 2, neighbors.count - grid.count))
        for index in 0..<grid.count {
            let (neighbor, tile) = (neighbors[first + index], grid.rect(index))
            let (picture, text) = tile.cut(rowsAbove: grid.pictureRows)
            painter.drawPicture(
                of: neighbor.sample, model,
                in: Rect(
                    column: picture.minColumn, row: picture.minRow, columns: 2 * grid.pictureRows, rows: picture.rows))
            let words = words(neighbor, isChosen: first + index == chosen, painter)
            painter.write([painter.fitting(words, width: text.columns - 1)], in: text)
        }
    }

    private func words(_ neighbor: Neighbor, isChosen: Bool, _ painter: Painter) -> [[Span]] {
        let label = model.labels[neighbor.sample]
        let style = isChosen ? painter.theme[.cursor] : painter.theme.classStyle(label)
        let name = Span(text: " " + model.run.className(label), style: style)
        let similarity = painter.span(
            " " + Numbers.fixed(Double(neighbor.similarity), 3), isChosen ? .cursor : .muted)
        let lead = (isChosen ? [painter.span("▸", .cursor)] : []) + [painter.mark(neighbor.isOwnClass), name]
        return [lead + [similarity], lead]
    }

    // MARK: List

    /// In columns, read downwards; the one chosen stays in sight.
    private func drawList(_ neighbors: [Neighbor], _ chosen: Int, into painter: inout Painter, rect: Rect) {
        guard rect.rows > 0, rect.columns > 0 else { return }
        let names = neighbors.map { model.run.className(model.labels[$0.sample]).cellWidth }.max() ?? 0
        let width = min(rect.columns, max(16, min(32, names + 17)))
        let columns = max(1, rect.columns / width)
        let first = max(0, min(chosen - columns * rect.rows / 2, neighbors.count - columns * rect.rows))
        for (index, neighbor) in neighbors.dropFirst(first).prefix(columns * rect.rows).enumerated() {
            let isChosen = first + index == chosen
            let label = model.labels[neighbor.sample]
            let role: Role = isChosen ? .cursor : .muted
            let lead = [painter.span(isChosen ? "▸" : " ", .cursor), painter.mark(neighbor.isOwnClass)]
            let similarity = painter.span(" " + Numbers.fixed(Double(neighbor.similarity), 3), role)
            let number = painter.span(" " + Numbers.padded(Numbers.ordinal(neighbor.sample), to: 6), role)
            let room = width - 2 - lead.width - similarity.width
            let hasNumber = room - number.width >= min(names, 6)
            let nameRoom = max(0, room - (hasNumber ? number.width : 0))
            let name = model.run.className(label).truncated(toCells: nameRoom, ellipsis: painter.glyphs.ellipsis)
            let style = isChosen ? painter.theme[.cursor] : painter.theme.classStyle(label)
            painter.write(
                lead + [Span(text: " " + name.filled(to: nameRoom), style: style), similarity]
                    + (hasNumber ? [number] : []),
                column: rect.minColumn + index / rect.rows * width, row: rect.minRow + index % rect.rows, width: width)
        }
    }
}
