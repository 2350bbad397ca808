/// Columns and rows of character cells.
public struct Size: Hashable, Sendable {
    public var columns: Int
    public var rows: Int

    public init(columns: Int, rows: Int) {
        self.columns = max(0, columns)
        self.rows = max(0, rows)
    }
}

/// A cell's place; the top left corner of the screen is (0, 0).
public struct Point: Hashable, Sendable {
    public var column: Int
    public var row: Int

    public init(column: Int, row: Int) {
        self.column = column
        self.row = row
    }
}

/// A rectangle of cells; never of negative extent.
public struct Rect: Hashable, Sendable {
    public var origin: Point
    public var size: Size

    public init(column: Int, row: Int, columns: Int, rows: Int) {
        origin = Point(column: column, row: row)
        size = Size(columns: columns, rows: rows)
    }

    public init(_ size: Size) { self.init(column: 0, row: 0, columns: size.columns, rows: size.rows) }

    public var minColumn: Int { origin.column }
    public var minRow: Int { origin.row }
    /// One past the last column.
    public var maxColumn: Int { origin.column + size.columns }
    /// One past the last row.
    public var maxRow: Int { origin.row + size.rows }
    public var columns: Int { size.columns }
    public var rows: Int { size.rows }
    public var isEmpty: Bool { columns == 0 || rows == 0 }

    public func contains(_ point: Point) -> Bool {
        (minColumn..<maxColumn).contains(point.column) && (minRow..<maxRow).contains(point.row)
    }

    /// The rectangle with that many cells taken off each side; empty where there are too few.
    public func inset(columns dx: Int, rows dy: Int) -> Rect {
        Rect(column: minColumn + dx, row: minRow + dy, columns: columns - 2 * dx, rows: rows - 2 * dy)
    }

    /// The cells both have.
    public func intersection(_ other: Rect) -> Rect {
        let column = max(minColumn, other.minColumn)
        let row = max(minRow, other.minRow)
        return Rect(
            column: column, row: row, columns: min(maxColumn, other.maxColumn) - column,
            rows: min(maxRow, other.maxRow) - row)
    }
}
