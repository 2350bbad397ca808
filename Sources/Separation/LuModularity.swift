extension NeighborLists {
    /// Q of Lu et al.: Newman's weighted modularity of the classes on the graph of the k nearest neighbours.
    ///
    /// Each sample keeps its k most similar others, D_ij = sim where j is one of i's and 0 elsewhere, A = (D + Dᵀ)/2. With
    /// s_i = Σ_j A_ij and W = Σ s_i,
    ///
    ///     Q = Σ_c [ Σ_{i,j in c} A_ij / W − (Σ_{i in c} s_i / W)² ]
    ///
    /// A needn't be formed: D and A agree in both sums over a class, and s_i is half of what leaves and enters i in D.
    /// W ≤ 0 gives 0. Q depends on N and k: runs are compared only where both are equal.
    ///
    /// - Parameters:
    ///   - labels: Class of each sample, N numbers; only equality of two labels counts.
    ///   - k: Neighbours taken, the first k of each list; all of them where the lists hold fewer.
    /// - Complexity: O(kN).
    /// - Source: Lu et al., Understanding the Dynamics of DNNs Using Graph Modularity, ECCV 2022.
    public func luModularity(labels: [Int], k taken: Int = 3) -> Double {
        guard k > 0 else { return 0 }
        let samples = min(labels.count, indices.count / k, similarities.count / k)
        let classes = DenseLabels(labels)
        var within = [Double](repeating: 0, count: classes.count)
        var strengths = [Double](repeating: 0, count: classes.count)
        var total = 0.0
        for sample in 0..<samples {
            for position in sample * k..<sample * k + max(0, min(taken, k)) {
                let neighbor = Int(indices[position])
                guard labels.indices.contains(neighbor) else { continue }
                let weight = Double(similarities[position])
                let (own, other) = (classes.labels[sample], classes.labels[neighbor])
                total += weight
                strengths[own] += weight / 2
                strengths[other] += weight / 2
                if own == other { within[own] += weight }
            }
        }
        guard total > 0, total.isFinite else { return 0 }
        return zip(within, strengths).reduce(0) { sum, pair in
            sum + pair.0 / total - (pair.1 / total) * (pair.1 / total)
        }
    }
}

/// Labels renumbered 0, 1, 2 … in the order of their first sample, so that any labels can index an array.
struct DenseLabels {
    let labels: [Int]
    let count: Int

    init(_ given: [Int]) {
        var numbers: [Int: Int] = [:]
        labels = given.map { label in
            if let number = numbers[label] { return number }
            numbers[label] = numbers.count
            return numbers.count - 1
        }
        count = numbers.count
    }
}
