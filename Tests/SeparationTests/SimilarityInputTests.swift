import Kernels
import Testing

@testable import Separation

/// Options and labels that no analysis asks for.
@Suite struct SimilarityInputTests {
    private func compute(
        classes: [Int] = [0, 1, 0, 1], graph: Int = 4, histogram: Int = 4, edges: Int = 6, neighbors: Int = 3
    ) throws -> SimilarityStatistics {
        try SimilarityStatistics.compute(
            of: FeatureMatrix(rows: 4, columns: 2, values: [1, 0, 0, 1, 1, 1, 1, -1]), classes: classes,
            options: SimilarityOptions(
                graphSamples: graph, histogramSamples: histogram, edges: edges, neighbors: neighbors),
            layer: "layer", pool: WorkerPool(threads: 1))
    }

    @Test func numbersBeyondWhatIsThereCountAsAll() throws {
        let all = try compute()
        #expect(try compute(graph: .max, histogram: .max, edges: .max, neighbors: .max) == all)
        #expect(all.edges.count == 6 && all.neighbors.k == 3 && all.histogram.pairs == 6)
    }

    @Test(arguments: [1, 0, -5, .min]) func aGraphOfFewerThanTwoIsNone(samples: Int) {
        #expect(throws: SeparationError.tooFewSamples(samples)) { try compute(graph: samples) }
    }

    @Test(arguments: [0, -1, .min]) func nothingIsCountedOrKeptWhereNothingIsWanted(number: Int) throws {
        let none = try compute(histogram: number, edges: number, neighbors: number)
        #expect(none.histogram == SimilarityHistogram() && none.edges.isEmpty)
        #expect(none.neighbors == NeighborLists(k: 0, indices: [], similarities: []))
    }

    /// Only whether two are equal counts.
    @Test func classNumbersMayBeAny() throws {
        let plain = try compute()
        #expect(try compute(classes: [.max, .min, .max, .min]) == plain)
        #expect(try compute(classes: [1 << 32, 0, 1 << 32, 0]) == plain)
    }
}
