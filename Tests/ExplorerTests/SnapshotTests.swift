import Cells
import Foundation
import Plots
import Testing

@testable import Explorer

/// Whole screens against the texts in `Snapshots`. `SEPAL_RECORD=1` writes them anew, and such a run fails.
@Suite struct SnapshotTests {
    private func compare(_ driver: Driver, _ name: String, location: SourceLocation = #_sourceLocation) throws {
        let lines = driver.screen.map { line in
            String(line.reversed().drop { $0 == " " }.reversed())
        }
        let screen = lines.joined(separator: "\n") + "\n"
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Snapshots/\(name).txt")
        if ProcessInfo.processInfo.environment["SEPAL_RECORD"] != nil {
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(screen.utf8).write(to: file)
            Issue.record(
                "recorded \(name).txt: look at it, then run again without SEPAL_RECORD", sourceLocation: location)
            return
        }
        let expected = try String(contentsOf: file, encoding: .utf8).split(
            separator: "\n", omittingEmptySubsequences: false)
        let actual = screen.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(actual.count == expected.count, sourceLocation: location)
        for (row, (line, wanted)) in zip(actual, expected).enumerated() where line != wanted {
            Issue.record("row \(row)\n  is     \(line)\n  wanted \(wanted)", sourceLocation: location)
        }
    }

    @Test(arguments: [(80, 24), (120, 40), (200, 60)]) func finishedRun(columns: Int, rows: Int) throws {
        var driver = try Driver.finished(columns: columns, rows: rows)
        driver.press(.left)
        try compare(driver, "finished-\(columns)x\(rows)")
    }

