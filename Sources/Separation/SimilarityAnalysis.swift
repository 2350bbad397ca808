import Kernels
import Synchronization

/// How much of a layer's similarity is looked at.
public struct SimilarityOptions: Equatable, Sendable {
    /// N: the first so many rows make the graph.
    public var graphSamples: Int
    /// The first so many rows make the histogram.
    public var histogramSamples: Int
    /// |E|; at most N(N−1)/2 are there to be had.
    public var edges: Int
    /// Neighbours kept per sample.
    public var neighbors: Int
    /// The first so many samples of the graph have their Gram matrix kept; none is where it is 0.
    public var gramSamples: Int

    public init(graphSamples: Int, histogramSamples: Int, edges: Int, neighbors: Int, gramSamples: Int = 0) {
        self.graphSamples = graphSamples
        self.histogramSamples = histogramSamples
        self.edges = edges
        self.neighbors = neighbors
        self.gramSamples = gramSamples
    }

    /// min(10·N, N(N−1)/2): |E| where none is asked for. `samples` is a number of samples that are there, below 2³¹.
    public static func defaultEdges(samples: Int) -> Int { min(10 * samples, samples * (samples - 1) / 2) }
}

/// What one pass over the similarities of a layer yields.
public struct SimilarityStatistics: Equatable, Sendable {
    /// Over the pairs of the histogram sample.
    public var histogram: SimilarityHistogram
    /// The strongest |E| pairs of the graph sample, in the order (source, target).
    public var edges: [Edge]
    /// Of each sample of the graph, among the others of the graph.
    public var neighbors: NeighborLists
    /// Rows of the graph sample that are zero throughout.
    public var zeroRows: Int
    /// H·Hᵀ of the first samples, out of the same products; nil where it isn't wanted.
    public var gram: GramTriangle?
}

extension SimilarityStatistics {
    /// Tiles are `tile × tile` products: constant, so that rounding does not depend on the number of threads.
    public static let tile = FeatureMatrix.rowMultiple

