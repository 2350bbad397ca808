import Cells
import Testing

@testable import Explorer

@Suite struct KeymapTests {
    @Test func withoutBindingsItIsTheTable() {
        #expect(Keymap.standard.entries == ActionTable.entries)
        #expect(Keymap.standard.hints == ActionTable.entries.compactMap(\.hint))
        for entry in ActionTable.entries {
            for key in entry.keys { #expect(Keymap.standard.action(for: key) == entry.action) }
            if !entry.sequence.isEmpty { #expect(Keymap.standard.action(for: entry.sequence) == entry.action) }
        }
        #expect(Keymap.standard.action(for: .function(24)) == nil)
    }

    @Test func aBindingTakesThePlaceOfTheTables() {
        let keymap = Keymap([.nextLayer: [.character(" "), .function(2), .control("n")]])
        for key in [Key.character(" "), .function(2), .control("n")] { #expect(keymap.action(for: key) == .nextLayer) }
        #expect(keymap.action(for: .right) == nil && keymap.action(for: .character("l")) == nil)
        // What had the key before is left without it.
        #expect(keymap.entry(of: .play)?.keys == [])
        #expect(keymap.entry(of: .nextLayer)?.keyText == "Space F2")
        #expect(keymap.action(for: .left) == .previousLayer)
    }

    /// Ctrl-C leaves whatever is bound, and help says so.
    @Test func controlCStays() {
        let keymap = Keymap([.quit: [.character("Q")]])
        #expect(keymap.action(for: .character("q")) == nil)
        #expect(keymap.entry(of: .quit)?.keyText == "Q Ctrl-C")
        #expect(Keymap([.quit: []]).entry(of: .quit)?.keyText == "Ctrl-C")
    }

    /// `gg` would keep a `g` that means something else from being seen.
    @Test func aSequenceGivesWayToItsFirstKey() {
        #expect(Keymap.standard.isBeginning([.character("g")]))
        let keymap = Keymap([.zoom: [.character("g")]])
        #expect(!keymap.isBeginning([.character("g")]))
        #expect(keymap.action(for: [.character("g")]) == .zoom)
        #expect(keymap.action(for: [.character("g"), .character("g")]) == nil)
        #expect(keymap.action(for: .home) == .firstLayer)
    }

    @Test func hintsNameTheKeysThatThereAre() throws {
        func keys(_ keymap: Keymap, _ word: String) -> String? { keymap.hints.first { $0.word == word }?.keys }
        #expect(keys(Keymap([.nextLayer: [.character("L")]]), "layer") == "← L")
        #expect(keys(Keymap([.nextLayer: [.character("L")], .previousLayer: [.character("H")]]), "layer") == "H L")
        // A key more than the table's changes nothing.
        #expect(keys(Keymap([.nextLayer: [.right, .control("n")]]), "layer") == "←→")
        #expect(keys(Keymap([.play: [.function(5)]]), "play") == "F5")
        #expect(keys(Keymap([.play: []]), "play") == nil)
        let views = try #require(keys(.standard, "views"))
        #expect(keys(Keymap([.map: [.function(3)]]), "views") == views.replacing("P", with: "F3"))
        #expect(keys(Keymap([.lowerTolerance: [.down]]), "tolerance") == "+ ↓")
        #expect(keys(Keymap([.nextPanel: [.character("p")]]), "panel") == "p")
    }

    @Test func theScreenFollowsTheKeymap() throws {
        let keymap = Keymap([
            .nextLayer: [.character(" "), .control("n")], .help: [.function(1)], .zoom: [.character("g")],
            .theme: [.character("Y")], .glyphs: [],
        ])
        var driver = try Driver(columns: 120, rows: 70, keymap: keymap)
        driver.load(.small)
        driver.press(.home)
        let start = try #require(driver.model.cursor)
        driver.press(.character(" "), .control("n"))
        #expect(driver.model.cursor == start + 2)
        driver.press(.right)
        #expect(driver.model.cursor == start + 2)
        driver.type("g")
        #expect(driver.model.isZoomed && driver.model.pendingKeys == [])
        #expect(driver.screen[69].contains("F1 help") && driver.screen[69].contains("← Space layer"))
        #expect(driver.screen[69].contains("g zoom") && !driver.screen[69].contains("space play"))
        driver.press(.character("?"))
        #expect(!driver.model.isHelpShown)
        driver.press(.function(1))
        let help = driver.text
        for entry in keymap.entries {
            #expect((entry.keyText.isEmpty || help.contains(entry.keyText)) && help.contains(entry.help))
        }
        #expect(help.contains("F1 or Esc closes") && help.contains("Y changes the theme"))
        #expect(help.contains("characters: the sets look like this here") && !help.contains("x changes"))
        driver.press(.function(1))
        driver.type(":glyphs")
        #expect(driver.text.contains("characters: braille, blocks, ASCII in turn"))
    }
}
