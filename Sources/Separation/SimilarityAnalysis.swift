import Kernels

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
    /// When features are screened as bytes first.
    public var screening: Screening

    public enum Screening: Equatable, Sendable {
        /// Where that is faster and a measured sample says that it can be relied on.
        case automatic
        /// Float32 throughout.
        case never
        /// Also of few samples or features, and where most pairs have to be looked at again.
        case always
    }

    public init(
        graphSamples: Int, histogramSamples: Int, edges: Int, neighbors: Int, gramSamples: Int = 0,
        screening: Screening = .automatic
    ) {
        self.graphSamples = graphSamples
        self.histogramSamples = histogramSamples
        self.edges = edges
        self.neighbors = neighbors
        self.gramSamples = gramSamples
        self.screening = screening
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
    /// Whether the histogram is of similarities of quantised rows, which err by 1e-3 or less and by nothing in the mean; edges
    /// and neighbours never are.
    public var isScreened: Bool
}

extension SimilarityStatistics {
    /// Tiles are `tile × tileWidth` products, from a multiple of `tile` on both ways. Rows are put in order for a product once for
    /// all of its columns: hence the width.
    public static let tile = FeatureMatrix.rowMultiple
    public static let tileWidth = 2 * tile

    /// Streams the upper triangle of H·Hᵀ in tiles; no N × N matrix is ever stored. Cosine similarity is eq. 6 of the paper,
    /// sim(s,t) = h_s·h_t / (‖h_s‖‖h_t‖), and 0 where a row is zero.
    ///
    /// Where a sample says that they can be relied on, the products are of the features as bytes; the few pairs that may then
    /// be edges or neighbours are looked at again in float32 (`Screening`). Where any of these errs by more than was
    /// foreseen, the layer is gone through again without.
    ///
    /// O(N²·D / 2) multiply-adds; memory per worker one tile, 2·|E| edges and N·k neighbours, and a byte a feature for
    /// screening.
    /// - Parameters:
    ///   - matrix: N × D features, one row per sample; not changed.
    ///   - classes: a class number per row; only equality of two counts.
    ///   - layer: for errors.
    ///   - store: where the bytes for screening live; nil for memory of their own.
    ///   - progress: called from workers with the share of tiles done.
    /// - Throws: `SeparationError.tooFewSamples`, `.labelCount`, `.notFinite`; `KernelError.cancelled`, `.library`, and
    ///   `.allocation` where rows have to be copied.
    public static func compute(
        of matrix: FeatureMatrix, classes: [Int], options: SimilarityOptions, layer: String, pool: WorkerPool,
        store: ActivationStore? = nil, cancellation: Cancellation? = nil, progress: (@Sendable (Double) -> Void)? = nil
    ) throws -> SimilarityStatistics {
        let graphSamples = min(options.graphSamples, matrix.rows)
        guard graphSamples >= 2 else { throw SeparationError.tooFewSamples(graphSamples) }
        let samples = max(graphSamples, min(options.histogramSamples, matrix.rows))
        guard classes.count >= samples else {
            throw SeparationError.labelCount(expected: samples, found: classes.count)
        }
        let rows = try NormalizedRows(
            matrix, samples: samples, layer: layer, pool: pool, cancellation: cancellation)
        let pass = SimilarityPass(
            rows: rows, classes: classes, samples: samples, graphSamples: graphSamples,
            histogramSamples: min(options.histogramSamples, samples),
            edgeLimit: max(0, min(options.edges, graphSamples * (graphSamples - 1) / 2)), neighbors: options.neighbors,
            gramSamples: min(options.gramSamples, graphSamples), pool: pool, cancellation: cancellation,
            progress: progress)
        if let screening = try Screening(pass, use: options.screening, store: store),
            let found = try pass.screened(by: screening)
        {
            return found
        }
        return try pass.exact()
    }
}

extension SimilarityStatistics {
    /// Where tiles begin.
    public static func tiles(samples: Int) -> [(row: Int, column: Int)] {
        stride(from: 0, to: samples, by: tile).flatMap { row in
            stride(from: row, to: samples, by: tileWidth).map { (row, $0) }
        }
    }

    /// The products of a tile, of rows from `row` on with those from `column` on; on the diagonal those right of it.
    /// - Parameter products: `tile × tileWidth` of them, row-major.
    public static func multiplyTile(
        of matrix: FeatureMatrix, row: Int, column: Int, samples: Int, into products: UnsafeMutablePointer<Float>
    ) {
        VectorLoops.products(
            of: matrix, row: row, rows: min(tile, samples - row), column: column,
            columns: min(tileWidth, samples - column), into: products, stride: tileWidth)
    }

    /// Multiply-adds of the pass over so many samples, per feature: what time is foretold and rates are reckoned by.
    public static func products(samples: Int) -> Int { samples * (samples + 1) / 2 }
}
