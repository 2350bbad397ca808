import Datasets
import Kernels
import Separation
import Tensors
import Testing

@testable import Analysis

/// The figures of whole jobs against slow computations from the reference's features.
@Suite struct JobFiguresTests {
    @Test func everyLayerAgreesWithTheDefinitions() throws {
        var fixture = try JobFixture(count: 46)
        // The graph over fewer samples than the histogram, and accuracy over all.
        fixture.options.samples = 40
        fixture.options.histogramSamples = 44
        fixture.options.edges = 150
        let job = try fixture.job()
        let told = try job.collect()
        let reference = try fixture.reference(job.input)
        let layers = job.input.network.layers
        #expect(told.results.count == 7)
        for (layer, result) in zip(layers, told.results) {
            #expect(result.name == layer.name)
            let features = reference.map { $0[layer.output] }
            let all = NaiveSeparation(Array(features.prefix(44)), labels: fixture.images.labels)
            expectHistogram(result, all, samples: 44)
            expectGraph(result, NaiveSeparation(Array(features.prefix(40)), labels: fixture.images.labels))
        }
    }

    private func expectHistogram(_ result: LayerResult, _ naive: NaiveSeparation, samples: Int) {
        let (all, same, negative, doubtful) = naive.histogram(samples: samples)
        #expect(result.histogram.pairs == samples * (samples - 1) / 2)
        for bin in 0..<10 {
            #expect(abs(result.histogram.all[bin] - all[bin]) <= doubtful, "\(result.name) bin \(bin)")
            #expect(abs(result.histogram.same[bin] - same[bin]) <= doubtful, "\(result.name) bin \(bin)")
        }
        #expect(abs(result.histogram.negative - negative) <= doubtful)
    }

