/// Keeps, for each of N samples, the k most similar others offered to it; ties by the smaller index.
///
/// Each worker has one, as a tile touches two samples' lists at once. Memory O(N·k).
struct NeighborSelection {
    let k: Int
    let count: Int
    /// N × k, each row from the most similar on; unused places hold (−∞, Int32.max).
    private(set) var similarities: [Float]
    private(set) var indices: [Int32]
    /// Per sample, the similarity below which nothing enters its list any more.
    private(set) var bars: [Float]

    init(count: Int, k: Int) {
        self.count = count
        self.k = max(0, min(k, count - 1))
        similarities = Array(repeating: -.infinity, count: count * self.k)
        indices = Array(repeating: .max, count: count * self.k)
        bars = Array(repeating: self.k > 0 ? -.infinity : .infinity, count: count)
    }

    @inline(__always)
    mutating func offer(_ similarity: Float, from neighbor: Int32, to sample: Int) {
        if similarity >= bars[sample] { insert(similarity, from: neighbor, to: sample) }
    }

    @inline(never)
    private mutating func insert(_ similarity: Float, from neighbor: Int32, to sample: Int) {
        let start = sample * k
        var place = k
        while place > 0 {
            let before = start + place - 1
            let isBetter =
                similarity > similarities[before] || (similarity == similarities[before] && neighbor < indices[before])
            guard isBetter else { break }
            place -= 1
        }
        guard place < k else { return }
        var slot = start + k - 1
        while slot > start + place {
            similarities[slot] = similarities[slot - 1]
            indices[slot] = indices[slot - 1]
            slot -= 1
        }
        similarities[slot] = similarity
        indices[slot] = neighbor
        bars[sample] = similarities[start + k - 1]
    }

    /// The lists over what all selections have seen. O(workers · N · k²).
    static func merge(_ selections: [NeighborSelection]) -> NeighborLists {
        guard var merged = selections.first else { return NeighborLists(k: 0, indices: [], similarities: []) }
        for other in selections.dropFirst() {
            for slot in other.indices.indices where other.indices[slot] != .max {
                merged.offer(other.similarities[slot], from: other.indices[slot], to: slot / other.k)
            }
        }
        return NeighborLists(k: merged.k, indices: merged.indices, similarities: merged.similarities)
    }
}
