import Foundation
import Kernels
import Separation
import Testing

@testable import Analysis

/// What a job tells and in which order.
@Suite struct JobEventTests {
    /// An event's kind, layers by name of the pass.
    private func outline(_ told: Told) -> [String] {
        told.events.compactMap { event in
            switch event {
            case .header(let header): header.accuracy == nil ? "header" : "header with accuracy"
            case .layer(let index, _, let isPreview): "\(isPreview ? "preview" : "full") \(index)"
            case .geometry(let index, _, _): "geometry \(index)"
            case .progress(let progress): progress.phase == .finished ? "finished" : nil
            }
        }
    }

    @Test func previewComesFirstThenAllLayersThenTheEnd() throws {
        let fixture = try JobFixture(count: 40)
        let told = try fixture.job().collect(preview: true)
        let layers = 0..<7
        #expect(
            outline(told) == ["header"] + layers.map { "preview \($0)" } + layers.map { "full \($0)" }
                + ["header with accuracy", "finished"])
        let plain = try fixture.job().collect(preview: false)
        #expect(outline(plain) == ["header"] + layers.map { "full \($0)" } + ["header with accuracy", "finished"])
        #expect(plain.results == told.results)
    }

    @Test func theFirstHeaderSaysWhatWillBeDone() throws {
        var fixture = try JobFixture(count: 40)
        fixture.options.samples = 30
        fixture.options.level = .block
        fixture.options.criterion = CriterionOptions(tolerance: 0.1, minLength: 2)
        let job = try fixture.job()
        guard case .header(let header)? = try job.collect().events.first else {
            Issue.record("no header comes first")
            return
        }
        #expect(header == job.header)
        #expect(header.samples == 30 && header.edges == 300 && header.histogramSamples == 30 && header.k == 3)
        #expect(header.labels == Array(fixture.images.labels.prefix(30)) && header.predictions.isEmpty)
        #expect(header.level == .block && header.tolerance == 0.1 && header.minLength == 2)
        #expect(header.architecture == "resnet8, option A, widths 4-8-16" && header.version == "1.2.3")
        #expect(header.checkpoint == "net.safetensors" && header.data == "images")
        let layers = ["layer1", "layer2", "layer3"].flatMap { ["\($0).0.conv1", "\($0).0.conv2"] }
        #expect(header.layers.map(\.name) == ["conv1"] + layers)
        #expect(header.layers.map(\.isBlock) == [true, false, true, false, true, false, true])
        #expect(header.layers.map(\.shape.last) == [8, 8, 8, 4, 4, 2, 2])
    }

    @Test func theLastHeaderHoldsWhatBecameKnown() throws {
        let fixture = try JobFixture(count: 40)
        let told = try fixture.job().collect()
        let header = try #require(told.returned)
        let headers = told.events.compactMap { if case .header(let header) = $0 { header } else { nil } }
        #expect(headers.last == header)
        #expect(header.predictions.count == 40 && header.predictions.allSatisfy { (0..<3).contains($0) })
        let seconds = try #require(header.seconds)
        #expect(seconds.total >= seconds.load && seconds.load >= 0 && seconds.forward >= 0)
        #expect(try #require(header.peakMemoryBytes) > 0)
    }

    @Test(arguments: [1, 3]) func progressNeverStepsBackAndEndsAtOne(threads: Int) throws {
        let progress = try JobFixture(count: 100, extent: 4).job(threads: threads).collect(preview: true).progress
        let phases = progress.map(\.phase)
        let order: [JobProgress.Phase] = [.preview, .full, .finished]
        #expect(order.allSatisfy(phases.contains))
        #expect(zip(phases, phases.dropFirst()).allSatisfy { order.firstIndex(of: $0)! <= order.firstIndex(of: $1)! })
        for phase in order {
            let fractions = progress.filter { $0.phase == phase }.map(\.fraction)
            #expect(fractions == fractions.sorted() && fractions.allSatisfy { (0...1).contains($0) })
            let layers = progress.filter { $0.phase == phase }.compactMap(\.layer)
            #expect(layers == layers.sorted())
        }
        #expect(progress.last == JobProgress(phase: .finished, fraction: 1))
    }
}

@Suite struct ProgressMeterTests {
    /// A quarter of the work is forward, the layers share the rest one to two.
    private func meter(_ report: @escaping @Sendable (JobProgress) -> Void) -> ProgressMeter {
        ProgressMeter(phase: .full, work: ProgressMeter.Work(forward: 4, similarities: [4, 8]), report: report)
    }

    @Test func partsAddUpToTheWhole() throws {
        let seen = Recorder()
        let meter = meter(seen.take)
        meter.begin(layer: 0)
        meter.forward(0.5)
        meter.forward(0.25)
        meter.similarity(1)
        meter.end(layer: 0)
        meter.forward(1)
        meter.begin(layer: 1)
        meter.similarity(0.5)
        // A report that is due at once, whatever the clock says.
        meter.begin(layer: 1)
        meter.similarity(1)
        meter.end(layer: 1)
        meter.begin(layer: 1)
        let shares = seen.values.filter { $0.layer == 1 }.map(\.fraction)
        #expect(shares.first == 0.5 && shares.last == 1)
        #expect(seen.values.first == JobProgress(phase: .full, layer: 0, fraction: 0))
    }

    /// Many workers at a time: none overtakes another, though every second one dawdles on its way.
    @Test func reportsStayInOrder() throws {
        let seen = Recorder()
        let meter = meter { progress in
            if Int(progress.fraction * 8000) % 2 == 0 { usleep(20) }
            seen.take(progress)
        }
        meter.begin(layer: 0)
        try WorkerPool(threads: 4).run(items: 2000) { item, _ in
            meter.forward(Double(item) / 2000)
            // Every call of this kind is reported.
            meter.begin(layer: 0)
        }
        let fractions = seen.values.map(\.fraction)
        #expect(fractions.count >= 2000 && fractions == fractions.sorted())
    }
}
