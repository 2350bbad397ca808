import Separation

/// What a user can choose about an analysis; every default is the design's.
public struct AnalysisOptions: Equatable, Sendable {
    /// N, the graph sample.
    public var samples = 4000
    /// |E|; min(10·N, N(N−1)/2) where nil.
    public var edges: Int?
    /// N where nil.
    public var histogramSamples: Int?
    /// Images loaded; as many as graph and histogram need where nil.
    public var limit: Int?
    /// Neighbours that Lu et al.'s graph takes.
    public var neighbors = 3
    public var normalization = Normalization.literal
    public var level = Level.conv
    public var criterion = CriterionOptions()
    public var luProtocol = false
    /// When features are screened as bytes first.
    public var screening = SimilarityOptions.Screening.automatic
    /// A permutation of the images before samples are taken.
    public var seed: UInt64?
    /// A name from `ImageNormalization.named`, or given numbers; chosen where nil.
    public var imageNormalization: ImageNormalization?
    public var architecture: String?

    public init() {}

    /// Those of a run, for figures that can be compared with its own; the histogram is over its graph sample.
    public init(_ header: RunHeader) {
        samples = header.samples
        edges = header.edges
        neighbors = header.k
        normalization = header.normalization
        level = header.level
        criterion = CriterionOptions(tolerance: header.tolerance, minLength: header.minLength)
        luProtocol = header.luProtocol
        screening = header.isScreened == true ? .automatic : .never
        seed = header.seed
    }

    /// The paper's numbers: 4,000 samples in the graph, 10,000 in the histogram.
    public mutating func useThePapersNumbers() {
        samples = 4000
        histogramSamples = 10_000
    }

    /// Images that are loaded where they are large and nobody says how many: activations of 224×224 pixels take gigabytes.
    public static let limitOfLargeImages = 1000

    /// Images that have to be loaded.
    public var imagesWanted: Int { limit ?? max(samples, histogramSamples ?? 0) }

    /// - Throws: `SeparationError.badOption`, naming the option as it is typed.
    public func validate() throws(SeparationError) {
        func check(_ name: String, _ value: Int?, atLeast least: Int) throws(SeparationError) {
            guard let value, value < least else { return }
            throw .badOption(name: name, value: "\(value)", allowed: "\(least) or more")
        }
        try check("--samples", samples, atLeast: 2)
        try check("--edges", edges, atLeast: 1)
        try check("--histogram-samples", histogramSamples, atLeast: 2)
        try check("--limit", limit, atLeast: 2)
        try check("--neighbors", neighbors, atLeast: 1)
        try check("--min-length", criterion.minLength, atLeast: 1)
        guard neighbors <= 10 else {
            throw .badOption(name: "--neighbors", value: "\(neighbors)", allowed: "1 to 10, as many as are kept")
        }
        guard criterion.tolerance >= 0, criterion.tolerance <= 1 else {
            throw .badOption(name: "--tolerance", value: "\(criterion.tolerance)", allowed: "0 to 1")
        }
    }
}