    private func expectGraph(_ result: LayerResult, _ naive: NaiveSeparation) {
        let ranked = naive.ranked
        let edges = Array(ranked.prefix(150))
        // Were the weakest edge and the strongest pair left out closer than rounding, the graph would be open to doubt.
        #expect(ranked[149].similarity - ranked[150].similarity > 2e-6, "choose another seed")
        #expect(
            result.edges.map { [Int($0.source), Int($0.target)] }
                == edges.map { [$0.s, $0.t] }.sorted { $0.lexicographicallyPrecedes($1) }, "\(result.name)")
        let figures = naive.figures(edges)
        #expect(result.figures.correct + result.figures.wrong == 150)
        #expect(result.figures.r == figures.r)
        expectClose(result.figures.correctModularity, figures.correct, within: 1e-7)
        expectClose(result.figures.wrongModularity, figures.wrong, within: 1e-7)
        expectClose(result.figures.modularity, figures.modularity, within: 1e-7)
        expectClose(result.figures.standardError, naive.standardError(edges), within: 1e-6)
        let clustering = naive.clustering(edges)
        expectClose(result.clustering.global, clustering.global, within: 1e-12)
        expectClose(result.clustering.mean, clustering.mean, within: 1e-12)
        expectClose(result.luModularity, naive.luModularity(k: 3), within: 1e-6)
        expectClose(Double(result.leastSimilarity), edges[149].similarity, within: 1e-6)
        expectClose(Double(result.greatestSimilarity), edges[0].similarity, within: 1e-6)
        #expect(result.zeroRows == 0)
    }

    @Test func newmanNormalizationAndOtherNeighborsAreTaken() throws {
        var fixture = try JobFixture(count: 30)
        fixture.options.edges = 80
        fixture.options.normalization = .newman
        fixture.options.neighbors = 5
        let job = try fixture.job()
        #expect(job.header.normalization == .newman && job.header.k == 5)
        let layer = try #require(job.input.network.layers.last)
        let result = try #require(try job.collect().results.last)
        let features = try fixture.reference(job.input).map { $0[layer.output] }
        let naive = NaiveSeparation(features, labels: fixture.images.labels)
        expectClose(result.luModularity, naive.luModularity(k: 5), within: 1e-6)
        // (2/S) Σ (sim − s_i s_j / S) over the correct edges.
        let edges = Array(naive.ranked.prefix(80))
        var strengths = Array(repeating: 0.0, count: 30)
        for edge in edges {
            strengths[edge.s] += edge.similarity
            strengths[edge.t] += edge.similarity
        }
        let total = strengths.reduce(0, +)
        let correct = edges.filter { naive.labels[$0.s] == naive.labels[$0.t] }
            .reduce(0) { $0 + $1.similarity - strengths[$1.s] * strengths[$1.t] / total }
        expectClose(result.figures.correctModularity, 2 / total * correct, within: 1e-6)
    }

    @Test func predictionsAndAccuracyAreTheReferences() throws {
        var fixture = try JobFixture(count: 60)
        fixture.options.samples = 50
        let job = try fixture.job()
        let header = try #require(try job.collect().returned)
        let logits = try fixture.reference(job.input).map { $0[$0.count - 1] }
        let predictions = logits.map { row in row.indices.max { (row[$0], $1) < (row[$1], $0) } ?? 0 }
        #expect(header.predictions == Array(predictions.prefix(50)))
        let right = zip(predictions, fixture.images.labels).count { $0 == $1 }
        #expect(header.accuracy == Double(right) / 60)
    }

    /// At the tap that Lu et al. choose: before BatchNorm at the stem, a block's output, and, inside a block, where they look
    /// at none, the layer itself. Fewer than 500 images are one batch.
    @Test func luProtocolTakesWhatThereIs() throws {
        var fixture = try JobFixture(count: 30)
        fixture.options.luProtocol = true
        let job = try fixture.job()
        let told = try job.collect()
        let reference = try fixture.reference(job.input)
        for (layer, result) in zip(job.input.network.layers, told.results) {
            let node = layer.name == "conv1" ? layer.convolution : layer.output
            let naive = NaiveSeparation(reference.map { $0[node] }, labels: fixture.images.labels)
            expectClose(result.luModularity, naive.luModularity(k: 3), within: 1e-6, "\(layer.name)")
        }
    }
    /// 1,100 rows hold two batches of 500; of more than 2,500 rows the first five batches count.
    @Test func luProtocolIsTheMeanOverTheFirstBatches() throws {
        var generator = SplitMix64(seed: 9)
        let labels = (0..<3100).map { _ in Int.random(in: 0..<3, using: &generator) }
        let rows = labels.map { label in
            (0..<3).map { Float($0 == label ? 1 : 0) + Float.random(in: -0.6...0.6, using: &generator) }
        }
        func modularity(_ range: Range<Int>) throws -> Double {
            let analysis = LayerAnalysis(
                options: SimilarityOptions(graphSamples: 10, histogramSamples: 10, edges: 5, neighbors: 10),
                normalization: .literal, k: 3, labels: Array(labels[range]), pool: WorkerPool(threads: 2),
                cancellation: nil)
            return try analysis.protocolModularity(
                FeatureMatrix(rows: range.count, columns: 3, values: rows[range].flatMap { $0 }), layer: "layer")
        }
        let batches = try stride(from: 0, to: 2500, by: 500).map { try modularity($0..<$0 + 500) }
        #expect(Set(batches).count == 5)
        #expect(try modularity(0..<999) == batches[0])
        #expect(try modularity(0..<1100) == (batches[0] + batches[1]) / 2)
        #expect(try modularity(0..<3100) == batches.reduce(0, +) / 5)
    }
}

/// Expects |a − b| ≤ `tolerance`; NaN is close to nothing.
func expectClose(
    _ actual: Double, _ expected: Double, within tolerance: Double, _ comment: String = "",
    sourceLocation: SourceLocation = #_sourceLocation
) {
    #expect(
        abs(actual - expected) <= tolerance, "\(comment) \(actual) is not within \(tolerance) of \(expected)",
        sourceLocation: sourceLocation)
}
