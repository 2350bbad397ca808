import Tensors

/// The upper triangle of the unnormalised Gram matrix K = H·Hᵀ of a layer's first n samples, in half precision.
///
/// K_st = half · 2^`exponent`, and the exponent is such that the greatest value, which stands on the diagonal, lies in
/// [2¹⁴, 2¹⁵): nothing overflows, values are rounded by 2⁻¹¹ of themselves, and only what is below 2⁻⁴⁰ of the greatest
/// vanishes. n = 1,000 takes 1 MB.
public struct GramTriangle: Equatable, Sendable {
    /// Samples that are kept at most.
    public static let mostSamples = 1000

    /// n.
    public let samples: Int
    /// The binary logarithm of what the halves are multiples of.
    public let exponent: Int
    /// Bit patterns of K_st, s ≤ t, row by row: n(n+1)/2 of them.
    public let halves: [UInt16]

    /// nil unless there are n(n+1)/2 halves, all of them finite.
    public init?(samples: Int, exponent: Int, halves: [UInt16]) {
        guard let count = Self.count(samples: samples), halves.count == count,
            halves.allSatisfy({ $0 & 0x7C00 != 0x7C00 })
        else { return nil }
        (self.samples, self.exponent, self.halves) = (samples, exponent, halves)
    }

    /// Values of a triangle, n(n+1)/2; nil where they can't be counted.
    public static func count(samples: Int) -> Int? {
        let (twice, overflow) = samples.multipliedReportingOverflow(by: samples &+ 1)
        return samples < 0 || samples == .max || overflow ? nil : twice / 2
    }

    /// K_st; 0 ≤ s, t < n.
    public subscript(s: Int, t: Int) -> Double {
        let half = halves[Self.place(min(s, t), max(s, t), samples: samples)]
        return Double(sign: .plus, exponent: exponent, significand: Double(Float(halfBits: half)))
    }

    /// Where K_st stands, s ≤ t.
    static func place(_ s: Int, _ t: Int, samples: Int) -> Int { s * (2 * samples - s - 1) / 2 + t }
}

/// A triangle that workers fill in from the tiles they compute, each of them other values: hence `@unchecked Sendable`.
final class GramCollector: @unchecked Sendable {
    private let samples: Int
    private let exponent: Int
    /// What a product of the rows has to be multiplied with, a factor for each of the two samples.
    private let weights: [Float]
    /// What is left of the scale where it isn't a square.
    private let rest: Float
    private let halves: UnsafeMutablePointer<UInt16>
    private let count: Int

    /// - Parameter samples: n ≥ 1, no more than there are rows.
    init(_ rows: NormalizedRows, samples: Int) {
        self.samples = samples
        let lengths = rows.lengths.prefix(samples)
        let greatest = lengths.max() ?? 0
        exponent = greatest > 0 ? Int((greatest * greatest).exponent) - 14 : 0
        // Each factor takes half of the scale, so that none leaves float32.
        let half = exponent >> 1
        let scale = Double(sign: .plus, exponent: -half, significand: 1)
        weights = lengths.map { Float(rows.isScaled ? $0 * scale : scale) }
        rest = exponent & 1 == 0 ? 1 : 0.5
        count = GramTriangle.count(samples: samples) ?? 0
        halves = .allocate(capacity: max(1, count))
        halves.initialize(repeating: 0, count: count)
    }

    deinit { halves.deallocate() }

    /// Keeps what a tile of products holds of the triangle. O(tile · tileWidth).
    func collect(_ products: UnsafePointer<Float>, row: Int, column: Int) {
        guard row < samples, column < samples else { return }
        let width = SimilarityStatistics.tileWidth
        for source in row..<min(samples, row + SimilarityStatistics.tile) {
            let scale = weights[source] * rest
            let values = products + (source - row) * width - column
            let line = halves + GramTriangle.place(source, 0, samples: samples)
            for target in max(source, column)..<min(samples, column + width) {
                line[target] = (values[target] * scale * weights[target]).halfBits
            }
        }
    }

    /// nil where products left float32, which takes features beyond 10³⁸.
    var triangle: GramTriangle? {
        GramTriangle(
            samples: samples, exponent: exponent, halves: Array(UnsafeBufferPointer(start: halves, count: count)))
    }
}
