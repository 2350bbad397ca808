/// What is known of a layer before any image has gone through it.
public struct LayerDescription: Hashable, Sendable, Codable {
    /// The prefix of the layer's convolution in the checkpoint, as `layer2.3.conv1`.
    public var name: String
    /// Channels, height, width of its output.
    public var shape: [Int]
    /// Trained parameters of its convolution and batch normalisation.
    public var parameters: Int
    /// Whether the layer is on the block level too: the stem, or the output of a residual block.
    public var isBlock: Bool
    /// Multiply-adds of its convolution for one image.
    public var multiplyAdds: Int

    public init(name: String, shape: [Int], parameters: Int, isBlock: Bool, multiplyAdds: Int) {
        self.name = name
        self.shape = shape
        self.parameters = parameters
        self.isBlock = isBlock
        self.multiplyAdds = multiplyAdds
    }
}

/// The figures of the edge graph (eqs. 3–5 of the paper) and their error.
public struct ModularityFigures: Equatable, Sendable {
    /// Edges within a class, |AS|.
    public var correct = 0
    /// Edges between two classes.
    public var wrong = 0
    /// Share of correct edges, |AS| / |E|.
    public var r = 0.0
    /// Correct-modularity AQ, eq. 3.
    public var correctModularity = 0.0
    /// Wrong-modularity EQ, eq. 4.
    public var wrongModularity = 0.0
    /// M = r · AQ · (1 − EQ), eq. 5.
    public var modularity = 0.0
    /// The ten delete-group jackknife replicates of M; empty where they were not computed.
    public var replicates: [Double] = []
    /// S ≤ 0: the figures are zero by definition, not by measurement.
    public var isDegenerate = false

    public init() {}

    /// √(9/10 · Σ (M_g − mean)²): the delete-group jackknife error of M; 0 without replicates.
    public var standardError: Double {
        guard !replicates.isEmpty else { return 0 }
        let count = Double(replicates.count)
        let mean = replicates.reduce(0, +) / count
        return ((count - 1) / count * replicates.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }).squareRoot()
    }
}

/// How closely the neighbours of a vertex know one another (eqs. 1–2, Watts).
public struct Clustering: Equatable, Sendable {
    /// γ: triangles' share of all pairs of neighbours, Σ|E(Γ_v)| / Σ C(k_v, 2).
    public var global = 0.0
    /// Mean of γ_v over all vertices; those with fewer than two neighbours count 0.
    public var mean = 0.0

    public init(global: Double = 0, mean: Double = 0) {
        self.global = global
        self.mean = mean
    }
}

/// All that the analysis finds out about one layer.
public struct LayerResult: Equatable, Sendable {
    public var description: LayerDescription
    public var histogram: SimilarityHistogram
    public var figures: ModularityFigures
    public var clustering: Clustering
    /// Lu et al.'s modularity of the k-nearest-neighbour graph.
    public var luModularity: Double
    /// The strongest |E| pairs, in the order (source, target).
    public var edges: [Edge]
    public var neighbors: NeighborLists
    /// Samples whose representation is zero throughout.
    public var zeroRows: Int
    /// Seconds spent on the layer: forward, similarity, statistics.
    public var seconds: Double
    /// The least similarity among the edges, known even where the edges themselves aren't loaded; 0 without edges.
    public private(set) var leastSimilarity: Float
    /// The greatest similarity among the edges, likewise.
    public private(set) var greatestSimilarity: Float

    /// - Parameter similarityRange: The least and greatest similarity of edges that aren't in `edges`, for a result that
    ///   is read without them; otherwise they are taken from `edges`.
    public init(
        description: LayerDescription, histogram: SimilarityHistogram, figures: ModularityFigures,
        clustering: Clustering, luModularity: Double, edges: [Edge], neighbors: NeighborLists, zeroRows: Int,
        seconds: Double, similarityRange: (least: Float, greatest: Float)? = nil
    ) {
        self.description = description
        self.histogram = histogram
        self.figures = figures
        self.clustering = clustering
        self.luModularity = luModularity
        self.edges = edges
        self.neighbors = neighbors
        self.zeroRows = zeroRows
        self.seconds = seconds
        leastSimilarity = similarityRange?.least ?? edges.lazy.map(\.similarity).min() ?? 0
        greatestSimilarity = similarityRange?.greatest ?? edges.lazy.map(\.similarity).max() ?? 0
    }

    public var name: String { description.name }
}
