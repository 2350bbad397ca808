/// What one worker has counted and kept of the tiles it has seen.
///
/// A tile is a block of H·Hᵀ; scanning reads it once, scaled to cosines, and feeds the histogram, the edge selection and
/// the neighbour lists from the same registers.
struct TileScan: ~Copyable {
    typealias Vector = SIMD16<Float>
    typealias Counts = SIMD16<Int32>
    static let lanes = Vector.scalarCount

    private(set) var edges: EdgeSelection
    var neighbors: NeighborSelection
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

    /// - Parameter tile: extent of a tile, a multiple of 16.
    init(graphSamples: Int, histogramSamples: Int, edgeLimit: Int, neighbors k: Int, tile: Int) {
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
        var products: UnsafePointer<Float>
        /// 1/‖h‖ per sample, 0 for a zero row; padded to a multiple of the tile.
        var inverseNorms: UnsafePointer<Float>
        /// Class per sample; padded likewise.
        var classes: UnsafePointer<Int32>
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
        let products = UnsafeRawPointer(block.products + row * tile)
        let norms = UnsafeRawPointer(block.inverseNorms + block.column)
        let classes = UnsafeRawPointer(block.classes + block.column)
        let scale = Vector(repeating: block.inverseNorms[source])
        let own = Counts(repeating: block.classes[source])
        for chunk in (first / Self.lanes)..<((end + Self.lanes - 1) / Self.lanes) {
            let offset = chunk * MemoryLayout<Vector>.size
            let product = products.loadUnaligned(fromByteOffset: offset, as: Vector.self)
            cosines[chunk] = product * scale * norms.loadUnaligned(fromByteOffset: offset, as: Vector.self)
            let other = classes.loadUnaligned(fromByteOffset: offset, as: Counts.self)
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
        let bars = UnsafeRawPointer(neighbors.bars + block.column)
        for chunk in (first / Self.lanes)..<((end + Self.lanes - 1) / Self.lanes) {
            let values = cosines[chunk]
            let bar = Vector(repeating: min(edges.threshold, neighbors.bars[source]))
            let others = bars.loadUnaligned(fromByteOffset: chunk * MemoryLayout<Vector>.size, as: Vector.self)
            guard any((values .>= others) .| (values .>= bar)) else { continue }
            let start = chunk * Self.lanes
            for lane in max(first, start)..<min(end, start + Self.lanes) {
                let similarity = values[lane - start]
                let target = block.column + lane
                if similarity >= edges.threshold {
                    edges.offer(Edge(source: Int32(source), target: Int32(target), similarity: similarity))
                }
                neighbors.offer(similarity, from: Int32(target), to: source)
                neighbors.offer(similarity, from: Int32(source), to: target)
            }
        }
    }

    /// What has been counted so far: cumulative counts turned into bins.
    var histogram: SimilarityHistogram {
        func bins(_ reached: [Int]) -> [Int] {
            reached.indices.map { reached[$0] - ($0 + 1 < reached.count ? reached[$0 + 1] : 0) }
        }
        return SimilarityHistogram(all: bins(reached), same: bins(reachedSame), negative: reached[0] - nonNegative)
    }
}
