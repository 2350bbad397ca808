import CVector

/// Two rows of a matrix.
public struct RowPair: Hashable, Sendable {
    public var first: Int32
    public var second: Int32

    public init(first: Int32, second: Int32) { (self.first, self.second) = (first, second) }
}

/// Loops that run in as many lanes as the processor has.
public enum VectorLoops {
    /// Sums that run side by side, on any processor.
    public static let lanes = 16

    /// What this processor has: 0 what its oldest kin has, 1 AVX2 with FMA, 2 AVX-512 too.
    public static let level = sepal_vector_level()

    /// sums[i] = Σ a·b over the given columns of the two rows of pairs[i], in float32; O(pairs · columns).
    ///
    /// Fastest where pairs come in order of their first rows. Rows and columns are not checked.
    public static func pairProducts(
        _ pairs: UnsafeBufferPointer<RowPair>, of matrix: FeatureMatrix, columns: Range<Int>,
        into sums: UnsafeMutablePointer<Float>, level: Int32 = level
    ) {
        guard let base = pairs.baseAddress else { return }
        base.withMemoryRebound(to: sepal_pair.self, capacity: pairs.count) {
            sepal_pair_products(
                level, matrix.row(0), Int64(matrix.columns), Int64(columns.lowerBound), Int64(columns.count), $0,
                Int64(pairs.count), sums)
        }
    }

    /// q = round(h · 127 / max h + chance) for a row h of a feature matrix, chance uniform in [−½, ½), in an order of its own
    /// that is the same for all rows of as many numbers; O(D).
    /// - Parameters:
    ///   - seeds: sixteen numbers, none of them 0.
    ///   - mean: of rows, m: as many numbers.
    /// - Returns: the scale h·m / q·m, and max h / 127 where that says nothing; 0 for a zero row; nil where a number is negative
    ///   or not finite, or where Σ q² reaches 2³¹, so that a sum of products could: by Cauchy and Schwarz none is greater
    ///   than the greatest Σ q².
    public static func quantize(
        _ row: UnsafePointer<Float>, mean: [Float], seeds: SIMD16<UInt32>, into bytes: UnsafeMutablePointer<UInt8>,
        level: Int32 = level
    ) -> Float? {
        var scale: Float = 0
        let isFit = withUnsafeBytes(of: seeds) { seeds in
            mean.withUnsafeBufferPointer { mean in
                guard let m = mean.baseAddress, let seeds = seeds.bindMemory(to: UInt32.self).baseAddress else {
                    return true
                }
                return sepal_quantize(level, row, m, seeds, Int64(mean.count), bytes, &scale) != 0
            }
        }
        return isFit ? scale : nil
    }

    /// values[i] = products[i] · factor · factors[i].
    public static func scale(
        _ products: UnsafePointer<Float>, by factor: Float, _ factors: UnsafePointer<Float>,
        into values: UnsafeMutableBufferPointer<Float>, level: Int32 = level
    ) {
        guard let start = values.baseAddress else { return }
        sepal_scale(level, products, 0, factor, factors, Int64(values.count), start)
    }

    /// The same of whole numbers.
    public static func scale(
        _ products: UnsafePointer<Int32>, by factor: Float, _ factors: UnsafePointer<Float>,
        into values: UnsafeMutableBufferPointer<Float>, level: Int32 = level
    ) {
        guard let start = values.baseAddress else { return }
        sepal_scale(level, products, 1, factor, factors, Int64(values.count), start)
    }

    /// A count for each tenth from 0 to 0.9; the rest is not used.
    public typealias Counts = SIMD16<Int64>

    /// Of the values of a part, adds to reached[b] how many are at least b/10; to reachedSame[b] how many of those are of class
    /// `own`, but to reachedSame[0] how many of all are.
    public static func tally(
        _ values: UnsafePointer<Float>, classes: UnsafePointer<Int32>, own: Int32, _ part: Range<Int>,
        into reached: inout Counts, _ reachedSame: inout Counts, level: Int32 = level
    ) {
        withUnsafeMutableBytes(of: &reached) { reached in
            withUnsafeMutableBytes(of: &reachedSame) { same in
                guard let all = reached.bindMemory(to: Int64.self).baseAddress,
                    let same = same.bindMemory(to: Int64.self).baseAddress
                else { return }
                sepal_tally(
                    level, values, classes, own, Int64(part.lowerBound), Int64(part.upperBound), all, same)
            }
        }
    }

    /// The first i of a part with values[i] + margins[i] + margin at least bars[i], or at least `bar`; the part's upper bound
    /// where there is none. Without margins, with values[i] itself.
    public static func find(
        _ values: UnsafePointer<Float>, margins: UnsafePointer<Float>?, _ margin: Float, bars: UnsafePointer<Float>,
        bar: Float, _ part: Range<Int>, level: Int32 = level
    ) -> Int {
        Int(sepal_find(level, values, margins, margin, bars, bar, Int64(part.lowerBound), Int64(part.upperBound)))
    }
}
