import Kernels
import Synchronization
import Tensors

/// Features that aren't negative as whole numbers from 0 to 127, with one scale a row: h ≈ scale · q.
///
/// Rounding is dithered: up or down by chance, so that it is right in the mean. Where a picture is flat, features repeat, and
/// rounding to the nearest would err to the same side all over.
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
        let dither = Dither(columns: rows.matrix.columns)
        let weights = Mutex(Array(repeating: Float(0), count: bytes.capacity))
        let isFit = Atomic<Bool>(true)
        let block = FeatureMatrix.rowMultiple / 4
        let items = (samples + block - 1) / block
        try pool.run(items: items, cancellation: cancellation) { item, _ in
            guard isFit.load(ordering: .relaxed) else { return }
            let part = (item * block)..<min(samples, (item + 1) * block)
            var found: [Float] = []
            for row in part {
                let scale = dither.withOffsets(row: row) {
                    quantize(rows.matrix.row(row), plus: $0, into: bytes.row(row), count: bytes.columns)
                }
                guard let scale else { return isFit.store(false, ordering: .relaxed) }
                found.append(scale * rows.inverseNorms[row])
            }
            weights.withLock { $0.replaceSubrange(part, with: found) }
        }
        guard isFit.load(ordering: .relaxed) else { return nil }
        self.weights = weights.withLock { $0 }
        matrix = bytes
    }
}

/// Random numbers between −½ and ½ for each feature; other ones for rows that lie near one another.
private struct Dither {
    private static let shifts = 64
    private static let shift = 16
    private let values: [Float]

    init(columns: Int) {
        var random = SplitMix64(seed: 2)
        values = (0..<columns + Self.shifts * Self.shift).map { _ in Float.random(in: -0.499...0.499, using: &random) }
    }

    func withOffsets<Result>(row: Int, _ body: (UnsafePointer<Float>) -> Result) -> Result {
        values.withUnsafeBufferPointer { values in
            // There are always some values.
            body(values.baseAddress! + row % Self.shifts * Self.shift)
        }
    }
}

/// q = round(h · 127 / max h + offset), in an order of its own: what is multiplied is in the same one.
/// - Returns: the scale, max h / 127, and 0 for a zero row; nil where a value is negative, or where Σ q² reaches 2³¹, so that
///   a sum of products could: by Cauchy and Schwarz none is greater than the greatest Σ q².
private func quantize(
    _ row: UnsafePointer<Float>, plus offsets: UnsafePointer<Float>, into bytes: UnsafeMutablePointer<UInt8>, count: Int
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
    let factor = Float(ByteMatrix.greatest) / high
    guard low >= 0, high > 0, factor.isFinite else { return low >= 0 && high == 0 ? 0 : nil }
    var squares = Numbers.zero
    @inline(__always) func numbers(_ start: Int) -> Numbers {
        // Added to a small float, 1½ · 2²³ leaves the nearest whole number in the lowest bits.
        let rounded = lanes(row, start) * factor + lanes(offsets, start) + 0x1.8p23
        let numbers = unsafeBitCast(rounded, to: Numbers.self) & 0x7F
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
    for index in whole..<count {
        let number = Int((row[index] * factor + offsets[index]).rounded())
        bytes[index] = UInt8(number)
        sum += number * number
    }
    return sum < 1 << 31 ? high / Float(ByteMatrix.greatest) : nil
}
