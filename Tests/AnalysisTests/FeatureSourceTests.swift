import Execution
import Foundation
import Kernels
import RunStore
import Separation
import Tensors
import Testing

@testable import Analysis

/// Features made up of small whole numbers, which every type of element holds exactly, and their files.
struct FeatureFixture {
    let folder: URL
    let labels: [Int]
    /// Layer → row → values.
    let layers: [(name: String, dims: [Int], rows: [[Float]])]
    var options = AnalysisOptions()

    init(count: Int = 50, labels: [Int]? = nil) throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "sepal-features-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        var generator = SplitMix64(seed: 3)
        let classes = labels ?? (0..<count).map { $0 < 3 ? $0 : Int.random(in: 0..<3, using: &generator) }
        self.labels = classes
        layers = [("a2", [3, 2, 2]), ("a10", [5, 4]), ("a1", [7])].map { name, dims in
            let size = dims.reduce(1, *)
            let rows = classes.map { label in
                (0..<size).map { Float(Int.random(in: -60...60, using: &generator) + ($0 % 3 == label ? 40 : 0)) }
            }
            return (name, dims, rows)
        }
    }

    /// All arrays, the layers stored as a type.
    func writer(as type: String = "<f4", fortran: Bool = false, withLabels: Bool = true) -> ArrayWriter {
        var writer = ArrayWriter()
        for layer in layers {
            writer.add(
                layer.name, [labels.count] + layer.dims, layer.rows.flatMap { $0 }, as: type, fortran: fortran)
        }
        if withLabels { writer.add("labels", [labels.count], labels.map(Float.init), as: "<i8") }
        return writer
    }

    func path(_ name: String) -> String { folder.appending(path: name).path }

    func write(_ bytes: [UInt8], as name: String) throws -> String {
        try Data(bytes).write(to: URL(filePath: path(name)))
        return path(name)
    }

    func job(_ path: String, _ labels: FeatureSource.Labels = .beside, threads: Int = 2) throws -> AnalysisJob {
        let source = try FeatureSource(path: path, labels: labels, options: options)
        return try AnalysisJob(
            source: source, options: options, pool: WorkerPool(threads: threads), store: ActivationStore(),
            version: "1.2.3")
    }

    func remove() { try? FileManager.default.removeItem(at: folder) }
}

