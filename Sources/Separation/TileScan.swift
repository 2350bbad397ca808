/// What one worker has counted and kept of the tiles it has seen.
///
/// A tile is a block of H·Hᵀ; scanning reads it once, scaled to cosines, and feeds the histogram, the edge selection and
/// the neighbour lists from the same registers.
///
/// Where products are of quantised rows, a cosine is only known to lie within a margin: edges and neighbours are then
/// selected by what it is at least, and every pair that may be stronger than those is kept as a candidate.
struct TileScan: ~Copyable {
    typealias Vector = SIMD16<Float>
    typealias Counts = SIMD16<Int32>
    static let lanes = Vector.scalarCount

    private(set) var edges: EdgeSelection
    var neighbors: NeighborSelection
    private(set) var candidates: [Edge] = []
    private var roomForCandidates = 1 << 16
    /// Per sample, its part of the margin; nil where cosines are exact.
    private let margins: [Float]?
    private let graphSamples: Int
    private let histogramSamples: Int
    private let tile: Int
    /// One row of the tile as cosines, and beside it whether the pair is of one class (−1 or 0).
    private let cosines: UnsafeMutablePointer<Vector>
    private let sameClass: UnsafeMutablePointer<Counts>
    /// Bins counted upwards: pairs at or above each inner edge; index 0 counts every pair.
    private var reached = [Int](repeating: 0, count: SimilarityHistogram.binCount)
    private var reachedSame = [Int](repeating: 0, count: SimilarityHistogram.binCount)
    private var nonNegative = 0

    /// - Parameters:
    ///   - tile: extent of a tile, a multiple of 16.
    ///   - screening: nil where all products are exact.
    init(
        graphSamples: Int, histogramSamples: Int, edgeLimit: Int, neighbors k: Int, tile: Int, screening: Screening?
    ) {
        margins = screening?.margins
        self.graphSamples = graphSamples
        self.histogramSamples = histogramSamples
        self.tile = tile
        edges = EdgeSelection(limit: edgeLimit)
        neighbors = NeighborSelection(count: graphSamples, k: k)
        cosines = .allocate(capacity: tile / Self.lanes)
        sameClass = .allocate(capacity: tile / Self.lanes)
    }

    deinit {
        cosines.deallocate()
        sameClass.deallocate()
    }

    mutating func raiseEdgeThreshold(to value: Float) { edges.raiseThreshold(to: value) }

    /// One block of the matrix of dot products: rows from `row` on, columns from `column` on, pairs source < target only.
    struct Block {
        var row: Int
        var column: Int
        /// Samples in all; what lies beyond is padding.
        var samples: Int
        /// `tile × tile` dot products, row-major.
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

