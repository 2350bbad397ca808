import Cells
import Testing

@Suite struct CellBufferTests {
    @Test func drawingOutsideIsIgnored() {
        var buffer = CellBuffer(size: Size(columns: 3, rows: 2))
        for (column, row) in [(-1, 0), (3, 0), (0, -1), (0, 2), (.max, .max), (.min, .min)] {
            buffer[column, row] = Cell("x")
            #expect(buffer[column, row] == Cell())
        }
        buffer.fill(Rect(column: -5, row: 5, columns: 20, rows: 20), with: Cell("x"))
        buffer.write("xyz", column: .max, row: 0)
        buffer.write("xyz", column: 0, row: 7)
        #expect(buffer.lines == ["   ", "   "])
    }

    @Test func fillAndRestyleTouchThePartInside() {
        var buffer = CellBuffer(size: Size(columns: 4, rows: 3), filledWith: Cell("."))
        buffer.fill(Rect(column: 2, row: 1, columns: 9, rows: 9), with: Cell("#"))
        #expect(buffer.lines == ["....", "..##", "..##"])
        buffer.restyle(Rect(column: -1, row: -1, columns: 2, rows: 2)) { $0.attributes = .bold }
        #expect(buffer[0, 0] == Cell(".", Style(attributes: .bold)))
        #expect(buffer[1, 0].style == .plain && buffer[0, 1].style == .plain)
    }

    @Test func textIsClippedOnBothSides() {
        var buffer = CellBuffer(size: Size(columns: 4, rows: 1))
        #expect(buffer.write("abcdefgh", column: -2, row: 0) == 6)
        #expect(buffer.lines == ["cdef"])
        #expect(buffer.write("wxyz", column: 1, row: 0, width: 2) == 2)
        #expect(buffer.lines == ["cwxf"])
    }

    @Test func wideCharactersTakeTwoCells() {
        var buffer = CellBuffer(size: Size(columns: 6, rows: 1), filledWith: Cell("."))
        #expect(buffer.write("a漢b", column: 0, row: 0, style: Style(attributes: .dim)) == 4)
        #expect(buffer.lines == ["a漢b.."])
        #expect(buffer[2, 0].isContinuation)
        #expect(buffer[2, 0].style.attributes == .dim)
    }

    /// At the width given and at the buffer's edge alike.
    @Test func aWideCharacterThatWouldBeCutIsLeftOut() {
        var buffer = CellBuffer(size: Size(columns: 4, rows: 1), filledWith: Cell("."))
        #expect(buffer.write("a漢", column: 0, row: 0, width: 2) == 1)
        #expect(buffer.lines == ["a..."])
        #expect(buffer.write("b漢", column: 2, row: 0) == 1)
        #expect(buffer.lines == ["a.b."])
    }

    /// Overwriting either half, or both with another wide character one cell on, leaves no half behind.
    @Test func halfOverwrittenWideCharactersBecomeBlanks() {
        func written(_ text: String, at column: Int) -> CellBuffer {
            var buffer = CellBuffer(size: Size(columns: 6, rows: 1), filledWith: Cell("."))
            buffer.write("漢字漢", column: 0, row: 0)
            buffer.write(text, column: column, row: 0)
            return buffer
        }
        #expect(written("x", at: 2).lines == ["漢x 漢"])
        #expect(written("x", at: 3).lines == ["漢 x漢"])
        #expect(written("語", at: 1).lines == [" 語 漢"])
        #expect(written("語", at: 2).lines == ["漢語漢"])
        #expect(written("漢", at: -1).lines == ["  字漢"])
        var restyled = written("", at: 0)
        restyled.restyle(restyled.bounds) { $0.attributes = .bold }
        #expect(restyled.lines == ["漢字漢"])
    }

    @Test func controlCharactersShowAndCombiningMarksDropOut() {
        var buffer = CellBuffer(size: Size(columns: 5, rows: 1))
        buffer.write("a\u{1B}e\u{301}\u{200B}b", column: 0, row: 0)
        #expect(buffer.lines == ["a\u{FFFD}eb "])
    }

    @Test func anEmptyBufferTakesEverything() {
        var buffer = CellBuffer(size: Size(columns: 0, rows: 0))
        buffer.write("abc", column: 0, row: 0)
        buffer.fill(Rect(Size(columns: 9, rows: 9)), with: Cell("x"))
        #expect(buffer.cells.isEmpty && buffer.lines.isEmpty)
    }
}
