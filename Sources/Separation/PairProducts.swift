import Kernels

/// Similarities of single pairs, from the float32 features: the same bit for bit as out of a tile of them.
struct PairProducts {
    /// Of a chunk's features, how many are gone through at a time, so that their part of all rows stays in a core's cache.
    static func strip(rows: Int) -> Int {
        var strip = VectorLoops.chunk
        while strip > VectorLoops.lanes, strip * rows > 640 << 10 { strip /= 2 }
        return strip
    }

    /// Pairs that are worth asking for at a time: as many as take up to 8 MB a worker and 32 MB together, beside their strips.
    static func portion(columns: Int) -> Int { max(1024, min(1 << 17, (8 << 20) / (columns / VectorLoops.chunk + 1))) }

    /// The cosine of each pair, the same whatever the number of threads.
    ///
    /// The matrix is read once, strip after strip, each copied out of it: rows a power of two apart would share few lines of a
    /// cache. O(pairs · D), and 16 numbers a pair of memory for each worker beside one for each chunk of features.
    /// - Throws: `KernelError.cancelled`.
    static func cosines(
        _ pairs: [RowPair], of rows: NormalizedRows, pool: WorkerPool, cancellation: Cancellation?
    ) throws -> [Float] {
        let (columns, lanes, chunk) = (rows.matrix.columns, VectorLoops.lanes, VectorLoops.chunk)
        let count = 1 + Int(pairs.reduce(-1) { max($0, $1.first, $1.second) })
        let strip = strip(rows: count)
        let chunks = (columns + chunk - 1) / chunk
        let sums = Numbers(count: chunks * pairs.count)
        let workers = (0..<pool.threadCount).map { _ in
            (copy: Numbers(count: strip * count), lanes: Numbers(count: lanes * pairs.count))
        }
        try pool.run(items: chunks, cancellation: cancellation) { item, worker in
            let (copy, sixteen) = (workers[worker].copy.base, workers[worker].lanes.base)
            sixteen.update(repeating: 0, count: lanes * pairs.count)
            for start in stride(from: item * chunk, to: min(columns, (item + 1) * chunk), by: strip) {
                let part = min(strip, columns - start)
                let wide = (part + lanes - 1) / lanes * lanes
                for row in 0..<count {
                    (copy + row * wide).update(from: rows.matrix.row(row) + start, count: part)
                    (copy + row * wide + part).update(repeating: 0, count: wide - part)
                }
                pairs.withUnsafeBufferPointer { VectorLoops.pairProducts($0, of: copy, width: wide, addingTo: sixteen) }
            }
            VectorLoops.sumLanes(sixteen, count: pairs.count, into: sums.base + item * pairs.count)
        }
        return pairs.indices.map { index in
            let pair = pairs[index]
            let product = (0..<chunks).reduce(Float(0)) { $0 + sums.base[$1 * pairs.count + index] }
            return product * rows.inverseNorms[Int(pair.first)] * rows.inverseNorms[Int(pair.second)]
        }
    }
}

/// Numbers that workers write, each a strip of its own: hence `@unchecked Sendable`.
private final class Numbers: @unchecked Sendable {
    let base: UnsafeMutablePointer<Float>

    init(count: Int) {
        // In step with the lines of a cache.
        let bytes = UnsafeMutableRawPointer.allocate(
            byteCount: max(1, count) * MemoryLayout<Float>.stride, alignment: 64)
        base = bytes.initializeMemory(as: Float.self, repeating: 0, count: count)
    }

    deinit { base.deallocate() }
}
