import Kernels
import Synchronization

/// One way through the tiles of a layer's similarities.
struct SimilarityPass {
    let rows: NormalizedRows
    let classes: [Int]
    /// Those of graph and histogram together.
    let samples: Int
    let graphSamples: Int
    let histogramSamples: Int
    let edgeLimit: Int
    let neighbors: Int
    let gramSamples: Int
    let pool: WorkerPool
    let cancellation: Cancellation?
    let progress: (@Sendable (Double) -> Void)?

    /// From float32 products throughout.
    func exact() throws -> SimilarityStatistics {
        let gram = gramCollector
        let (found, edges) = try scan(screening: nil, gram: gram)
        return SimilarityStatistics(
            histogram: found.scan.histogram, edges: edges.strongest, neighbors: found.scan.neighbors.lists,
            zeroRows: zeroRows, gram: gram?.triangle, isScreened: false)
    }

    /// From products of bytes; what they leave open is looked at again.
    /// - Returns: nil where more is open than was foreseen, or where one of those pairs is so far off that others, which nobody has
    ///   looked at again, may be as well.
    func screened(by screening: Screening) throws -> SimilarityStatistics? {
        let gram = gramCollector
        let (found, _) = try scan(screening: screening, gram: gram)
        found.scan.dropClosed()
        let open = found.scan.candidates.sortedByEnds()
        guard open.count <= screening.mostOpen else { return nil }
        var edges = EdgeSelection(limit: edgeLimit)
        var nearest = NeighborSelection(count: graphSamples, k: neighbors)
        let portion = PairProducts.portion(columns: rows.matrix.columns)
        for start in stride(from: 0, to: open.count, by: portion) {
            let part = open[start..<min(open.count, start + portion)]
            let exact = try PairProducts.cosines(
                part.map { RowPair(first: $0.source, second: $0.target) }, of: rows, pool: pool,
                cancellation: cancellation)
            for (pair, similarity) in zip(part, exact) {
                let margin = screening.margins[Int(pair.source)] + screening.margins[Int(pair.target)]
                guard abs(similarity - pair.similarity) <= Screening.trust * margin else { return nil }
                edges.offer(Edge(source: pair.source, target: pair.target, similarity: similarity))
                nearest.offer(similarity, from: pair.target, to: Int(pair.source))
                nearest.offer(similarity, from: pair.source, to: Int(pair.target))
            }
        }
        return SimilarityStatistics(
            histogram: found.scan.histogram, edges: edges.strongest, neighbors: nearest.lists, zeroRows: zeroRows,
            gram: gram?.triangle, isScreened: true)
    }

    /// Pairs that are kept of all of the graph, at most.
    var wanted: Int { edgeLimit + graphSamples * neighbors }

    private var gramCollector: GramCollector? {
        gramSamples > 0 ? GramCollector(rows, samples: gramSamples) : nil
    }

    private var zeroRows: Int { rows.inverseNorms.prefix(graphSamples).count { $0 == 0 } }

    private func scan(screening: Screening?, gram: GramCollector?) throws -> (Lane, EdgeSelection) {
        let tiles = SimilarityStatistics.tiles(samples: samples)
        // Renumbered, as class numbers may be any.
        let padded =
            DenseLabels(Array(classes.prefix(samples))).labels.map(Int32.init)
            + Array(repeating: -1, count: rows.inverseNorms.count - samples)
        let lanes = (0..<pool.threadCount).map { _ in
            Lane(
                TileScan(
                    graphSamples: graphSamples, histogramSamples: histogramSamples, edgeLimit: edgeLimit,
                    neighbors: neighbors, screening: screening))
        }
        let shared = Mutex(
            SharedFindings(
                edges: EdgeSelection(limit: edgeLimit), bars: Array(repeating: -.infinity, count: graphSamples)))
        let done = Atomic<Int>(0)
        try pool.run(items: tiles.count, cancellation: cancellation) { item, worker in
            let (row, column) = tiles[item]
            let lane = lanes[worker]
            // The Gram matrix takes products as they are.
            let isRough = screening != nil && max(row, column) >= gramSamples
            if isRough, let screening {
                lane.multiply(screening.rows.matrix, row: row, column: column, samples: samples)
            } else {
                lane.multiply(rows.matrix, row: row, column: column, samples: samples)
                gram?.collect(lane.products, row: row, column: column)
            }
            lane.share(shared, row: row, column: column)
            let factors = isRough ? screening?.rows.weights ?? [] : rows.inverseNorms
            factors.withUnsafeBufferPointer { factors in
                padded.withUnsafeBufferPointer { classes in
                    guard let factors = factors.baseAddress, let classes = classes.baseAddress else { return }
                    lane.scan.scan(
                        TileScan.Block(
                            row: row, column: column, samples: samples,
                            products: isRough ? .rough(lane.roughProducts) : .exact(lane.products), factors: factors,
                            classes: classes))
                }
            }
            lane.share(shared, row: row, column: column)
            progress?(Double(done.add(1, ordering: .relaxed).newValue) / Double(tiles.count))
        }
        for lane in lanes.dropFirst() { lanes[0].merge(lane) }
        return shared.withLock { shared in
            shared.edges.settle()
            lanes[0].scan.share(&shared)
            return (lanes[0], shared.edges)
        }
    }
}

/// What one worker owns during a pass; nobody else touches it, hence `@unchecked Sendable`.
private final class Lane: @unchecked Sendable {
    var scan: TileScan
    let products: UnsafeMutablePointer<Float>
    let roughProducts: UnsafeMutablePointer<Int32>
    private let tile = SimilarityStatistics.tile
    private let width = SimilarityStatistics.tileWidth

    init(_ scan: consuming TileScan) {
        self.scan = scan
        products = .allocate(capacity: tile * width)
        roughProducts = .allocate(capacity: tile * width)
    }

    deinit {
        products.deallocate()
        roughProducts.deallocate()
    }

    /// The products of a tile, of rows from `row` on with those from `column` on.
    func multiply(_ matrix: FeatureMatrix, row: Int, column: Int, samples: Int) {
        SimilarityStatistics.multiplyTile(of: matrix, row: row, column: column, samples: samples, into: products)
    }

    /// The same of quantised rows.
    func multiply(_ matrix: ByteMatrix, row: Int, column: Int, samples: Int) {
        VectorLoops.byteProducts(
            of: matrix, row: row, rows: min(tile, samples - row), column: column,
            columns: min(width, samples - column), into: roughProducts, stride: width)
    }

    /// Lets all workers know what this one has found in a tile, and the other way round.
    func share(_ shared: borrowing Mutex<SharedFindings>, row: Int, column: Int) {
        shared.withLock { scan.share(&$0, of: row..<row + tile, column..<column + width) }
    }

    /// Takes in what another worker has found.
    func merge(_ other: Lane) { scan.merge(other.scan) }
}
