/// A grid of square dots laid over cells, finer than cells by what a `GlyphSet` offers. Dots outside are ignored.
public struct DotCanvas: Equatable, Sendable {
    /// The cells it covers.
    public let size: Size
    public let glyphs: GlyphSet
    /// Dots set in each cell, row by row.
    private var masks: [UInt8]
    /// Two a cell, those of the upper and the lower dot; the same one twice but for half blocks.
    private var styles: [Style]

    /// - Parameter size: cells; more than 4,096 a side are cut off, no terminal has them.
    public init(size: Size, glyphs: GlyphSet) {
        self.size = Size(columns: min(size.columns, 4096), rows: min(size.rows, 4096))
        self.glyphs = glyphs
        masks = Array(repeating: 0, count: self.size.columns * self.size.rows)
        styles = Array(repeating: .plain, count: masks.count * 2)
    }

    /// Dots from left to right.
    public var columns: Int { size.columns * glyphs.dotColumns }
    /// Dots from top to bottom.
    public var rows: Int { size.rows * glyphs.dotRows }

    /// Whether a dot is set; false outside.
    public subscript(x: Int, y: Int) -> Bool {
        guard let (index, bit) = place(x, y) else { return false }
        return masks[index] & bit != 0
    }

    /// Whether any dot of a cell is set; false outside.
    public func hasDots(column: Int, row: Int) -> Bool {
        guard column >= 0, row >= 0, column < size.columns, row < size.rows else { return false }
        return masks[row * size.columns + column] != 0
    }

    /// Sets a dot. Its cell (with half blocks, the dot alone) takes the style; the last one wins.
    public mutating func set(x: Int, y: Int, style: Style = .plain) {
        guard let (index, bit) = place(x, y) else { return }
        masks[index] |= bit
        if glyphs != .blocks || bit == 1 { styles[2 * index] = style }
        if glyphs != .blocks || bit == 2 { styles[2 * index + 1] = style }
    }

    /// Sets the dots of a straight line, both ends included (Bresenham). Ends are brought within ±1,000,000.
    ///
    /// - Parameter isSet: asked for one dot of the line after the other, so that lines can be dashed.
    public mutating func line(
        fromX: Int, fromY: Int, toX: Int, toY: Int, style: Style = .plain, isSet: () -> Bool = { true }
    ) {
        func bounded(_ value: Int) -> Int { min(1_000_000, max(-1_000_000, value)) }
        var (x, y) = (bounded(fromX), bounded(fromY))
        let (endX, endY) = (bounded(toX), bounded(toY))
        let (width, height) = (abs(endX - x), abs(endY - y))
        let (stepX, stepY) = (x < endX ? 1 : -1, y < endY ? 1 : -1)
        var error = width - height
        while true {
            if isSet() { set(x: x, y: y, style: style) }
            if x == endX, y == endY { return }
            let doubled = 2 * error
            if doubled >= -height {
                error -= height
                x += stepX
            }
            if doubled <= width {
                error += width
                y += stepY
            }
        }
    }

    /// Draws the cells that have dots; the others stay as they are. A nil background keeps the buffer's.
    public func draw(into buffer: inout CellBuffer, at origin: Point) {
        let seen = Rect(column: origin.column, row: origin.row, columns: size.columns, rows: size.rows)
            .intersection(buffer.bounds)
        for row in seen.minRow..<seen.maxRow {
            for column in seen.minColumn..<seen.maxColumn {
                let index = (row - origin.row) * size.columns + column - origin.column
                guard masks[index] != 0 else { continue }
                let cell = glyphs.cell(dots: masks[index], upper: styles[2 * index], lower: styles[2 * index + 1])
                buffer.overlay(cell, column: column, row: row)
            }
        }
    }

    /// The cell and the bit of a dot; nil outside.
    private func place(_ x: Int, _ y: Int) -> (index: Int, bit: UInt8)? {
        guard x >= 0, y >= 0, x < columns, y < rows else { return nil }
        let bit = glyphs.bit(dotColumn: x % glyphs.dotColumns, dotRow: y % glyphs.dotRows)
        return (y / glyphs.dotRows * size.columns + x / glyphs.dotColumns, bit)
    }
}
