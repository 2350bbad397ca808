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

    /// Whether all counts are such as a layer can have.
    var isSound: Bool {
        let bins = SimilarityHistogram.binCount
        let counts = histogram + [negative, correct, wrong, zeroRows]
        return histogram.count == bins && sameHistogram.count == bins && counts.allSatisfy { 0 <= $0 && $0 < 1 << 48 }
            && zip(histogram, sameHistogram).allSatisfy { 0 <= $1 && $1 <= $0 }
    }

    /// Neither SQLite nor JSON keeps NaN and infinity.
    var isFinite: Bool {
        (replicates + [r, AQ, EQ, M, gamma, gammaMean, luQ, Double(minEdge), Double(maxEdge), seconds])
            .allSatisfy(\.isFinite)
    }
}

/// A layer's graphs, packed.
struct GraphRecord: Codable, FetchableRecord, PersistableRecord {
    static let databaseTableName = "graph"

    var position: Int
    var edges: PackedBytes
    var neighbors: PackedBytes
    var classEdges: PackedBytes
}
