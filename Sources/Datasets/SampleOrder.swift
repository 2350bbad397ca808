import Tensors

/// In what order the samples of a data set are taken.
public enum SampleOrder {
    /// Whether labels come in runs, as in sorted files and folders.
    ///
    /// A random order of N labels, n_c of each class, has (N² − Σ n_c²)/N changes between neighbours on average, with
    /// a standard deviation below √N. Labels come in runs where there are at most half as many changes; for some dozens of
    /// samples and more no random order is taken for one. One class alone is no run. O(N).
    public static func comesInRuns(_ labels: [Int]) -> Bool {
        var counts: [Int: Int] = [:]
        for label in labels { counts[label, default: 0] += 1 }
        guard counts.count > 1 else { return false }
        let changes = zip(labels, labels.dropFirst()).count { $0 != $1 }
        let total = labels.count
        let expectedTimesTotal = total * total - counts.values.reduce(0) { $0 + $1 * $1 }
        return 2 * changes * total <= expectedTimesTotal
    }

    /// The indices of the labels, dealt round-robin over the classes in ascending order: the first of each class, the
    /// second of each, and so on; classes that have run out are passed over. O(N log N).
    public static func interleaved(_ labels: [Int]) -> [Int] {
        var ranks: [Int: Int] = [:]
        let places = labels.enumerated().map { index, label in
            let rank = ranks[label, default: 0]
            ranks[label] = rank + 1
            return (rank: rank, label: label, index: index)
        }
        return places.sorted { ($0.rank, $0.label) < ($1.rank, $1.label) }.map(\.index)
    }

    /// Which samples are taken, and in which order.
    struct Choice {
        /// Indices into the set.
        var indices: [Int]
        /// `file` or `interleaved`, followed by ` + seed` where a seed has permuted it.
        var name: String
        /// Whether the samples are the first of the set as they stand.
        var isPrefix: Bool
    }

    /// The first `limit` samples of the set, interleaved where labels come in runs, permuted where there is a seed.
    /// - Parameter isGrouped: for sets without an order of their own, as folders are: interleaves whatever the labels.
    static func choose(_ labels: [Int], limit: Int?, seed: UInt64?, isGrouped: Bool = false) -> Choice {
        let interleaves = isGrouped || comesInRuns(labels)
        var indices = interleaves ? interleaved(labels) : Array(labels.indices)
        if let seed { SplitMix64.shuffle(&indices, seed: seed) }
        if let limit { indices = Array(indices.prefix(max(0, limit))) }
        return Choice(
            indices: indices, name: (interleaves ? "interleaved" : "file") + (seed == nil ? "" : " + seed"),
            isPrefix: !interleaves && seed == nil)
    }
}
