/// An unordered pair of samples joined in the graph of the strongest similarities; `source < target`.
public struct Edge: Hashable, Sendable {
    public var source: Int32
    public var target: Int32
    public var similarity: Float

    public init(source: Int32, target: Int32, similarity: Float) {
        self.source = source
        self.target = target
        self.similarity = similarity
    }
}

/// The k most similar other samples of each sample, the most similar first, ties by the smaller index.
public struct NeighborLists: Equatable, Sendable {
    /// Neighbours a sample has: min(k, N - 1).
    public let k: Int
    /// N × k sample indices, row-major.
    public var indices: [Int32]
    /// N × k similarities beside them.
    public var similarities: [Float]

    public init(k: Int, indices: [Int32], similarities: [Float]) {
        self.k = k
        self.indices = indices
        self.similarities = similarities
    }
}
