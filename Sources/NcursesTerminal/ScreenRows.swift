import CNcurses
import Cells

/// Cells next to each other in a row.
struct Run: Equatable {
    var row: Int
    var columns: Range<Int>
}

extension CellBuffer {
    /// A row as a screen of so many columns can show it: cut or filled up with blanks, every wide character whole,
    /// no scalar that would upset the screen.
    ///
    /// How many cells a scalar takes is the locale's word here, since ncurses goes by it. What it has no cells for, or
    /// can't express, becomes a question mark, half a wide character a space; so does a blank braille pattern, whose
    /// empty dots fonts draw.
    func displayRow(_ row: Int, columns: Int) -> [Cell] {
        var cells = (0..<columns).map { self[$0, row] }
        var column = 0
        while column < columns {
            let isPaired = column + 1 < columns && cells[column + 1].isContinuation
            let scalar = cells[column].scalar
            switch scalar.localeWidth {
            case _ where cells[column].isContinuation || scalar.value == 0x2800: cells[column].scalar = " "
            case 1: break
            case 2 where isPaired:
                // Both halves are drawn in the style of the first.
                cells[column + 1].style = cells[column].style
                column += 1
            case 2: cells[column].scalar = " "
            default: cells[column].scalar = "?"
            }
            column += 1
        }
        return cells
    }
}

extension CellBuffer {
    /// Whether a row is the same in another buffer, or missing in both.
    func sharesRow(_ row: Int, with other: CellBuffer) -> Bool {
        guard size.columns == other.size.columns else { return false }
        let cells = row * size.columns..<(row + 1) * size.columns
        switch (row < size.rows, row < other.size.rows) {
        case (true, true): return self.cells[cells] == other.cells[cells]
        case (false, false): return true
        default: return false
        }
    }
}

extension Unicode.Scalar {
    /// Cells that the scalar takes in the locale's opinion; −1 for controls and where it has none.
    fileprivate var localeWidth: Int32 {
        (0x20..<0x7F).contains(value) ? 1 : wcwidth(wchar_t(bitPattern: value))
    }
}

/// The stretches in which two rows of the same length differ, widened to whole wide characters of either.
func changedRuns(row: Int, from old: [Cell], to new: [Cell]) -> [Run] {
    var runs: [Run] = []
    var column = 0
    while column < new.count {
        guard old[column] != new[column] else {
            column += 1
            continue
        }
        var start = column
        while start > 0 && (old[start].isContinuation || new[start].isContinuation) { start -= 1 }
        var end = column + 1
        while end < new.count && (old[end] != new[end] || old[end].isContinuation || new[end].isContinuation) {
            end += 1
        }
        runs.append(Run(row: row, columns: start..<end))
        column = end
    }
    return runs
}
