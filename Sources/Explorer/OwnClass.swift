import Separation

/// When a network knows a sample: the share of its nearest that are of its own class, layer by layer.
struct OwnClassCurve: Equatable {
    /// The layers of the level.
    let layers: [Int]
    /// Of each of them; nil while the layer is unknown, or where the sample has no neighbours there.
    let shares: [Double?]
    /// How many nearest are looked at, at most.
    let count: Int

    /// Where most of the nearest are of the own class for good: the place, among the layers, of the first one from which on
    /// the share stays at ½ or above; nil where it is below at the last layer that is known.
    var lasting: Int? {
        let known = shares.indices.filter { shares[$0] != nil }
        return known.reversed().prefix { shares[$0] ?? 0 >= 0.5 }.last
    }

    /// Whether anything is known.
    var isEmpty: Bool { shares.allSatisfy { $0 == nil } }
}

extension ExplorerModel {
    /// The curve of a sample over the layers of the level.
    ///
    /// - Complexity: O(layers · k).
    func ownClassCurve(of sample: Int) -> OwnClassCurve {
        let layers = run.layers(on: level)
        var count = 0
        let shares = layers.map { layer -> Double? in
            let neighbors = neighbors(of: sample, layer: layer)
            guard !neighbors.isEmpty else { return nil }
            count = max(count, neighbors.count)
            return Double(neighbors.count { $0.isOwnClass }) / Double(neighbors.count)
        }
        return OwnClassCurve(layers: layers, shares: shares, count: count)
    }
}
