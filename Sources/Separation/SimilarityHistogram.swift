/// How the similarities of all unordered pairs spread over [0, 1] (section 4.1 of the paper): 10 equal bins, half-open but
/// the last, which is closed. Negative values fall in the first bin, values that rounding lifted above 1 in the last.
public struct SimilarityHistogram: Equatable, Sendable {
    public static let binCount = 10

    /// Pairs per bin.
    public var all: [Int]
    /// Pairs of one class per bin; `all - same` is the pairs of two classes.
    public var same: [Int]
    /// Pairs of negative similarity (they are counted in the first bin as well).
    public var negative: Int

    public init(
        all: [Int] = Array(repeating: 0, count: binCount), same: [Int] = Array(repeating: 0, count: binCount),
        negative: Int = 0
    ) {
        self.all = all
        self.same = same
        self.negative = negative
    }

    /// Pairs of two different classes per bin.
    public var different: [Int] { zip(all, same).map { $0 - $1 } }
    /// All pairs counted.
    public var pairs: Int { all.reduce(0, +) }
    /// The share of pairs whose similarity is below 0.5; 0 where there are no pairs.
    public var shareBelowHalf: Double {
        pairs == 0 ? 0 : Double(all.prefix(5).reduce(0, +)) / Double(pairs)
    }

    /// Adds another histogram's counts, bin by bin.
    public static func += (total: inout SimilarityHistogram, part: SimilarityHistogram) {
        for bin in total.all.indices {
            total.all[bin] += part.all[bin]
            total.same[bin] += part.same[bin]
        }
        total.negative += part.negative
    }
}
