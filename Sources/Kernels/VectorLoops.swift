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

    /// Kinds of processors that loops are made for and that this one can stand for, the best last.
    static let levels = (0..<Int32(sepal_levels)).filter { sepal_has($0) != 0 }

    /// The best of them.
    public static let level = levels.last ?? 0

    /// Features whose products make one sum.
    public static let chunk = Int(sepal_chunk)

    /// C = A · Bᵀ for `rows` rows of a matrix from `row` on and `columns` rows from `column` on, in float32; the same bit for bit as
    /// `pairProducts`. Where both begin with the same row, what lies left of the diagonal may be left out. O(rows · columns · D).
    /// - Parameter products: as many rows of as many numbers, each `stride` after the other; they come in fours, and so what is
    ///   beyond those asked for may be written as well.
    public static func products(
        of matrix: FeatureMatrix, row: Int, rows: Int, column: Int, columns: Int,
        into products: UnsafeMutablePointer<Float>, stride: Int, level: Int32 = level
    ) {
        sepal_products(
            level, matrix.row(row), matrix.row(column), Int64(matrix.columns), Int64(rows), Int64(columns), products,
            Int64(stride))
    }

    /// Goes on with the sums of pairs, `lanes` of them for each, over two rows of part of a chunk; O(pairs · width).
    ///
    /// Fastest where pairs come in order of their first rows and all rows fit into a core's cache. Row numbers aren't checked.
    /// - Parameters:
    ///   - rows: one after the other.
    ///   - width: of a row, a multiple of `lanes`.
    public static func pairProducts(
        _ pairs: UnsafeBufferPointer<RowPair>, of rows: UnsafePointer<Float>, width: Int,
        addingTo sums: UnsafeMutablePointer<Float>, level: Int32 = level
    ) {
        guard let base = pairs.baseAddress else { return }
        base.withMemoryRebound(to: sepal_pair.self, capacity: pairs.count) {
            sepal_pair_products(level, rows, Int64(width), $0, Int64(pairs.count), sums)
        }
    }

    /// What the sums of `count` pairs come to over a chunk; O(count).
    public static func sumLanes(
        _ sums: UnsafePointer<Float>, count: Int, into products: UnsafeMutablePointer<Float>, level: Int32 = level
    ) {
        sepal_sum_lanes(level, sums, Int64(count), products)
    }

    /// C = A · Bᵀ for `rows` rows of a matrix from `row` on and `columns` rows from `column` on, exactly; no sum of products may
    /// reach 2³¹. Where both begin with the same row, what lies left of the diagonal may be left out. O(rows · columns · D).
    /// - Parameters:
    ///   - row: a multiple of `FeatureMatrix.rowMultiple`, as is `column`; neither reaches beyond the matrix's rows.
    ///   - products: as many rows of as many numbers, each `stride` after the other; what is beyond those asked for may be
    ///     written as well.
    public static func byteProducts(
        of matrix: ByteMatrix, row: Int, rows: Int, column: Int, columns: Int,
        into products: UnsafeMutablePointer<Int32>, stride: Int, level: Int32 = level
    ) {
        sepal_byte_products(
            level, matrix.start(ofRow: row), matrix.start(ofRow: column), Int64(matrix.words), Int64(rows),
            Int64(columns), products, Int64(stride))
    }

    /// What can be said of a row of numbers.
    public struct RowMeasure: Equatable, Sendable {
        /// Σ h², in float64.
        public var square: Double
        /// The least number, or 0 where none is less.
        public var least: Float
        /// The greatest number, or 0 where none is greater.
        public var most: Float

        public init(square: Double = 0, least: Float = 0, most: Float = 0) {
            (self.square, self.least, self.most) = (square, least, most)
        }
    }

    /// O(D). Where a number is not finite, Σ h² is neither, and the others say nothing.
    public static func measure(_ row: UnsafePointer<Float>, count: Int, level: Int32 = level) -> RowMeasure {
        var measure = RowMeasure()
        measure.square = sepal_measure(level, row, Int64(count), &measure.least, &measure.most)
        return measure
    }

    /// q = round(h · 127 / max h + chance) for rows h of a feature matrix, chance uniform in [−½, ½); O(rows · D).
    /// - Parameters:
    ///   - rows: at most `ByteMatrix.group`, from a multiple of it on.
    ///   - most: max h of each row, in which no number is negative.
    ///   - mean: of rows, m: as many numbers.
    ///   - seeds: sixteen numbers for each row, none of them 0.
    /// - Returns: each row's scale h·m / q·m, and max h / 127 where that says nothing; 0 for a zero row; nil where
    ///   127 / max h is too great, or where Σ q² reaches 2³¹, so that a sum of products could: by Cauchy and Schwarz none is
    ///   greater than the greatest Σ q².
    public static func quantize(
        _ matrix: FeatureMatrix, rows: Range<Int>, most: [Float], mean: [Float], seeds: [SIMD16<UInt32>],
        into bytes: ByteMatrix, level: Int32 = level
    ) -> [Float]? {
        var scales = [Float](repeating: 0, count: rows.count)
        let isFit = seeds.withUnsafeBytes { seeds in
            guard let seeds = seeds.bindMemory(to: UInt32.self).baseAddress else { return true }
            return sepal_quantize(
                level, matrix.row(rows.lowerBound), Int64(matrix.columns), Int64(rows.count), most, mean, seeds,
                Int64(matrix.columns), bytes.start(ofRow: rows.lowerBound), &scales) != 0
        }
        return isFit ? scales : nil
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

    /// Goes through a part in steps of `lanes`, to the first step where a value passes: values[i] + margins[i] + margin at least
    /// bars[i], or at least `bar`. Without margins, values[i] itself.
    /// - Returns: the step's first i, and a bit for each value that passes, the lowest for the first; the part's upper bound
    ///   and none where there is no such step.
    public static func find(
        _ values: UnsafePointer<Float>, margins: UnsafePointer<Float>?, _ margin: Float, bars: UnsafePointer<Float>,
        bar: Float, _ part: Range<Int>, level: Int32 = level
    ) -> (start: Int, passing: UInt32) {
        var passing: UInt32 = 0
        let start = sepal_find(
            level, values, margins, margin, bars, bar, Int64(part.lowerBound), Int64(part.upperBound), &passing)
        return (Int(start), passing)
    }

    /// Raises maxima to values[i] - (margins[i] + margin): of places, `ofPlaces[i]`, and of lanes, `ofLanes[i mod lanes]`. Without margins,
    /// to values[i] itself. O(count).
    public static func raiseMaxima(
        to values: UnsafePointer<Float>, margins: UnsafePointer<Float>?, _ margin: Float, count: Int,
        ofPlaces: UnsafeMutablePointer<Float>, ofLanes: UnsafeMutablePointer<Float>, level: Int32 = level
    ) {
        sepal_raise_maxima(level, values, margins, margin, Int64(count), ofPlaces, ofLanes)
    }

    /// Of values[i], values[stride + i], … `lanes` of them, the k-th greatest, for each i below `count`. O(count · k).
    ///
    /// - Parameter k: from 1 to `lanes`.
    public static func kthGreatest(
        _ k: Int, of values: UnsafePointer<Float>, stride: Int, count: Int, level: Int32 = level
    ) -> [Float] {
        precondition((1...lanes).contains(k))
        return Array(unsafeUninitializedCapacity: count) { greatest, found in
            guard let start = greatest.baseAddress else { return }
            sepal_kth_greatest(level, values, Int64(stride), Int64(count), Int64(k), start)
            found = count
        }
    }
}
