import Cells
import Separation
import Testing

@testable import Plots

@Suite struct HeatStripTests {
    private func only(_ bin: Int) -> SimilarityHistogram {
        var histogram = SimilarityHistogram()
        histogram.all[bin] = 7
        return histogram
    }

    private let black = Color(rgb: 0)
    private let white = Color(rgb: 0xFFFFFF)

    @Test(arguments: [
        (
            GlyphSet.ascii,
            """
            0.9-1.0 @@@@
            0.8-0.9
            0.7-0.8
            0.6-0.7     ****
            0.5-0.6
            0.4-0.5
            0.3-0.4     ****
            0.2-0.3
            0.1-0.2
            0.0-0.1             @@@@
                                ^^^^
            < 0.5   ____++++    @@@@
            """
        ),
        (
            .braille,
            """
            0.9–1.0 ████
            0.8–0.9
            0.7–0.8
            0.6–0.7     ▓▓▓▓
            0.5–0.6
            0.4–0.5
            0.3–0.4     ▓▓▓▓
            0.2–0.3
            0.1–0.2
            0.0–0.1             ████
                                ▲▲▲▲
            < 0.5   ▁▁▁▁▅▅▅▅    ████
            """
        ),
        (
            .blocks,
            """
            0.9-1.0 ████
            0.8-0.9
            0.7-0.8
            0.6-0.7     ▓▓▓▓
            0.5-0.6
            0.4-0.5
            0.3-0.4     ▓▓▓▓
            0.2-0.3
            0.1-0.2
            0.0-0.1             ████
                                ▲▲▲▲
            < 0.5   ____▄▄▄▄    ████
            """
        ),
    ])
    func characters(glyphs: GlyphSet, expected: String) {
        var half = SimilarityHistogram()
        half.all[3] = 1
        half.all[6] = 1
        // The root of ½ is 0.71: character 6 of 0…9, 3 of 0…4.
        var buffer = CellBuffer(size: Size(columns: 24, rows: 12))
        HeatStrip(histograms: [only(9), half, nil, only(0)], cursor: 3)
            .draw(into: &buffer, rect: buffer.bounds, glyphs: glyphs, styles: HeatStyles(gradient: []))
        #expect(buffer.picture == expected)
    }

    @Test func coloursTellTheShare() {
        let styles = HeatStyles(gradient: [black, white])
        var buffer = CellBuffer(size: Size(columns: 1, rows: 10))
        HeatStrip(histograms: [only(9)]).draw(into: &buffer, rect: buffer.bounds, glyphs: .ascii, styles: styles)
        #expect(buffer[0, 0] == Cell(" ", Style(background: white)))
        #expect(buffer[0, 7] == Cell(" ", Style(background: black)))
        // Five rows: two bins each.
        buffer = CellBuffer(size: Size(columns: 1, rows: 7))
        HeatStrip(histograms: [only(9)]).draw(into: &buffer, rect: buffer.bounds, glyphs: .blocks, styles: styles)
        #expect(buffer[0, 0] == Cell("▀", Style(foreground: white, background: black)))
    }

    /// Eight levels a row: three eighths of all pairs below one half come to nine levels.
    @Test func tallStripsShowTheShareInThreeRows() {
        var histogram = SimilarityHistogram()
        (histogram.all[0], histogram.all[9]) = (3, 5)
        var buffer = CellBuffer(size: Size(columns: 1, rows: 20))
        HeatStrip(histograms: [histogram]).draw(
            into: &buffer, rect: buffer.bounds, glyphs: .braille, styles: HeatStyles(gradient: []))
        #expect(buffer.lines.suffix(3) == [" ", "▂", "█"])
        HeatStrip(histograms: [only(9)]).draw(
            into: &buffer, rect: buffer.bounds, glyphs: .braille, styles: HeatStyles(gradient: []))
    }

    @Test func columnsOfLayers() {
        let rect = Rect(column: 5, row: 0, columns: 28, rows: 9)
        let strip = HeatStrip(histograms: [nil, nil, nil, nil])
        #expect((0..<4).map { strip.columns(ofLayer: $0, in: rect) } == [13..<18, 18..<23, 23..<28, 28..<33])
        #expect(strip.columns(ofLayer: 4, in: rect) == nil)
        #expect(strip.columns(ofLayer: 0, in: Rect(column: 0, row: 0, columns: 0, rows: 3)) == nil)
    }

    @Test func sweep() {
        let strip = HeatStrip(
            histograms: [
                only(0), nil, only(4), SimilarityHistogram(all: [1, 2], same: [0, 0]), SimilarityHistogram(),
            ],
            cursor: 2)
        for (index, size) in sweptSizes.enumerated() {
            for glyphs in size.rows < 3 ? GlyphSet.allCases : [GlyphSet.allCases[index % 3]] {
                let gradient = [[], [black], [black, white, black], [black, white]][index % 4]
                let styles = HeatStyles(gradient: gradient)
                #expect(staysInside(size) { strip.draw(into: &$0, rect: $1, glyphs: glyphs, styles: styles) })
            }
        }
    }

    @Test func sparklines() {
        let values: [Double?] = [0, 1, 2, 3, nil, 4, 5, 6, 7]
        #expect(Sparkline.text(values, glyphs: .braille) == "▁▂▃▄ ▅▆▇█")
        #expect(Sparkline.text(values, glyphs: .ascii) == "_.-= +*#@")
        #expect(Sparkline.text(values, glyphs: .blocks) == "___▄ ▄███")
        #expect(Sparkline.text([2, 2], glyphs: .braille) == "▁▁")
        #expect(Sparkline.text([nil, .nan], glyphs: .braille) == "  ")
        #expect(Sparkline.text([-.greatestFiniteMagnitude, .greatestFiniteMagnitude], glyphs: .braille) == "▁█")
        #expect(Sparkline.text([], glyphs: .braille) == "")
        #expect(Sparkline.shares([0, 0.5, nil, 1, 7, -1, .nan], glyphs: .braille) == "▁▅ ██▁ ")
        let flags = [
            [], [FlagMark(.peak), FlagMark(.decline)], [], [FlagMark(.plateau)], [FlagMark(.pastPeak)], [], [],
        ]
        #expect(Sparkline.marks(flags, glyphs: .braille) == " ▲ ═›")
        #expect(Sparkline.marks(flags, glyphs: .ascii) == " A =>")
        #expect(Sparkline.marks([[], []], glyphs: .ascii) == "")
    }
}
