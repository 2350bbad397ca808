extension ModularityFigures {
    /// The figures of an edge graph and, with them, the jackknife replicates of M.
    ///
    /// With s_i = Σ sim over the edges of sample i, S = Σ s_i and the sums running over unordered pairs of E,
    ///
    ///     AQ = 1/(2S) Σ_correct (sim − s_i s_j / (2S))        eq. 3
    ///     EQ = 1/(2S) Σ_wrong   (sim − s_i s_j / (2S))        eq. 4
    ///     M  = r · AQ · (1 − EQ),  r = |AS| / |E|             eq. 5
    ///
    /// S counts each edge twice, so AQ + EQ < 1/4 where the weights are positive. `Normalization.newman` takes
    /// (2/S) Σ (sim − s_i s_j / S) in place of either sum; that still isn't Newman's Q, whose null term runs over absent
    /// pairs too. S ≤ 0 leaves AQ = EQ = M = 0 and sets `isDegenerate`; r stays what was counted.
    ///
    /// Sums are taken in float64 and in the order of `edges`: equal edges in equal order give equal bits.
    ///
    /// - Parameters:
    ///   - edges: E, each unordered pair once. An edge that names a sample without a label, or joins a sample to itself,
    ///     isn't in the graph and is left out.
    ///   - labels: Class of each sample; only equality of two labels counts.
    ///   - normalization: How AQ and EQ are normalised.
    /// - Complexity: O(|E| + N) for the figures and as much for each of the ten replicates.
    /// - Source: Yang et al., section 3.2, eqs. 3–5.
    public init(edges: [Edge], labels: [Int], normalization: Normalization = .literal) {
        let graph = edges.filter { $0.isWithin(labels.count) }
        self = ModularityFigures(graph: graph, labels: labels, normalization: normalization)
        replicates = Jackknife.replicates(graph: graph, labels: labels, normalization: normalization)
    }

    /// The figures alone, without replicates. Every edge of `graph` joins two samples that have labels.
    init(graph: [Edge], labels: [Int], normalization: Normalization) {
        self.init()
        var strengths = [Double](repeating: 0, count: labels.count)
        for edge in graph {
            strengths[Int(edge.source)] += Double(edge.similarity)
            strengths[Int(edge.target)] += Double(edge.similarity)
            if labels[Int(edge.source)] == labels[Int(edge.target)] { correct += 1 } else { wrong += 1 }
        }
        r = graph.isEmpty ? 0 : Double(correct) / Double(graph.count)
        let total = strengths.reduce(0, +)
        guard total > 0, total.isFinite else {
            isDegenerate = true
            return
        }
        let nullTotal = normalization == .literal ? 2 * total : total
        let scale = normalization == .literal ? 1 / (2 * total) : 2 / total
        var sums = (correct: 0.0, wrong: 0.0)
        for edge in graph {
            let source = Int(edge.source)
            let target = Int(edge.target)
            let term = Double(edge.similarity) - strengths[source] * strengths[target] / nullTotal
            if labels[source] == labels[target] { sums.correct += term } else { sums.wrong += term }
        }
        correctModularity = scale * sums.correct
        wrongModularity = scale * sums.wrong
        modularity = r * correctModularity * (1 - wrongModularity)
    }
}

extension Edge {
    /// Whether the edge joins two different samples out of the first `count`.
    public func isWithin(_ count: Int) -> Bool {
        source != target && source >= 0 && target >= 0 && Int(source) < count && Int(target) < count
    }
}
