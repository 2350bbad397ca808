/// Keeps, for each of N samples, the k most similar others offered to it; ties by the smaller index.
///
/// Each worker has one, as a tile touches two samples' lists at once. Memory O(N·k); an offer costs O(k) where it enters a
/// list, which happens k·ln(N/k) times a sample.
struct NeighborSelection: ~Copyable {
    let k: Int
    let count: Int
    /// Per sample, the similarity below which nothing enters its list any more; not above the k-th greatest of all.
    let bars: UnsafeMutablePointer<Float>
    /// `count` × k, each row from the most similar on; unused places hold (−∞, Int32.max).
    private let similarities: UnsafeMutablePointer<Float>
    private let indices: UnsafeMutablePointer<Int32>

    init(count: Int, k: Int) {
        self.count = count
        self.k = max(0, min(k, count - 1))
        let slots = count * self.k
        similarities = .allocate(capacity: max(1, slots))
        similarities.initialize(repeating: -.infinity, count: slots)
        indices = .allocate(capacity: max(1, slots))
        indices.initialize(repeating: .max, count: slots)
        bars = .allocate(capacity: max(1, count))
        bars.initialize(repeating: self.k > 0 ? -.infinity : .infinity, count: count)
    }

    deinit {
        similarities.deallocate()
        indices.deallocate()
        bars.deallocate()
    }

    @inline(__always)
    mutating func offer(_ similarity: Float, from neighbor: Int32, to sample: Int) {
        if similarity >= bars[sample] { insert(similarity, from: neighbor, to: sample) }
    }

    private mutating func insert(_ similarity: Float, from neighbor: Int32, to sample: Int) {
        let values = similarities + sample * k
        let names = indices + sample * k
        var place = k
        while place > 0,
            similarity > values[place - 1] || (similarity == values[place - 1] && neighbor < names[place - 1])
        {
            place -= 1
        }
        guard place < k else { return }
        for slot in stride(from: k - 1, to: place, by: -1) {
            values[slot] = values[slot - 1]
            names[slot] = names[slot - 1]
        }
        values[place] = similarity
        names[place] = neighbor
        raiseBar(of: sample, to: values[k - 1])
    }

    /// To what is proved not to be above the k-th greatest of all similarities to the sample.
    @inline(__always)
    func raiseBar(of sample: Int, to value: Float) { bars[sample] = max(bars[sample], value) }

    /// Whether everything would be let in to a list.
    func isAnyUnset(_ samples: Range<Int>) -> Bool { samples.contains { bars[$0] == -.infinity } }

    /// Brings the bars of some samples and those that other workers have proved together.
    func shareBars(of samples: Range<Int>, with proved: inout [Float]) {
        for sample in samples {
            raiseBar(of: sample, to: proved[sample])
            proved[sample] = bars[sample]
        }
    }

    /// Takes in what another selection over the same samples has kept. O(N·k²) at worst.
    mutating func merge(_ other: borrowing NeighborSelection) {
        for slot in 0..<(count * k) where other.indices[slot] != .max {
            offer(other.similarities[slot], from: other.indices[slot], to: slot / k)
        }
    }

    /// The lists as they stand.
    var lists: NeighborLists {
        NeighborLists(
            k: k, indices: Array(UnsafeBufferPointer(start: indices, count: count * k)),
            similarities: Array(UnsafeBufferPointer(start: similarities, count: count * k)))
    }
}
