import Cells
import Plots
import Separation
import Settings

// Single samples on the map.
extension MapPanel {
    /// The sample nearest to a cell of the screen, two cells away at most; nil where there is none, or no map. Of equals, one
    /// of the class looked at, then the first.
    func sample(at point: Point) -> Int? {
        guard let rect = model.layout.panels[.map], let layer = model.cursor, let map = model.run.maps[layer] else {
            return nil
        }
        let inner = rect.inset(columns: 1, rows: 1)
        guard inner.contains(point) else { return nil }
        let plane = Plane(rect: inner, glyphs: model.glyphs)
        let labels = model.labels
        var nearest: (distance: Int, sample: Int)?
        for (sample, position) in map.points.enumerated() where labels.indices.contains(sample) {
            let cell = plane.cell(position)
            let (columns, rows) = (abs(cell.column - point.column), abs(cell.row - point.row))
            guard columns <= 2, rows <= 2 else { continue }
            // A row is as high as two columns are wide.
            let distance = 2 * (columns * columns + 4 * rows * rows) + (labels[sample] == model.classFocus ? 0 : 1)
            if distance < nearest?.distance ?? .max { nearest = (distance, sample) }
        }
        return nearest?.sample
    }

    /// What the sample chosen is, and where that stands.
    func label(of sample: Int, at cell: Point, _ painter: Painter, rect: Rect) -> (words: [Span], rect: Rect) {
        let name = model.run.className(model.labels[sample])
        let words = painter.fitting(
            [[painter.span(" sample \(Numbers.ordinal(sample)) · \(name) ", .cursor)]], width: min(rect.columns, 34))
        // Beside the cross, to the right where there is room; else to the left.
        let right = cell.column + 3
        let column = right + words.width <= rect.maxColumn ? right : max(rect.minColumn, cell.column - 2 - words.width)
        let row = cell.row > rect.minRow ? cell.row - 1 : cell.row + 1
        return (words, Rect(column: column, row: row, columns: words.width, rows: 1))
    }

    /// A cross through the sample chosen, and what it is.
    func mark(_ sample: Int, at cell: Point, into painter: inout Painter, rect: Rect) {
        guard rect.contains(cell) else { return }
        let style = painter.theme[.cursor]
        let arms = [
            (-2, 0, painter.glyphs.horizontal), (-1, 0, painter.glyphs.horizontal), (1, 0, painter.glyphs.horizontal),
            (2, 0, painter.glyphs.horizontal), (0, -1, painter.glyphs.vertical), (0, 1, painter.glyphs.vertical),
            (0, 0, "┼"),
        ]
        for (columns, rows, sign) in arms {
            let place = Point(column: cell.column + columns, row: cell.row + rows)
            guard rect.contains(place) else { continue }
            painter.buffer.overlay(Cell(sign, style), column: place.column, row: place.row)
        }
        let (words, place) = label(of: sample, at: cell, painter, rect: rect)
        painter.write(words, column: place.minColumn, row: place.minRow, width: rect.maxColumn - place.minColumn)
    }
}
