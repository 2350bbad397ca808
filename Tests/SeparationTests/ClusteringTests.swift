import Testing

@testable import Separation

@Suite struct ClusteringTests {
    private func edges(_ pairs: [(Int32, Int32)]) -> [Edge] {
        pairs.map { Edge(source: $0.0, target: $0.1, similarity: 0.5) }
    }

    @Test func triangleWithTail() {
        // 0–1–2–0 and 2–3: γ_0 = γ_1 = 1, γ_2 = 1/3 (k = 3), γ_3 = 0 (k = 1).
        // mean = (1 + 1 + 1/3)/4 = 7/12; γ = (1 + 1 + 1)/(1 + 1 + 3) = 3/5.
        let graph = edges([(0, 1), (1, 2), (0, 2), (2, 3)])
        let clustering = Clustering(edges: graph, vertexCount: 4)
        expectClose(clustering.mean, 7.0 / 12)
        expectClose(clustering.global, 3.0 / 5)
        // A vertex without edges counts 0 in the mean and isn't in γ: 7/15.
        let wider = Clustering(edges: graph, vertexCount: 5)
        expectClose(wider.mean, 7.0 / 15)
        expectClose(wider.global, 3.0 / 5)
    }

    @Test func diamond() {
        // All pairs of four vertices but 0–3: γ_0 = γ_3 = 1, γ_1 = γ_2 = 2/3.
        // mean = (1 + 1 + 4/3)/4 = 5/6; γ = (1 + 1 + 2 + 2)/(1 + 1 + 3 + 3) = 3/4.
        let clustering = Clustering(edges: edges([(0, 1), (0, 2), (1, 2), (1, 3), (2, 3)]), vertexCount: 4)
        expectClose(clustering.mean, 5.0 / 6)
        expectClose(clustering.global, 3.0 / 4)
    }

    @Test func withoutTriangles() {
        #expect(Clustering(edges: edges([(0, 1), (2, 3)]), vertexCount: 4) == Clustering())
        #expect(Clustering(edges: edges([(0, 1), (1, 2), (2, 3), (0, 3)]), vertexCount: 4) == Clustering())
        #expect(Clustering(edges: [], vertexCount: 0) == Clustering())
        #expect(Clustering(edges: edges([(0, 1)]), vertexCount: -3) == Clustering())
    }

    @Test func edgesOutsideTheSampleAreLeftOut() {
        let triangle = edges([(0, 1), (1, 2), (0, 2)])
        let stray = edges([(0, 3), (-1, 2), (1, 1)])
        #expect(Clustering(edges: triangle + stray, vertexCount: 3) == Clustering(global: 1, mean: 1))
    }

    @Test(arguments: [0.05, 0.3, 1.0])
    func agreesWithNaiveCount(probability: Double) {
        for seed in 1...3 as ClosedRange<UInt64> {
            let graph = RandomGraph(count: 31, classes: 2, probability: probability, seed: seed)
            let clustering = Clustering(edges: graph.edges, vertexCount: 31)
            let naive = naiveClustering(graph)
            expectClose(clustering.mean, naive.mean)
            expectClose(clustering.global, naive.global)
        }
    }

    /// Every pair of neighbours of every vertex, looked up one by one.
    private func naiveClustering(_ graph: RandomGraph) -> Clustering {
        let count = graph.labels.count
        let joined = Set(graph.edges.flatMap { [[$0.source, $0.target], [$0.target, $0.source]] })
        var (sum, closed, all) = (0.0, 0.0, 0.0)
        for v in 0..<Int32(count) {
            let neighbors = (0..<Int32(count)).filter { joined.contains([v, $0]) }
            var (closedHere, allHere) = (0.0, 0.0)
            for a in neighbors {
                for b in neighbors where a < b {
                    allHere += 1
                    if joined.contains([a, b]) { closedHere += 1 }
                }
            }
            sum += allHere > 0 ? closedHere / allHere : 0
            closed += closedHere
            all += allHere
        }
        return Clustering(global: all > 0 ? closed / all : 0, mean: sum / Double(count))
    }
}
