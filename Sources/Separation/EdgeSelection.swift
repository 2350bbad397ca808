import Synchronization

/// Keeps the strongest of the pairs offered to it, exactly: by similarity, ties by the smaller (source, target).
///
/// `threshold` rises as better pairs come in, and no pair below it needs to be offered. Each worker has one that it empties
/// into one for all. Memory O(limit); offering costs O(1) amortised.
struct EdgeSelection {
    /// |E|.
    let limit: Int
    private(set) var candidates: [Edge] = []
    /// The least similarity that may still belong to the strongest `limit` pairs.
    private(set) var threshold: Float

    init(limit: Int) {
        self.limit = limit
        threshold = limit > 0 ? -.infinity : .infinity
    }

    mutating func offer(_ edge: Edge) {
        guard edge.similarity >= threshold else { return }
        candidates.append(edge)
        if candidates.count >= 2 * limit { reduce() }
    }

    /// Drops what can't be among the strongest any more: all below a bar that `limit` pairs reach, found by counting.
    private mutating func reduce() {
        guard candidates.count > limit else { return }
        var (least, most) = (UInt32.max, UInt32.min)
        for candidate in candidates {
            least = min(least, candidate.rank)
            most = max(most, candidate.rank)
        }
        let width = max(0, UInt32.bitWidth - (most - least).leadingZeroBitCount - 12)
        var counts = Array(repeating: 0, count: 1 + Int((most - least) >> width))
        for candidate in candidates { counts[Int((candidate.rank - least) >> width)] += 1 }
        var (bucket, reached) = (counts.count, 0)
        while reached < limit {
            bucket -= 1
            reached += counts[bucket]
        }
        let bar = least + UInt32(bucket) << width
        candidates.keepAll { $0.rank >= bar }
        threshold = max(threshold, Edge.similarity(rank: bar))
        // Where many are all but equal.
        if candidates.count > limit + limit / 2 { settle() }
    }

    /// Keeps the strongest `limit` pairs and no others.
    mutating func settle() {
        candidates.keepStrongest(limit)
        if candidates.count == limit { threshold = max(threshold, candidates.last?.similarity ?? threshold) }
    }

    /// Takes what another selection has kept, and tells it how strong a pair has to be by now.
    mutating func take(from other: inout EdgeSelection) {
        candidates += other.candidates
        if candidates.count >= 2 * limit { reduce() }
        threshold = max(threshold, other.threshold)
        other.candidates.removeAll(keepingCapacity: true)
        other.threshold = threshold
    }

    /// The strongest `limit` pairs, in the order (source, target).
    var strongest: [Edge] {
        var settled = self
        settled.settle()
        return settled.candidates.sortedByEnds()
    }
}

extension Edge {
    /// The order of strength: greater similarity first, ties by (source, target). Total, as no pair occurs twice.
    @inline(__always) func isStronger(than other: Edge) -> Bool {
        if similarity != other.similarity { return similarity > other.similarity }
        return source != other.source ? source < other.source : target < other.target
    }

    /// A number that is the greater, the greater the similarity is: IEEE 754 orders what is positive by its bits, and what is
    /// negative the other way round.
    @inline(__always) fileprivate var rank: UInt32 {
        // Makes one zero of the two.
        let bits = (similarity + 0).bitPattern
        return bits >> 31 == 0 ? bits | 1 << 31 : ~bits
    }

    fileprivate static func similarity(rank: UInt32) -> Float {
        Float(bitPattern: rank >> 31 == 1 ? rank & ~(1 << 31) : ~rank)
    }
}

extension [Edge] {
    /// In the order they are in. Without branches, which couldn't be foretold.
    mutating func keepAll(where isKept: (Edge) -> Bool) {
        let kept = withUnsafeMutableBufferPointer { edges in
            var kept = 0
            for edge in edges {
                edges[kept] = edge
                kept += isKept(edge) ? 1 : 0
            }
            return kept
        }
        removeLast(count - kept)
    }

    /// In the order (source, target), numbers from 0 on; O(pairs + samples), as they are counted rather than compared.
    func sortedByEnds() -> [Edge] { sorted { $0.target }.sorted { $0.source } }

    /// In the order of their numbers; those alike stay in the order they are in.
    private func sorted(by number: (Edge) -> Int32) -> [Edge] {
        var places = Array<Int>(repeating: 0, count: 2 + Int(lazy.map(number).max() ?? 0))
        for edge in self { places[Int(number(edge)) + 1] += 1 }
        for place in places.indices.dropFirst() { places[place] += places[place - 1] }
        return Array(unsafeUninitializedCapacity: count) { edges, initialized in
            guard let start = edges.baseAddress else { return }
            for edge in self {
                let place = places[Int(number(edge))]
                (start + place).initialize(to: edge)
                places[Int(number(edge))] += 1
            }
            initialized = count
        }
    }

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
