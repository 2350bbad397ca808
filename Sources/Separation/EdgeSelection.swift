import Synchronization

/// Keeps the strongest of the pairs offered to it, exactly: by similarity, ties by the smaller (source, target).
///
/// Each worker has one; `threshold` rises as better pairs come in, and no pair below it needs to be offered.
/// Memory O(limit); offering costs O(1) amortised.
struct EdgeSelection {
    /// |E|.
    let limit: Int
    private(set) var candidates: [Edge] = []
    /// The least similarity that may still belong to the strongest `limit` pairs.
    private(set) var threshold: Float

    init(limit: Int) {
        self.limit = limit
        threshold = limit > 0 ? -.infinity : .infinity
        candidates.reserveCapacity(min(2 * limit, 1 << 20))
    }

    mutating func offer(_ edge: Edge) {
        guard edge.similarity >= threshold else { return }
        candidates.append(edge)
        if candidates.count >= 2 * limit { reduce() }
    }

    /// Takes over a threshold that another worker has already proved.
    mutating func raiseThreshold(to value: Float) { threshold = max(threshold, value) }

    /// Drops what can't be among the strongest any more.
    mutating func reduce() {
        candidates.keepStrongest(limit)
        if candidates.count >= limit { threshold = max(threshold, candidates.last?.similarity ?? threshold) }
    }

    /// Takes in what another selection has kept.
    mutating func merge(_ other: EdgeSelection) {
        candidates += other.candidates
        reduce()
    }

    /// The strongest `limit` pairs, in the order (source, target).
    var strongest: [Edge] {
        var edges = candidates
        edges.keepStrongest(limit)
        edges.sort { ($0.source, $0.target) < ($1.source, $1.target) }
        return edges
    }
}

extension Edge {
    /// The order of strength: greater similarity first, ties by (source, target). Total, as no pair occurs twice.
    @inline(__always) func isStronger(than other: Edge) -> Bool {
        if similarity != other.similarity { return similarity > other.similarity }
        return source != other.source ? source < other.source : target < other.target
    }
}

extension [Edge] {
    /// Keeps the `limit` strongest, the weakest of them last, the others in no order. Quickselect: expected O(count).
    fileprivate mutating func keepStrongest(_ limit: Int) {
        guard count > limit else {
            if let weakest = indices.max(by: { self[$0].isStronger(than: self[$1]) }) { swapAt(weakest, count - 1) }
            return
        }
        guard limit > 0 else { return removeAll(keepingCapacity: true) }
        withUnsafeMutableBufferPointer { edges in
            var (low, high) = (0, edges.count - 1)
            while low < high {
                let pivot = medianOfThree(edges[low], edges[low + (high - low) / 2], edges[high])
                var (i, j) = (low, high)
                while i <= j {
                    while edges[i].isStronger(than: pivot) { i += 1 }
                    while pivot.isStronger(than: edges[j]) { j -= 1 }
                    if i <= j {
                        edges.swapAt(i, j)
                        i += 1
                        j -= 1
                    }
                }
                if limit - 1 <= j { high = j } else if limit - 1 >= i { low = i } else { break }
            }
        }
        removeLast(count - limit)
    }
}

private func medianOfThree(_ a: Edge, _ b: Edge, _ c: Edge) -> Edge {
    let (first, second) = a.isStronger(than: b) ? (a, b) : (b, a)
    if c.isStronger(than: first) { return first }
    return second.isStronger(than: c) ? second : c
}
