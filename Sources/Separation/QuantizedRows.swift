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
    /// - Returns: nil where a value is negative, where products would leave 32 bits, or where there is no room for them.
    /// - Throws: `KernelError.cancelled`.
    init?(
        _ rows: NormalizedRows, samples: Int, pool: WorkerPool, store: ActivationStore?, cancellation: Cancellation?
    ) throws {
        guard !rows.hasNegative else { return nil }
        let bytes: ByteMatrix
        do throws(KernelError) {
            bytes = try ByteMatrix(rows: samples, columns: rows.matrix.columns, store: store)
        } catch {
            return nil
        }
        let mean = try Self.mean(of: rows, samples: samples, pool: pool, cancellation: cancellation)
        let weights = Mutex(Array(repeating: Float(0), count: bytes.capacity))
        let isFit = Atomic<Bool>(true)
        let group = ByteMatrix.group
        try pool.run(items: (samples + group - 1) / group, cancellation: cancellation) { item, _ in
            guard isFit.load(ordering: .relaxed) else { return }
            let part = (item * group)..<min(samples, (item + 1) * group)
            let scales = VectorLoops.quantize(
                rows.matrix, rows: part, most: Array(rows.most[part]), mean: mean, seeds: part.map(Self.seeds),
                into: bytes)
            guard let scales else { return isFit.store(false, ordering: .relaxed) }
            let found = zip(scales, part).map { $0 * rows.inverseNorms[$1] }
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

    /// Errors must not have anything in common from row to row, nor from feature to feature: a table of chances used again
    /// at other places bends histograms by more than rounding itself does.
    private static func seeds(row: Int) -> SIMD16<UInt32> {
        var random = SplitMix64(seed: UInt64(row))
        return SIMD16((0..<16).map { _ in UInt32.random(in: 1...UInt32.max, using: &random) })
    }
}