@Suite struct FeatureSourceTests {
    /// Every container and type holds the same numbers, so all give the same figures bit for bit; those of one are held to
    /// the definitions.
    @Test func everyContainerAndTypeGivesTheSameFigures() throws {
        let fixture = try FeatureFixture()
        defer { fixture.remove() }
        var paths = [try fixture.write(fixture.writer().npz, as: "f4.npz")]
        for type in ["<f2", "<f8"] { paths.append(try fixture.write(fixture.writer(as: type).npz, as: "\(type).npz")) }
        for type in ["<f2", "<f4", "<f8", "BF16"] {
            paths.append(try fixture.write(fixture.writer(as: type).safetensors, as: "\(type).safetensors"))
        }
        paths.append(fixture.path("folder"))
        try fixture.writer(as: "<f2").write(folder: fixture.path("folder"), ["layers.txt": "a2\na10\na1\n"])
        paths.append(fixture.path("fortran"))
        try fixture.writer(as: "<f8", fortran: true).write(
            folder: fixture.path("fortran"), ["layers.json": #"{"layers": ["a2", "a10", "a1"]}"#])
        let first = try fixture.job(paths[0]).collect()
        #expect(first.results.map(\.name) == ["a2", "a10", "a1"])
        #expect(first.results.map(\.description.shape) == [[3, 2, 2], [5, 4, 1], [7, 1, 1]])
        for (layer, result) in zip(fixture.layers, first.results) {
            expectFigures(result, NaiveSeparation(layer.rows, labels: fixture.labels))
        }
        for path in paths.dropFirst() {
            #expect(try fixture.job(path, threads: 1).collect().results == first.results, "\(path)")
        }
        let header = try #require(first.returned)
        #expect(header.accuracy == nil && header.predictions.isEmpty && header.parameters == 0)
        #expect(header.architecture == "features" && header.order == "file" && header.classes == ["0", "1", "2"])
        #expect(header.mean.isEmpty && header.std.isEmpty)
    }

    private func expectFigures(_ result: LayerResult, _ naive: NaiveSeparation) {
        let ranked = naive.ranked
        let edges = Array(ranked.prefix(result.edges.count))
        #expect(ranked[edges.count - 1].similarity - ranked[edges.count].similarity > 1e-6, "choose another seed")
        #expect(
            result.edges.map { [Int($0.source), Int($0.target)] }
                == edges.map { [$0.s, $0.t] }.sorted { $0.lexicographicallyPrecedes($1) }, "\(result.name)")
        expectClose(result.figures.modularity, naive.figures(edges).modularity, within: 1e-7)
        expectClose(result.luModularity, naive.luModularity(k: 3), within: 1e-6)
    }

    /// Labels in runs are dealt round-robin over the classes, and the rows follow them.
    @Test func rowsFollowTheOrderOfTheSamples() throws {
        var fixture = try FeatureFixture(
            labels: Array(repeating: 0, count: 9) + Array(repeating: 1, count: 8) + [2, 2])
        defer { fixture.remove() }
        fixture.options.edges = 30
        fixture.options.limit = 12
        let expected = [0, 9, 17, 1, 10, 18, 2, 11, 3, 12, 4, 13]
        for fortran in [false, true] {
            let path = try fixture.write(fixture.writer(fortran: fortran).npz, as: "runs.npz")
            let job = try fixture.job(path)
            #expect(job.header.order == "interleaved" && job.header.samples == 12)
            #expect(job.header.labels == expected.map { fixture.labels[$0] })
            for (layer, result) in zip(fixture.layers, try job.collect().results) {
                expectFigures(
                    result, NaiveSeparation(expected.map { layer.rows[$0] }, labels: job.header.labels))
            }
        }
        fixture.options.seed = 5
        let seeded = try fixture.job(fixture.path("runs.npz"))
        #expect(seeded.header.order == "interleaved + seed" && seeded.header.seed == 5)
        #expect(seeded.header.labels != expected.map { fixture.labels[$0] })
    }

    @Test func histogramMayTakeMoreRowsThanTheGraph() throws {
        var fixture = try FeatureFixture()
        defer { fixture.remove() }
        fixture.options.samples = 20
        fixture.options.histogramSamples = 30
        let job = try fixture.job(try fixture.write(fixture.writer().npz, as: "f.npz"))
        #expect(job.source.labels.count == 30)
        let told = try job.collect(preview: true)
        #expect(told.results.allSatisfy { $0.histogram.pairs == 435 && $0.edges.count == 190 })
        #expect(told.previews == [0, 1, 2])
        let progress = told.progress.filter { $0.phase == .full }.map(\.fraction)
        #expect(progress == progress.sorted())
    }

    /// The greatest logit is what the network says; the first of equals.
    @Test func logitsGiveAccuracyAndPredictions() throws {
        let labels = [0, 1, 2, 1, 0, 2, 2, 1]
        let said = [0, 1, 2, 1, 0, 2, 0, 0]
        var fixture = try FeatureFixture(labels: labels)
        defer { fixture.remove() }
        var writer = fixture.writer()
        let rows = said.enumerated().map { row, class_ in
            (0..<4).map { Float($0 == class_ || (row == 7 && $0 == 3) ? 9 : 1) }
        }
        writer.add("logits", [8, 4], rows.flatMap { $0 }, as: "<f2")
        writer.add("classes", ["cat", "dog", "emu"])
        writer.add("blocks", ["a10"])
        let path = try fixture.write(writer.npz, as: "f.npz")
        let header = try #require(try fixture.job(path).collect().returned)
        #expect(header.accuracy == 0.75 && header.predictions == said && header.classes == ["cat", "dog", "emu"])
        #expect(header.layers.map(\.isBlock) == [false, true, false])
        // The order of rows is that of predictions too.
        fixture.options.limit = 4
        fixture.options.seed = 1
        let seeded = try #require(try fixture.job(path).collect().returned)
        #expect(zip(seeded.predictions, seeded.labels).count { $0 == $1 } == Int((seeded.accuracy ?? 0) * 4))
    }

    @Test func labelsMayComeFromElsewhere() throws {
        let fixture = try FeatureFixture()
        defer { fixture.remove() }
        let bare = try fixture.write(fixture.writer(withLabels: false).safetensors, as: "bare.safetensors")
        let whole = try fixture.write(fixture.writer().npz, as: "whole.npz")
        var alone = ArrayWriter()
        alone.add("y", [50, 1], fixture.labels.map(Float.init), as: "|u1")
        let npy = try fixture.write(alone.items[0].npy, as: "y.npy")
        let expected = try fixture.job(whole).collect().results
        for path in [whole, npy] {
            let job = try fixture.job(bare, .file(path))
            #expect(job.header.data == (path == npy ? "y.npy" : "whole.npz") && job.header.labels == fixture.labels)
            #expect(try job.collect().results == expected)
        }
        // A data set: its images in its own order, of which there may be more than rows.
        var images = ArrayWriter()
        let labels = fixture.labels + [0, 1, 0]
        images.add("images", [53, 1, 1], labels.indices.map(Float.init), as: "|u1")
        images.add("labels", [53], labels.map(Float.init), as: "<i8")
        let job = try fixture.job(bare, .data(try fixture.write(images.npz, as: "images.npz")))
        #expect(job.header.labels == fixture.labels)
        #expect(
            job.source.notes.contains { $0.contains("first 50 of 53 images") && $0.hasSuffix("order of its files") })
    }

