import Kernels

/// What all workers have found together.
struct SharedFindings: Sendable {
    /// The strongest pairs.
    var edges: EdgeSelection
    /// Per sample of the graph, the similarity below which none is among its nearest.
    var bars: [Float]
}

/// What one worker has counted and kept of the tiles it has seen.
///
/// A tile is a block of H·Hᵀ; scanning reads it once, scaled to cosines, and feeds the histogram, the edge selection and
/// the neighbour lists from the same registers.
///
/// Where products are of quantised rows, a cosine is only known to lie within a margin: edges and neighbours are then
/// selected by what it is at least, and every pair that may be stronger than those is kept as a candidate.
struct TileScan: ~Copyable {
    /// Those not handed over yet.
    private var edges: EdgeSelection
    var neighbors: NeighborSelection
    private(set) var candidates: [Edge] = []
    private var roomForCandidates = 1 << 16
    /// Per sample, its part of the margin; nil where cosines are exact.
    private let margins: UnsafeMutablePointer<Float>?
    private let graphSamples: Int
    private let histogramSamples: Int
    private let tile = SimilarityStatistics.tile
    private let width = SimilarityStatistics.tileWidth
    /// One row of the tile as cosines.
    private let cosines: UnsafeMutablePointer<Float>
    private var counts = CumulativeCounts()

    /// - Parameter screening: nil where all products are exact.
    init(graphSamples: Int, histogramSamples: Int, edgeLimit: Int, neighbors k: Int, screening: Screening?) {
        margins = screening.map { screening in
            let margins = UnsafeMutablePointer<Float>.allocate(capacity: max(1, screening.margins.count))
            margins.initialize(from: screening.margins, count: screening.margins.count)
            return margins
        }
        self.graphSamples = graphSamples
        self.histogramSamples = histogramSamples
        edges = EdgeSelection(limit: edgeLimit)
        neighbors = NeighborSelection(count: graphSamples, k: k)
        cosines = .allocate(capacity: width)
    }

    deinit {
        cosines.deallocate()
        margins?.deallocate()
    }

    /// Hands over the pairs kept, and brings together what this worker and any worker know to be out of reach.
    mutating func share(_ shared: inout SharedFindings, of samples: Range<Int>...) {
        shared.edges.take(from: &edges)
        for samples in samples {
            neighbors.shareBars(of: samples.clamped(to: 0..<graphSamples), with: &shared.bars)
        }
    }

    /// One block of the matrix of dot products: rows from `row` on, columns from `column` on, pairs source < target only.
    struct Block {
        var row: Int
        var column: Int
        /// Samples in all; what lies beyond is padding.
        var samples: Int
        /// `tile × tileWidth` dot products, row-major.
        var products: Products
        /// What turns products into cosines, a factor per sample: 1/‖h‖ for those of rows as they are, their weights for those
        /// of quantised rows, 0 for a zero row; padded to a multiple of the tile.
        var factors: UnsafePointer<Float>
        /// Class per sample; padded likewise.
        var classes: UnsafePointer<Int32>
    }

    enum Products {
        case exact(UnsafePointer<Float>)
        /// Of quantised rows.
        case rough(UnsafePointer<Int32>)
    }

    /// O(tile · tileWidth).
    mutating func scan(_ block: Block) {
        let rows = min(tile, block.samples - block.row)
        let columns = min(width, block.samples - block.column)
        setFirstBars(block)
        for i in 0..<max(0, rows) {
            let source = block.row + i
            // On the diagonal only what lies right of it.
            let first = block.row == block.column ? i + 1 : 0
            guard first < columns else { continue }
            load(block, source: source, row: i, first: first, end: columns)
            if source < graphSamples {
                select(block, source: source, first: first, end: min(columns, graphSamples - block.column))
            }
            if source < histogramSamples {
                counts.add(
                    cosines, classes: block.classes + block.column, own: block.classes[source],
                    first..<max(first, min(columns, histogramSamples - block.column)))
            }
        }
    }