    @Test func finishedRunInASCII() throws {
        var driver = try Driver.finished(columns: 80, rows: 24, glyphs: .ascii, theme: "mono")
        driver.press(.left)
        for line in driver.screen { #expect(line.unicodeScalars.allSatisfy { $0.isASCII }) }
        try compare(driver, "finished-80x24-ascii")
    }

    @Test func finishedRunInBlocks() throws {
        var driver = try Driver.finished(columns: 120, rows: 40, glyphs: .blocks)
        driver.press(.left)
        try compare(driver, "finished-120x40-blocks")
    }

    @Test(arguments: [(80, 24), (120, 40), (200, 60)]) func runningAfterThePreview(columns: Int, rows: Int) throws {
        var driver = try Driver(columns: columns, rows: rows)
        let run = SyntheticRun.small
        driver.send(.header(run.header))
        for (index, layer) in run.layers.enumerated() { driver.send(.layer(index: index, layer, isPreview: true)) }
        for index in 0..<7 { driver.send(.layer(index: index, run.layers[index], isPreview: false)) }
        driver.send(.progress(.init(phase: .full, layer: 7, fraction: 0.43, secondsLeft: 83)))
        for _ in 0..<3 { driver.press(.right) }
        try compare(driver, "running-\(columns)x\(rows)")
    }

    /// Names that are paths lose their beginning where there is no room, others their end.
    @Test(arguments: [(40, 12), (80, 24)]) func namesThatArePaths(columns: Int, rows: Int) throws {
        var driver = try Driver(columns: columns, rows: rows)
        driver.load(SyntheticRun.small.renamed { "/backbone/features/\($0.replacing(".", with: "/"))/Conv" })
        driver.press(.left)
        try compare(driver, "paths-\(columns)x\(rows)")
        let name = driver.screen.first { $0.contains("/Conv") }
        #expect(name?.contains("layer3/2/conv1/Conv") == true)
        driver.load(SyntheticRun.small.renamed { "backbone.features.\($0).convolution" })
        driver.press(.left)
        #expect(driver.text.contains("backbone.features.l") && !driver.text.contains("…convolution"))
    }

    @Test(arguments: Panel.allCases, [(80, 24), (120, 40), (200, 60)])
    func zoomed(panel: Panel, size: (columns: Int, rows: Int)) throws {
        var driver = try Driver.finished(columns: size.columns, rows: size.rows)
        if panel == .matrix { driver.type("M") }
        if panel == .table { driver.type("T") }
        if panel == .headline { driver.type("B") }
        if panel == .sample || panel == .pairs {
            driver = try SampleTests.driver(columns: size.columns, rows: size.rows)
            driver.type(panel == .sample ? "S" : "M4f")
            if panel == .pairs { driver.press(.enter) }
        }
        if panel == .map || panel == .alignment {
            for message in GeometryPanelTests.messages(SyntheticRun.small) { driver.send(message) }
            driver.type(panel == .map ? "P" : "K")
        }
        while driver.model.focus != panel { driver.press(.tab) }
        driver.type("z")
        try compare(driver, "zoomed-\(panel.rawValue)-\(size.columns)x\(size.rows)")
    }

    /// What keys change of the screen: the edges and how they are drawn, the curve, the level, what is revealed, the help.
    @Test(
        arguments: [
            ("wrong", "W"), ("chords", "c}}"), ("blocks", "b"), ("logarithmic", "vy"), ("revealed", "rr"),
            ("help", "?"),
        ], [(80, 24), (120, 40), (200, 60)])
    func modes(mode: (name: String, keys: String), size: (columns: Int, rows: Int)) throws {
        var driver = try Driver.finished(columns: size.columns, rows: size.rows)
        driver.type(mode.keys)
        try compare(driver, "\(mode.name)-\(size.columns)x\(size.rows)")
    }

    /// Units taken out, with what has come of it.
    @Test(arguments: [(80, 24), (120, 40), (200, 60)]) func planning(columns: Int, rows: Int) throws {
        try compare(try Self.planned(columns: columns, rows: rows), "planning-\(columns)x\(rows)")
    }

    @Test func planningInASCII() throws {
        let driver = try Self.planned(columns: 80, rows: 24, glyphs: .ascii, theme: "mono")
        for line in driver.screen { #expect(line.unicodeScalars.allSatisfy { $0.isASCII }) }
        try compare(driver, "planning-80x24-ascii")
    }

    private static func planned(
        columns: Int, rows: Int, glyphs: GlyphSet = .braille, theme: String = "dusk"
    ) throws -> Driver {
        var driver = try Driver.finished(columns: columns, rows: rows, glyphs: glyphs, theme: theme)
        driver.type("p")
        driver.press(.home, .right, .right, .enter, .end, .left, .left, .enter)
        driver.send(.cutTried(run: 0, cut: [1, 8], .accuracy(.fitted)))
        for layer in SyntheticRun.small.layers.indices where ![1, 2, 15, 16].contains(layer) {
            var result = SyntheticRun.small.layers[layer]
            (result.edges, result.figures.modularity) = ([], result.figures.modularity * 0.7)
            driver.send(.cutTried(run: 0, cut: [1, 8], .layer(layer, result)))
        }
        return driver
    }

    @Test(arguments: [Panel.matrix, .table], [(80, 24), (120, 40), (200, 60)])
    func otherPanels(panel: Panel, size: (Int, Int)) throws {
        var driver = try Driver.finished(columns: size.0, rows: size.1)
        driver.type(panel == .matrix ? "M" : "T")
        driver.press(.left)
        try compare(driver, "\(panel.rawValue)-\(size.0)x\(size.1)")
    }

    @Test(arguments: [(80, 24), (120, 40), (200, 60)]) func bigDigits(columns: Int, rows: Int) throws {
        var driver = try Driver.finished(columns: columns, rows: rows)
        driver.type("B")
        driver.press(.left)
        try compare(driver, "headline-\(columns)x\(rows)")
    }

    @Test(arguments: [(80, 24), (120, 40), (200, 60)]) func twoRuns(columns: Int, rows: Int) throws {
        var driver = try RunsTests.driver(columns: columns, rows: rows)
        driver.press(.left)
        try compare(driver, "runs-\(columns)x\(rows)")
        driver.type("|")
        try compare(driver, "split-\(columns)x\(rows)")
    }

    @Test(arguments: [Panel.map, .alignment], [(80, 24), (120, 40), (200, 60)])
    func geometry(panel: Panel, size: (Int, Int)) throws {
        var driver = try GeometryPanelTests.driver(columns: size.0, rows: size.1)
        driver.type(panel == .map ? "P" : "K")
        driver.press(.left)
        try compare(driver, "\(panel.rawValue)-\(size.0)x\(size.1)")
    }

    @Test(arguments: [Panel.sample, .pairs], [(80, 24), (120, 40), (200, 60)])
    func samples(panel: Panel, size: (Int, Int)) throws {
        var driver = try SampleTests.driver(columns: size.0, rows: size.1)
        driver.type(panel == .sample ? "37S.." : "M4f")
        if panel == .pairs { driver.press(.enter, .down) }
        driver.press(.left)
        try compare(driver, "\(panel.rawValue)-\(size.0)x\(size.1)")
    }

    @Test func samplesInASCII() throws {
        var driver = try SampleTests.driver(columns: 80, rows: 24, glyphs: .ascii, theme: "mono")
        driver.type("37S.z")
        for line in driver.screen { #expect(line.unicodeScalars.allSatisfy { $0.isASCII }) }
        try compare(driver, "sample-80x24-ascii")
        driver.press(.escape)
        driver.type("37P")
        try compare(driver, "map-sample-80x24-ascii")
    }

    @Test func samplesInDots() throws {
        var driver = try SampleTests.driver(theme: "mono")
        driver.type("37S")
        try compare(driver, "sample-120x40-mono")
    }

    @Test(arguments: [(80, 24), (120, 40), (200, 60)]) func oneClass(columns: Int, rows: Int) throws {
        var driver = try Driver.finished(columns: columns, rows: rows)
        driver.type("4f")
        try compare(driver, "class-\(columns)x\(rows)")
    }

    @Test(arguments: [(80, 24), (120, 40), (200, 60)]) func typing(columns: Int, rows: Int) throws {
        var driver = try Driver.finished(columns: columns, rows: rows)
        driver.type(":layer")
        try compare(driver, "commands-\(columns)x\(rows)")
        driver.press(.escape)
        driver.type("/layer2.*.conv1")
        try compare(driver, "find-\(columns)x\(rows)")
    }

    @Test func beforeTheFirstLayer() throws {
        let driver = try Driver(columns: 80, rows: 24)
        try compare(driver, "empty-80x24")
    }

    @Test(arguments: [(40, 12), (60, 20), (60, 60)]) func small(columns: Int, rows: Int) throws {
        try compare(try Driver.finished(columns: columns, rows: rows), "finished-\(columns)x\(rows)")
    }
}
