import Cells

/// Writes text on a row of a rectangle, clipped to it.
struct RectWriter {
    let rect: Rect
    /// From the rectangle's top.
    var row = 0

    init(rect: Rect) { self.rect = rect }

    /// From a column of the rectangle to the right; a nil background keeps the buffer's.
    func write(_ text: String, at column: Int, _ style: Style, _ buffer: inout CellBuffer) {
        guard row >= 0, row < rect.rows else { return }
        var column = column
        for scalar in text.unicodeScalars {
            if column >= 0, column < rect.columns {
                buffer.overlay(Cell(scalar, style), column: rect.minColumn + column, row: rect.minRow + row)
            }
            column += 1
        }
    }

    /// To the left of a column of the rectangle.
    func write(_ text: String, endingAt column: Int, _ style: Style, _ buffer: inout CellBuffer) {
        write(text, at: column - text.unicodeScalars.count, style, &buffer)
    }
}
