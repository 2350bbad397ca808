import Separation

/// One of several parts of an analysis, each with layers of its own, which machines can work on at the same time.
///
/// Every part passes the samples through the whole network, since a layer's output takes all layers before it; what takes
/// most of the time, the similarities, is divided.
public struct Shard: Equatable, Sendable {
    /// 1 to `count`.
    public let index: Int
    public let count: Int

    /// More parts than any network has layers.
    public static let most = 10_000

    /// nil unless 1 ≤ `index` ≤ `count` ≤ `most`.
    public init?(index: Int, count: Int) {
        guard (1...Self.most).contains(count), (1...count).contains(index) else { return nil }
        (self.index, self.count) = (index, count)
    }

    /// The layers of this part, by their index. Those of all parts are all that are to be done, each once.
    ///
    /// Similarities cost as much as a layer has features. The costliest layer first, each goes to the part that has least to
    /// do so far (Graham's LPT rule: no part has more than 4/3 of what the best division would give the fullest one).
    /// - Parameter finished: layers that are done already.
    /// - Complexity: O(layers · (log layers + parts)).
    public func layers(of layers: [LayerDescription], without finished: Set<Int> = []) -> Set<Int> {
        let costs = layers.map { $0.shape.reduce(1, *) }
        let costliestFirst = layers.indices.filter { !finished.contains($0) }.sorted {
            (costs[$1], $0) < (costs[$0], $1)
        }
        var loads = [Int](repeating: 0, count: count)
        var mine: Set<Int> = []
        for layer in costliestFirst {
            let part = loads.indices.min { loads[$0] < loads[$1] } ?? 0
            loads[part] += costs[layer]
            if part == index - 1 { mine.insert(layer) }
        }
        return mine
    }
}
