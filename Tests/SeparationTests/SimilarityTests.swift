import Kernels
import Synchronization
import Tensors
import Testing

@testable import Separation

/// The tiled, parallel pass against a naive one in float64.
@Suite struct SimilarityTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var samples: Int
        var features: Int
        var classes: Int
        var graph: Int
        var histogram: Int
        var edges: Int
        var make: @Sendable (inout SplitMix64, _ row: Int, _ column: Int) -> Float
        var testDescription: String { name }
    }

    static let cases: [Case] = [
        Case(
            name: "random with negatives", samples: 300, features: 21, classes: 4, graph: 300, histogram: 300,
            edges: 900
        ) {
            g, _, _ in Float.random(in: -1...1, using: &g)
        },
        Case(
            name: "histogram beyond the graph", samples: 530, features: 9, classes: 3, graph: 270, histogram: 530,
            edges: 2000
        ) {
            g, _, _ in Float.random(in: 0...1, using: &g)
        },
        Case(
            name: "graph beyond the histogram", samples: 290, features: 9, classes: 3, graph: 290, histogram: 77,
            edges: 500
        ) {
            g, _, _ in Float.random(in: -0.2...1, using: &g)
        },
        Case(name: "few", samples: 5, features: 3, classes: 2, graph: 5, histogram: 5, edges: 10) {
            g, _, _ in Float.random(in: -1...1, using: &g)
        },
        // Small whole numbers of few kinds: dot products and norms are exact, equal rows tie exactly.
        Case(name: "ties and zero rows", samples: 120, features: 4, classes: 5, graph: 120, histogram: 120, edges: 700)
        {
            g, row, _ in row % 7 == 3 ? 0 : [0, 2][Int.random(in: 0...1, using: &g)]
        },
        Case(name: "huge and tiny", samples: 64, features: 8, classes: 2, graph: 64, histogram: 64, edges: 100) {
            g, row, _ in Float.random(in: 0.1...1, using: &g) * (row % 2 == 0 ? 1e30 : 1e-30)
        },
    ]

    private struct Input {
        var values: [Float]
        var labels: [Int]
    }

    private func input(_ test: Case) -> Input {
        var generator = SplitMix64(seed: 7)
        var values: [Float] = []
        for row in 0..<test.samples {
            for column in 0..<test.features { values.append(test.make(&generator, row, column)) }
        }
        return Input(
            values: values, labels: (0..<test.samples).map { _ in Int.random(in: 0..<test.classes, using: &generator) })
    }

    private func compute(_ test: Case, _ input: Input, threads: Int) throws -> SimilarityStatistics {
        try SimilarityStatistics.compute(
            of: FeatureMatrix(rows: test.samples, columns: test.features, values: input.values), classes: input.labels,
            options: SimilarityOptions(
                graphSamples: test.graph, histogramSamples: test.histogram, edges: test.edges, neighbors: 3),
            layer: "layer", pool: WorkerPool(threads: threads))
    }

    /// Every cosine in float64, rows before columns.
    private func cosines(_ test: Case, _ input: Input) -> [[Double]] {
        let rows = (0..<test.samples).map { row in
            input.values[(row * test.features)..<((row + 1) * test.features)].map(Double.init)
        }
        let norms = rows.map { $0.reduce(0) { $0 + $1 * $1 }.squareRoot() }
        return rows.indices.map { s in
            rows.indices.map { t in
                norms[s] * norms[t] == 0
                    ? 0 : zip(rows[s], rows[t]).reduce(0) { $0 + $1.0 / norms[s] * ($1.1 / norms[t]) }
            }
        }
    }

    @Test(arguments: cases) func agreesWithTheNaivePass(_ test: Case) throws {
        let input = input(test)
        let result = try compute(test, input, threads: 2)
        let exact = cosines(test, input)
        try expectHistogram(result.histogram, test, input, exact)

        let pairs = (0..<test.graph).flatMap { s in (s + 1..<test.graph).map { (s, $0) } }
        let limit = min(test.edges, pairs.count)
        #expect(result.edges.count == limit)
        #expect(
            result.edges.map { [$0.source, $0.target] }
                == result.edges.map { [$0.source, $0.target] }.sorted { $0.lexicographicallyPrecedes($1) })
        for edge in result.edges {
            #expect(abs(Double(edge.similarity) - exact[Int(edge.source)][Int(edge.target)]) < 1e-5)
        }
        // Whatever was left out is no stronger than the weakest that was taken, to rounding.
        let taken = Set(result.edges.map { [Int($0.source), Int($0.target)] })
        let weakest = result.edges.map { exact[Int($0.source)][Int($0.target)] }.min() ?? 0
        for (s, t) in pairs where !taken.contains([s, t]) { #expect(exact[s][t] <= weakest + 1e-5) }

        #expect(result.neighbors.k == 3)
        for sample in 0..<test.graph {
            let found = (0..<3).map { exact[sample][Int(result.neighbors.indices[sample * 3 + $0])] }
            let best = (0..<test.graph).filter { $0 != sample }.map { exact[sample][$0] }.sorted(by: >).prefix(3)
            for (a, b) in zip(found, best) { #expect(abs(a - b) < 1e-5) }
        }
        #expect(result.zeroRows == exact.indices.prefix(test.graph).count { exact[$0][$0] == 0 })
    }

    private func expectHistogram(
        _ histogram: SimilarityHistogram, _ test: Case, _ input: Input, _ exact: [[Double]]
    ) throws {
        var all = Array(repeating: 0, count: 10)
        var same = all
        var negative = 0
        var nearEdge = 0
        for s in 0..<test.histogram {
            for t in s + 1..<test.histogram {
                let value = exact[s][t]
                let bin = min(9, max(0, Int((value * 10).rounded(.down))))
                all[bin] += 1
                if input.labels[s] == input.labels[t] { same[bin] += 1 }
                if value < 0 { negative += 1 }
                if abs((value * 10).rounded() - value * 10) < 1e-4 { nearEdge += 1 }
            }
        }
        #expect(histogram.pairs == test.histogram * (test.histogram - 1) / 2)
        #expect(histogram.same.reduce(0, +) == same.reduce(0, +))
        for bin in 0..<10 {
            #expect(abs(histogram.all[bin] - all[bin]) <= nearEdge)
            #expect(abs(histogram.same[bin] - same[bin]) <= nearEdge)
        }
        #expect(abs(histogram.negative - negative) <= nearEdge)
    }

    /// Unit vectors along the axes and their equal sums: cosines are 0, 1/√2 and 1 exactly where they tie.
    @Test func tiesGoToTheSmallerPair() throws {
        let rows: [[Float]] = [[2, 0], [0, 2], [2, 0], [0, 0], [0, 2], [2, 0]]
        let result = try SimilarityStatistics.compute(
            of: FeatureMatrix(rows: 6, columns: 2, values: rows.flatMap { $0 }), classes: [0, 1, 0, 1, 0, 1],
            options: SimilarityOptions(graphSamples: 6, histogramSamples: 6, edges: 6, neighbors: 2), layer: "layer",
            pool: WorkerPool(threads: 1))
        // Similarity 1: (0,2) (0,5) (1,4) (2,5); the other pairs have 0, of which (0,1) and (0,3) come first.
        let expected: [(Int32, Int32, Float)] = [(0, 1, 0), (0, 2, 1), (0, 3, 0), (0, 5, 1), (1, 4, 1), (2, 5, 1)]
        #expect(result.edges == expected.map { Edge(source: $0.0, target: $0.1, similarity: $0.2) })
        #expect(result.histogram.all == [11, 0, 0, 0, 0, 0, 0, 0, 0, 4])
        // One class: (0,2) (0,4) (2,4) (1,3) (1,5) (3,5); only (0,2) has similarity 1.
        #expect(result.histogram.same == [5, 0, 0, 0, 0, 0, 0, 0, 0, 1])
        #expect(result.histogram.negative == 0)
        #expect(result.zeroRows == 1)
        #expect(result.neighbors.indices == [2, 5, 4, 0, 0, 5, 0, 1, 1, 0, 0, 2])
    }

    @Test func threadsDoNotChangeABit() throws {
        for test in Self.cases {
            let input = input(test)
            let one = try compute(test, input, threads: 1)
            #expect(try compute(test, input, threads: 2) == one)
            #expect(try compute(test, input, threads: 3) == one)
        }
    }

    @Test func nanIsNamed() throws {
        var values = Array(repeating: Float(1), count: 40 * 3)
        values[17 * 3 + 1] = .nan
        values[20 * 3] = .infinity
        #expect(throws: SeparationError.notFinite(layer: "conv1", sample: 17)) {
            try SimilarityStatistics.compute(
                of: FeatureMatrix(rows: 40, columns: 3, values: values), classes: Array(repeating: 0, count: 40),
                options: SimilarityOptions(graphSamples: 40, histogramSamples: 40, edges: 10, neighbors: 3),
                layer: "conv1", pool: WorkerPool(threads: 2))
        }
    }

    @Test func cancellingStopsBetweenTiles() throws {
        let cancellation = Cancellation()
        let matrix = try FeatureMatrix(
            rows: 2000, columns: 4, values: (0..<8000).map { Float($0 % 13) })
        #expect(throws: KernelError.cancelled) {
            try SimilarityStatistics.compute(
                of: matrix, classes: Array(repeating: 0, count: 2000),
                options: SimilarityOptions(graphSamples: 2000, histogramSamples: 2000, edges: 10, neighbors: 3),
                layer: "conv1", pool: WorkerPool(threads: 1), cancellation: cancellation
            ) { if $0 > 0.1 { cancellation.cancel() } }
        }
    }

    @Test func labelsMustCoverTheSamples() throws {
        #expect(throws: SeparationError.labelCount(expected: 4, found: 3)) {
            try SimilarityStatistics.compute(
                of: FeatureMatrix(rows: 4, columns: 1, values: [1, 2, 3, 4]), classes: [0, 1, 0],
                options: SimilarityOptions(graphSamples: 4, histogramSamples: 4, edges: 6, neighbors: 3),
                layer: "conv1",
                pool: WorkerPool(threads: 1))
        }
    }
}
