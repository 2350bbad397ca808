import Cells
import Testing

@Suite struct GeometryTests {
    @Test func sizesAreNeverNegative() {
        #expect(Size(columns: -3, rows: 5) == Size(columns: 0, rows: 5))
        #expect(Rect(column: 2, row: 2, columns: 4, rows: -1).isEmpty)
    }

    @Test func aRectangleEndsOnePastItsLastCell() {
        let rect = Rect(column: 2, row: 3, columns: 4, rows: 5)
        #expect([rect.minColumn, rect.minRow, rect.maxColumn, rect.maxRow] == [2, 3, 6, 8])
        #expect(rect.contains(Point(column: 2, row: 3)) && rect.contains(Point(column: 5, row: 7)))
        #expect(!rect.contains(Point(column: 6, row: 7)) && !rect.contains(Point(column: 5, row: 8)))
    }

    @Test func insetTakesCellsOffEachSideAndStopsAtEmpty() {
        let rect = Rect(column: 0, row: 0, columns: 5, rows: 4)
        #expect(rect.inset(columns: 1, rows: 1) == Rect(column: 1, row: 1, columns: 3, rows: 2))
        #expect(rect.inset(columns: 3, rows: 1).isEmpty)
    }

    /// Held against testing every point, for all small rectangles.
    @Test func intersectionHasExactlyTheCommonCells() {
        let rects = (-1...2).flatMap { column in
            (0...3).map { Rect(column: column, row: 1 - column, columns: $0, rows: 3 - $0) }
        }
        for first in rects {
            for second in rects {
                let common = first.intersection(second)
                let points = (-2...6).flatMap { column in (-3...6).map { Point(column: column, row: $0) } }
                let wrong = points.filter { common.contains($0) != (first.contains($0) && second.contains($0)) }
                #expect(wrong.isEmpty)
            }
        }
    }
}
