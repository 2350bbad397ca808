/// How many edges run between each two classes: a symmetric class × class table, of which only what isn't 0 is kept.
public struct ClassEdges: Equatable, Sendable {
    /// Two classes, `first ≤ second`, and the edges between them.
    public struct Pair: Hashable, Sendable {
        public var first: Int
        public var second: Int
        public var count: Int

        public init(first: Int, second: Int, count: Int) {
            self.first = first
            self.second = second
            self.count = count
        }
    }

    /// The pairs that have edges, ascending by (first, second); a class with itself for the edges within it.
    public let pairs: [Pair]

    /// Counts the edges of a graph.
    ///
    /// - Parameters:
    ///   - edges: Each unordered pair once; edges that name a sample without a label are left out.
    ///   - labels: Class of each sample.
    /// - Complexity: O(|E| + P log P) for P pairs of classes with edges.
    public init(edges: [Edge], labels: [Int]) {
        var counts: [Pair: Int] = [:]
        for edge in edges where edge.isWithin(labels.count) {
            let (a, b) = (labels[Int(edge.source)], labels[Int(edge.target)])
            counts[Pair(first: min(a, b), second: max(a, b), count: 0), default: 0] += 1
        }
        pairs = counts.map { Pair(first: $0.key.first, second: $0.key.second, count: $0.value) }
            .sorted { ($0.first, $0.second) < ($1.first, $1.second) }
    }

    /// A table from counts that were kept; nil where `pairs` isn't ascending, or one isn't `first ≤ second`.
    public init?(pairs: [Pair]) {
        let ascends = zip(pairs, pairs.dropFirst()).allSatisfy { ($0.first, $0.second) < ($1.first, $1.second) }
        guard ascends, pairs.allSatisfy({ $0.first <= $0.second }) else { return nil }
        self.pairs = pairs
    }

    /// Edges between classes `a` and `b`, in either order; within the class where they are equal.
    ///
    /// - Complexity: O(log P).
    public subscript(a: Int, b: Int) -> Int {
        let wanted = (min(a, b), max(a, b))
        var (low, high) = (0, pairs.count)
        while low < high {
            let middle = (low + high) / 2
            if (pairs[middle].first, pairs[middle].second) < wanted { low = middle + 1 } else { high = middle }
        }
        guard low < pairs.count, (pairs[low].first, pairs[low].second) == wanted else { return 0 }
        return pairs[low].count
    }

    /// The pairs of different classes with the most edges between them, the most confused first, ties by class.
    ///
    /// - Complexity: O(P log P).
    public func mostConfused(_ limit: Int = .max) -> [Pair] {
        let confused = pairs.filter { $0.first < $0.second }
            .sorted { ($1.count, $0.first, $0.second) < ($0.count, $1.first, $1.second) }
        return Array(confused.prefix(max(0, limit)))
    }
}
