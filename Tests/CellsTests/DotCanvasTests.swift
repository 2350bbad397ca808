import Cells
import Testing

@Suite struct DotCanvasTests {
    private func lines(_ canvas: DotCanvas) -> [String] {
        var buffer = CellBuffer(size: canvas.size)
        canvas.draw(into: &buffer, at: Point(column: 0, row: 0))
        return buffer.lines
    }

    /// The code points are those of Unicode's chart: dots 1–3 and 7 to the left, 4–6 and 8 to the right.
    @Test(arguments: [
        (0, 0, "⠁"), (0, 1, "⠂"), (0, 2, "⠄"), (1, 0, "⠈"), (1, 1, "⠐"), (1, 2, "⠠"), (0, 3, "⡀"), (1, 3, "⢀"),
    ])
    func brailleDot(x: Int, y: Int, expected: String) {
        var canvas = DotCanvas(size: Size(columns: 1, rows: 1), glyphs: .braille)
        canvas.set(x: x, y: y)
        #expect(lines(canvas) == [expected])
        #expect(canvas[x, y])
        #expect(!canvas[1 - x, y])
    }

    @Test(arguments: [
        (GlyphSet.braille, 7, ["⠑⢄  ", "  ⠑⢄"]), (.blocks, 3, ["▀▄  ", "  ▀▄"]), (.ascii, 3, ["'.  ", "  '."]),
    ])
    func diagonal(glyphs: GlyphSet, last: Int, expected: [String]) {
        var canvas = DotCanvas(size: Size(columns: 4, rows: 2), glyphs: glyphs)
        canvas.line(fromX: 0, fromY: 0, toX: last, toY: last)
        #expect(lines(canvas) == expected)
        var back = DotCanvas(size: Size(columns: 4, rows: 2), glyphs: glyphs)
        back.line(fromX: last, fromY: last, toX: 0, toY: 0)
        #expect(back == canvas)
    }

    @Test func blankCellsStayAsTheyWere() {
        var buffer = CellBuffer(size: Size(columns: 3, rows: 1), filledWith: Cell("x"))
        var canvas = DotCanvas(size: Size(columns: 2, rows: 1), glyphs: .braille)
        canvas.set(x: 2, y: 0)
        canvas.draw(into: &buffer, at: Point(column: 1, row: 0))
        #expect(buffer.lines == ["xx⠁"])
        #expect(GlyphSet.braille.cell(dots: 0, upper: .plain, lower: .plain) == Cell(" "))
    }

    @Test func halfBlocksShowTwoColours() {
        let (red, blue) = (Color(rgb: 0xFF0000), Color(rgb: 0x0000FF))
        var canvas = DotCanvas(size: Size(columns: 4, rows: 1), glyphs: .blocks)
        canvas.set(x: 0, y: 0, style: Style(foreground: red))
        canvas.set(x: 0, y: 1, style: Style(foreground: blue))
        canvas.set(x: 1, y: 1, style: Style(foreground: blue))
        canvas.set(x: 2, y: 0, style: Style(foreground: red))
        canvas.set(x: 2, y: 1, style: Style(foreground: red))
        canvas.set(x: 3, y: 0, style: Style(foreground: red))
        canvas.set(x: 3, y: 1)
        var buffer = CellBuffer(size: canvas.size)
        canvas.draw(into: &buffer, at: Point(column: 0, row: 0))
        #expect(buffer[0, 0] == Cell("▀", Style(foreground: red, background: blue)))
        #expect(buffer[1, 0] == Cell("▄", Style(foreground: blue)))
        #expect(buffer[2, 0] == Cell("█", Style(foreground: red)))
        // The terminal's own colour can't be had as a background.
        #expect(buffer[3, 0] == Cell("█", Style(foreground: red)))
    }

