/// The splitmix64 generator (Steele, Lea & Flood, OOPSLA 2014, doi:10.1145/2660193.2660195): small, and the same everywhere.
public struct SplitMix64: RandomNumberGenerator, Sendable {
    private var state: UInt64

    public init(seed: UInt64) { state = seed }

    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// Permutes by Fisher and Yates: for i from N−1 down to 1, i changes places with j = ⌊x(i+1)/2⁶⁴⌋, x the next
    /// number of the splitmix64 generator. The same everywhere. O(N).
    public static func shuffle(_ order: inout [Int], seed: UInt64) {
        var generator = SplitMix64(seed: seed)
        for i in stride(from: order.count - 1, to: 0, by: -1) {
            order.swapAt(i, Int(generator.next().multipliedFullWidth(by: UInt64(i + 1)).high))
        }
    }
}