    /// Streams the upper triangle of H·Hᵀ in tiles; no N × N matrix is ever stored. Cosine similarity is eq. 6 of the paper,
    /// sim(s,t) = h_s·h_t / (‖h_s‖‖h_t‖), and 0 where a row is zero.
    ///
    /// O(N²·D / 2) multiply-adds; memory per worker one tile, 2·|E| edges and N·k neighbours.
    /// - Parameters:
    ///   - matrix: N × D features, one row per sample; not changed.
    ///   - classes: a class number per row; only equality of two counts.
    ///   - layer: for errors.
    ///   - progress: called from workers with the share of tiles done.
    /// - Throws: `SeparationError.tooFewSamples`, `.labelCount`, `.notFinite`; `KernelError.cancelled`, `.library`, and
    ///   `.allocation` where rows are so long or short that they have to be copied scaled.
    public static func compute(
        of matrix: FeatureMatrix, classes: [Int], options: SimilarityOptions, layer: String, pool: WorkerPool,
        cancellation: Cancellation? = nil, progress: (@Sendable (Double) -> Void)? = nil
    ) throws -> SimilarityStatistics {
        let graphSamples = min(options.graphSamples, matrix.rows)
        guard graphSamples >= 2 else { throw SeparationError.tooFewSamples(graphSamples) }
        let samples = max(graphSamples, min(options.histogramSamples, matrix.rows))
        guard classes.count >= samples else {
            throw SeparationError.labelCount(expected: samples, found: classes.count)
        }
        let rows = try NormalizedRows(
            matrix, samples: samples, layer: layer, pool: pool, cancellation: cancellation)
        let blocks = (samples + tile - 1) / tile
        let tiles = (0..<blocks).flatMap { row in (row..<blocks).map { (row, $0) } }
        // Renumbered, as class numbers may be any.
        let padded =
            DenseLabels(Array(classes.prefix(samples))).labels.map(Int32.init)
            + Array(repeating: -1, count: blocks * tile - samples)
        let edgeLimit = max(0, min(options.edges, graphSamples * (graphSamples - 1) / 2))
        let lanes = (0..<pool.threadCount).map { _ in
            Lane(
                TileScan(
                    graphSamples: graphSamples, histogramSamples: min(options.histogramSamples, samples),
                    edgeLimit: edgeLimit, neighbors: options.neighbors, tile: tile))
        }
        let gramSamples = min(options.gramSamples, graphSamples)
        let gram = gramSamples > 0 ? GramCollector(rows, samples: gramSamples) : nil
        let threshold = Mutex(-Float.infinity)
        let done = Atomic<Int>(0)

        try pool.run(items: tiles.count, cancellation: cancellation) { item, worker in
            let (row, column) = tiles[item]
            let lane = lanes[worker]
            for part in parts(row: row, column: column, samples: samples) {
                try multiplyTransposed(
                    rows.matrix.row(row * tile + part.rows.lowerBound),
                    rows.matrix.row(column * tile + part.columns.lowerBound),
                    into: lane.products + part.rows.lowerBound * tile + part.columns.lowerBound,
                    rows: part.rows.count, columns: part.columns.count, depth: rows.matrix.columns, stride: tile)
            }
            gram?.collect(lane.products, row: row * tile, column: column * tile, tile: tile)
            lane.share(threshold)
            rows.inverseNorms.withUnsafeBufferPointer { inverse in
                padded.withUnsafeBufferPointer { classes in
                    guard let inverse = inverse.baseAddress, let classes = classes.baseAddress else { return }
                    lane.scan.scan(
                        TileScan.Block(
                            row: row * tile, column: column * tile, samples: samples, products: lane.products,
                            inverseNorms: inverse, classes: classes))
                }
            }
            progress?(Double(done.add(1, ordering: .relaxed).newValue) / Double(tiles.count))
        }
        var histogram = SimilarityHistogram()
        for lane in lanes { histogram += lane.scan.histogram }
        for lane in lanes.dropFirst() { lanes[0].scan.neighbors.merge(lane.scan.neighbors) }
        return SimilarityStatistics(
            histogram: histogram, edges: EdgeSelection.merge(lanes.map { $0.scan.edges }, limit: edgeLimit),
            neighbors: lanes[0].scan.neighbors.lists,
            zeroRows: rows.inverseNorms.prefix(graphSamples).count { $0 == 0 }, gram: gram?.triangle)
    }
}

extension SimilarityStatistics {
    /// The products that a tile needs: no padding beyond a whole vector, and on the diagonal not the lower left quarter.
    /// They depend on the tile alone, so that rounding does not depend on who computes it.
    static func parts(row: Int, column: Int, samples: Int) -> [(rows: Range<Int>, columns: Range<Int>)] {
        func extent(_ block: Int) -> Int {
            let left = samples - block * tile
            return min(tile, (left + TileScan.lanes - 1) / TileScan.lanes * TileScan.lanes)
        }
        let (rows, columns, half) = (extent(row), extent(column), tile / 2)
        guard row == column, rows > half else { return [(0..<rows, 0..<columns)] }
        return [(0..<half, 0..<columns), (half..<rows, half..<columns)]
    }

    /// Multiply-adds of the pass over so many samples, per feature: what time is foretold and rates are reckoned by.
    public static func products(samples: Int) -> Int {
        let blocks = (samples + tile - 1) / tile
        return (0..<blocks).reduce(0) { sum, row in
            (row..<blocks).reduce(sum) { sum, column in
                parts(row: row, column: column, samples: samples).reduce(sum) { $0 + $1.rows.count * $1.columns.count }
            }
        }
    }
}

/// What one worker owns during a pass; nobody else touches it, hence `@unchecked Sendable`.
private final class Lane: @unchecked Sendable {
    var scan: TileScan
    let products: UnsafeMutablePointer<Float>

    init(_ scan: consuming TileScan) {
        self.scan = scan
        products = .allocate(capacity: SimilarityStatistics.tile * SimilarityStatistics.tile)
    }

    deinit { products.deallocate() }

    /// Brings the worker's threshold and the best proved by any worker together.
    func share(_ threshold: borrowing Mutex<Float>) {
        threshold.withLock {
            scan.raiseEdgeThreshold(to: $0)
            $0 = scan.edges.threshold
        }
    }
}
