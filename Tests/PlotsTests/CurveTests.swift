import Cells
import Separation
import Testing

@testable import Plots

@Suite struct CurveTests {
    private static let shade = Color(rgb: 0x112233)
    private static let styles = CurveStyles(
        axis: Style(foreground: Color(rgb: 1)), plateau: Style(background: shade),
        cursor: Style(foreground: Color(rgb: 2)),
        peak: Style(foreground: Color(rgb: 3)), pastPeak: Style(foreground: Color(rgb: 4)),
        decline: Style(foreground: Color(rgb: 5)))
    private static let mono = CurveStyles(
        axis: .plain, plateau: .plain, cursor: .plain, peak: .plain, pastPeak: .plain, decline: .plain)

    private func buffer(
        _ plot: CurvePlot, _ columns: Int, _ rows: Int, _ glyphs: GlyphSet = .braille, _ styles: CurveStyles = styles
    ) -> CellBuffer {
        var buffer = CellBuffer(size: Size(columns: columns, rows: rows))
        plot.draw(into: &buffer, rect: buffer.bounds, glyphs: glyphs, styles: styles)
        return buffer
    }

    @Test(arguments: GlyphSet.allCases)
    func picture(glyphs: GlyphSet) {
        let plot = CurvePlot(
            series: [
                CurveSeries(values: [0, 1, 2, 3, 4, 3, 2], symbol: "M"),
                CurveSeries(values: [0.6, 0.6, 0.6, nil, 0.3, 0.3, 0], axis: .right, symbol: "Q", isDashed: true),
            ],
            flags: [
                [], [], [], [], [FlagMark(.peak)], [FlagMark(.decline, support: 0.5), FlagMark(.pastPeak)],
                [FlagMark(.pastPeak)],
            ],
            cursor: 1, hasLayerNumbers: true)
        let expected =
            switch glyphs {
            case .braille:
                """
                4 ⠉ ⠉ ⠉ ⠉ ⠁    ⢀⡠⠊⠢⢄
                      │      ⣀⠔⠁    ⠑⠢⣀    0.5
                2     │   ⡠⠔⠉    ⢀⡀⢀⡀⢀ ⠑⠢⢄
                      │⣀⠔⠉            ⠁⡀
                    ⢀⠤⠊                ⠁⡀
                0 ⡠⠒⠁ │                 ⠈⢀ 0.0
                M                ▲   ▽   › Q
                  1   2       4      6
                """
            case .blocks:
                """
                4 ▀ ▀ ▀ ▀ ▀     ▄▀▄
                      │      ▄▄▀   ▀▀▄     0.5
                2     │   ▄▀▀    ▄ ▄ ▄▀▀▄▄
                      │▄▀▀            ▄
                    ▄▄▀                 ▄
                0 ▄▀  │                  ▄ 0.0
                M                ▲   v   > Q
                  1   2       4      6
                """
            case .ascii:
                """
                4 ' ' ' ' '     .'.
                      |      ..'   ''.     0.5
                2     |   .''    . . .''..
                      |.''            .
                    ..'                 .
                0 .'  |                  . 0.0
                M                A   v   > Q
                  1   2       4      6
                """
            }
        #expect(buffer(plot, 30, 8, glyphs).picture == expected)
    }

    /// An axis that is given stays, whatever the values.
    @Test func anAxisCanBeFixed() {
        var plot = CurvePlot(series: [CurveSeries(values: [0.5, 0.5])], range: 0...1)
        let lines = buffer(plot, 24, 5).lines
        #expect(lines[2].hasPrefix("0.5 ⠒⠒") || lines[2].hasPrefix("0.5 ⠤⠤"))
        #expect(lines[0].hasPrefix("1.0 ") && lines[4].hasPrefix("0.0 "))
        plot.range = 2...2
        #expect(plot.scale(of: .left).upper == 3)
    }

    @Test func theCursorStandsAtItsColumn() {
        let rect = Rect(column: 3, row: 1, columns: 50, rows: 9)
        for layers in [1, 2, 7, 200] {
            for layer in [0, layers / 2, layers - 1] {
                let plot = CurvePlot(series: [CurveSeries(values: Array(repeating: 0, count: layers))], cursor: layer)
                var buffer = CellBuffer(size: Size(columns: 60, rows: 12))
                plot.draw(into: &buffer, rect: rect, glyphs: .braille, styles: Self.styles)
                let column = plot.column(ofLayer: layer, in: rect, glyphs: .braille)
                let lines = (0..<60).filter { buffer[$0, 1].scalar == "│" }
                #expect(lines == [column])
            }
            let plot = CurvePlot(series: [CurveSeries(values: Array(repeating: 0, count: layers))])
            #expect(plot.column(ofLayer: layers, in: rect, glyphs: .braille) == nil)
            #expect(plot.column(ofLayer: -1, in: rect, glyphs: .braille) == nil)
        }
    }

