/// How M's inner normalisation is taken.
public enum Normalization: String, Sendable, Codable, CaseIterable {
    /// As printed in eqs. 3 and 4: S counts each edge twice.
    case literal
    /// (2/S) Σ (sim − s_i s_j / S).
    case newman
}

/// Which layers a curve runs over.
public enum Level: String, Sendable, Codable, CaseIterable {
    /// Every layer: the paper's, and the default.
    case conv
    /// The stem and each residual block's output.
    case block
}

/// Where a run comes from and how it was made: one per run, known before its first layer is finished.
public struct RunHeader: Equatable, Sendable, Codable {
    /// File names as given, not paths' contents.
    public var checkpoint: String
    public var checkpointHash: String
    /// For people: `resnet56, option A`.
    public var architecture: String
    /// Trained parameters of the whole network.
    public var parameters: Int
    public var data: String
    public var dataHash: String
    public var classes: [String]
    /// How the images were ordered: `file`, `interleaved`; `+ seed` where permuted.
    public var order: String
    public var seed: UInt64?
    public var normName: String
    public var mean: [Double]
    public var std: [Double]
    /// Share of the loaded images that the network classifies as labelled; nil while unknown.
    public var accuracy: Double?
    /// N, the graph sample.
    public var samples: Int
    /// |E|.
    public var edges: Int
    public var histogramSamples: Int
    public var normalization: Normalization
    public var k: Int
    public var level: Level
    public var tolerance: Double
    public var minLength: Int
    /// Whether layers are tapped as Lu et al. do (`--lu-protocol`).
    public var luProtocol: Bool
    /// All layers of the network in order, finished or not.
    public var layers: [LayerDescription]
    /// Class of each graph sample, N numbers.
    public var labels: [Int]
    /// What the network says of each graph sample; empty while unknown.
    public var predictions: [Int]
    /// The version of sepal that made the run.
    public var version: String
    /// Where the time went; nil until the run has ended.
    public var seconds: RunSeconds?
    /// The most memory that the analysis held; nil until the run has ended.
    public var peakMemoryBytes: Int?
    /// Units and costs of the network; nil for features, and for runs of versions that didn't look at them.
    public var network: NetworkDescription?
    /// Where checkpoint and data were; nil where they were no files, and for runs of older versions.
    public var origin: RunOrigin?
    /// Whether features were screened as bytes where that paid; nil, and false, for runs of versions that didn't.
    public var isScreened: Bool?

    public init(
        checkpoint: String, checkpointHash: String, architecture: String, parameters: Int, data: String,
        dataHash: String, classes: [String], order: String, seed: UInt64?, normName: String, mean: [Double],
        std: [Double], accuracy: Double?, samples: Int, edges: Int, histogramSamples: Int,
        normalization: Normalization, k: Int, level: Level, tolerance: Double, minLength: Int, luProtocol: Bool,
        layers: [LayerDescription], labels: [Int], predictions: [Int], version: String,
        seconds: RunSeconds? = nil, peakMemoryBytes: Int? = nil, network: NetworkDescription? = nil,
        origin: RunOrigin? = nil, isScreened: Bool? = nil
    ) {
        self.checkpoint = checkpoint
        self.checkpointHash = checkpointHash
        self.architecture = architecture
        self.parameters = parameters
        self.data = data
        self.dataHash = dataHash
        self.classes = classes
        self.order = order
        self.seed = seed
        self.normName = normName
        self.mean = mean
        self.std = std
        self.accuracy = accuracy
        self.samples = samples
        self.edges = edges
        self.histogramSamples = histogramSamples
        self.normalization = normalization
        self.k = k
        self.level = level
        self.tolerance = tolerance
        self.minLength = minLength
        self.luProtocol = luProtocol
        self.layers = layers
        self.labels = labels
        self.predictions = predictions
        self.version = version
        self.seconds = seconds
        self.peakMemoryBytes = peakMemoryBytes
        self.network = network
        self.origin = origin
        self.isScreened = isScreened
    }
}
