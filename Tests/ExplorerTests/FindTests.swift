import Cells
import Testing

@testable import Explorer

/// Ways to a layer: by number, by name, by the name of a command.
@Suite struct FindTests {
    @Test func sequencesAndNumbersGoToLayers() throws {
        var driver = try Driver.finished()
        driver.type("gg")
        #expect(driver.model.cursor == 0)
        driver.type("G")
        #expect(driver.model.cursor == 18)
        driver.type("7G")
        #expect(driver.model.cursor == 6)
        driver.type("20G")
        #expect(driver.model.cursor == 6, "there are 19")
        driver.type("3l")
        #expect(driver.model.cursor == 9)
        driver.type("99h")
        #expect(driver.model.cursor == 0)
    }

    @Test func enterLeavesTheTableForTheLayer() throws {
        var driver = try Driver.finished()
        driver.type("Tzo")
        driver.press(.down, .down)
        let layer = driver.model.cursor
        driver.press(.enter)
        #expect(driver.model.focus == .ring && !driver.model.isZoomed && driver.model.cursor == layer)
    }

    @Test func whatIsTypedIsShownAndForgotten() throws {
        var driver = try Driver.finished(columns: 80, rows: 24)
        driver.type("1")
        #expect(driver.screen[23].hasPrefix(" 1…"))
        driver.type("2")
        #expect(driver.screen[23].hasPrefix(" 12…"))
        driver.press(.escape)
        #expect(driver.model.count == nil)
        driver.type("g")
        #expect(driver.screen[23].hasPrefix(" g…"))
        // Not a sequence: the second key stands for itself.
        driver.type("h")
        #expect(driver.model.cursor == 17 && driver.model.pendingKeys.isEmpty)
        driver.type("5Z")
        #expect(driver.model.count == nil)
        for _ in 0..<40 { driver.type("9") }
        driver.type("l")
        #expect(driver.model.cursor == 18)
    }

    @Test func numbersAreOfTheLevel() throws {
        var driver = try Driver.finished()
        driver.type("b2G")
        #expect(driver.model.cursor == 2)
    }

    @Test func typingGoesToTheFirstMatch() throws {
        var driver = try Driver.finished()
        driver.press(.home)
        driver.type("/layer2")
        #expect(driver.model.cursor == 7)
        #expect(driver.screen[39].contains("/layer2") && driver.screen[39].contains("6 layers"))
        driver.type(".1")
        #expect(driver.model.cursor == 9)
        driver.press(.backspace, .backspace)
        #expect(driver.model.cursor == 7)
        driver.press(.enter)
        #expect(driver.model.prompt == nil && driver.model.cursor == 7)
        driver.type("n")
        #expect(driver.model.cursor == 8)
        driver.type("NN")
        #expect(driver.model.cursor == 12, "round the beginning")
    }

    @Test func patternsAndCapitals() throws {
        #expect(ExplorerModel.fits("layer2.0.conv1", "LAYER2"))
        #expect(ExplorerModel.fits("layer2.0.conv1", "layer?.0.*1"))
        #expect(!ExplorerModel.fits("layer2.0.conv1", "layer?"))
        #expect(!ExplorerModel.fits("layer2.0.conv1", "2*"))
        #expect(ExplorerModel.fits("features.0.[x]", ".[x]"))
    }

    @Test func escapeGoesBack() throws {
        var driver = try Driver.finished()
        driver.press(.home)
        driver.type("/layer3")
        #expect(driver.model.cursor == 13)
        driver.press(.escape)
        #expect(driver.model.cursor == 0 && driver.model.prompt == nil)
        driver.type("/nothing")
        #expect(driver.model.cursor == 0 && driver.text.contains("no layer"))
        for _ in 0..<9 { driver.press(.backspace) }
        #expect(driver.model.prompt == nil, "nothing left to take away")
        driver.type("/")
        driver.press(.control("c"))
        #expect(driver.effects.last == .quit)
    }

    /// What is pasted is text for a line that is being typed, and nothing elsewhere.
    @Test func pastesGoToTheLine() throws {
        var driver = try Driver.finished()
        let before = driver.model
        driver.send(.terminal(.paste("esq/layer2")))
        #expect(driver.model == before && driver.effects == [])
        driver.press(.home)
        driver.type("/lay")
        driver.send(.terminal(.paste("er2.1")))
        #expect(driver.model.cursor == 9 && driver.model.pattern == "layer2.1")
        driver.send(.terminal(.paste(String(repeating: "x", count: 4000))))
        #expect(driver.model.prompt?.text.count == 200)
        driver.press(.escape)
        driver.type(":")
        driver.send(.terminal(.paste("theme")))
        driver.press(.enter)
        #expect(driver.model.theme.name == "paper")
    }

    @Test func commandsAreFoundByTheirWords() throws {
        var driver = try Driver.finished()
        driver.type(":")
        #expect(driver.text.contains("Commands"))
        driver.type("matrix show")
        #expect(driver.text.contains("▸ M "))
        driver.press(.enter)
        #expect(driver.model.focus == .matrix && driver.model.prompt == nil)
        driver.type(":theme")
        driver.press(.enter)
        #expect(driver.model.theme.name == "paper")
        driver.type(":curve")
        driver.press(.down, .enter)
        #expect(driver.model.scale == .logarithmic)
        driver.type(":no such thing")
        #expect(driver.text.contains("no command has these words"))
        driver.press(.enter)
        #expect(driver.model.prompt == nil)
        driver.type(":leave help")
        driver.press(.up, .down, .down, .escape)
        #expect(driver.model.prompt == nil)
    }

    /// Every command can be had from the palette, and the palette has every command but itself.
    @Test func thePaletteHasTheTable() {
        let prompt = Prompt(.command, cursor: nil)
        #expect(prompt.commands.map(\.action) == ActionTable.entries.map(\.action).filter { $0 != .command })
    }
}