    /// O(tile²).
    mutating func scan(_ block: Block) {
        let rows = min(tile, block.samples - block.row)
        let columns = min(tile, block.samples - block.column)
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
                count(from: first, to: min(columns, histogramSamples - block.column))
            }
        }
    }

    /// Scales a row to cosines; lanes before `first` become −2, below anything that is counted.
    @inline(__always)
    private func load(_ block: Block, source: Int, row: Int, first: Int, end: Int) {
        let chunks = (first / Self.lanes)..<((end + Self.lanes - 1) / Self.lanes)
        let factors = UnsafeRawPointer(block.factors + block.column)
        let scale = Vector(repeating: block.factors[source])
        for chunk in chunks {
            let offset = chunk * MemoryLayout<Vector>.size
            let product =
                switch block.products {
                case .exact(let products):
                    UnsafeRawPointer(products + row * tile).loadUnaligned(fromByteOffset: offset, as: Vector.self)
                case .rough(let products):
                    Vector(
                        UnsafeRawPointer(products + row * tile).loadUnaligned(fromByteOffset: offset, as: Counts.self))
                }
            cosines[chunk] = product * scale * factors.loadUnaligned(fromByteOffset: offset, as: Vector.self)
        }
        let classes = UnsafeRawPointer(block.classes + block.column)
        let own = Counts(repeating: block.classes[source])
        for chunk in chunks {
            let other = classes.loadUnaligned(fromByteOffset: chunk * MemoryLayout<Counts>.size, as: Counts.self)
            sameClass[chunk] = Counts.zero.replacing(with: -1, where: other .== own)
        }
        let values = UnsafeMutableRawPointer(cosines).assumingMemoryBound(to: Float.self)
        for lane in (first / Self.lanes * Self.lanes)..<first { values[lane] = -2 }
    }

    /// Adds the loaded row to the histograms, one inner bin edge at a time so that the counters stay in registers.
    /// Overwrites what lies beyond `end` in the last chunk with −2.
    @inline(__always)
    private mutating func count(from first: Int, to end: Int) {
        guard first < end else { return }
        let values = UnsafeMutableRawPointer(cosines).assumingMemoryBound(to: Float.self)
        for lane in end..<((end + Self.lanes - 1) / Self.lanes * Self.lanes) { values[lane] = -2 }
        let chunks = (first / Self.lanes)..<((end + Self.lanes - 1) / Self.lanes)
        reached[0] += end - first
        for bin in 1..<SimilarityHistogram.binCount {
            let (all, same) = tally(chunks, atLeast: Float(bin) / Float(SimilarityHistogram.binCount))
            reached[bin] += all
            reachedSame[bin] += same
        }
        nonNegative += tally(chunks, atLeast: 0).all
        reachedSame[0] += tally(chunks, atLeast: -1.5).same
    }

    @inline(__always)
    private func tally(_ chunks: Range<Int>, atLeast edge: Float) -> (all: Int, same: Int) {
        let edges = Vector(repeating: edge)
        var all = Counts.zero
        var same = Counts.zero
        for chunk in chunks {
            let hits = Counts.zero.replacing(with: -1, where: cosines[chunk] .>= edges)
            all &-= hits
            same &-= hits & sameClass[chunk]
        }
        return (Int(all.wrappedSum()), Int(same.wrappedSum()))
    }

    /// Offers to edges and neighbours what passes the lowest of their bars; after the first tiles almost nothing does.
    @inline(__always)
    private mutating func select(_ block: Block, source: Int, first: Int, end: Int) {
        guard first < end else { return }
        guard let margins else {
            return forEachAbove(block, source: source, first: first, end: end, margins: nil) {
                scan, similarity, target in
                scan.offer(similarity, source: source, target: target)
            }
        }
        let own = margins[source]
        margins.withUnsafeBufferPointer { all in
            forEachAbove(block, source: source, first: first, end: end, margins: all.baseAddress) {
                scan, similarity, target in
                let margin = own + all[target]
                scan.offer(similarity - margin, source: source, target: target)
                let candidate = Edge(source: Int32(source), target: Int32(target), similarity: similarity)
                if scan.isOpen(candidate, margin) { scan.keep(candidate) }
            }
        }
    }

    /// Hands out the pairs of a row of which some may pass a bar, and their similarity.
    @inline(__always)
    private mutating func forEachAbove(
        _ block: Block, source: Int, first: Int, end: Int, margins: UnsafePointer<Float>?,
        _ body: (inout TileScan, _ similarity: Float, _ target: Int) -> Void
    ) {
        let bars = UnsafeRawPointer(neighbors.bars + block.column)
        let others = margins.map { UnsafeRawPointer($0 + block.column) }
        let own = margins.map { $0[source] } ?? 0
        for chunk in (first / Self.lanes)..<((end + Self.lanes - 1) / Self.lanes) {
            let offset = chunk * MemoryLayout<Vector>.size
            let values = cosines[chunk]
            var most = values
            if let others { most += others.loadUnaligned(fromByteOffset: offset, as: Vector.self) + own }
            let bar = Vector(repeating: min(edges.threshold, neighbors.bars[source]))
            let barsOfOthers = bars.loadUnaligned(fromByteOffset: offset, as: Vector.self)
            guard any((most .>= barsOfOthers) .| (most .>= bar)) else { continue }
            let start = chunk * Self.lanes
            for lane in max(first, start)..<min(end, start + Self.lanes) {
                body(&self, values[lane - start], block.column + lane)
            }
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
        candidates.removeAll { pair in
            let most = pair.similarity + margins[Int(pair.source)] + margins[Int(pair.target)]
            return most < open && most < bars[Int(pair.source)] && most < bars[Int(pair.target)]
        }
    }

    /// Takes in what another worker has found.
    mutating func merge(_ other: borrowing TileScan) {
        edges.merge(other.edges)
        neighbors.merge(other.neighbors)
        candidates += other.candidates
        for bin in reached.indices {
            reached[bin] += other.reached[bin]
            reachedSame[bin] += other.reachedSame[bin]
        }
        nonNegative += other.nonNegative
    }

    /// What has been counted so far: cumulative counts turned into bins.
    var histogram: SimilarityHistogram {
        func bins(_ reached: [Int]) -> [Int] {
            reached.indices.map { reached[$0] - ($0 + 1 < reached.count ? reached[$0 + 1] : 0) }
        }
        return SimilarityHistogram(all: bins(reached), same: bins(reachedSame), negative: reached[0] - nonNegative)
    }
}
