import Separation
import Testing

@testable import Figures

/// A run and the same without some layers, in one frame.
@Suite struct ComparisonFigureTests {
    let whole = FigureFixture()
    /// Layers 5 to 8, from 1, are gone.
    let kept = [0, 1, 2, 3, 8, 9, 10, 11]
    let partners: [Int?] = [0, 1, 2, 3, nil, nil, nil, nil, 4, 5, 6, 7]

    private var cut: FigureFixture {
        var cut = FigureFixture(layers: 8)
        for (layer, old) in kept.enumerated() { cut.header.layers[layer].name = whole.header.layers[old].name }
        for layer in kept.indices { cut.results[layer]?.description = cut.header.layers[layer] }
        return cut
    }

    private func figure(_ first: FigureFixture, _ second: FigureFixture) throws -> ComparisonFigure {
        try ComparisonFigure(.init(first.run(), name: "whole"), .init(second.run(), name: "cut"))
    }

    private func sheet(_ second: FigureFixture, partners: [Int?]? = nil, level: Level = .conv) throws -> Sheet {
        try figure(whole, second).sheet(level: level, partners: partners ?? self.partners, alignment: "name")
    }

    /// The upper edge's middle, or that of a circle: where a run's point of a layer stands, and the figure it says.
    private func point(_ name: String, _ title: String, _ symbol: String, _ sheet: Sheet) throws -> (
        x: Double, y: Double, value: Double
    ) {
        let words = try #require(sheet.items.titles.first { $0.hasPrefix("\(name), \(title): \(symbol) ") })
        let value = try #require(
            words.split(separator: " ").drop { $0 != symbol }.dropFirst().first.flatMap { Double($0) })
        guard case .shape(let path, _, let stroke) = sheet.group(words)[0], case .move(let x, let y) = path[0] else {
            throw FigureError.noLayers
        }
        return stroke == nil ? (x - 1.2, y, value) : (x + 1.8, y + 1.8, value)
    }

    @Test(arguments: ["M", "Q"]) func pointsStandWhereTheirFiguresSay(symbol: String) throws {
        let cut = cut
        let sheet = try sheet(cut)
        let runs = [try whole.run(), try cut.run()]
        var points: [(x: Double, y: Double, value: Double)] = []
        for (layer, partner) in partners.enumerated() {
            for (run, (name, own)) in [("whole", layer as Int?), ("cut", partner)].enumerated() {
                guard let own else { continue }
                let result = try #require(runs[run].results[own])
                let value = symbol == "M" ? result.figures.modularity : result.luModularity
                var point = try point(name, runs[run].title(own), symbol, sheet)
                #expect((point.value - value).magnitude <= 5.0001e-5)
                point.value = value
                #expect((point.x - 42 - Double(layer) / 11 * 450).magnitude < 1e-6, "\(name), \(layer)")
                points.append(point)
            }
        }
        #expect(points.count == 20)
        // Both runs are measured on one axis.
        let least = try #require(points.min { $0.value < $1.value })
        let most = try #require(points.max { $0.value < $1.value })
        for point in points {
            let part = (point.value - least.value) / (most.value - least.value)
            #expect((point.y - least.y - part * (most.y - least.y)).magnitude < 1e-6)
        }
    }

    /// Of a colour and a width, those that are dotted or not.
    private func lines(_ sheet: Sheet, _ ink: Ink, isDotted: Bool) -> [[Sheet.Segment]] {
        sheet.items.compactMap { item in
            guard case .shape(let path, nil, let stroke?) = item, stroke.ink == ink, stroke.dash.isEmpty != isDotted,
                stroke.width == (isDotted ? 0.6 : 1)
            else { return nil }
            return path
        }
    }

    @Test func aGapIsBridgedByADottedLine() throws {
        let sheet = try sheet(cut)
        // One in each frame.
        #expect(lines(sheet, .vermilion, isDotted: true).count == 2)
        #expect(lines(sheet, .blue, isDotted: true).isEmpty)
        // Four points each; the legend's has two.
        #expect(lines(sheet, .vermilion, isDotted: false).map(\.count) == [2, 4, 4, 4, 4])
        #expect(lines(sheet, .blue, isDotted: false).map(\.count) == [2, 12, 12])
        // M's band, of the legend's two runs: one of the first, two of the second.
        let bands = sheet.items.count { item in
            if case .shape(_, let fill?, nil) = item { fill == ComparisonFigure.Look.second.band } else { false }
        }
        #expect(bands == 2)
    }

    /// A layer that is only not finished yet is a gap without a bridge.
    @Test func unfinishedLayersAreLeftOpen() throws {
        var partial = cut
        partial.results[1] = nil
        let sheet = try sheet(partial)
        #expect(lines(sheet, .vermilion, isDotted: true).count == 2)
        #expect(lines(sheet, .vermilion, isDotted: false).map(\.count) == [2, 2, 4, 2, 4])
        #expect(sheet.texts.contains { $0.string.hasSuffix(" · 1 layers missing: flags provisional") })
    }

    /// A shallower network by depth: each of its layers stands amid those it is beside, the first and the last at the ends.
    @Test func aLayerBesideSeveralStandsAmidThem() throws {
        let small = FigureFixture(layers: 4)
        let sheet = try sheet(small, partners: (0..<12).map { $0 / 3 })
        let run = try small.run()
        for (layer, position) in [0.0, 4, 7, 11].enumerated() {
            let point = try point("cut", run.title(layer), "M", sheet)
            #expect((point.x - 42 - position / 11 * 450).magnitude < 1e-6)
        }
        #expect(lines(sheet, .vermilion, isDotted: false).map(\.count) == [2, 4, 4])
        #expect(sheet.items.titles.count { $0.hasPrefix("cut, ") } == 8)
    }

    /// Those of either run, in its own strip; a layer that isn't there has none.
    @Test func flagsAreThoseOfEachRun() throws {
        let cut = cut
        let sheet = try sheet(cut)
        let group = sheet.group("Modularity M ± its standard error")
        let flags = [try whole.run().flags.conv.modularity, try cut.run().flags.conv.modularity]
        func count(_ flag: Flag) -> Int { group.titles.count { $0.hasPrefix(flag.rawValue) } }
        #expect(count(.peak) == 2)
        #expect(count(.plateau) == flags.map(\.plateaus.count).reduce(0, +))
        #expect(count(.decline) == flags.map { flags in flags.declines.count { $0 != flags.peak } }.reduce(0, +))
        for (flags, shift) in zip(flags, [12.0, 27]) {
            let support = try #require(flags.peak.flatMap { flags.support[$0][.peak] })
            let marks = sheet.items.indices.filter {
                sheet.items[$0] == .open("peak, support \(FigureRun.fixed(support, 1))")
            }
            let heights = marks.compactMap { index -> Double? in
                guard case .shape(let path, _, _) = sheet.items[index + 1], case .move(_, let y) = path[0] else {
                    return nil
                }
                return y
            }
            // Header, title and frame of M.
            #expect(heights.contains { ($0 - 2.2 - (52 + 14 + 150 + shift)).magnitude < 1e-6 })
        }
    }

    /// A plateau that goes on beyond layers that the network lacks.
    @Test func aPlateauAcrossAGapIsInPieces() throws {
        var (first, second) = (whole, cut)
        for layer in first.results.indices { first.results[layer]?.luModularity = 0.5 }
        for layer in second.results.indices { second.results[layer]?.luModularity = 0.5 }
        let sheet = try figure(first, second).sheet(level: .conv, partners: partners, alignment: "name")
        let group = sheet.group("Lu et al.’s modularity Q, k = 3")
        let bars = group.filter { item in
            if case .shape(let path, .muted?, _) = item { path.count == 5 } else { false }
        }
        let bridges = group.filter { item in
            if case .shape(_, nil, let stroke?) = item { stroke.ink == .muted && !stroke.dash.isEmpty } else { false }
        }
        #expect(try first.run().flags.conv.luModularity.plateaus.count == 1)
        #expect(bars.count == 3 && bridges.count == 1)
        #expect(group.titles.count { $0.hasPrefix("plateau") } == 2)
    }

    @Test func theLegendNamesBoth() throws {
        var (first, second) = (whole, cut)
        (first.header.parameters, first.header.accuracy) = (853_018, 0.837)
        (second.header.parameters, second.header.accuracy) = (0, nil)
        second.header.checkpoint = "cut.th"
        second.header.tolerance = 0.05
        func sheet(_ name: String) throws -> Sheet {
            let figure = try ComparisonFigure(.init(first.run(), name: name), .init(second.run(), name: "cut"))
            return figure.sheet(level: .block, partners: partners, alignment: "depth")
        }
        let texts = try sheet("resnet56").texts.map(\.string)
        #expect(texts.contains("resnet56, 853,018 parameters, 83.7 %") && texts.contains("cut"))
        #expect(
            texts[0] == "a<b>&\"c\".th and cut.th · test_batch.bin · stem and block outputs · N 120 · |E| 480"
                + " · τ 0.020 and 0.050 · L 3 · layers aligned by depth")
        let peak = try #require(first.run().flags.block.luModularity.peak.flatMap { first.results[$0] })
        #expect(texts.contains { $0.hasPrefix("peak \(FigureRun.fixed(peak.luModularity)) at ") })
        // A name that is too long ends sooner, its figures stay.
        let long = try sheet(String(repeating: "long ", count: 40)).texts.map(\.string)
        #expect(long.contains { $0.hasPrefix("long long") && $0.hasSuffix("…, 853,018 parameters, 83.7 %") })
    }

    /// Fewer partners than layers, or such as aren't there: gaps.
    @Test(arguments: [[], [0], [nil, 99, -1, 3], [Int?](repeating: nil, count: 12)]) func strangePartnersAreGaps(
        partners: [Int?]
    ) throws {
        let sheet = try sheet(cut, partners: partners)
        let count = partners.count { $0.map { (0..<8).contains($0) } ?? false }
        #expect(sheet.items.titles.count { $0.hasPrefix("cut, ") } == 2 * count)
        #expect(sheet.items.titles.count { $0.hasPrefix("whole, ") } == 24)
    }
}