    @Test func aBackgroundShowsThrough() {
        let shade = Color(rgb: 0x123456)
        var buffer = CellBuffer(
            size: Size(columns: 1, rows: 1), filledWith: Cell(" ", Style(background: shade)))
        var canvas = DotCanvas(size: buffer.size, glyphs: .ascii)
        canvas.set(x: 0, y: 0, style: Style(attributes: .bold))
        canvas.draw(into: &buffer, at: Point(column: 0, row: 0))
        #expect(buffer[0, 0] == Cell("'", Style(background: shade, attributes: .bold)))
    }

    @Test(arguments: GlyphSet.allCases)
    func nothingOutsideMatters(glyphs: GlyphSet) {
        for (columns, rows) in [(0, 0), (1, 1), (3, 2)] {
            var canvas = DotCanvas(size: Size(columns: columns, rows: rows), glyphs: glyphs)
            let empty = canvas
            for (x, y) in [(-1, 0), (0, -1), (canvas.columns, 0), (0, canvas.rows), (.max, .min)] {
                canvas.set(x: x, y: y)
                #expect(!canvas[x, y])
            }
            #expect(!canvas.hasDots(column: columns, row: 0) && !canvas.hasDots(column: -1, row: 0))
            #expect(canvas == empty)
            canvas.line(fromX: .min, fromY: 0, toX: .max, toY: 0)
            #expect((0..<canvas.columns).allSatisfy { canvas[$0, 0] } || rows == 0)
            var buffer = CellBuffer(size: Size(columns: 2, rows: 2))
            canvas.draw(into: &buffer, at: Point(column: -1, row: 1))
            #expect(buffer[0, 0] == Cell() && buffer[1, 0] == Cell())
        }
    }

    @Test(arguments: [
        (GlyphSet.braille, ["╭──╮", "│  │", "╰──╯"]), (.blocks, ["┌──┐", "│  │", "└──┘"]),
        (.ascii, ["+--+", "|  |", "+--+"]),
    ])
    func frame(glyphs: GlyphSet, expected: [String]) {
        var buffer = CellBuffer(size: Size(columns: 4, rows: 3))
        buffer.drawFrame(buffer.bounds, glyphs: glyphs)
        #expect(buffer.lines == expected)
        var clipped = CellBuffer(size: Size(columns: 2, rows: 2))
        clipped.drawFrame(Rect(column: -2, row: -1, columns: 4, rows: 3), glyphs: glyphs)
        #expect(clipped.lines == expected.dropFirst().map { String($0.dropFirst(2)) })
        var tooSmall = CellBuffer(size: Size(columns: 2, rows: 2))
        tooSmall.drawFrame(Rect(column: 0, row: 0, columns: 1, rows: 2), glyphs: glyphs)
        #expect(tooSmall == CellBuffer(size: Size(columns: 2, rows: 2)))
    }

    @Test(arguments: [
        (GlyphSet.braille, 0.0, ""), (.braille, 0.01, "▏"), (.braille, 1, "█"), (.braille, 2.5, "██▌"),
        (.braille, 2.9, "██▉"), (.braille, 99, "████"), (.blocks, 0.01, "▌"), (.blocks, 2.5, "██▌"),
        (.blocks, 2.8, "███"), (.ascii, 0.01, "#"), (.ascii, 2.4, "##"), (.ascii, .infinity, "####"),
        (.ascii, .nan, ""), (.ascii, -1, ""),
    ])
    func bar(glyphs: GlyphSet, length: Double, expected: String) {
        #expect(glyphs.bar(length: length, width: 4) == expected)
        #expect(glyphs.bar(length: length, width: 0) == "")
    }

    @Test func asciiIsSevenBit() {
        let glyphs = GlyphSet.ascii
        let corners = glyphs.corners
        let all = [
            glyphs.ellipsis, glyphs.dash, glyphs.dot, glyphs.vertical, glyphs.horizontal, glyphs.up, glyphs.down,
            glyphs.full, glyphs.shade, corners.topLeft, corners.topRight, corners.bottomLeft, corners.bottomRight,
        ]
        #expect(all.allSatisfy { $0.isASCII })
        #expect((0...3).allSatisfy { glyphs.cell(dots: $0, upper: .plain, lower: .plain).scalar.isASCII })
    }
}