    /// Where a sample has no bar yet, has the tile prove one, or else all of its pairs would be offered: of sixteen parts of its
    /// row or column, the k-th greatest maximum is not above the k-th greatest similarity.
    private mutating func setFirstBars(_ block: Block) {
        let sources = (block.row..<block.row + tile).clamped(to: 0..<graphSamples)
        let targets = (block.column..<block.column + width).clamped(to: 0..<graphSamples)
        let (parts, k) = (VectorLoops.lanes, neighbors.k)
        guard !targets.isEmpty, (1...parts).contains(k),
            neighbors.isAnyUnset(sources) || neighbors.isAnyUnset(targets)
        else { return }
        var ofColumns = [Float](repeating: -.infinity, count: parts * width)
        var ofRows = [Float](repeating: -.infinity, count: parts * tile)
        for source in sources {
            let i = source - block.row
            // On the diagonal only what lies right of it.
            let first = block.row == block.column ? i + 1 : 0
            guard first < targets.count else { continue }
            load(block, source: source, row: i, first: first, end: targets.count)
            var ofRow = [Float](repeating: -.infinity, count: parts)
            let part = i * parts / tile
            ofColumns.withUnsafeMutableBufferPointer { ofColumns in
                guard let ofColumns = ofColumns.baseAddress else { return }
                VectorLoops.raiseMaxima(
                    to: cosines + first, margins: margins.map { $0 + targets.lowerBound + first },
                    margins?[source] ?? 0, count: targets.count - first, ofPlaces: ofColumns + part * width + first,
                    ofLanes: &ofRow)
            }
            for (lane, most) in ofRow.enumerated() { ofRows[lane * tile + i] = most }
        }
        for (samples, maxima, stride) in [(sources, ofRows, tile), (targets, ofColumns, width)] {
            let bars = VectorLoops.kthGreatest(k, of: maxima, stride: stride, count: samples.count)
            for (sample, bar) in zip(samples, bars) { neighbors.raiseBar(of: sample, to: bar) }
        }
    }

    /// Scales a row to cosines, from `first` on.
    @inline(__always)
    private func load(_ block: Block, source: Int, row: Int, first: Int, end: Int) {
        let (factor, factors) = (block.factors[source], block.factors + block.column + first)
        let values = UnsafeMutableBufferPointer(start: cosines + first, count: end - first)
        switch block.products {
        case .exact(let products): VectorLoops.scale(products + row * width + first, by: factor, factors, into: values)
        case .rough(let products): VectorLoops.scale(products + row * width + first, by: factor, factors, into: values)
        }
    }

    /// Offers to edges and neighbours what passes the lowest of their bars; after the first tiles almost nothing does.
    @inline(__always)
    private mutating func select(_ block: Block, source: Int, first: Int, end: Int) {
        guard first < end else { return }
        guard let margins else {
            return forEachAbove(block, source: source, first: first, end: end) { scan, similarity, target in
                scan.offer(similarity, source: source, target: target)
            }
        }
        let own = margins[source]
        forEachAbove(block, source: source, first: first, end: end) { scan, similarity, target in
            let margin = own + margins[target]
            scan.offer(similarity - margin, source: source, target: target)
            let candidate = Edge(source: Int32(source), target: Int32(target), similarity: similarity)
            if scan.isOpen(candidate, margin) { scan.keep(candidate) }
        }
    }

    /// Hands out the pairs of a row that may pass a bar, and their similarity.
    @inline(__always)
    private mutating func forEachAbove(
        _ block: Block, source: Int, first: Int, end: Int,
        _ body: (inout TileScan, _ similarity: Float, _ target: Int) -> Void
    ) {
        let others = margins.map { UnsafePointer($0) + block.column }
        let own = margins?[source] ?? 0
        var lane = first
        while lane < end {
            // Bars rise with what is offered: what passes here may not do so any more when its turn comes.
            let found = VectorLoops.find(
                cosines, margins: others, own, bars: neighbors.bars + block.column,
                bar: min(edges.threshold, neighbors.bars[source]), lane..<end)
            var passing = found.passing
            while passing != 0 {
                let index = found.start + passing.trailingZeroBitCount
                body(&self, cosines[index], block.column + index)
                passing &= passing - 1
            }
            lane = found.start + VectorLoops.lanes
        }
    }

    @inline(__always)
    private mutating func offer(_ similarity: Float, source: Int, target: Int) {
        if similarity >= edges.threshold {
            edges.offer(Edge(source: Int32(source), target: Int32(target), similarity: similarity))
        }
        neighbors.offer(similarity, from: Int32(target), to: source)
        neighbors.offer(similarity, from: Int32(source), to: target)
    }

    /// Whether a pair may be among the strongest, or among the nearest of one of its samples.
    @inline(__always)
    private func isOpen(_ pair: Edge, _ margin: Float) -> Bool {
        let most = pair.similarity + margin
        return most >= edges.threshold || most >= neighbors.bars[Int(pair.source)]
            || most >= neighbors.bars[Int(pair.target)]
    }

    private mutating func keep(_ candidate: Edge) {
        candidates.append(candidate)
        guard candidates.count >= roomForCandidates else { return }
        dropClosed()
        roomForCandidates = max(roomForCandidates, 2 * candidates.count)
    }

    /// Drops candidates that can't be anything any more.
    mutating func dropClosed() {
        guard let margins else { return }
        let (open, bars) = (edges.threshold, neighbors.bars)
        candidates.keepAll { pair in
            let most = pair.similarity + (margins[Int(pair.source)] + margins[Int(pair.target)])
            return most >= min(open, bars[Int(pair.source)], bars[Int(pair.target)])
        }
    }

    /// Takes in what another worker has found.
    mutating func merge(_ other: borrowing TileScan) {
        neighbors.merge(other.neighbors)
        candidates += other.candidates
        counts.add(other.counts)
    }

    /// What has been counted so far.
    var histogram: SimilarityHistogram { counts.histogram }
}
