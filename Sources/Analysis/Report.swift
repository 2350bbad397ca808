import Separation

/// A run as it is printed: its header, its finished layers and what Criterion I says of them, made ready for JSON, CSV and
/// text. Flags are taken with the header's tolerance and least length.
public struct Report: Sendable {
    public let header: RunHeader
    /// A result for each layer of the header; nil while it is missing.
    public let results: [LayerResult?]
    public let flags: RunFlags
    public let seconds: RunSeconds?
    public let peakMemoryBytes: Int?

    /// - Parameters:
    ///   - header: The run. Its `level` says which curve the text speaks of.
    ///   - results: A result for each layer of the header, nil where missing; a shorter list has no more. Edges aren't used.
    ///   - seconds: Where the time went; the header's where nil.
    ///   - peakMemoryBytes: The most memory held; the header's where nil.
    public init(
        header: RunHeader, results: [LayerResult?], seconds: RunSeconds? = nil, peakMemoryBytes: Int? = nil
    ) {
        self.header = header
        self.results = header.layers.indices.map { results.indices.contains($0) ? results[$0] : nil }
        self.seconds = seconds ?? header.seconds
        self.peakMemoryBytes = peakMemoryBytes ?? header.peakMemoryBytes
        flags = RunFlags(
            layers: header.layers, results: self.results,
            options: CriterionOptions(tolerance: header.tolerance, minLength: header.minLength))
    }

    /// The finished layers, ascending by index.
    public var finished: [(index: Int, result: LayerResult)] {
        results.indices.compactMap { index in results[index].map { (index, $0) } }
    }

    /// The layers of the header's level that Criterion I says may be cut: past the peak, in decline, or on a plateau and not
    /// its first.
    public var candidates: [Int] {
        let level = flags[header.level]
        return level.layers.filter(level.modularity.isRedundant)
    }

    /// Whether no layer is missing.
    public var isComplete: Bool { results.allSatisfy { $0 != nil } }

    /// What a reader of the figures has to know, a sentence each.
    public var warnings: [String] {
        var warnings: [String] = []
        let missing = results.count { $0 == nil }
        if missing > 0 { warnings.append("\(missing) of \(results.count) layers are missing: flags are provisional") }
        for (_, result) in finished {
            if result.figures.isDegenerate {
                warnings.append(
                    "\(result.name): its edges' similarities add up to 0 or less, so AQ, EQ and M are 0 by definition")
            }
            if result.zeroRows > 0 {
                let are = result.zeroRows == 1 ? "1 sample is" : "\(result.zeroRows) samples are"
                warnings.append("\(result.name): \(are) zero throughout, with similarity 0 to all others")
            }
        }
        return warnings
    }
}
