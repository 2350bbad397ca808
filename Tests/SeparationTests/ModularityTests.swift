import Testing

@testable import Separation

@Suite struct ModularityTests {
    /// Two pairs, one of each class, and a weaker wrong edge between them: 0 –1– 1 –½– 2 –1– 3.
    static let path = [
        Edge(source: 0, target: 1, similarity: 1),
        Edge(source: 1, target: 2, similarity: 0.5),
        Edge(source: 2, target: 3, similarity: 1),
    ]

    @Test func literalOnPathOfFour() {
        // s = 1, 3/2, 3/2, 1; S = 5, 2S = 10.
        // AQ = 1/10 · 2 (1 − (1 · 3/2)/10)  = 1/10 · 17/10 = 17/100
        // EQ = 1/10 · (1/2 − (3/2 · 3/2)/10) = 1/10 · 11/40 = 11/400
        // M  = 2/3 · 17/100 · 389/400 = 6613/60000
        let figures = ModularityFigures(edges: Self.path, labels: [0, 0, 1, 1])
        #expect(figures.correct == 2)
        #expect(figures.wrong == 1)
        #expect(!figures.isDegenerate)
        expectClose(figures.r, 2.0 / 3)
        expectClose(figures.correctModularity, 17.0 / 100)
        expectClose(figures.wrongModularity, 11.0 / 400)
        expectClose(figures.modularity, 6613.0 / 60000)
    }

    @Test func newmanOnPathOfFour() {
        // AQ = 2/5 · 2 (1 − (3/2)/5)    = 2/5 · 7/5  = 14/25
        // EQ = 2/5 · (1/2 − (9/4)/5)    = 2/5 · 1/20 = 1/50
        // M  = 2/3 · 14/25 · 49/50 = 686/1875
        let figures = ModularityFigures(edges: Self.path, labels: [0, 0, 1, 1], normalization: .newman)
        expectClose(figures.correctModularity, 14.0 / 25)
        expectClose(figures.wrongModularity, 1.0 / 50)
        expectClose(figures.modularity, 686.0 / 1875)
    }

    @Test func triangleWithNegativeEdge() {
        // 0 –1– 1, 1 –(−1/2)– 2, 0 –1/2– 2, classes 0 0 1: s = 3/2, 1/2, 0; S = 2, 2S = 4.
        // AQ = 1/4 (1 − (3/4)/4) = 13/64;  EQ = 1/4 ((−1/2 − 0) + (1/2 − 0)) = 0;  M = 1/3 · 13/64 = 13/192
        let edges = [
            Edge(source: 0, target: 1, similarity: 1), Edge(source: 0, target: 2, similarity: 0.5),
            Edge(source: 1, target: 2, similarity: -0.5),
        ]
        let figures = ModularityFigures(edges: edges, labels: [0, 0, 1])
        expectClose(figures.correctModularity, 13.0 / 64)
        expectClose(figures.wrongModularity, 0)
        expectClose(figures.modularity, 13.0 / 192)
    }

    @Test func totalAtOrBelowZeroIsDegenerate() {
        for weight: Float in [-0.5, 0] {
            let edges = [
                Edge(source: 0, target: 1, similarity: weight), Edge(source: 1, target: 2, similarity: weight),
            ]
            let figures = ModularityFigures(edges: edges, labels: [0, 0, 1])
            #expect(figures.isDegenerate)
            #expect(figures.correct == 1 && figures.wrong == 1 && figures.r == 0.5)
            #expect(figures.correctModularity == 0 && figures.wrongModularity == 0 && figures.modularity == 0)
            #expect(figures.replicates == Array(repeating: 0, count: 10))
        }
        #expect(ModularityFigures(edges: [], labels: []).isDegenerate)
    }

    @Test func edgesOutsideTheSampleAreLeftOut() {
        let stray = [
            Edge(source: 3, target: 4, similarity: 1), Edge(source: -1, target: 2, similarity: 1),
            Edge(source: 2, target: 2, similarity: 1),
        ]
        let labels = [0, 0, 1, 1]
        #expect(
            ModularityFigures(edges: Self.path + stray, labels: labels)
                == ModularityFigures(edges: Self.path, labels: labels))
    }

    @Test(arguments: [0...1, -0.4...1] as [ClosedRange<Float>], Normalization.allCases)
    func agreesWithNaiveSums(range: ClosedRange<Float>, normalization: Normalization) {
        for seed in 1...5 as ClosedRange<UInt64> {
            let graph = RandomGraph(count: 37, classes: 4, probability: 0.4, range: range, seed: seed)
            let figures = ModularityFigures(edges: graph.edges, labels: graph.labels, normalization: normalization)
            let naive = naiveFigures(graph, normalization)
            expectClose(figures.r, naive.r)
            expectClose(figures.correctModularity, naive.correct)
            expectClose(figures.wrongModularity, naive.wrong)
            expectClose(figures.modularity, naive.r * naive.correct * (1 - naive.wrong))
        }
    }

    @Test func literalModularitiesStayBelowAQuarter() {
        for seed in 1...20 as ClosedRange<UInt64> {
            let graph = RandomGraph(count: 12, classes: 3, probability: 0.6, range: 0.1...1, seed: seed)
            let figures = ModularityFigures(edges: graph.edges, labels: graph.labels)
            #expect(figures.correctModularity + figures.wrongModularity < 0.25)
        }
    }

    /// Eqs. 3 and 4 over a full matrix, each unordered pair met once.
    private func naiveFigures(
        _ graph: RandomGraph, _ normalization: Normalization
    ) -> (r: Double, correct: Double, wrong: Double) {
        let count = graph.labels.count
        var weights = [[Double?]](repeating: Array(repeating: nil, count: count), count: count)
        for edge in graph.edges {
            weights[Int(edge.source)][Int(edge.target)] = Double(edge.similarity)
            weights[Int(edge.target)][Int(edge.source)] = Double(edge.similarity)
        }
        let strengths = weights.map { $0.compactMap { $0 }.reduce(0, +) }
        let total = strengths.reduce(0, +)
        var (correct, wrong, correctCount) = (0.0, 0.0, 0.0)
        for i in 0..<count {
            for j in 0..<i {
                guard let weight = weights[i][j] else { continue }
                let term: Double
                switch normalization {
                case .literal: term = (weight - strengths[i] * strengths[j] / (2 * total)) / (2 * total)
                case .newman: term = 2 * (weight - strengths[i] * strengths[j] / total) / total
                }
                if graph.labels[i] == graph.labels[j] {
                    correct += term
                    correctCount += 1
                } else {
                    wrong += term
                }
            }
        }
        return (correctCount / Double(graph.edges.count), correct, wrong)
    }
}
