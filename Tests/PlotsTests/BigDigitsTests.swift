import Cells
import Testing

@testable import Plots

@Suite struct BigDigitsTests {
    private func picture(_ text: String, columns: Int, rows: Int, glyphs: GlyphSet = .blocks) -> [String] {
        var buffer = CellBuffer(size: Size(columns: columns, rows: rows))
        BigDigits(text).draw(into: &buffer, rect: buffer.bounds, glyphs: glyphs, style: .plain)
        return buffer.lines
    }

    @Test func aFigureIsReadable() {
        #expect(
            picture("−0.42", columns: 34, rows: 5) == [
                "        ██████      ██  ██  ██████",
                "        ██  ██      ██  ██      ██",
                "██████  ██  ██      ██████  ██████",
                "        ██  ██          ██  ██    ",
                "        ██████  ██      ██  ██████",
            ])
    }

    @Test func itTakesTheRoomThereIs() {
        let digits = BigDigits("0.5")
        #expect(digits.scale(fitting: Size(columns: 9, rows: 3)) == 1)
        #expect(digits.scale(fitting: Size(columns: 27, rows: 100)) == 3)
        #expect(digits.scale(fitting: Size(columns: 100, rows: 5)) == 2)
        #expect(digits.size(scale: 2) == Size(columns: 18, rows: 5))
        #expect(digits.scale(fitting: Size(columns: 8, rows: 50)) == 0)
        #expect(picture("0.5", columns: 9, rows: 3) == ["█▀█   █▀▀", "█ █   ▀▀█", "▀▀▀ ▀ ▀▀▀"])
        #expect(picture("0.5", columns: 9, rows: 3, glyphs: .ascii) == [":':   :''", ": :   '':", "''' ' '''"])
    }

    @Test(arguments: [(0, 0), (1, 1), (3, 2), (8, 2)]) func nothingWhereThereIsNoRoom(columns: Int, rows: Int) {
        #expect(picture("0.5", columns: columns, rows: rows).allSatisfy { $0.allSatisfy { $0 == " " } })
        #expect(picture("", columns: columns, rows: rows).count == rows)
    }
}
