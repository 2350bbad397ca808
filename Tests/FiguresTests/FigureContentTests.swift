import Plots
import Separation
import Testing

@testable import Figures

@Suite struct FigureContentTests {
    let fixture = FigureFixture()

    /// Two decimals of percent, counts apart.
    @Test func histogramsShowTheShares() throws {
        let sheets = try HistogramFigure(fixture.run()).sheets(layers: Array(0..<12))
        #expect(sheets.map(\.name) == ["histograms-1", "histograms-2"])
        for layer in 0..<12 {
            let histogram = try #require(fixture.results[layer]?.histogram)
            let group = sheets[layer / 10].group("\(try fixture.run().title(layer)): similarity histogram")
            let expected = histogram.all.indices.flatMap { bin in
                [histogram.all[bin], histogram.same[bin]].map { pairs in
                    String(NumberText.percent(pairs, of: histogram.pairs).prefix { $0 != " " })
                }
            }
            let shown = Array(group.strings.drop { $0 != "% of pairs" }.dropFirst().prefix(20))
            #expect(shown == expected)
        }
    }

    /// Bars of one sheet are measured on one scale.
    @Test func barsAreAsHighAsTheirShares() throws {
        let sheet = try HistogramFigure(fixture.run()).sheets(layers: [2, 7])[0]
        var heights: [Double] = []
        var shares: [Double] = []
        for layer in [2, 7] {
            let histogram = try #require(fixture.results[layer]?.histogram)
            let group = sheet.group("\(try fixture.run().title(layer)): similarity histogram")
            for ink in [Ink.orange, .blue] {
                heights += group.compactMap { item in
                    guard case .shape(let path, ink, nil) = item, case .move(_, let top) = path[0],
                        case .line(_, let foot) = path[2]
                    else { return nil }
                    return foot - top
                }
            }
            shares += (zip(histogram.all, histogram.same).map { $0 - $1 } + histogram.same).filter { $0 > 0 }.map {
                Double($0) / Double(histogram.pairs)
            }
        }
        #expect(heights.count == shares.count)
        let unit = heights.reduce(0, +) / shares.reduce(0, +)
        for (height, share) in zip(heights, shares) { #expect((height - unit * share).magnitude < 1e-6) }
    }

    @Test func ringsShowTheirFigures() throws {
        let run = try fixture.run()
        let sheet = try RingFigure(run).sheets { fixture.results[$0]?.edges ?? [] }[0]
        for layer in 0..<12 {
            let strings = sheet.group("\(run.title(layer)): ring graph").strings
            let figures = try #require(fixture.results[layer]?.figures)
            #expect(strings.first == run.title(layer))
            #expect(Array(strings.dropFirst().dropLast()) == FigureFixture.classes)
            let numbers = strings[strings.count - 1].split(separator: " ").compactMap { Double($0) }
            let expected = [figures.r, figures.modularity, figures.standardError]
            #expect(numbers.count == 3)
            for (number, value) in zip(numbers, expected) { #expect((number - value).magnitude <= 5.0001e-5) }
        }
    }

    /// The darkest shades of a ring lie where its curves do, and none beyond the circle.
    @Test func edgesStayWithinTheCircle() throws {
        let run = try fixture.run()
        let sheet = try RingFigure(run).sheets(layers: [11]) { fixture.results[$0]?.edges ?? [] }[0]
        let pictures = sheet.items.compactMap { if case .picture(let picture) = $0 { picture } else { nil } }
        let picture = try #require(pictures.first)
        #expect(pictures.count == 1)
        let middle = Double(picture.side) / 2
        var dark = 0
        for y in 0..<picture.side {
            for x in 0..<picture.side where picture.pixels[y * picture.side + x] != 0xFFFFFF {
                let (dx, dy) = (Double(x) + 0.5 - middle, Double(y) + 0.5 - middle)
                #expect((dx * dx + dy * dy).squareRoot() <= middle)
                dark += 1
            }
        }
        #expect(dark > picture.side * picture.side / 50)
    }

    /// Points of the curves stand where the axis says their values are, and say them.
    @Test(arguments: [Level.conv, .block]) func curvesShowTheirFigures(level: Level) throws {
        let run = try fixture.run()
        let sheet = try #require(CurveFigure(run).sheets().first { $0.name == "modularity-\(level.rawValue)" })
        let layers = run.flags[level].layers
        for (symbol, value) in [
            ("M", { $0.figures.modularity } as (LayerResult) -> Double), ("Q", { $0.luModularity }),
        ] {
            var heights: [(value: Double, y: Double)] = []
            for layer in layers {
                let result = try #require(run.results[layer])
                let title = try #require(
                    sheet.items.titles.first { $0.hasPrefix("\(run.title(layer)): \(symbol) ") })
                let numbers = title.split(separator: " ").compactMap { Double($0) }
                #expect((try #require(numbers.dropFirst().first) - value(result)).magnitude <= 5.0001e-5)
                guard case .shape(let path, _, _) = sheet.group(title)[0], case .move(_, let y) = path[0] else {
                    Issue.record("no point of \(title)")
                    continue
                }
                heights.append((value(result), y))
            }
            // All on one straight line of value over height.
            let (least, most) = (
                try #require(heights.min { $0.value < $1.value }), try #require(heights.max { $0.value < $1.value })
            )
            for (value, y) in heights {
                let part = (value - least.value) / (most.value - least.value)
                #expect((y - least.y - part * (most.y - least.y)).magnitude < 1e-6)
            }
        }
    }

    /// Points stand whole within the frame, and before it: the greatest value is as plain as the others.
    @Test func pointsStandClearOfTheFrame() throws {
        for sheet in try CurveFigure(fixture.run()).sheets() {
            var frames = 0
            var frame = (top: 0.0, bottom: 0.0)
            for item in sheet.items {
                guard case .shape(let path, let fill, let stroke) = item, case .move(let x, let y) = path[0] else {
                    continue
                }
                if stroke?.ink == .rule, path.count == 5, case .line(_, let bottom) = path[2] {
                    frame = (y, bottom)
                    frames += 1
                } else if fill == .blue || fill == .vermilion, path.count > 5, x > 40 {
                    #expect(y - 2 >= frame.top && y + 2 <= frame.bottom, "\(sheet.name): \(y) in \(frame)")
                }
            }
            #expect(frames == 2)
        }
    }

    @Test func theLastLayerIsNumbered() {
        #expect(CurveLayers.numbers(LayerAxis(layers: 55, places: 0), atMost: 40).suffix(3) == [50, 52, 55])
        #expect(CurveLayers.numbers(LayerAxis(layers: 5, places: 0), atMost: 40) == [1, 2, 3, 4, 5])
        #expect(
            CurveLayers.numbers(LayerAxis(layers: 104, places: 0), atMost: 22) == [1, 5]
                + stride(from: 10, to: 101, by: 5) + [104])
        #expect(CurveLayers.numbers(LayerAxis(layers: 1, places: 0), atMost: 40) == [1])
        #expect(CurveLayers.numbers(LayerAxis(layers: 2, places: 0), atMost: 1) == [1, 2])
    }

