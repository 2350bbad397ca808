import Separation

/// Deterministic graphs to compare with naive computations on.
struct RandomGraph {
    var edges: [Edge] = []
    var labels: [Int] = []

    /// Each pair of `count` samples is an edge with the given probability. Similarities lie in `range`, on a grid so coarse
    /// that ties are common.
    init(count: Int, classes: Int, probability: Double, range: ClosedRange<Float> = 0...1, seed: UInt64) {
        var generator = TestGenerator(state: seed)
        labels = (0..<count).map { _ in Int.random(in: 0..<classes, using: &generator) }
        for source in 0..<count {
            for target in source + 1..<max(count, source + 1)
            where Double.random(in: 0..<1, using: &generator) < probability {
                let step = Float(Int.random(in: 0...20, using: &generator)) / 20
                let similarity = range.lowerBound + step * (range.upperBound - range.lowerBound)
                edges.append(Edge(source: Int32(source), target: Int32(target), similarity: similarity))
            }
        }
    }
}

/// SplitMix64.
struct TestGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
