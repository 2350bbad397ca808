import Cells
import Testing

@Suite struct TextWidthTests {
    @Test(arguments: [
        ("a", 1), ("é", 1), ("\u{301}", 0), ("\u{AD}", 0), ("\u{200D}", 0), ("\u{FE0F}", 0), ("─", 1), ("⣿", 1),
        ("漢", 2), ("ｱ", 1), ("Ａ", 2), ("한", 2), ("、", 2), ("\u{1F600}", 2), ("\u{20000}", 2),
    ])
    func cellsOfAScalar(text: String, width: Int) {
        #expect(text.unicodeScalars.map(\.cellWidth) == [width])
        #expect(text.cellWidth == width)
    }

    @Test func textIsAsWideAsItsScalars() {
        #expect("".cellWidth == 0)
        #expect("e\u{301}漢字!".cellWidth == 6)
    }

    @Test func truncationEndsInAnEllipsisAndNeverExceedsTheWidth() {
        #expect("layer3".truncated(toCells: 6) == "layer3")
        #expect("layer3".truncated(toCells: 5) == "laye…")
        #expect("layer3".truncated(toCells: 1) == "…")
        #expect("layer3".truncated(toCells: 0) == "")
        #expect("layer3".truncated(toCells: -1) == "")
        // Half a wide character is not shown.
        #expect("漢字漢".truncated(toCells: 4) == "漢…")
        #expect("漢字漢".truncated(toCells: 5, ellipsis: "~") == "漢字~")
    }

    @Test func suffixesBeginWithAnEllipsisAndNeverExceedTheWidth() {
        #expect("/conv2/Conv".suffix(inCells: 11) == "/conv2/Conv")
        #expect("/conv2/Conv".suffix(inCells: 10) == "…onv2/Conv")
        #expect("/conv2/Conv".suffix(inCells: 5, ellipsis: "~") == "~Conv")
        #expect("layer3".suffix(inCells: 1) == "…")
        #expect("layer3".suffix(inCells: 0) == "" && "layer3".suffix(inCells: -1) == "")
        #expect("漢字漢".suffix(inCells: 4) == "…漢")
        #expect("ae\u{301}b".suffix(inCells: 2) == "…b" && "aae\u{301}b".suffix(inCells: 3) == "…e\u{301}b")
    }
}
