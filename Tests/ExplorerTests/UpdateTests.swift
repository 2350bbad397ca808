import Cells
import Plots
import Separation
import Testing

@testable import Explorer

/// What each key does to the model.
@Suite struct UpdateTests {
    @Test func stepsThroughLayers() throws {
        var driver = try Driver.finished()
        #expect(driver.model.cursor == 18)
        driver.press(.left)
        #expect(driver.model.cursor == 17)
        driver.type("hh")
        #expect(driver.model.cursor == 15)
        driver.press(.right)
        driver.type("l")
        #expect(driver.model.cursor == 17)
        driver.press(.home, .left)
        #expect(driver.model.cursor == 0)
        driver.press(.end, .right)
        #expect(driver.model.cursor == 18)
    }

    @Test func jumpsBetweenFlags() throws {
        var driver = try Driver.finished()
        let flags = try #require(driver.model.flags).conv.modularity
        // Made-up shares: 31 27 28 28 28 28 29 …: the curve falls after the first layer and lies flat until the seventh.
        #expect(flags.plateaus.first == 1...6)
        #expect(flags.peak == 17)
        driver.press(.home)
        driver.type("]")
        #expect(driver.model.cursor == 1)
        driver.press(.end)
        driver.type("[")
        #expect(driver.model.cursor == 17)
        driver.type("]]]")
        #expect(driver.model.cursor == 18)
        driver.press(.home)
        driver.type("[")
        #expect(driver.model.cursor == 0)
    }

    @Test func movesTheFocusAndZooms() throws {
        var driver = try Driver.finished()
        #expect(driver.model.focus == .ring)
        driver.press(.tab)
        #expect(driver.model.focus == .histogram)
        driver.press(.backTab, .backTab)
        #expect(driver.model.focus == .curve)
        driver.press(.enter)
        #expect(driver.model.isZoomed)
        #expect(Array(driver.model.layout.panels.keys) == [.curve])
        driver.press(.escape)
        #expect(!driver.model.isZoomed)
        driver.type("zz")
        #expect(!driver.model.isZoomed)
    }

    @Test func choosesEdges() throws {
        var driver = try Driver.finished()
        driver.type("a")
        #expect(driver.model.filter == .correct)
        driver.type("a")
        #expect(driver.model.filter == .wrong)
        driver.type("a")
        #expect(driver.model.filter == .all)
        driver.type("C")
        #expect(driver.model.filter == .correct)
        driver.type("W")
        #expect(driver.model.filter == .wrong)
        #expect(driver.text.contains("wrong only"))
        driver.type("A")
        #expect(driver.model.filter == .all)
        driver.type("c")
        #expect(driver.model.chords == .straight)
    }

    @Test func choosesCurves() throws {
        var driver = try Driver.finished()
        var seen: [CurveKind] = []
        for _ in CurveKind.allCases {
            seen.append(driver.model.curve)
            driver.type("v")
        }
        #expect(seen == CurveKind.allCases)
        #expect(driver.model.curve == .modularity)
        driver.type("y")
        #expect(driver.model.scale == .logarithmic)
        #expect(driver.text.contains("log"))
    }

    @Test func turnsTheCriterion() throws {
        var driver = try Driver.finished()
        let before = driver.model.flags
        driver.type("++")
        #expect(driver.model.criterion.tolerance == 0.03)
        #expect(driver.model.flags?.options == driver.model.criterion)
        driver.type("+++++++++++++")
        #expect(driver.model.flags != before)
        driver.type("---------------")
        #expect(driver.model.criterion.tolerance == 0.02)
        #expect(driver.model.flags == before)
        for _ in 0..<200 { driver.type("-") }
        #expect(driver.model.criterion.tolerance == 0)
        for _ in 0..<200 { driver.type("+") }
        #expect(driver.model.criterion.tolerance == 0.5)
        driver.type(">")
        #expect(driver.model.criterion.minLength == 4)
        driver.type("<<<<<<")
        #expect(driver.model.criterion.minLength == 2)
        #expect(driver.model.flags?.options.minLength == 2)
    }

    @Test func aWholeRangeOfToleranceIsOnePlateau() throws {
        var driver = try Driver.finished()
        driver.type(">>>>>>>>>>>>>>>>")
        #expect(driver.model.criterion.minLength == 19)
        #expect(driver.model.flags?.conv.modularity.plateaus == [])
    }

    @Test func switchesTheLevel() throws {
        var driver = try Driver.finished()
        driver.press(.left)
        #expect(driver.model.cursor == 17)
        driver.type("b")
        // Layer 17 isn't a block's output; 16 is.
        #expect(driver.model.level == .block)
        #expect(driver.model.cursor == 16)
        driver.press(.left)
        #expect(driver.model.cursor == 14)
        driver.press(.home)
        #expect(driver.model.cursor == 0)
        #expect(driver.text.contains("block 1/10"))
        driver.type("b")
        driver.press(.right)
        #expect(driver.model.cursor == 1)
    }

    @Test func differencesAreTakenToTheLayerBeforeOnTheLevel() throws {
        var driver = try Driver.finished()
        #expect(driver.model.before == SyntheticRun.small.layers[17])
        driver.type("b")
        #expect(driver.model.before == SyntheticRun.small.layers[16])
        driver.press(.home)
        #expect(driver.model.before == nil)
    }

    @Test func cyclesThemesAndGlyphs() throws {
        var driver = try Driver.finished()
        var names: [String] = []
        for _ in 0..<5 {
            names.append(driver.model.theme.name)
            driver.type("t")
        }
        #expect(names == ["dusk", "paper", "stage", "mono", "dusk"])
        driver.type("x")
        #expect(driver.model.glyphs == .blocks)
        driver.type("xx")
        #expect(driver.model.glyphs == .braille)
    }

    @Test func helpCoversTheKeys() throws {
        var driver = try Driver.finished(columns: 80, rows: 24)
        driver.type("?")
        #expect(driver.model.isHelpShown)
        driver.press(.left, .tab)
        #expect(driver.model.cursor == 18 && driver.model.focus == .ring)
        driver.type("x")
        #expect(driver.model.glyphs == .blocks)
        for _ in 0..<99 { driver.press(.down) }
        #expect(driver.text.contains("ascii") && driver.text.contains("mono"))
        for _ in 0..<99 { driver.press(.up) }
        #expect(driver.model.helpOffset == 0)
        driver.press(.escape)
        #expect(!driver.model.isHelpShown)
        driver.type("??")
        #expect(!driver.model.isHelpShown)
    }

    @Test func leaves() throws {
        for key in [Key.character("q"), .control("c")] {
            var driver = try Driver.finished()
            driver.press(key)
            #expect(driver.effects == [.quit])
        }
        for event in [TerminalEvent.hangUp, .interrupt, .terminate] {
            var driver = try Driver()
            driver.send(.terminal(event))
            #expect(driver.effects == [.leaveInterrupted])
        }
        var driver = try Driver.finished()
        driver.type("?q")
        #expect(driver.effects == [.quit])
        var tiny = try Driver.finished(columns: 5, rows: 2)
        tiny.type("q")
        #expect(tiny.effects == [.quit])
    }

    @Test func suspends() throws {
        var driver = try Driver.finished()
        driver.press(.control("z"))
        #expect(driver.effects == [.suspend])
    }

    @Test func keysWithoutMeaningChangeNothing() throws {
        var driver = try Driver.finished()
        let before = driver.model
        driver.press(.character("Z"), .pageUp, .pageDown, .function(5), .delete)
        #expect(driver.model == before)
    }
}
