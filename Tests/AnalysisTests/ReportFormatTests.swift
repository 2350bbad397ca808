import Testing

@testable import Analysis

@Suite struct ReportFormatTests {
    @Test func fixedDecimals() {
        #expect(NumberFormat.fixed(0.10664, 4) == "0.1066")
        #expect(NumberFormat.fixed(-0.0372, 3) == "-0.037")
        #expect(NumberFormat.fixed(-0.00001, 4) == "0.0000")
        #expect(NumberFormat.fixed(83.7, 2) == "83.70")
        #expect(NumberFormat.fixed(99.996, 2) == "100.00")
        #expect(NumberFormat.fixed(2.5, 0) == "3")
        #expect(NumberFormat.fixed(0, 1) == "0.0")
        #expect(NumberFormat.fixed(.nan, 2) == "nan")
        #expect(NumberFormat.fixed(-.infinity, 2) == "-inf")
    }

    @Test func groupedThousands() {
        #expect(
            [0, 7, 999, 1000, 40_000, 1_234_567].map(NumberFormat.grouped)
                == ["0", "7", "999", "1,000", "40,000", "1,234,567"])
        #expect(NumberFormat.grouped(-1000) == "-1,000")
        #expect(NumberFormat.grouped(.min) == "-9,223,372,036,854,775,808")
    }

    @Test func wrapping() {
        #expect(TextWrap.wrap("one two three", width: 7) == ["one two", "three"])
        #expect(TextWrap.wrap("a longest-word b", width: 5) == ["a", "longe", "st-wo", "rd b"])
        #expect(TextWrap.wrap("", width: 5).isEmpty)
    }

    @Test func commandsOfTerminalsAreTakenOut() {
        #expect(TextWrap.printable("a\u{1B}[31mb\r\u{9B}\n·", ascii: false) == "a?[31mb??\n·")
        #expect(TextWrap.printable("γ ± ok", ascii: true) == "? ? ok")
    }
}
