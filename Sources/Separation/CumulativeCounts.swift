import Kernels

/// A histogram counted upwards: pairs at or above each edge between bins.
struct CumulativeCounts {
    private var pairs = 0
    /// Index 0: pairs that aren't negative.
    private var reached = VectorLoops.Counts.zero
    /// Index 0: all pairs of one class.
    private var reachedSame = VectorLoops.Counts.zero

    /// Counts similarities with one sample of class `own`; O(part).
    mutating func add(
        _ similarities: UnsafePointer<Float>, classes: UnsafePointer<Int32>, own: Int32, _ part: Range<Int>
    ) {
        pairs += part.count
        VectorLoops.tally(similarities, classes: classes, own: own, part, into: &reached, &reachedSame)
    }

    mutating func add(_ other: CumulativeCounts) {
        pairs += other.pairs
        reached &+= other.reached
        reachedSame &+= other.reachedSame
    }

    var histogram: SimilarityHistogram {
        func bins(_ all: Int, _ reached: VectorLoops.Counts) -> [Int] {
            let bins = SimilarityHistogram.binCount
            let counts = [all] + (1..<bins).map { Int(reached[$0]) } + [0]
            return (0..<bins).map { counts[$0] - counts[$0 + 1] }
        }
        return SimilarityHistogram(
            all: bins(pairs, reached), same: bins(Int(reachedSame[0]), reachedSame), negative: pairs - Int(reached[0]))
    }
}
