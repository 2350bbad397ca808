import Separation

/// What the curves say of units beside what taking them out costs, as measured.
public struct MeasuredComparison: Equatable, Sendable {
    /// Units that can be cut, those of them that Criterion I flags on M, those that measurement takes out, and those in both.
    public let units, flagged, taken, common: Int
    /// Spearman's rank correlation, −1 to 1, of the measured loss with the change of M across a unit and with that of Q; nil
    /// where they are known of fewer than three.
    public let deltaM, deltaQ: Double?

    /// As many in both as draws by chance have on average.
    public var commonByChance: Double { Double(flagged) * Double(taken) / Double(max(1, units)) }

    /// Standard deviation of a rank correlation where there is none.
    public var correlationByChance: Double { units > 1 ? 1 / Double(units - 1).squareRoot() : 1 }

    /// - Parameters:
    ///   - losses: of the network without each unit; nil where it wasn't measured.
    ///   - readings: one for each unit.
    /// - Complexity: O(units log units).
    public init(_ plan: PruningPlan, readings: [UnitReading], losses: [Double?]) {
        let known = plan.units.indices.filter { plan.units[$0].isCuttable && losses.indices.contains($0) }
        let flagged = known.filter { readings[$0].isRedundant }
        func correlation(_ change: (UnitReading) -> Double?) -> Double? {
            let pairs = known.compactMap { unit in
                losses[unit].flatMap { loss in change(readings[unit]).map { (loss, $0) } }
            }
            return pairs.count < 3 ? nil : Self.rankCorrelation(pairs.map(\.0), pairs.map(\.1))
        }
        (units, self.flagged, taken) = (known.count, flagged.count, plan.cut.count)
        common = flagged.count { plan.cuts($0) }
        (deltaM, deltaQ) = (correlation(\.change), correlation(\.luChange))
    }

    /// Spearman's: Pearson's correlation of ranks, equal values sharing the mean of theirs; nil where all of one are equal.
    static func rankCorrelation(_ a: [Double], _ b: [Double]) -> Double? {
        let (a, b) = (ranks(a), ranks(b))
        let mean = Double(a.count + 1) / 2
        let (ab, aa, bb) = zip(a, b).reduce(into: (0.0, 0.0, 0.0)) { sums, pair in
            let (x, y) = (pair.0 - mean, pair.1 - mean)
            sums = (sums.0 + x * y, sums.1 + x * x, sums.2 + y * y)
        }
        return aa > 0 && bb > 0 ? ab / (aa * bb).squareRoot() : nil
    }

    /// From 1 on.
    private static func ranks(_ values: [Double]) -> [Double] {
        let order = values.indices.sorted { values[$0] < values[$1] }
        var ranks = Array(repeating: 0.0, count: values.count)
        var start = 0
        while start < order.count {
            let end = order[start...].firstIndex { values[$0] != values[order[start]] } ?? order.count
            for place in start..<end { ranks[order[place]] = Double(start + end + 1) / 2 }
            start = end
        }
        return ranks
    }
}
