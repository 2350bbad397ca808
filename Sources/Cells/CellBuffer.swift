import Text

/// One character cell: a scalar of width one or two (the second cell of a wide one is `Cell.continuation`).
public struct Cell: Hashable, Sendable {
    public var scalar: Unicode.Scalar
    public var style: Style

    public init(_ scalar: Unicode.Scalar = " ", _ style: Style = .plain) {
        self.scalar = scalar
        self.style = style
    }

    /// Stands to the right of a wide character and shows nothing of its own.
    public static let continuation = Cell("\0")
    public var isContinuation: Bool { scalar == "\0" }
}

/// A screen, or a part of one, as a value. Drawing outside it is ignored, never an error.
public struct CellBuffer: Equatable, Sendable {
    public let size: Size
    public private(set) var cells: [Cell]

    public init(size: Size, filledWith cell: Cell = Cell()) {
        self.size = size
        cells = Array(repeating: cell, count: size.columns * size.rows)
    }

    public var bounds: Rect { Rect(size) }

    /// The cell at a point; reading outside gives a blank, writing outside does nothing. What is left of a wide character
    /// that is half overwritten becomes a blank.
    public subscript(column: Int, row: Int) -> Cell {
        get { index(column, row).map { cells[$0] } ?? Cell() }
        set {
            guard let index = index(column, row) else { return }
            let before = cells[index]
            cells[index] = newValue
            guard before.scalar != newValue.scalar else { return }
            if before.isContinuation, column > 0 { cells[index - 1].scalar = " " }
            if column + 1 < size.columns, cells[index + 1].isContinuation { cells[index + 1].scalar = " " }
        }
    }

    /// Writes text from a point to the right, at most `width` cells, within the buffer; returns how many cells it took.
    /// Control characters are shown as U+FFFD, combining marks are dropped, a wide character that would be cut is left out.
    @discardableResult
    public mutating func write(
        _ text: some StringProtocol, column: Int, row: Int, style: Style = .plain, width: Int = .max
    ) -> Int {
        guard column < size.columns else { return 0 }
        var used = 0
        for scalar in text.unicodeScalars {
            let cellWidth = scalar.cellWidth
            if cellWidth == 0 { continue }
            if cellWidth > width - used || column + used + cellWidth > size.columns { break }
            // Of a wide character that begins left of the buffer a blank remains.
            let isCut = cellWidth == 2 && column + used == -1
            self[column + used, row] = Cell(scalar.isUnprintable ? "\u{FFFD}" : scalar, style)
            if cellWidth == 2 {
                self[column + used + 1, row] = Cell(isCut ? " " : Cell.continuation.scalar, style)
            }
            used += cellWidth
        }
        return used
    }

    /// Fills the part of a rectangle that lies inside.
    public mutating func fill(_ rect: Rect, with cell: Cell = Cell()) {
        let clipped = rect.intersection(bounds)
        for row in clipped.minRow..<clipped.maxRow {
            for column in clipped.minColumn..<clipped.maxColumn { self[column, row] = cell }
        }
    }

    /// Changes the styles in a rectangle, keeping the characters.
    public mutating func restyle(_ rect: Rect, _ change: (inout Style) -> Void) {
        let clipped = rect.intersection(bounds)
        for row in clipped.minRow..<clipped.maxRow {
            for column in clipped.minColumn..<clipped.maxColumn { change(&self[column, row].style) }
        }
    }

    /// Copies another buffer's cells to a place; what lies outside is left out.
    public mutating func copy(_ other: CellBuffer, to origin: Point) {
        for row in 0..<other.size.rows {
            for column in 0..<other.size.columns {
                self[origin.column + column, origin.row + row] = other[column, row]
            }
        }
    }

    /// The part of it in a rectangle.
    public func cropped(to rect: Rect) -> CellBuffer {
        let clipped = rect.intersection(bounds)
        var part = CellBuffer(size: clipped.size)
        part.copy(self, to: Point(column: -clipped.minColumn, row: -clipped.minRow))
        return part
    }

    /// The rows as text, trailing blanks kept: what tests compare and text screens show.
    public var lines: [String] {
        (0..<size.rows).map { row in
            var line = String.UnicodeScalarView()
            for column in 0..<size.columns where !self[column, row].isContinuation {
                line.append(self[column, row].scalar)
            }
            return String(line)
        }
    }

    private func index(_ column: Int, _ row: Int) -> Int? {
        guard column >= 0, row >= 0, column < size.columns, row < size.rows else { return nil }
        return row * size.columns + column
    }
}
