import Testing

@testable import Separation

/// The curves have a range R of 64; with τ = 1/32 the slack τR is 2, exactly.
@Suite struct CriterionReadingTests {
    private func read(_ curve: [Double], minLength: Int = 3) -> CriterionReading {
        CriterionReading(curve: curve, options: CriterionOptions(tolerance: 1.0 / 32, minLength: minLength))
    }

    @Test func flatCurveIsOnePlateau() {
        let reading = read([1, 1, 1, 1])
        #expect(reading.peak == 0)
        #expect(reading.plateaus == [0...3])
        #expect(reading.flags == [[.peak, .plateau]] + Array(repeating: [.pastPeak, .plateau], count: 3))
    }

    @Test func runAtTheSlackIsAPlateauAndNoMore() {
        let reading = read([0, 1, 2, 3, 64])
        #expect(reading.plateaus == [0...2])
        #expect(reading.flags == [.plateau, .plateau, .plateau, [], .peak])
    }

    @Test func runIsExtendedAsFarAsItGoes() {
        #expect(read([0, 2, 1, 0, 2, 1, 64]).plateaus == [0...5])
    }

    @Test func searchRestartsOneFurtherAndPlateausDoNotOverlap() {
        // From 0: 0 2 | 4, too short. From 1: 2 4 3 2 | 64.
        #expect(read([0, 2, 4, 3, 2, 64]).plateaus == [1...4])
        // 0 1 2 | 3 4 5: the second starts where the first has ended, though 1 … 3 would be a run as well.
        #expect(read([0, 1, 2, 3, 4, 5, 64]).plateaus == [0...2, 3...5])
    }

    @Test func lengthCounts() {
        #expect(read([0, 1, 30, 31, 32, 64]).plateaus == [2...4])
        #expect(read([0, 1, 30, 31, 32, 64], minLength: 2).plateaus == [0...1, 2...4])
        #expect(read([0, 1, 30, 31, 32, 64], minLength: 4).plateaus.isEmpty)
        #expect(read([0, 32, 64], minLength: 1).plateaus == [0...0, 1...1, 2...2])
        #expect(read([0, 32, 64], minLength: -5).plateaus.count == 3)
    }

    @Test func declineIsAFallBeyondTheSlack() {
        let reading = read([0, 10, 8, 5.9, 64, 63, 60.5])
        #expect(reading.flags.map { $0.contains(.decline) } == [false, false, false, true, false, false, true])
    }

    @Test func firstOfEqualPeaksAndAllAfterIt() {
        let reading = read([0, 64, 10, 64])
        #expect(reading.peak == 1)
        #expect(reading.flags == [[], .peak, [.pastPeak, .decline], .pastPeak])
    }

    @Test func shortCurves() {
        #expect(read([]).peak == nil)
        #expect(read([]).flags.isEmpty)
        #expect(read([5]).flags == [.peak])
        #expect(read([5], minLength: 1).flags == [[.peak, .plateau]])
    }
}