    @Test func plateausAreShadedOrMarked() {
        let flags = [[], [FlagMark(.plateau)], [FlagMark(.plateau)], [FlagMark(.plateau)], [FlagMark(.peak)]]
        let plot = CurvePlot(series: [CurveSeries(values: [0, 1, 1, 1, 2])], flags: flags, plateaus: [1...3])
        let colored = buffer(plot, 9, 5)
        // Nine columns of two dots each: layers stand at dots 0, 4, 9, 13, 17.
        let shaded = (0..<9).filter { colored[$0, 0].style.background == Self.shade }
        #expect(shaded == Array(2...6))
        #expect((0..<9).allSatisfy { colored[$0, 4].style.background == nil })
        // Colours may not be seen: a line says so too.
        #expect(colored.lines[4] == "  ═════ ▲")
        #expect(buffer(plot, 9, 5, .ascii, Self.mono).lines[4] == "  ===== A")
    }

    /// Layers stand in columns 0, 1, 2 …: the second plateau begins a column late.
    @Test func plateausSideBySideAreToldApart() {
        let flags = Array(repeating: [FlagMark(.plateau)], count: 10)
        let series = [CurveSeries(values: Array(repeating: 1, count: 10))]
        let plot = CurvePlot(series: series, flags: flags, plateaus: [0...3, 4...6, 8...9])
        #expect(buffer(plot, 10, 4, .ascii).lines[3] == "==== == ==")
        let crowded = CurvePlot(series: series, flags: flags, plateaus: [0...4, 5...9, 20...30])
        #expect(buffer(crowded, 2, 4, .ascii).lines[3] == "==")
    }

    @Test func previewsAreDimAndGapsAreGaps() {
        let values: [Double?] = [1, 1, nil, nil, 1, 1]
        let plot = CurvePlot(series: [CurveSeries(values: values, provisional: [4, 5])])
        let drawn = buffer(plot, 11, 1, .ascii)
        #expect(drawn.lines == ["'''     '''"])
        #expect(!drawn[0, 0].style.attributes.contains(.dim) && drawn[10, 0].style.attributes.contains(.dim))
        // A layer alone between gaps is a dot.
        let alone = CurvePlot(series: [CurveSeries(values: [nil, 1, nil, .nan, 1])])
        #expect(buffer(alone, 9, 1, .ascii).lines == ["  '     '"])
    }

    @Test func flagsAreFullHollowOrDim() {
        let flags = [
            [FlagMark(.peak, support: 0.8)], [FlagMark(.peak, support: 0.79)],
            [FlagMark(.decline, isProvisional: true)],
            [FlagMark(.pastPeak), FlagMark(.decline, support: 0.1)], [FlagMark(.pastPeak), FlagMark(.plateau)],
        ]
        let plot = CurvePlot(series: [CurveSeries(values: Array(repeating: 1, count: 5))], flags: flags)
        let drawn = buffer(plot, 5, 4, .ascii)
        #expect(drawn.lines[3] == "A^Vv>")
        #expect(drawn[0, 3].style == Self.styles.peak)
        #expect(drawn[2, 3].style == Style(foreground: Color(rgb: 5), attributes: .dim))
        #expect(buffer(plot, 5, 4, .braille).lines[3] == "▲△▼▽›")
        #expect(buffer(plot, 5, 4, .blocks).lines[3] == "▲^▼v>")
    }

    @Test func aBandLiesAboutItsCurve() {
        let band = Style(foreground: Color(rgb: 9))
        let plot = CurvePlot(
            series: [CurveSeries(values: [2, 2, 2], errors: [1, 1, 1], style: .plain, bandStyle: band)])
        let drawn = buffer(plot, 5, 8, .blocks)
        // The axis ends at 3, sixteen dots above 0: the curve is ten dots up, the band from five to fifteen.
        let isBand = (0..<8).map { row in (0..<5).contains { drawn[$0, row].style.foreground == band.foreground } }
        #expect(isBand == [true, true, false, true, true, true, false, false])
        // Every other dot of it, but none in the curve's own cells.
        #expect(drawn.lines[1] == "▀▄▀▄▀" && drawn.lines[2] == "▄▄▄▄▄")
    }

