/// Vᵀ · V of rows that are made piece by piece, in float64: what least squares need to know of any number of rows.
///
/// Pieces are multiplied in float32, tile by tile, each tile by one worker, and their products summed in float64: the sums
/// are the same bit for bit for any number of threads, and memory does not grow with the rows.
public final class GramMatrix: @unchecked Sendable {
    /// Columns of V.
    public let columns: Int
    /// columns × columns values, row-major, of which those on the diagonal and right of it are kept.
    public private(set) var values: [Double]
    /// Rows that have been taken in.
    public private(set) var rows = 0
    private let blocks: [Range<Int>]
    private let scratch: GramScratch

    /// - Parameters:
    ///   - cut: a column at which blocks of columns part, so that `restart(from:)` can begin there.
    ///   - scratch: memory for pieces, which several matrices may share one after the other.
    public init(columns: Int, cut: Int, scratch: GramScratch) {
        self.columns = columns
        self.scratch = scratch
        values = Array(repeating: 0, count: columns * columns)
        blocks = Self.blocks(0..<min(cut, columns)) + Self.blocks(min(cut, columns)..<columns)
    }

    private static func blocks(_ range: Range<Int>) -> [Range<Int>] {
        // Wide enough for products to be fast, and enough of them for several workers.
        let width = max(48, min(GramScratch.tile, (range.count + 3) / 4))
        return stride(from: range.lowerBound, to: range.upperBound, by: width).map {
            $0..<min(range.upperBound, $0 + width)
        }
    }

    /// Takes in `count` rows.
    ///
    /// - Parameters:
    ///   - from: products of columns with those before it are left as they are.
    ///   - fill: writes a range of rows of V, one after the other; called from workers.
    /// - Throws: `KernelError`, and what `fill` throws.
    /// - Complexity: O(rows · columns²).
    public func add(
        rows count: Int, from: Int = 0, pool: WorkerPool, cancellation: Cancellation?,
        fill: @escaping @Sendable (Range<Int>, UnsafeMutablePointer<Float>) throws -> Void
    ) throws {
        let (columns, blocks, scratch) = (columns, blocks, scratch)
        let capacity = try scratch.prepare(columns: columns, workers: pool.threadCount)
        let targets = blocks.indices.filter { blocks[$0].lowerBound >= from }
        let tiles = targets.flatMap { second in (0...second).map { (first: $0, second: second) } }
        for start in stride(from: 0, to: count, by: capacity) {
            let piece = start..<min(count, start + capacity)
            let step = GramScratch.step
            try pool.run(items: (piece.count + step - 1) / step, cancellation: cancellation) { item, _ in
                let part =
                    (piece.lowerBound + item * step)..<min(piece.upperBound, piece.lowerBound + (item + 1) * step)
                try fill(part, scratch.rows + item * step * columns)
            }
            try values.withUnsafeMutableBufferPointer { values in
                nonisolated(unsafe) let values = values
                try pool.run(items: tiles.count, cancellation: cancellation) { item, worker in
                    let (first, second) = (blocks[tiles[item].first], blocks[tiles[item].second])
                    let product = scratch.product(worker)
                    try multiplyFirstTransposed(
                        scratch.rows + first.lowerBound, scratch.rows + second.lowerBound, into: product,
                        rows: first.count, columns: second.count, depth: piece.count, adds: false, stride: columns)
                    for row in first {
                        let sums = row * columns + second.lowerBound
                        let products = product + (row - first.lowerBound) * second.count
                        for column in 0..<second.count { values[sums + column] += Double(products[column]) }
                    }
                }
            }
        }
        rows += count
    }

    /// Forgets the products of columns from `column` on, so that other values may take their place.
    public func restart(from column: Int) {
        for row in 0..<columns {
            for place in min(columns, max(row, column))..<columns { values[row * columns + place] = 0 }
        }
        rows = 0
    }

    /// Adds another matrix of as many columns.
    public func add(_ other: GramMatrix) {
        for index in 0..<min(values.count, other.values.count) { values[index] += other.values[index] }
        rows += other.rows
    }
}

/// Memory in which pieces of rows stand before they are multiplied.
public final class GramScratch: @unchecked Sendable {
    /// The most columns of a tile.
    static let tile = 512
    /// Rows that a worker makes in one go.
    static let step = 256
    /// Bytes that the rows of a piece take, as long as that is more than `step` of them.
    static let pieceBytes = 24 << 20

    private var memory: FeatureMatrix?
    private var products: [FeatureMatrix] = []

    public init() {}

    /// - Returns: how many rows have room.
    fileprivate func prepare(columns: Int, workers: Int) throws(KernelError) -> Int {
        let rows = max(1, Self.pieceBytes / (4 * columns) / Self.step) * Self.step
        let (values, overflow) = rows.multipliedReportingOverflow(by: columns)
        guard !overflow else { throw .allocation(bytes: .max, reason: "\(columns) columns are too many") }
        if (memory?.byteCount ?? 0) < values * MemoryLayout<Float>.stride {
            memory = nil
            memory = try FeatureMatrix(rows: rows, columns: columns)
        }
        while products.count < workers { products.append(try FeatureMatrix(rows: Self.tile, columns: Self.tile)) }
        return rows
    }

    // Nobody asks before `prepare`.
    fileprivate var rows: UnsafeMutablePointer<Float> { memory.unsafelyUnwrapped.base }
    fileprivate func product(_ worker: Int) -> UnsafeMutablePointer<Float> { products[worker].base }
}
