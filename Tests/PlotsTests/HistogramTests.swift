import Cells
import Separation
import Testing

@testable import Plots

@Suite struct HistogramTests {
    /// 1,000 pairs, 120 of one class.
    private static let histogram = SimilarityHistogram(
        all: [0, 0, 400, 500, 90, 9, 1, 0, 0, 0], same: [0, 0, 0, 50, 60, 9, 1, 0, 0, 0])
    private static let same = Style(foreground: Color(rgb: 1))
    private static let different = Style(foreground: Color(rgb: 2))
    private static let styles = HistogramStyles(same: same, different: different)

    private func picture(_ mode: HistogramMode, _ columns: Int, _ rows: Int, _ glyphs: GlyphSet) -> String {
        var buffer = CellBuffer(size: Size(columns: columns, rows: rows))
        HistogramPlot(Self.histogram, mode: mode)
            .draw(into: &buffer, rect: buffer.bounds, glyphs: glyphs, styles: Self.styles)
        return buffer.picture
    }

    /// Twenty cells for 500 pairs: 400 take 16, 90 take 3.6 (2.4 of them one class's), 9 and 1 less than one.
    @Test(arguments: GlyphSet.allCases)
    func stacked(glyphs: GlyphSet) {
        let expected =
            switch glyphs {
            case .braille:
                """
                0.0–0.1                          0       0
                0.1–0.2                          0       0
                0.2–0.3  ▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒      400   40.00 %
                0.3–0.4  ██▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒  500   50.00 %
                0.4–0.5  ██▒▒                   90    9.00 %
                0.5–0.6  ▍                       9    0.90 %
                0.6–0.7  ▏                       1    0.10 %
                0.7–0.8                          0       0
                0.8–0.9                          0       0
                0.9–1.0                          0       0
                """
            case .blocks:
                """
                0.0-0.1                          0       0
                0.1-0.2                          0       0
                0.2-0.3  ▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒      400   40.00 %
                0.3-0.4  ██▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒  500   50.00 %
                0.4-0.5  ██▒▒                   90    9.00 %
                0.5-0.6  ▌                       9    0.90 %
                0.6-0.7  ▌                       1    0.10 %
                0.7-0.8                          0       0
                0.8-0.9                          0       0
                0.9-1.0                          0       0
                """
            case .ascii:
                """
                0.0-0.1                          0       0
                0.1-0.2                          0       0
                0.2-0.3  ::::::::::::::::      400   40.00 %
                0.3-0.4  ##::::::::::::::::::  500   50.00 %
                0.4-0.5  ##::                   90    9.00 %
                0.5-0.6  #                       9    0.90 %
                0.6-0.7  #                       1    0.10 %
                0.7-0.8                          0       0
                0.8-0.9                          0       0
                0.9-1.0                          0       0
                """
            }
        #expect(picture(.stacked, 44, 10, glyphs) == expected)
    }

    @Test(arguments: GlyphSet.allCases)
    func normalized(glyphs: GlyphSet) {
        let expected =
            switch glyphs {
            case .braille:
                """
                0.0–0.1       0             │                0
                0.1–0.2       0             │                0
                0.2–0.3   45.45 %  ▒▒▒▒▒▒▒▒▒│                0
                0.3–0.4   51.14 % ▒▒▒▒▒▒▒▒▒▒│████████▏   41.67 %
                0.4–0.5    3.41 %          ▒│█████████▊  50.00 %
                0.5–0.6       0             │█▌           7.50 %
                0.6–0.7       0             │▏            0.83 %
                0.7–0.8       0             │                0
                0.8–0.9       0             │                0
                0.9–1.0       0             │                0
                """
            case .blocks:
                """
                0.0-0.1       0             │                0
                0.1-0.2       0             │                0
                0.2-0.3   45.45 %  ▒▒▒▒▒▒▒▒▒│                0
                0.3-0.4   51.14 % ▒▒▒▒▒▒▒▒▒▒│████████    41.67 %
                0.4-0.5    3.41 %          ▒│██████████  50.00 %
                0.5-0.6       0             │█▌           7.50 %
                0.6-0.7       0             │▌            0.83 %
                0.7-0.8       0             │                0
                0.8-0.9       0             │                0
                0.9-1.0       0             │                0
                """
            case .ascii:
                """
                0.0-0.1       0             |                0
                0.1-0.2       0             |                0
                0.2-0.3   45.45 %  :::::::::|                0
                0.3-0.4   51.14 % ::::::::::|########    41.67 %
                0.4-0.5    3.41 %          :|##########  50.00 %
                0.5-0.6       0             |#            7.50 %
                0.6-0.7       0             |#            0.83 %
                0.7-0.8       0             |                0
                0.8-0.9       0             |                0
                0.9-1.0       0             |                0
                """
            }
        #expect(picture(.normalized, 48, 10, glyphs) == expected)
    }

