import Cells
import Foundation
import Separation
import Testing

@testable import Explorer

/// Views that are kept, screens that are exported, and how a talk reveals its panels.
@Suite struct KeepingTests {
    @Test func aViewOpensAsItWasLeft() throws {
        var driver = try Driver.finished()
        driver.type("MT4f}}cWvvyo++>b")
        driver.press(.left, .left)
        driver.type("tz")
        driver.type("s")
        guard case .save(let view, run: 0)? = driver.effects.last else {
            Issue.record("no view is kept: \(driver.effects)")
            return
        }
        // By way of the file.
        let read = try JSONDecoder().decode(SavedView.self, from: JSONEncoder().encode(view))
        var other = try Driver.finished()
        other.send(.view(read, takesTheme: true))
        #expect(other.screen == driver.screen && other.model.savedView == view)
        #expect(other.model.threshold != nil && other.model.isZoomed && other.model.level == .block)
    }

    @Test func aViewOfAnotherRunChangesWhatItCan() throws {
        var driver = try Driver.finished()
        let before = driver.model.savedView
        var view = before
        (view.layer, view.focus, view.picture, view.theme) = ("elsewhere", "hologram", "", "none")
        (view.classFocus, view.tolerance, view.minLength, view.threshold) = (99, .infinity, -4, .nan)
        view.isZoomed = true
        driver.send(.view(view, takesTheme: true))
        var expected = before
        expected.isZoomed = true
        #expect(driver.model.savedView == expected)
    }

    @Test func aThemeThatIsSettledStays() throws {
        var driver = try Driver.finished(theme: "mono")
        var view = driver.model.savedView
        view.theme = "dusk"
        driver.send(.view(view, takesTheme: false))
        #expect(driver.model.theme.name == "mono")
        driver.send(.view(view, takesTheme: true))
        #expect(driver.model.theme.name == "dusk")
    }

    /// What is revealed last is there on screens that show one panel at a time.
    @Test(arguments: [(80, 24), (60, 20), (40, 12)]) func theNewestPanelIsInSight(columns: Int, rows: Int) throws {
        var driver = try Driver.finished(columns: columns, rows: rows)
        driver.type("z")
        for panel in ExplorerModel.revealed.dropLast() {
            driver.type("r")
            #expect(driver.model.focus == panel && driver.model.layout.panels[panel] != nil)
            #expect(driver.text.contains("╭"))
            driver.press(.tab, .tab, .tab)
            #expect(driver.model.isRevealed(driver.model.focus))
            driver.model.focus = panel
        }
        driver.type("r")
        #expect(driver.model.reveal == nil && driver.model.focus == .ring)
    }

    @Test func theScreenOrThePanelIsExported() throws {
        var driver = try Driver.finished(columns: 80, rows: 24)
        driver.type("e")
        guard case .export(let screen)? = driver.effects.last else {
            Issue.record("nothing is exported")
            return
        }
        #expect(screen.name == "sepal-layer3.2.conv2-screen" && screen.cells == view(driver.model))
        driver.type("ze")
        guard case .export(let panel)? = driver.effects.last else { return }
        #expect(panel.name == "sepal-layer3.2.conv2-ring" && panel.cells.size == Size(columns: 80, rows: 22))
        #expect(panel.cells.lines.first?.hasPrefix("╭─ layer3.2.conv2") == true)
        driver.load(SyntheticRun.small.renamed { "../a/\($0)\u{1B}" })
        driver.type("e")
        guard case .export(let odd)? = driver.effects.last else { return }
        #expect(odd.name == "sepal-..-a-layer3.2.conv2--ring")
    }

    @Test func whatBecameOfItIsSaidUntilTheNextKey() throws {
        var driver = try Driver.finished(columns: 60, rows: 20)
        driver.send(.notice(Notice("view kept in run.sepal")))
        #expect(driver.screen.last?.contains("view kept in run.sepal") == true)
        driver.press(.left)
        #expect(driver.screen.last?.contains("view kept") == false)
    }

    @Test func panelsAreRevealedStepByStep() throws {
        var driver = try Driver.finished()
        let signs = ["Similarity", "layer 19/19", "τ 0.020", "AQ"]
        for count in 1...3 {
            driver.type("r")
            for (index, sign) in signs.enumerated() {
                #expect(driver.text.contains(sign) == (index < count), "\(sign) at \(count)")
            }
        }
        driver.type("r")
        for sign in signs { #expect(driver.text.contains(sign)) }
        driver.type("r")
        driver.press(.left)
        #expect(!driver.text.contains("AQ"), "it goes along to other layers")
        driver.press(.escape)
        #expect(driver.text.contains("AQ"))
    }

    @Test func weakEdgesCanBeLeftOut() throws {
        var driver = try Driver.finished()
        let least = SyntheticRun.small.layers[18].leastSimilarity
        driver.type("{")
        #expect(driver.model.threshold == nil)
        driver.type("}}")
        let threshold = try #require(driver.model.threshold)
        #expect(threshold > least && threshold < least + 0.03)
        let strong = SyntheticRun.small.layers[18].edges.filter { $0.similarity >= threshold }
        let labels = SyntheticRun.small.header.labels
        let correct = strong.count { labels[Int($0.source)] == labels[Int($0.target)] }
        #expect(strong.count < 2000 && driver.text.contains("correct \(Numbers.grouped(correct))"))
        #expect(driver.text.contains("similarity ≥ 0.5") && driver.model.wantedRing?.request.threshold == threshold)
        driver.type("z")
        #expect(driver.text.contains("similarity ●─────── ≥ 0.5"))
        driver.type("z{{")
        #expect(driver.model.threshold == nil)
        for _ in 0..<80 { driver.type("}") }
        #expect(driver.model.threshold == 1)
    }
}
