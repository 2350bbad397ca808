import Cells
import Testing

@testable import NcursesTerminal

@Suite struct TerminalPiecesTests {
    @Test(arguments: [
        TerminalError.notATerminal(stream: "standard input"), .unknownType("x"), .cannotPosition("dumb"), .alreadyOpen,
        .closed, .hungUp, .failed(call: "cbreak", code: 5), .failed(call: "cbreak", code: 0),
    ])
    func errorsAreOneLineAndSayWhatToDo(error: TerminalError) {
        #expect(!error.description.contains("\n"))
        #expect(error.description.contains(":"))
    }

    @Test func errorsNameTheirSubject() {
        #expect(TerminalError.notATerminal(stream: "standard input").description.hasPrefix("standard input is not"))
        #expect(TerminalError.unknownType("foo").description.contains("'foo'"))
        #expect(TerminalError.failed(call: "cbreak", code: 5).description.contains("cbreak (error number 5)"))
    }

    /// The wait for the rest of a sequence is short unless somebody wants it longer.
    @Test(arguments: [("", 25), ("100", 100), ("0", 0), ("x", 25), ("-1", 25), ("99999", 25)])
    func theWaitBehindAnEscapeIsBounded(value: String, milliseconds: Int32) {
        #expect(TerminalEnvironment.escapeDelay(of: value) == milliseconds)
    }

    @Test func directValuesKeepOutOfTheIndices() {
        #expect(Color(rgb: 0x123456).directValue(overlay: 8) == 0x123456)
        #expect(Color(rgb: 0x000008).directValue(overlay: 8) == 8)
        #expect(Color(rgb: 0x000007).directValue(overlay: 8) == 0x000107)
        #expect(Color(rgb: 0x000000).directValue(overlay: 8) == 0x000100)
        #expect(Color(rgb: 0x0000FF).directValue(overlay: 256) == 0x0001FF)
    }

    @Test func delaysAreTakenOutOfCapabilities() {
        #expect(Screen.withoutPadding("\u{1B}[m\u{0F}$<2>") == Array("\u{1B}[m\u{0F}".utf8))
        #expect(Screen.withoutPadding("a$<5/*>b$<1>") == Array("ab".utf8))
        #expect(Screen.withoutPadding("a$b$<") == Array("a$b$<".utf8))
        #expect(Screen.withoutPadding("") == [])
    }

    @Test func runsAreTheCellsThatDiffer() {
        #expect(runs("abcdef", "abcdef") == [])
        #expect(runs("abcdef", "aXcdef") == [1..<2])
        #expect(runs("abcdef", "XbcXXX") == [0..<1, 3..<6])
        #expect(runs("", "") == [])
    }

    /// A change of either half redraws both, whether the wide character comes, goes or moves.
    @Test func runsKeepWideCharactersWhole() {
        #expect(runs("ab漢cd", "ab漢cd") == [])
        #expect(runs("ab漢cd", "ab字cd") == [2..<4])
        #expect(runs("ab漢cd", "abxycd") == [2..<4])
        #expect(runs("ab漢cd", "a漢xcd") == [1..<4])
        #expect(runs("漢字ab", "x漢yab") == [0..<4])
        #expect(runs("abcdef", "ab漢ef") == [2..<4])
    }

    private func runs(_ old: String, _ new: String) -> [Range<Int>] {
        func row(_ text: String) -> [Cell] {
            var buffer = CellBuffer(size: Size(columns: 6, rows: 1))
            buffer.write(text, column: 0, row: 0)
            return buffer.cells
        }
        return changedRuns(row: 4, from: row(old), to: row(new)).map {
            #expect($0.row == 4)
            return $0.columns
        }
    }
}
