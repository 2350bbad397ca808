import Cells
import Testing

@testable import NcursesTerminal

@Suite struct KeyDecoderTests {
    /// The codes are those of curses.h, in octal there as here.
    @Test(
        arguments: [
            (0o402, Key.down), (0o403, .up), (0o404, .left), (0o405, .right), (0o406, .home), (0o550, .end),
            (0o407, .backspace), (0o512, .delete), (0o513, .insert), (0o522, .pageDown), (0o523, .pageUp),
            (0o527, .enter), (0o541, .backTab), (0o411, .function(1)), (0o424, .function(12)),
        ] as [(Int32, Key)])
    func specialKeys(code: Int32, key: Key) {
        #expect(decode([code]) == [key])
    }

    @Test func controlCharacters() {
        #expect(decode([8]) == [.backspace])
        #expect(decode([127]) == [.backspace])
        #expect(decode([9]) == [.tab])
        #expect(decode([10, 13]) == [.enter, .enter])
        #expect(decode([27]) == [.escape])
        #expect(decode([1, 26]) == [.control("a"), .control("z")])
        #expect(decode([0, 28, 31]) == [.control("@"), .control("\\"), .control("_")])
    }

    @Test func characters() {
        #expect(decode([0x20, 0x71, 0x7E]) == [.character(" "), .character("q"), .character("~")])
        #expect(decode("é漢😀") == [.character("é"), .character("漢"), .character("😀")])
    }

    @Test func malformedCharactersDropOutAlone() {
        // A lone continuation, an overlong slash, a surrogate, one beyond Unicode, bytes that never occur, a C1 control.
        let malformed: [[Int32]] = [
            [0x80], [0xC0, 0xAF], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xFF, 0xFE], [0xC2, 0x9B],
        ]
        for bytes in malformed { #expect(decode(bytes + [0x61]) == [.character("a")]) }
        // One cut short by another, by ASCII, by a special key.
        #expect(decode([0xE6, 0xBC, 0xC3, 0xA9]) == [.character("é")])
        #expect(decode([0xE6, 0x61]) == [.character("a")])
        #expect(decode([0xC3, 0o404, 0xA9]) == [.left])
    }

    @Test func unknownCodesAreNoKeys() {
        #expect(decode([0o410, 0o425, 0o632, 9999, -1]) == [])
    }

    @Test func everySequenceMadeKnownIsAKey() {
        for (sequence, code) in KeySequences.all {
            #expect(sequence.first == "\u{1B}")
            #expect(decode([code]).count == 1)
        }
        #expect(Set(KeySequences.all.map(\.sequence)).count == KeySequences.all.count)
    }

    private func decode(_ codes: [Int32]) -> [Key] {
        var decoder = KeyDecoder()
        return codes.compactMap { decoder.decode($0) }
    }

    private func decode(_ text: String) -> [Key] { decode(text.utf8.map(Int32.init)) }
}
