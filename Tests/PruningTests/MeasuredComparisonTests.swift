import Separation
import Testing

@testable import Pruning

@Suite struct MeasuredComparisonTests {
    @Test func rankCorrelationsAreSpearmans() {
        func correlation(_ a: [Double], _ b: [Double]) -> Double? { MeasuredComparison.rankCorrelation(a, b) }
        #expect(correlation([1, 2, 3], [10, 200, 201]) == 1)
        #expect(correlation([1, 2, 3], [3, 2, -7]) == -1)
        // 1 − 6 Σd² / n(n² − 1) with d = 1, 1, 1, 1.
        #expect(correlation([1, 2, 3, 4], [2, 1, 4, 3]) == 0.6)
        // Ranks 1, 2.5, 2.5, 4 beside 1, 2, 3, 4: 4.5 / √(4.5 · 5).
        let tied = correlation([1, 5, 5, 9], [1, 2, 3, 4]) ?? 0
        #expect(abs(tied - 4.5 / (4.5 * 5).squareRoot()) < 1e-15)
        #expect(correlation([1, 1, 1], [1, 2, 3]) == nil)
    }

    @Test func whatIsInBothIsCounted() {
        let units = PolicyTests.units
        let plan = PruningPlan(units: units, cut: [1, 2, 4], parameters: 100, multiplyAdds: 30)
        let readings = units.indices.map { unit in
            var reading = UnitReading()
            reading.isRedundant = [0, 2, 3].contains(unit)
            reading.change = unit == 5 ? nil : Double(unit)
            return reading
        }
        let found = MeasuredComparison(plan, readings: readings, losses: [nil, 0.4, 0.3, 0.2, 0.1, 0.9])
        // The stem can't be cut, and so counts for nothing.
        #expect((found.units, found.flagged, found.taken, found.common) == (5, 2, 3, 1))
        #expect(found.commonByChance == 1.2 && found.correlationByChance == 0.5)
        #expect(found.deltaM == -1 && found.deltaQ == nil)
    }
}
