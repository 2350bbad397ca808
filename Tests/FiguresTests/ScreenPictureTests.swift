import Cells
import Foundation
import Testing

#if canImport(FoundationXML)
    import FoundationXML
#endif

@testable import Figures

@Suite struct ScreenPictureTests {
    private func svg(_ cells: CellBuffer) -> String {
        let bytes = ScreenPicture.svg(
            cells, title: "a <screen>", background: Color(rgb: 0x101010), foreground: Color(rgb: 0xE0E0E0))
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test func textStaysText() throws {
        var cells = CellBuffer(size: Size(columns: 12, rows: 2))
        cells.write("a<b & c", column: 1, row: 0, style: Style(foreground: Color(rgb: 0xFF8000), attributes: .bold))
        cells.write("plain", column: 0, row: 1)
        let text = svg(cells)
        #expect(text.contains(">a&lt;b</text>") && text.contains(">&amp;</text>") && text.contains(">c</text>"))
        #expect(text.contains(##"fill="#ff8000" font-weight="bold""##))
        #expect(text.contains(##"fill="#e0e0e0">plain</text>"##) && text.contains("<title>a &lt;screen&gt;</title>"))
        // Three cells from the second one on.
        #expect(text.contains(#"<text x="7.2" y="11.7" textLength="21.6""#))
        let parser = XMLParser(data: Data(text.utf8))
        #expect(parser.parse(), "\(String(describing: parser.parserError))")
    }

    @Test func dotsAndBlocksAreShapes() {
        #expect(ScreenPicture.shapes("█") == [.init(x: 0, y: 0, width: 1, height: 1)])
        #expect(ScreenPicture.shapes("▀") == [.init(x: 0, y: 0, width: 1, height: 0.5)])
        #expect(ScreenPicture.shapes("▂") == [.init(x: 0, y: 0.75, width: 1, height: 0.25)])
        #expect(ScreenPicture.shapes("▏") == [.init(x: 0, y: 0, width: 0.125, height: 1)])
        #expect(ScreenPicture.shapes("⣿").count == 8 && ScreenPicture.shapes("⠁").count == 1)
        // Dot 8, at the bottom of the right column.
        #expect(ScreenPicture.shapes("⢀") == [.init(x: 0.6, y: 0.8, width: 0.3, height: 0.15)])
        #expect(ScreenPicture.shapes("A").isEmpty && ScreenPicture.shapes("▲").isEmpty)
        #expect(ScreenPicture.shapes("─") == [.init(x: 0, y: 0.47, width: 1, height: 0.06)])
        #expect(ScreenPicture.shapes("╭").count == 2 && ScreenPicture.shapes("╭") == ScreenPicture.shapes("┌"))
    }

    @Test func backgroundsReverseAndDimAreKept() {
        var cells = CellBuffer(size: Size(columns: 4, rows: 1))
        let red = Color(rgb: 0xFF0000)
        cells.write("a", column: 0, row: 0, style: Style(foreground: red, attributes: .reverse))
        cells.write("b", column: 1, row: 0, style: Style(background: Color(rgb: 0x0000FF)))
        cells.write("c", column: 2, row: 0, style: Style(foreground: red, attributes: .dim))
        let text = svg(cells)
        #expect(text.contains(##"width="7.2" height="15" fill="#ff0000"/>"##))
        #expect(text.contains(##"fill="#101010">a</text>"##) && text.contains(##"fill="#0000ff"/>"##))
        #expect(!text.contains(##"fill="#ff0000">c</text>"##) && text.contains(">c</text>"))
    }

    @Test(arguments: [(0, 0), (1, 1), (3, 2)]) func nothingIsTooSmall(columns: Int, rows: Int) {
        #expect(svg(CellBuffer(size: Size(columns: columns, rows: rows))).hasSuffix("</svg>\n"))
    }
}
