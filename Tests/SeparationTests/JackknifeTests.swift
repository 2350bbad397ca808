import Testing

@testable import Separation

@Suite struct JackknifeTests {
    @Test func replicatesOnPathOfFour() {
        // The path 0 –1– 1 –½– 2 –1– 3 with classes 0 0 1 1; group g < 4 is sample g, the others are empty.
        // g = 0: left 1 –½– 2 –1– 3; s = 1/2, 3/2, 1; S = 3, 2S = 6
        //        AQ = 1/6 (1 − (3/2)/6) = 1/8;  EQ = 1/6 (1/2 − (3/4)/6) = 1/16;  M = 1/2 · 1/8 · 15/16 = 15/256
        // g = 1: left 2 –1– 3; S = 2, 2S = 4; AQ = 1/4 (1 − 1/4) = 3/16; r = 1; M = 3/16
        // g = 2 and g = 3 mirror g = 1 and g = 0; the rest is M itself, 6613/60000.
        let replicates = ModularityFigures(edges: ModularityTests.path, labels: [0, 0, 1, 1]).replicates
        let expected = [15.0 / 256, 3.0 / 16, 3.0 / 16, 15.0 / 256] + Array(repeating: 6613.0 / 60000, count: 6)
        #expect(replicates.count == 10)
        for (replicate, value) in zip(replicates, expected) { expectClose(replicate, value) }
    }

    @Test func replicateDropsItsWholeGroup() {
        // Ten samples a group: the replicate must equal M of the graph without them.
        let graph = RandomGraph(count: 100, classes: 5, probability: 0.2, range: -0.2...1, seed: 7)
        let figures = ModularityFigures(edges: graph.edges, labels: graph.labels)
        for group in 0..<10 {
            let rest = graph.edges.filter { $0.source % 10 != group && $0.target % 10 != group }
            #expect(rest.count < graph.edges.count)
            let without = ModularityFigures(edges: rest, labels: graph.labels)
            #expect(figures.replicates[group] == without.modularity)
        }
    }

    @Test func standardError() {
        // Mean 1/10; Σ (M_g − mean)² = 9 · 1/100 + 81/100 = 9/10; SE = √(9/10 · 9/10) = 9/10.
        var figures = ModularityFigures()
        #expect(figures.standardError == 0)
        figures.replicates = [1] + Array(repeating: 0, count: 9)
        expectClose(figures.standardError, 0.9)
    }
}
