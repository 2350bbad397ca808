import Datasets
import Execution
import Kernels
import Network
import Separation
import Testing

@testable import Analysis

/// What a job refuses, and what it can be given without harm.
@Suite struct JobErrorTests {
    @Test func activationsThatOverflowNameLayerAndSample() throws {
        // Brightness goes through the stem as it is. The next layer adds 36 times 2·10³⁷ of it: 7.2·10³⁸ for the one white
        // image, beyond float32, and at most 2.9·10³⁸ for the others.
        let labels = (0..<30).map { $0 % 3 == 0 ? 1 : 0 }
        var pixels = (0..<30).flatMap { Array(repeating: UInt8(40 + 2 * $0), count: 3 * 64) }
        for place in 0..<3 * 64 { pixels[17 * 3 * 64 + place] = 255 }
        var fixture = try JobFixture(pixels: pixels, labels: labels, channels: 3, extent: 8, classes: 2)
        fixture.network = MadeUpNetwork(classes: 2)
        fixture.network.set("conv1.weight") { _ in 1.0 / 27 }
        fixture.network.scale("bn1", by: 1)
        fixture.network.set("layer1.0.conv1.weight") { _ in 2e37 }
        fixture.network.scale("layer1.0.bn1", by: 1)
        fixture.options.imageNormalization = ImageNormalization.none(channels: 3)

        let job = try fixture.job()
        let layer = job.input.network.layers[1]
        let reference = try fixture.reference(job.input)
        #expect(reference.indices.filter { !reference[$0][layer.output].allSatisfy(\.isFinite) } == [17])
        #expect(throws: SeparationError.notFinite(layer: "layer1.0.conv1", sample: 17)) {
            try job.collect(preview: false)
        }
        let text = SeparationError.notFinite(layer: "layer1.0.conv1", sample: 17).description
        #expect(text.contains("layer1.0.conv1") && text.contains("17") && !text.contains("\n"))
    }

    @Test func weightsThatAreNotNumbersAreFoundWhileLoading() throws {
        var fixture = try JobFixture(count: 10)
        fixture.network.set("layer2.0.conv1.weight") { $0 == 5 ? .nan : 0 }
        #expect(throws: fixture.networkError(.nonFinite(tensor: "layer2.0.conv1.weight", index: 5))) {
            try fixture.input()
        }
    }

    @Test func samplesMustBeOfTwoClasses() throws {
        // The third image is the first of another class.
        let labels = [0, 0, 1, 0, 1, 1, 0, 1, 0, 1]
        var fixture = try JobFixture(
            pixels: (0..<10 * 64).map { UInt8(truncatingIfNeeded: $0 * 7) }, labels: labels, channels: 1, extent: 8,
            classes: 2)
        fixture.network = MadeUpNetwork(channels: 1, classes: 2)
        fixture.options.samples = 2
        #expect(throws: SeparationError.oneClassOnly(samples: 2)) { try fixture.job() }
        fixture.options.samples = 3
        #expect(try fixture.job().collect().results.count == 7)
    }

    @Test func aNumberOfClassesThatIsNotTheDatas() throws {
        var fixture = try JobFixture(count: 10)
        fixture.network = MadeUpNetwork(classes: 10)
        #expect(throws: AnalysisError.classCount(network: 10, data: 3)) { try fixture.input() }
    }

    @Test func activationsThatDoNotFit() throws {
        let fixture = try JobFixture(count: 600)
        // Room for 512 samples of the widest three values that live at once, for no more.
        let pool = WorkerPool(threads: 1)
        let input = try fixture.input(pool: pool)
        let plan = ExecutionPlan(input.network.graph, taps: Set(input.network.layers.map(\.output)))
        let scratch = plan.scratchBytes(workers: 2)
        let store = ActivationStore(
            budget: plan.peakBytes(samples: 512).map { $0 + scratch }, folder: "/nonexistent/folder")
        let error = #expect(throws: ExecutionError.self) { try fixture.job(store: store) }
        guard case .activationsTooLarge(samples: 600, _, _, largest: 512)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(error?.description.hasSuffix("use --limit 512") == true)
        let none = #expect(throws: ExecutionError.self) {
            try fixture.job(store: ActivationStore(budget: 0, folder: "/nonexistent/folder"))
        }
        #expect(none?.description.contains("TMPDIR") == true && none?.description.contains("--limit") == false)
    }

    /// Numbers far beyond what is there count as all there is.
    @Test func hugeOptionsAreClamped() throws {
        var fixture = try JobFixture(count: 12)
        fixture.options.samples = .max
        fixture.options.histogramSamples = .max
        fixture.options.edges = .max
        fixture.options.limit = .max
        fixture.options.neighbors = 10
        fixture.options.criterion.minLength = .max
        #expect(fixture.options.imagesWanted == .max)
        let job = try fixture.job()
        #expect(job.header.samples == 12 && job.header.histogramSamples == 12 && job.header.edges == 66)
        #expect(job.header.k == 10)
        let results = try job.collect(preview: true).results
        #expect(results.allSatisfy { $0.edges.count == 66 && $0.histogram.pairs == 66 })
    }

    @Test func fewerSamplesThanNeighborsAndOneSampleAClass() throws {
        var fixture = try JobFixture(count: 3)
        fixture.options.neighbors = 10
        let job = try fixture.job()
        #expect(job.header.k == 2 && job.header.edges == 3)
        for result in try job.collect(preview: true).results {
            #expect(result.neighbors.k == 2 && result.neighbors.indices.count == 6)
            #expect(result.figures.correct == 0 && result.figures.wrong == 3 && result.figures.modularity == 0)
            #expect(result.luModularity < 0)
        }
        fixture.options.samples = 2
        let pair = try fixture.job()
        #expect(pair.header.k == 1 && pair.header.edges == 1)
        #expect(try pair.collect().results.allSatisfy { $0.edges.count == 1 && $0.clustering == Clustering() })
    }

    @Test func histogramsOverFewerOrMoreThanTheGraph() throws {
        var fixture = try JobFixture(count: 40)
        for (graph, histogram) in [(30, 2), (2, 40), (40, 7)] {
            fixture.options.samples = graph
            fixture.options.histogramSamples = histogram
            for result in try fixture.job().collect(preview: true).results {
                #expect(result.histogram.pairs == histogram * (histogram - 1) / 2)
                #expect(result.edges.allSatisfy { $0.target < Int32(graph) })
                #expect(result.neighbors.indices.count == graph * min(10, graph - 1))
            }
        }
    }

    /// A layer of zeros: no similarity, a graph by index alone, figures that are 0 by definition.
    @Test func layersOfZeros() throws {
        var fixture = try JobFixture(count: 20)
        fixture.network.scale("layer2.0.bn1", by: 0)
        let results = try fixture.job().collect().results
        #expect(results[2].zeroRows == 0 && !results[2].figures.isDegenerate)
        let zeros = results[3]
        #expect(zeros.zeroRows == 20 && zeros.figures.isDegenerate && zeros.figures.modularity == 0)
        #expect(zeros.edges.prefix(2).map { [$0.source, $0.target] } == [[0, 1], [0, 2]])
        #expect(zeros.edges.allSatisfy { $0.similarity == 0 } && zeros.luModularity == 0)
        #expect(zeros.histogram.all == [190, 0, 0, 0, 0, 0, 0, 0, 0, 0] && zeros.histogram.negative == 0)
        #expect(results[4].zeroRows == 0)
    }

    @Test func imagesOfOnePixel() throws {
        let plain = MadeUpNetwork(channels: 1, widths: [4])
        var fixture = try JobFixture(count: 20, channels: 1, extent: 1, network: plain)
        let results = try fixture.job().collect(preview: true).results
        #expect(results.map(\.description.shape) == [[4, 1, 1], [4, 1, 1], [4, 1, 1]])
        fixture.network = MadeUpNetwork(channels: 1)
        #expect(throws: fixture.networkError(.imageTooSmall(node: "layer2.0.conv1", height: 1, width: 1))) {
            try fixture.job()
        }
    }
}
