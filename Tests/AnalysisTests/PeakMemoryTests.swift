import Testing

@testable import Analysis

@Suite struct PeakMemoryTests {
    @Test func isThisProcesssOwn() {
        #expect(peakMemoryBytes() > 1 << 20)
    }
}
