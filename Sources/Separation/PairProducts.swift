import Kernels

/// Similarities of single pairs, from the float32 features.
struct PairProducts {
    /// Features whose products make one sum in float32.
    static let width = 512

    /// Of those, how many are gone through at a time, so that their part of all rows stays in a core's cache.
    static func strip(rows: Int) -> Int {
        var strip = width
        while strip > VectorLoops.lanes, strip * rows > 640 << 10 { strip /= 2 }
        return strip
    }

    /// The cosine of each pair; sums in float64 of partial sums in float32, the same whatever the number of threads.
    ///
    /// The matrix is read once, strip after strip, each copied out of it: rows a power of two apart would share few lines of a
    /// cache. O(pairs · D), and D/`width` numbers a pair of memory.
    /// - Throws: `KernelError.cancelled`.
    static func cosines(
        _ pairs: [RowPair], of rows: NormalizedRows, pool: WorkerPool, cancellation: Cancellation?
    ) throws -> [Float] {
        let columns = rows.matrix.columns
        let count = 1 + Int(pairs.reduce(-1) { max($0, $1.first, $1.second) })
        let strip = strip(rows: count)
        let sums = (columns + width - 1) / width
        let partial = Strips(count: sums * pairs.count)
        let copies = (0..<pool.threadCount).map { _ in Strips(count: strip * count) }
        try pool.run(items: sums, cancellation: cancellation) { item, worker in
            let (copy, sums) = (copies[worker].base, partial.base + item * pairs.count)
            for start in stride(from: item * width, to: min(columns, (item + 1) * width), by: strip) {
                let part = min(strip, columns - start)
                let wide = (part + VectorLoops.lanes - 1) / VectorLoops.lanes * VectorLoops.lanes
                for row in 0..<count {
                    (copy + row * wide).update(from: rows.matrix.row(row) + start, count: part)
                    (copy + row * wide + part).update(repeating: 0, count: wide - part)
                }
                pairs.withUnsafeBufferPointer { VectorLoops.pairProducts($0, of: copy, width: wide, addingTo: sums) }
            }
        }
        return pairs.indices.map { index in
            let pair = pairs[index]
            let product = (0..<sums).reduce(0.0) { $0 + Double(partial.base[$1 * pairs.count + index]) }
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