    /// A band no higher than a cell would never be seen if it kept off the curve's cells.
    @Test func aNarrowBandThickensItsCurveAndKeepsOffOthers() {
        let band = Style(foreground: Color(rgb: 9))
        let other = Style(foreground: Color(rgb: 8))
        let series = CurveSeries(values: [2, 2, 2], errors: [0.1, 0.1, 0.1], bandStyle: band)
        // The axis ends at 2.1, sixteen dots up: the curve in dot 14, the band from 13 to 15.
        #expect(buffer(CurvePlot(series: [series]), 5, 4).lines[0] == "⢕⢕⢕⢕⢕")
        let crossed = CurvePlot(series: [series, CurveSeries(values: [2.1, 2.1, 2.1], style: other)])
        let drawn = buffer(crossed, 5, 4)
        #expect((0..<5).allSatisfy { drawn[$0, 0].style.foreground != band.foreground })
    }

    @Test func samplesOfLines() {
        #expect(GlyphSet.allCases.map { CurvePlot.sample(isDashed: false, glyphs: $0) } == ["⠒⠒", "▀▀", "''"])
        #expect(GlyphSet.allCases.map { CurvePlot.sample(isDashed: true, glyphs: $0) } == ["⠒ ⠒", "▀ ▀", "' '"])
    }

    /// A tick in every second row at most, and as even as rows allow.
    @Test func labelsLeaveARowBetweenThem() {
        for rows in 2...40 {
            for values in [[0.0, 0.031], [0, 0.74], [0.228, 0.241], [-0.1, 0.66], [0, 1]] {
                let plot = CurvePlot(series: [CurveSeries(values: values)])
                let lines = buffer(plot, 30, rows).lines.map { $0.contains { $0.isNumber } }
                #expect(rows < 4 || !zip(lines, lines.dropFirst()).contains { $0 && $1 }, "\(values) in \(rows)")
                #expect(lines.contains(true))
            }
        }
    }

    @Test func aLogarithmicAxisShowsTheLowEnd() {
        let values: [Double?] = [0.001, 0.01, 0.1, 1]
        let plot = CurvePlot(series: [CurveSeries(values: values)], scale: .logarithmic)
        // A decade a dot.
        #expect(buffer(plot, 4, 2, .ascii).lines == ["  .'", ".'  "])
        let linear = CurvePlot(series: [CurveSeries(values: values)])
        #expect(buffer(linear, 4, 2, .ascii).lines == ["   :", "..: "])
        let zero = CurvePlot(series: [CurveSeries(values: [0, -1, 0.1, 1])], scale: .logarithmic)
        #expect(buffer(zero, 4, 2, .ascii).lines[1].hasPrefix(".."))
    }

    @Test func sweep() {
        let series = [
            CurveSeries(values: [0.1, nil, 0.3, 0.2, 0.9], errors: [0.1, 0.2], provisional: [2]),
            CurveSeries(values: [5, 4, .infinity], errors: [.nan, -1, 3], axis: .right, isDashed: true),
        ]
        let flags = [[FlagMark(.plateau)], [FlagMark(.plateau)], [], [FlagMark(.peak)], [FlagMark(.pastPeak)], []]
        let plots = ScaleKind.allCases.flatMap { kind in
            [
                CurvePlot(series: series, flags: flags, scale: kind, cursor: 3, hasLayerNumbers: true),
                CurvePlot(series: [], scale: kind, cursor: 7),
            ]
        }
        for (index, size) in sweptSizes.enumerated() {
            for glyphs in size.rows < 3 ? GlyphSet.allCases : [GlyphSet.allCases[index % 3]] {
                for plot in plots {
                    #expect(
                        staysInside(size) { plot.draw(into: &$0, rect: $1, glyphs: glyphs, styles: Self.styles) })
                }
            }
        }
    }

    @Test func layerNumbersAreRound() {
        #expect(LayerAxis.roundStep(for: 55, among: 20) == 5)
        #expect(LayerAxis.roundStep(for: 55, among: 60) == 1)
        #expect(LayerAxis.roundStep(for: 10, among: 1) == 10)
        #expect(LayerAxis.roundStep(for: 0, among: 1) == 1)
        let plot = CurvePlot(series: [CurveSeries(values: Array(repeating: nil, count: 21))], hasLayerNumbers: true)
        #expect(buffer(plot, 21, 8).lines[7] == "1   5    10   15   20")
    }
}
