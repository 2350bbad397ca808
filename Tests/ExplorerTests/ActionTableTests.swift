import Cells
import Testing

@testable import Explorer

@Suite struct ActionTableTests {
    @Test func everyActionHasOneEntryWithKeysAndHelp() {
        #expect(ActionTable.entries.map(\.action.rawValue).sorted() == Action.allCases.map(\.rawValue).sorted())
        for entry in ActionTable.entries { #expect(!entry.keys.isEmpty && (1...43).contains(entry.help.cellWidth)) }
    }

    @Test func noKeyHasTwoMeanings() {
        let keys = ActionTable.entries.flatMap(\.keys)
        #expect(Set(keys).count == keys.count)
        for entry in ActionTable.entries {
            for key in entry.keys { #expect(Keymap.standard.action(for: key) == entry.action) }
        }
        #expect(Keymap.standard.action(for: .character("Z")) == nil)
    }

    @Test func theHelpScreenShowsTheTable() throws {
        for (columns, rows) in [(120, 40), (200, 60), (60, 64)] {
            var driver = try Driver.finished(columns: columns, rows: rows)
            driver.type("?")
            let text = driver.text
            for entry in ActionTable.entries {
                #expect(text.contains(entry.keyText) && text.contains(entry.help), "\(entry.action) at \(columns)")
            }
        }
    }

    @Test func theFooterShowsTheTable() throws {
        let driver = try Driver.finished(columns: 200, rows: 60)
        for hint in ActionTable.entries.compactMap(\.hint) {
            #expect(driver.screen[59].contains("\(hint.keys) \(hint.word)"))
        }
    }

    @Test func aNarrowFooterKeepsHelpAndQuit() throws {
        for columns in 40...120 {
            let hints = FooterView.hints(width: columns - 2)
            #expect(hints.map(\.word).suffix(2) == ["help", "quit"])
            let width = hints.reduce(-2) { $0 + $1.keys.cellWidth + 1 + $1.word.cellWidth + 2 }
            #expect(width <= columns - 2)
        }
    }

    @Test func theMarkdownTableShowsTheTable() {
        let lines = ActionTable.markdown().split(separator: "\n")
        #expect(lines.count == ActionTable.entries.count + 2)
        #expect(lines[2] == "| `←` `h` | go to the layer before |")
        for (line, entry) in zip(lines.dropFirst(2), ActionTable.entries) {
            #expect(line.hasSuffix("| \(entry.help) |"))
        }
    }
}