    @Test func flagsAreThoseOfTheRun() throws {
        let run = try fixture.run()
        let sheet = try CurveFigure(run).sheets()[0]
        let group = sheet.items.titles.drop { !$0.hasPrefix("Modularity M") }.prefix { !$0.hasPrefix("Lu et al") }
        let flags = run.flags.conv.modularity
        func count(_ flag: Flag) -> Int { group.count { $0.hasPrefix(flag.rawValue) } }
        #expect(count(.plateau) == flags.plateaus.count)
        #expect(count(.peak) == 1)
        // The foremost flag alone is drawn: a decline past the peak is a decline.
        #expect(count(.decline) == flags.declines.filter { $0 != flags.peak }.count)
        #expect(count(.pastPeak) == flags.pastPeak.filter { !flags.declines.contains($0) }.count)
        let support = try #require(flags.peak.flatMap { flags.support[$0][.peak] })
        #expect(group.contains("peak, support \(FigureRun.fixed(support, 1))"))
    }

    /// A mark is filled with white where its support is weak.
    @Test func weakFlagsAreHollow() {
        var sheet = Sheet(name: "marks", title: "", width: 10, height: 10)
        sheet.mark(.rect(0, 0, 1, 1), .green, isHollow: true)
        sheet.mark(.rect(0, 0, 1, 1), .green, isHollow: false)
        let fills = sheet.items.compactMap { item -> Ink? in
            if case .shape(_, let fill, _) = item { fill } else { nil }
        }
        #expect(fills == [Ink.white, Ink.green])
    }

    @Test func aNetworkWithoutBlocksHasOneCurve() throws {
        let run = try FigureFixture(hasBlocks: false).run()
        #expect(try CurveFigure(run).sheets().map(\.name) == ["modularity-conv"])
        #expect(try CurveFigure(fixture.run()).sheets().map(\.name) == ["modularity-conv", "modularity-block"])
    }

    @Test func missingLayersLeaveGaps() throws {
        var partial = fixture
        for layer in [0, 5, 6, 11] { partial.results[layer] = nil }
        let sheets = try partial.sheets()
        let curve = try #require(sheets.first { $0.name == "modularity-conv" })
        #expect(curve.texts.contains { $0.string.contains("4 layers missing: flags provisional") })
        let polylines = curve.items.count { item in
            if case .shape(let path, nil, let stroke?) = item {
                // Past-peak marks are as wide, but of another ink.
                path.count > 2 && stroke.width == 1 && [.blue, .vermilion].contains(stroke.ink)
            } else {
                false
            }
        }
        // Layers 2 to 5 and 8 to 11, of both curves.
        #expect(polylines == 4)
        #expect(sheets.first { $0.name == "rings" }?.items.titles.count == 8)
    }
}
