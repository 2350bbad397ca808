import GRDB
import Separation

/// A layer's row of figures; arrays are JSON text, so that any reader of SQLite can use them.
struct LayerRecord: Codable, FetchableRecord, PersistableRecord {
    static let databaseTableName = "layer"

    var position: Int
    var name: String
    var histogram: [Int]
    var sameHistogram: [Int]
    var differentHistogram: [Int]
    var negative: Int
    var correct: Int
    var wrong: Int
    var r: Double
    var AQ: Double
    var EQ: Double
    var M: Double
    var replicates: [Double]
    var degenerate: Bool
    var gamma: Double
    var gammaMean: Double
    var luQ: Double
    var minEdge: Float
    var maxEdge: Float
    var zeroRows: Int
    var seconds: Double

    init(_ result: LayerResult, position: Int) {
        self.position = position
        name = result.name
        histogram = result.histogram.all
        sameHistogram = result.histogram.same
        differentHistogram = result.histogram.different
        negative = result.histogram.negative
        correct = result.figures.correct
        wrong = result.figures.wrong
        r = result.figures.r
        AQ = result.figures.correctModularity
        EQ = result.figures.wrongModularity
        M = result.figures.modularity
        replicates = result.figures.replicates
        degenerate = result.figures.isDegenerate
        gamma = result.clustering.global
        gammaMean = result.clustering.mean
        luQ = result.luModularity
        minEdge = result.leastSimilarity
        maxEdge = result.greatestSimilarity
        zeroRows = result.zeroRows
        seconds = result.seconds
    }

    /// The result with the given edges and neighbours.
    func result(_ description: LayerDescription, edges: [Edge], neighbors: NeighborLists) -> LayerResult {
        var figures = ModularityFigures()
        figures.correct = correct
        figures.wrong = wrong
        figures.r = r
        figures.correctModularity = AQ
        figures.wrongModularity = EQ
        figures.modularity = M
        figures.replicates = replicates
        figures.isDegenerate = degenerate
        return LayerResult(
            description: description,
            histogram: SimilarityHistogram(all: histogram, same: sameHistogram, negative: negative),
            figures: figures, clustering: Clustering(global: gamma, mean: gammaMean), luModularity: luQ,
            edges: edges, neighbors: neighbors, zeroRows: zeroRows, seconds: seconds,
            similarityRange: (minEdge, maxEdge))
    }

    /// Beyond any modularity, and small enough for whatever is reckoned from it.
    private static let greatestFigure = 1e9

    /// What no layer of the run can have; nil for a sound one. NaN is in no range.
    func contradiction(in run: RunHeader) -> String? {
        let pairs = run.histogramSamples * (run.histogramSamples - 1) / 2
        let (bins, counts) = (SimilarityHistogram.binCount, histogram + [negative])
        guard histogram.count == bins, sameHistogram.count == bins,
            counts.allSatisfy((0...pairs).contains), histogram.reduce(0, +) <= pairs,
            zip(histogram, sameHistogram).allSatisfy({ 0 <= $1 && $1 <= $0 }),
            [correct, wrong].allSatisfy((0...run.edges).contains), correct + wrong <= run.edges,
            (0...max(run.samples, run.histogramSamples)).contains(zeroRows)
        else { return "counts that no layer of this run can have" }
        let (modularities, most) = (replicates + [AQ, EQ, M, luQ], Self.greatestFigure)
        guard replicates.count <= 10, modularities.allSatisfy((-most...most).contains),
            [r, gamma, gammaMean].allSatisfy((0...1.000001).contains),
            [minEdge, maxEdge].allSatisfy(Edge.similarities.contains), (0...most).contains(seconds)
        else { return "figures that no layer can have" }
        return nil
    }
}

extension Edge {
    /// Similarities as they are computed, with rounding.
    static let similarities: ClosedRange<Float> = -1.001...1.001
}

/// A layer's graphs, packed.
struct GraphRecord: Codable, FetchableRecord, PersistableRecord {
    static let databaseTableName = "graph"

    var position: Int
    var edges: PackedBytes
    var neighbors: PackedBytes
    var classEdges: PackedBytes
}
