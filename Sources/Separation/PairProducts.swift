import Kernels

/// Similarities of single pairs, from the float32 features.
struct PairProducts {
    /// Features that are gone through at a time, so that their part of all rows stays in the cache.
    static let width = 512

    /// The cosine of each pair; sums in float64 of partial sums in float32, the same whatever the number of threads.
    ///
    /// The matrix is read once, a strip of `width` features after the other. O(pairs · D), and D/`width` numbers a pair of
    /// memory.
    /// - Throws: `KernelError.cancelled`.
    static func cosines(
        _ pairs: [RowPair], of rows: NormalizedRows, pool: WorkerPool, cancellation: Cancellation?
    ) throws -> [Float] {
        let strips = (rows.matrix.columns + width - 1) / width
        let partial = Strips(count: strips * pairs.count)
        try pool.run(items: strips, cancellation: cancellation) { strip, _ in
            let start = strip * width
            let count = min(width, rows.matrix.columns - start)
            pairs.withUnsafeBufferPointer {
                VectorLoops.pairProducts(
                    $0, of: rows.matrix, columns: start..<start + count, into: partial.base + strip * pairs.count)
            }
        }
        return pairs.indices.map { index in
            let pair = pairs[index]
            let product = (0..<strips).reduce(0.0) { $0 + Double(partial.base[$1 * pairs.count + index]) }
            return Float(product) * rows.inverseNorms[Int(pair.first)] * rows.inverseNorms[Int(pair.second)]
        }
    }
}

/// Numbers that workers write, each a strip of its own: hence `@unchecked Sendable`.
private final class Strips: @unchecked Sendable {
    let base: UnsafeMutablePointer<Float>

    init(count: Int) {
        base = .allocate(capacity: max(1, count))
        base.initialize(repeating: 0, count: count)
    }

    deinit { base.deallocate() }
}
