/// Seconds of wall time that an analysis took, part by part; the parts may overlap, so they needn't add up to the total.
public struct RunSeconds: Equatable, Sendable, Codable {
    /// Reading checkpoint and data.
    public var load: Double
    /// Passing the samples through the network.
    public var forward: Double
    /// Similarities, with their histograms, edges and neighbours.
    public var similarity: Double
    /// Figures of the graphs.
    public var statistics: Double
    /// From the start to the end.
    public var total: Double

    public init(
        load: Double = 0, forward: Double = 0, similarity: Double = 0, statistics: Double = 0, total: Double = 0
    ) {
        self.load = load
        self.forward = forward
        self.similarity = similarity
        self.statistics = statistics
        self.total = total
    }

    public static func += (sum: inout RunSeconds, part: RunSeconds) {
        sum.load += part.load
        sum.forward += part.forward
        sum.similarity += part.similarity
        sum.statistics += part.statistics
        sum.total += part.total
    }
}
