import Cells
import Plots
import Separation
import Testing

@testable import Explorer

/// The map of samples and the heat map of CKA.
@Suite struct GeometryPanelTests {
    /// Ten clusters on a circle that grows from layer to layer, each layer's map turned by another angle.
    static func messages(_ run: SyntheticRun) -> [Message] {
        let labels = run.header.labels
        return run.layers.indices.map { layer in
            let points = labels.enumerated().map { sample, label -> SIMD2<Float> in
                // Samples of a class a little apart, on a grid of whole numbers; corners of a square stand for the angle.
                let (x, y) = corners[label]
                let (dx, dy) = (Float(sample % 7) - 3, Float(sample / 7 % 7) - 3)
                let point = SIMD2(x, y) * Float(layer + 1) + SIMD2(dx, dy)
                return layer % 2 == 0 ? point : SIMD2(-point.y, point.x)
            }
            let row = run.layers.indices.map { other in Double?(1 - Double(abs(other - layer)) / 20) }
            return .geometry(
                layer: layer, PrincipalMap(points: points, shares: SIMD2(0.25, 0.125)), alignments: row)
        }
    }

    private static let corners: [(Float, Float)] = [
        (4, 0), (3, 3), (1, 4), (-1, 4), (-3, 3), (-4, 0), (-3, -3), (-1, -4), (1, -4), (3, -3),
    ]

    static func driver(columns: Int = 120, rows: Int = 40, glyphs: GlyphSet = .braille) throws -> Driver {
        var driver = try Driver.finished(columns: columns, rows: rows, glyphs: glyphs)
        for message in messages(SyntheticRun.small) { driver.send(message) }
        return driver
    }

    @Test func eachMapIsTurnedOntoTheOneBefore() throws {
        let driver = try Self.driver()
        let maps = try driver.model.run.maps.map { try #require($0) }
        for (map, next) in zip(maps.dropFirst(8), maps.dropFirst(9)) {
            let apart = zip(map.points, next.points).map { (($0 - $1) * ($0 - $1)).sum() }.max() ?? .nan
            // A quarter turn would move samples by more than 1.
            #expect(apart < 0.05)
        }
        for map in maps {
            let squares = map.points.reduce(0) { $0 + ($1 * $1).sum() }
            #expect(abs(squares / Float(map.points.count) - 1) < 1e-4)
        }
    }

    @Test func theMapNamesTheClasses() throws {
        var driver = try Self.driver()
        driver.type("P")
        for name in SyntheticRun.classes { #expect(driver.text.contains(name)) }
        #expect(driver.text.contains("37.5 % of variance"))
        let dots = driver.screen.dropFirst(2).prefix(25).joined().unicodeScalars.count { 0x2801...0x28FF ~= $0.value }
        #expect(dots > 8)
        driver.type("4f")
        let cat = try #require(driver.screen.firstIndex { $0.prefix(58).contains(" cat ") })
        let column = try #require(Array(driver.screen[cat]).firstIndex(of: "c"))
        #expect(view(driver.model)[column, cat].style.foreground == driver.model.theme.classStyle(3).foreground)
    }

    @Test func theHeatMapIsLightAlongTheDiagonal() throws {
        var driver = try Self.driver(columns: 80, rows: 60)
        driver.type("Kz")
        #expect(driver.text.contains("layer before  0.9500"))
        // 1 − d/20 ≥ 0.9 for d ≤ 2: three layers at a time.
        #expect(driver.text.contains("alike ≥ 0.9   1–3 · 4–6 · 7–9 · 10–12 · 13–15 · 16–18"))
        let screen = view(driver.model)
        let brightest = HeatTone.color(1, driver.model.theme.heatGradient)
        let cells = screen.cells.filter { $0.style.foreground == brightest || $0.style.background == brightest }
        #expect(cells.count >= 19)
    }

    @Test func whatIsMissingIsSaid() throws {
        var driver = try Driver.finished()
        driver.type("P")
        #expect(driver.text.contains("no map of this layer in the run"))
        driver.type("K")
        #expect(driver.text.contains("no Gram matrices in the run"))
    }

    @Test func geometryThatDoesNotFitIsLeftOut() throws {
        var driver = try Self.driver()
        let before = driver.model.run
        driver.send(.geometry(layer: 99, nil, alignments: []))
        driver.send(.geometry(layer: -1, PrincipalMap(points: [], shares: .zero), alignments: [1]))
        #expect(driver.model.run == before)
        driver.send(.geometry(layer: 3, PrincipalMap(points: [SIMD2(.nan, .infinity)], shares: .zero), alignments: []))
        driver.type("P4G")
        #expect(view(driver.model).size == driver.model.size)
    }

    @Test(arguments: GlyphSet.allCases, ["dusk", "mono"]) func everySizeIsDrawn(glyphs: GlyphSet, theme: String) throws
    {
        for key in ["P", "K"] {
            for (columns, rows) in [(40, 12), (56, 18), (80, 24), (100, 33), (300, 100)] {
                var driver = try Driver.finished(columns: columns, rows: rows, glyphs: glyphs, theme: theme)
                for message in Self.messages(SyntheticRun.small) { driver.send(message) }
                driver.type(key)
                let lines = driver.screen
                #expect(lines.count == rows)
                if glyphs == .ascii { #expect(lines.joined().unicodeScalars.allSatisfy { $0.isASCII }) }
                driver.type("z")
                #expect(driver.screen.count == rows)
            }
        }
    }
}
