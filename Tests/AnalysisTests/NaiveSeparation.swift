import Separation

/// The figures by their definitions: all pairs, float64, dense matrices, nothing shared with what is tested.
struct NaiveSeparation {
    let cosines: [[Double]]
    let labels: [Int]

    init(_ rows: [[Float]], labels: [Int]) {
        let rows = rows.map { $0.map(Double.init) }
        let norms = rows.map { $0.reduce(0) { $0 + $1 * $1 }.squareRoot() }
        cosines = rows.indices.map { s in
            rows.indices.map { t in
                guard norms[s] > 0, norms[t] > 0 else { return 0 }
                return zip(rows[s], rows[t]).reduce(0) { $0 + $1.0 * $1.1 } / (norms[s] * norms[t])
            }
        }
        self.labels = labels
    }

    struct Pair {
        var s, t: Int
        var similarity: Double
    }

    /// All pairs, the strongest first.
    var ranked: [Pair] {
        cosines.indices.flatMap { s in (s + 1..<cosines.count).map { Pair(s: s, t: $0, similarity: cosines[s][$0]) } }
            .sorted { ($1.similarity, $0.s, $0.t) < ($0.similarity, $1.s, $1.t) }
    }

    /// Pairs per bin and, of these, those of one class; `doubtful` lie so near a bin's edge that rounding decides.
    func histogram(samples: Int) -> (all: [Int], same: [Int], negative: Int, doubtful: Int) {
        var (all, same) = (Array(repeating: 0, count: 10), Array(repeating: 0, count: 10))
        var (negative, doubtful) = (0, 0)
        for s in 0..<samples {
            for t in s + 1..<max(samples, s + 1) {
                let value = cosines[s][t]
                let bin = min(9, max(0, Int((value * 10).rounded(.down))))
                all[bin] += 1
                if labels[s] == labels[t] { same[bin] += 1 }
                if value < 0 { negative += 1 }
                if abs(value * 10 - (value * 10).rounded()) < 1e-4 { doubtful += 1 }
            }
        }
        return (all, same, negative, doubtful)
    }

    struct Figures {
        var r = 0.0, correct = 0.0, wrong = 0.0, modularity = 0.0
    }

    /// Eqs. 3–5 as printed, over a dense matrix of the edges.
    func figures(_ edges: [Pair]) -> Figures {
        var weights = cosines.map { _ in Array(repeating: 0.0, count: cosines.count) }
        for edge in edges {
            weights[edge.s][edge.t] = edge.similarity
            weights[edge.t][edge.s] = edge.similarity
        }
        let strengths = weights.map { $0.reduce(0, +) }
        let twice = 2 * strengths.reduce(0, +)
        var figures = Figures()
        var within = 0
        for edge in edges {
            let term = (edge.similarity - strengths[edge.s] * strengths[edge.t] / twice) / twice
            if labels[edge.s] == labels[edge.t] {
                figures.correct += term
                within += 1
            } else {
                figures.wrong += term
            }
        }
        figures.r = Double(within) / Double(edges.count)
        figures.modularity = figures.r * figures.correct * (1 - figures.wrong)
        return figures
    }

    /// The delete-group jackknife: groups by the index modulo ten.
    func standardError(_ edges: [Pair]) -> Double {
        let parts = (0..<10).map { group in
            figures(edges.filter { $0.s % 10 != group && $0.t % 10 != group }).modularity
        }
        let mean = parts.reduce(0, +) / 10
        return (0.9 * parts.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }).squareRoot()
    }

    /// γ and the mean of γ_v: every pair of neighbours is looked up.
    func clustering(_ edges: [Pair]) -> (global: Double, mean: Double) {
        var joined = cosines.map { _ in Array(repeating: false, count: cosines.count) }
        for edge in edges {
            joined[edge.s][edge.t] = true
            joined[edge.t][edge.s] = true
        }
        var (closed, open, mean) = (0.0, 0.0, 0.0)
        for v in joined.indices {
            let neighbors = joined.indices.filter { joined[v][$0] }
            let pairs = Double(neighbors.count * (neighbors.count - 1) / 2)
            var among = 0.0
            for (place, a) in neighbors.enumerated() {
                for b in neighbors[..<place] where joined[a][b] { among += 1 }
            }
            closed += among
            open += pairs
            if pairs > 0 { mean += among / pairs }
        }
        return (open > 0 ? closed / open : 0, mean / Double(joined.count))
    }

    /// Newman's weighted modularity Σ_ij (A_ij − s_i s_j / W) δ(c_i, c_j) / W of the classes, A = (D + Dᵀ)/2.
    func luModularity(k: Int) -> Double {
        let count = cosines.count
        var directed = cosines.map { _ in Array(repeating: 0.0, count: count) }
        for s in 0..<count {
            // The most similar other of those left, k times; `max` would give the last of equals.
            var left = (0..<count).filter { $0 != s }
            for _ in 0..<k {
                guard let best = left.min(by: { (cosines[s][$1], $0) < (cosines[s][$0], $1) }) else { break }
                directed[s][best] = cosines[s][best]
                left.removeAll { $0 == best }
            }
        }
        let weights = (0..<count).map { i in (0..<count).map { (directed[i][$0] + directed[$0][i]) / 2 } }
        let strengths = weights.map { $0.reduce(0, +) }
        let total = strengths.reduce(0, +)
        var modularity = 0.0
        for i in 0..<count {
            for j in 0..<count where labels[i] == labels[j] {
                modularity += (weights[i][j] - strengths[i] * strengths[j] / total) / total
            }
        }
        return modularity
    }
}