    @Test func safetensorsAreOrderedByTheirData() throws {
        let fixture = try FeatureFixture()
        defer { fixture.remove() }
        var writer = fixture.writer()
        let path = try fixture.write(writer.safetensors, as: "f.safetensors")
        #expect(try fixture.job(path).header.layers.map(\.name) == ["a2", "a10", "a1"])
        writer.metadata = ["layers": "a1, a2", "classes": "x,y,z", "blocks": "a2"]
        let header = try fixture.job(try fixture.write(writer.safetensors, as: "f.safetensors")).header
        #expect(header.layers.map(\.name) == ["a1", "a2"] && header.layers.map(\.isBlock) == [false, true])
        #expect(header.classes == ["x", "y", "z"])
    }

    @Test func foldersAreOrderedByNumber() throws {
        let fixture = try FeatureFixture()
        defer { fixture.remove() }
        try fixture.writer().write(folder: fixture.path("folder"))
        #expect(try fixture.job(fixture.path("folder")).header.layers.map(\.name) == ["a1", "a2", "a10"])
    }

    @Test func aStoppedRunGoesOn() throws {
        let fixture = try FeatureFixture()
        defer { fixture.remove() }
        let path = try fixture.write(fixture.writer().npz, as: "f.npz")
        let whole = try fixture.job(path).collect()
        let job = try fixture.job(path)
        let store = try RunStore.create(path: fixture.path("run.sepal"), header: job.header)
        let cancellation = Cancellation()
        #expect(throws: KernelError.cancelled) {
            try job.run(preview: false, runStore: store, cancellation: cancellation) { event in
                if case .layer(0, _, _) = event { cancellation.cancel() }
            }
        }
        store.close()
        let again = try RunStore.openForResume(path: fixture.path("run.sepal"), header: job.header)
        let resumed = try job.collect(runStore: again)
        again.close()
        #expect(resumed.results == whole.results)
        // Other content under the same name is another run.
        var writer = fixture.writer()
        writer.items[2].data[0] ^= 1
        let other = try fixture.job(try fixture.write(writer.npz, as: "f.npz"))
        let error = #expect(throws: RunStoreError.self) {
            try RunStore.openForResume(path: fixture.path("run.sepal"), header: other.header)
        }
        #expect(error == .differentRun(path: fixture.path("run.sepal"), differences: ["other checkpoint"]))
    }

    /// The mean over batches of 500 of the arrays as they are: there is no other value to look at.
    @Test func theProtocolTakesTheArraysThemselves() throws {
        var fixture = try FeatureFixture()
        defer { fixture.remove() }
        let path = try fixture.write(fixture.writer().npz, as: "f.npz")
        let plain = try fixture.job(path).collect().results.map(\.luModularity)
        fixture.options.luProtocol = true
        for (a, b) in zip(try fixture.job(path).collect().results.map(\.luModularity), plain) {
            expectClose(a, b, within: 1e-6)
        }
    }

    @Test func featuresThatAreNotNumbersNameLayerAndSample() throws {
        let fixture = try FeatureFixture()
        defer { fixture.remove() }
        var writer = fixture.writer()
        writer.items[1].data.replaceSubrange(17 * 80..<17 * 80 + 4, with: little(Float.nan.bitPattern))
        let job = try fixture.job(try fixture.write(writer.npz, as: "f.npz"))
        #expect(throws: SeparationError.notFinite(layer: "a10", sample: 17)) { try job.collect() }
    }

    @Test func featuresThatDoNotFit() throws {
        let fixture = try FeatureFixture(count: 600)
        defer { fixture.remove() }
        let source = try FeatureSource(
            path: try fixture.write(fixture.writer().npz, as: "f.npz"), labels: .beside, options: fixture.options)
        // Room for 512 rows of the widest layer, 20 values each.
        let store = ActivationStore(budget: 512 * 20 * 4, folder: "/nonexistent/folder")
        let error = #expect(throws: ExecutionError.self) {
            try AnalysisJob(
                source: source, options: fixture.options, pool: WorkerPool(threads: 1), store: store, version: "1")
        }
        guard case .activationsTooLarge(samples: 600, _, _, largest: 512)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }
}
