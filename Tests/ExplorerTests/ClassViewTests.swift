import Cells
import Plots
import Separation
import Testing

@testable import Explorer

/// The class looked at, the matrix of classes, and the table of layers.
@Suite struct ClassViewTests {
    @Test func arrowsGoThroughTheClassesAndBackToAll() throws {
        var driver = try Driver.finished()
        driver.press(.down)
        #expect(driver.model.classFocus == 0)
        driver.type("jj")
        #expect(driver.model.classFocus == 2)
        driver.press(.up, .up, .up)
        #expect(driver.model.classFocus == nil)
        driver.type("k")
        #expect(driver.model.classFocus == 9)
        driver.press(.down)
        #expect(driver.model.classFocus == nil)
    }

    @Test func aNumberChoosesAClass() throws {
        var driver = try Driver.finished()
        driver.type("4f")
        #expect(driver.model.classFocus == 3)
        driver.type("11f")
        #expect(driver.model.classFocus == 3, "there are ten")
        driver.type("f")
        #expect(driver.model.classFocus == nil)
        driver.type("10f")
        #expect(driver.model.classFocus == 9)
        driver.press(.escape)
        #expect(driver.model.classFocus == nil)
    }

    @Test func theRingShowsTheEdgesOfTheClassAlone() throws {
        var driver = try Driver.finished(computesRings: true)
        driver.type("4f")
        #expect(driver.ringJobs.contains { $0.layer == 18 && $0.request.focus == 3 })
        #expect(driver.text.contains("cat only"))
        // Counted by hand over the edges of the layer.
        let run = SyntheticRun.small
        let labels = run.header.labels
        let own = run.layers[18].edges.filter { labels[Int($0.source)] == 3 || labels[Int($0.target)] == 3 }
        let correct = own.count { labels[Int($0.source)] == labels[Int($0.target)] }
        #expect(driver.text.contains("correct \(correct)") && driver.text.contains("wrong \(own.count - correct)"))
        #expect(driver.text.contains("\(own.count) edges"))
        driver.type("W")
        #expect(driver.text.contains("cat · wrong"))
    }

    @Test func theMatrixHasTheCountsOfAllPairs() throws {
        var driver = try Driver.finished(columns: 200, rows: 60)
        driver.type("Mz")
        let labels = SyntheticRun.small.header.labels
        var counts = Array(repeating: Array(repeating: 0, count: 10), count: 10)
        for edge in SyntheticRun.small.layers[18].edges {
            let (a, b) = (labels[Int(edge.source)], labels[Int(edge.target)])
            counts[a][b] += 1
            if a != b { counts[b][a] += 1 }
        }
        for (label, name) in SyntheticRun.classes.enumerated() {
            let line = try #require(driver.screen.first { $0.contains("  \(name) ") && $0.contains("%") })
            let numbers = line.split(separator: " ").compactMap { $0 == "·" ? 0 : Int($0) }
            let wrong = counts[label].enumerated().reduce(0) { $0 + ($1.offset == label ? 0 : $1.element) }
            let share = 100 * Double(wrong) / Double(wrong + counts[label][label])
            #expect(numbers == counts[label] + [Int(share.rounded())], "\(name)")
        }
    }

    @Test func theMatrixIsSortedByConfusion() throws {
        var driver = try Driver.finished(columns: 200, rows: 60)
        driver.type("Mo")
        #expect(driver.model.classOrder == .confusion)
        let edges = try #require(driver.model.run.classEdges[18])
        let shares = driver.model.classesInOrder.map { label in
            let own = edges.edges(of: label)
            let wrong = own.wrong.reduce(0) { $0 + $1.count }
            return Double(wrong) / Double(wrong + own.correct)
        }
        #expect(shares == shares.sorted(by: >) && Set(shares).count > 5)
        driver.press(.down)
        #expect(driver.model.classFocus == driver.model.classesInOrder[0])
        driver.type("R")
        #expect(driver.model.layout.panels[.ring] != nil && driver.model.layout.panels[.matrix] == nil)
    }

    @Test func manyClassesAreShownInPart() throws {
        var driver = try Driver(columns: 120, rows: 40)
        var header = SyntheticRun.small.header
        header.classes = (0..<1000).map { "class number \($0)" }
        driver.send(.header(header))
        driver.send(.layer(index: 0, SyntheticRun.small.layers[0], isPreview: false))
        driver.type("M")
        driver.type("900f")
        #expect(driver.text.contains("of 1000 classes"))
        #expect(driver.text.contains("▸ cl"))
    }

    @Test func theTableIsSortedAndSteppedThrough() throws {
        var driver = try Driver.finished()
        driver.type("T")
        #expect(driver.model.focus == .table)
        driver.press(.up)
        #expect(driver.model.cursor == 17, "↑ goes up the table")
        driver.type("o")
        #expect(driver.model.tableOrder == .modularity)
        let values = driver.model.tableRows.compactMap { driver.model.run[$0]?.figures.modularity }
        #expect(values == values.sorted(by: >) && values.count == 19)
        driver.press(.down)
        #expect(driver.model.cursor == driver.model.tableRows[1])
        for _ in 0..<3 { driver.type("o") }
        #expect(driver.model.tableOrder == .share)
        for _ in 0..<3 { driver.type("o") }
        #expect(driver.model.tableOrder == .change)
        let changes = driver.model.tableRows.map { driver.model.change(ofLayer: $0) ?? -.infinity }
        #expect(changes == changes.sorted(by: >) && changes.last == -.infinity)
        driver.type("T")
        #expect(driver.model.focus == .figures && driver.model.layout.panels[.table] == nil)
    }

    @Test func theTableKeepsItsFiguresWhole() throws {
        for (columns, rows) in [(40, 12), (80, 24), (120, 40), (200, 60), (300, 100)] {
            var driver = try Driver.finished(columns: columns, rows: rows)
            driver.type("T")
            let figures = SyntheticRun.small.layers[18].figures
            #expect(driver.text.contains(Numbers.fixed(figures.modularity)), "\(columns)×\(rows)")
            #expect(driver.text.contains("layer3.2.conv2"))
        }
    }
}
