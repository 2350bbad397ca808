import Testing
import Text

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

@Suite struct PrintableTests {
    @Test(arguments: [
        ("plain ~ text", "plain ~ text"), ("Frösche “grün” 猫 🐈 क्‍ष", "Frösche “grün” 猫 🐈 क्‍ष"),
        ("\u{1B}]0;owned\u{7}", "\\u{1b}]0;owned\\u{7}"), ("a\u{9B}31m\u{7F}", "a\\u{9b}31m\\u{7f}"),
        ("one\r\ntwo\u{2028}three", "one\\u{d}\\u{a}two\\u{2028}three"), ("\u{202E}txt.exe", "\\u{202e}txt.exe"),
        ("\0\u{FEFF}\u{FFFE}\u{E0041}", "\\u{0}\\u{feff}\\u{fffe}\\u{e0041}"),
    ])
    func whatSteersATerminalIsEscaped(text: String, printable: String) {
        #expect(text.printable == printable)
        #expect(text.printable.printable == printable)
    }

    @Test func linesMayStay() {
        #expect("a\nb\rc".printableLines == "a\nb\\u{d}c")
    }

    /// Of this thread: others may keep it waiting.
    private static var processorSeconds: Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    /// A report of many classes has megabytes of short lines; where each of them copies those before, it takes minutes.
    @Test func longTextsTakeTheirLengthInTime() {
        let text = String(repeating: "größer\n", count: 300_000)
        let start = Self.processorSeconds
        #expect(text.printableLines == text)
        #expect(text.printable.utf8.count == text.utf8.count + 4 * 300_000)
        #expect(Self.processorSeconds - start < 30)
    }

    @Test func everyControlAndDirectionCharacterIsFound() {
        for value in UInt32(0)..<0x3000 {
            guard let scalar = Unicode.Scalar(value) else { continue }
            let isCommand = value < 0x20 || (0x7F...0x9F).contains(value) || scalar.properties.isBidiControl
            if isCommand { #expect(scalar.isUnprintable, "U+\(String(value, radix: 16))") }
        }
    }

    @Test func aLongTextKeepsItsEnds() {
        let text = "start" + String(repeating: "x", count: 1000) + "end"
        #expect(text.abridged(to: 100).unicodeScalars.count == 100)
        #expect(text.abridged(to: 100).hasPrefix("start") && text.abridged(to: 100).hasSuffix("xend"))
        #expect(text.abridged(to: 1008) == text)
        #expect(text.abridged(to: 2000) == text)
    }
}