    @Test func narrowRectanglesDropCountsThenSignsThenText() {
        #expect(picture(.stacked, 32, 1, .ascii) == "0.3-0.4  #:::::::  500   50.00 %")
        #expect(picture(.stacked, 31, 1, .ascii) == "0.3-0.4  #:::::::::::   50.00 %")
        #expect(picture(.stacked, 27, 1, .ascii) == "0.3-0.4  #:::::::   50.00 %")
        #expect(picture(.stacked, 26, 1, .ascii) == "0.3 ##::::::::::::::: 50.0")
        #expect(picture(.stacked, 16, 1, .ascii) == "0.3 #:::::: 50.0")
        #expect(picture(.stacked, 15, 1, .ascii) == "##:::::::::::::")
        let rows = picture(.stacked, 16, 10, .ascii).split(separator: "\n")
        #expect(rows[0] == "0.0          0" && rows[5] == "0.5 #        0.9")
    }

    @Test func fewRowsShowTheBinsWithTheMostPairs() {
        #expect(picture(.stacked, 17, 2, .ascii) == "0.2 ::::::   40.0\n0.3 #::::::: 50.0")
        // Twenty rows: bars of two rows; thirty: two and a blank one.
        #expect(picture(.stacked, 17, 20, .ascii).split(separator: "\n").filter { $0.contains(":::::") }.count == 4)
        #expect(picture(.stacked, 17, 30, .ascii).split(separator: "\n").filter { $0.contains(":::::") }.count == 4)
    }

    @Test func partsHaveTheirStyles() {
        var buffer = CellBuffer(size: Size(columns: 15, rows: 10))
        HistogramPlot(Self.histogram).draw(into: &buffer, rect: buffer.bounds, glyphs: .braille, styles: Self.styles)
        #expect(buffer[0, 3] == Cell("█", Self.same) && buffer[14, 3] == Cell("▒", Self.different))
        #expect(buffer[0, 2] == Cell("▒", Self.different))
        #expect(buffer[0, 6] == Cell("▏", Self.same))
    }

    @Test(arguments: HistogramMode.allCases)
    func sweep(mode: HistogramMode) {
        let odd = [
            SimilarityHistogram(), Self.histogram, SimilarityHistogram(all: [], same: []),
            SimilarityHistogram(all: [1, 2, 3], same: [3]),
            SimilarityHistogram(all: Array(repeating: 1 << 50, count: 10), same: Array(repeating: 1 << 49, count: 10)),
        ]
        for (index, size) in sweptSizes.enumerated() {
            for glyphs in size.rows < 3 ? GlyphSet.allCases : [GlyphSet.allCases[index % 3]] {
                let plot = HistogramPlot(odd[index % odd.count], mode: mode)
                #expect(staysInside(size) { plot.draw(into: &$0, rect: $1, glyphs: glyphs, styles: Self.styles) })
            }
        }
    }
}
