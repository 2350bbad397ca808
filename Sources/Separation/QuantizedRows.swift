import Kernels
import Synchronization
import Tensors

/// Features that aren't negative as whole numbers from 0 to 127, with one scale a row: h ≈ scale · q.
///
/// Rounding is dithered: up or down by chance, so that it is right in the mean. Where a picture is flat, features repeat, and
/// rounding to the nearest would err to the same side all over. The scale is such that a row's product with the mean of rows
/// is right: what rows have in common would otherwise carry a row's error to the cosines of all its pairs.
struct QuantizedRows {
    let matrix: ByteMatrix
    /// scale / ‖h‖ of each row, 0 for a zero row: turns products of q into cosines. As many as the matrix has capacity.
    ///
    /// It measures how coarse the row is as well: rounding moves a value by up to as much, in units of the row's length.
    let weights: [Float]

    /// O(N·D).
    /// - Returns: nil where a value is negative, or where products would leave 32 bits.
    /// - Throws: `KernelError.allocation`, `.cancelled`.
    init?(_ rows: NormalizedRows, samples: Int, pool: WorkerPool, cancellation: Cancellation?) throws {
        let bytes = try ByteMatrix(rows: samples, columns: rows.matrix.columns)
        let mean = try Self.mean(of: rows, samples: samples, pool: pool, cancellation: cancellation)
        let weights = Mutex(Array(repeating: Float(0), count: bytes.capacity))
        let isFit = Atomic<Bool>(true)
        let block = FeatureMatrix.rowMultiple / 4
        let items = (samples + block - 1) / block
        try pool.run(items: items, cancellation: cancellation) { item, _ in
            guard isFit.load(ordering: .relaxed) else { return }
            let part = (item * block)..<min(samples, (item + 1) * block)
            var found: [Float] = []
            for row in part {
                let scale = quantize(
                    rows.matrix.row(row), dither: Dither(row: row), mean: mean, into: bytes.row(row),
                    count: bytes.columns)
                guard let scale else { return isFit.store(false, ordering: .relaxed) }
                found.append(scale * rows.inverseNorms[row])
            }
            weights.withLock { $0.replaceSubrange(part, with: found) }
        }
        guard isFit.load(ordering: .relaxed) else { return nil }
        self.weights = weights.withLock { $0 }
        matrix = bytes
    }

    /// The sum of up to 1,024 rows or a few more of length 1, evenly apart: its direction alone matters.
    private static func mean(
        of rows: NormalizedRows, samples: Int, pool: WorkerPool, cancellation: Cancellation?
    ) throws -> [Float] {
        let columns = rows.matrix.columns
        let mean = Mutex(Array(repeating: Float(0), count: columns))
        let block = 4096
        try pool.run(items: (columns + block - 1) / block, cancellation: cancellation) { item, _ in
            let part = (item * block)..<min(columns, (item + 1) * block)
            var sums = Array(repeating: Float(0), count: part.count)
            for row in stride(from: 0, to: samples, by: max(1, samples / 1024)) {
                let (values, factor) = (rows.matrix.row(row) + part.lowerBound, rows.inverseNorms[row])
                for index in sums.indices { sums[index] += values[index] * factor }
            }
            mean.withLock { $0.replaceSubrange(part, with: sums) }
        }
        return mean.withLock { $0 }
    }
}

/// Random numbers from −½ to less than ½, sixteen at a time: xorshift32 (Marsaglia 2003), each row with a seed of its own.
///
/// Errors must not have anything in common from row to row, nor from feature to feature: a table of chances used again at
/// other places bends histograms by more than rounding itself does.
private struct Dither {
    private var state: SIMD16<UInt32>

    init(row: Int) {
        var random = SplitMix64(seed: UInt64(row))
        state = SIMD16((0..<16).map { _ in UInt32.random(in: 1...UInt32.max, using: &random) })
    }

    @inline(__always)
    mutating func next() -> SIMD16<Float> {
        state ^= state &<< 13
        state ^= state &>> 17
        state ^= state &<< 5
        return unsafeBitCast(state &>> 9 | SIMD16(repeating: Float(1).bitPattern), to: SIMD16<Float>.self) - 1.5
    }
}

/// q = round(h · 127 / max h + chance), in an order of its own: what is multiplied is in the same one.
/// - Returns: the scale h·m / q·m, m being the mean, and max h / 127 where that says nothing; 0 for a zero row; nil where a
///   value is negative, or where Σ q² reaches 2³¹, so that a sum of products could: by Cauchy and Schwarz none is greater
///   than the greatest Σ q².
private func quantize(
    _ row: UnsafePointer<Float>, dither: consuming Dither, mean: UnsafePointer<Float>,
    into bytes: UnsafeMutablePointer<UInt8>, count: Int
) -> Float? {
    typealias Lanes = SIMD16<Float>
    typealias Numbers = SIMD16<UInt32>
    let step = 4 * Lanes.scalarCount
    let whole = count / step * step
    @inline(__always) func lanes(_ values: UnsafePointer<Float>, _ start: Int) -> Lanes {
        UnsafeRawPointer(values + start).loadUnaligned(as: Lanes.self)
    }
    var least = Lanes.zero
    var most = Lanes.zero
    for start in stride(from: 0, to: whole, by: Lanes.scalarCount) {
        let values = lanes(row, start)
        least.replace(with: values, where: values .< least)
        most.replace(with: values, where: values .> most)
    }
    var (low, high) = (least.min(), most.max())
    for index in whole..<count { (low, high) = (min(low, row[index]), max(high, row[index])) }
    // A little less, so that what is rounded stays below 127½.
    let factor = Float(ByteMatrix.greatest).nextDown.nextDown / high
    guard low >= 0, high > 0, factor.isFinite else { return low >= 0 && high == 0 ? 0 : nil }
    var squares = Numbers.zero
    /// h·m and q·m, h as many times as high as q is.
    var (exact, rounded) = (Lanes.zero, Lanes.zero)
    @inline(__always) func numbers(_ start: Int) -> Numbers {
        // Added to a small float, 1½ · 2²³ leaves the nearest whole number in the lowest bits.
        let value = lanes(row, start) * factor
        let shifted = value + dither.next() + 0x1.8p23
        exact += value * lanes(mean, start)
        rounded += (shifted - 0x1.8p23) * lanes(mean, start)
        let numbers = unsafeBitCast(shifted, to: Numbers.self) & 0x7F
        squares &+= numbers &* numbers
        return numbers
    }
    for start in stride(from: 0, to: whole, by: step) {
        // Four numbers to a word, not neighbours but what takes no shuffling.
        let words =
            numbers(start) | numbers(start + 16) &<< 8 | numbers(start + 32) &<< 16 | numbers(start + 48) &<< 24
        UnsafeMutableRawPointer(bytes + start).storeBytes(of: words, as: Numbers.self)
    }
    var sum = (0..<Lanes.scalarCount).reduce(0) { $0 + Int(squares[$1]) }
    var (product, roundedProduct) = (exact.sum(), rounded.sum())
    for index in whole..<count {
        let number = Int((row[index] * factor + dither.next()[0]).rounded())
        bytes[index] = UInt8(number)
        sum += number * number
        product += row[index] * factor * mean[index]
        roundedProduct += Float(number) * mean[index]
    }
    guard sum < 1 << 31 else { return nil }
    let correction = product / roundedProduct
    return (correction.isFinite && correction > 0 ? correction : 1) / factor
}
