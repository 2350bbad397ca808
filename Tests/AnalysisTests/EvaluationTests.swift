import Execution
import Kernels
import Separation
import Synchronization
import Testing

@testable import Analysis

@Suite struct EvaluationTests {
    /// Two of class 0 and one of class 2 are taken for others, nobody is of class 3.
    private static let byHand = Evaluation(
        predictions: [0, 1, 1, 0, 1, 2, 0, 2], labels: [0, 0, 0, 0, 1, 2, 2, 2], classes: 4)

    @Test func countsByHand() {
        let evaluation = Self.byHand
        #expect(evaluation.images == 8 && evaluation.right == 5 && evaluation.accuracy == 5.0 / 8)
        #expect(evaluation.confusion == [[2, 2, 0, 0], [0, 1, 0, 0], [1, 0, 2, 0], [0, 0, 0, 0]])
        #expect(evaluation.perClass.map(\.images) == [4, 1, 3, 0])
        #expect(evaluation.perClass.map(\.right) == [2, 1, 2, 0])
        #expect(evaluation.perClass.map(\.accuracy) == [0.5, 1, 2.0 / 3, nil])
        #expect(
            evaluation.confusions == [
                .init(label: 0, prediction: 1, images: 2), .init(label: 2, prediction: 0, images: 1),
            ])
        let empty = Evaluation(predictions: [], labels: [], classes: 2)
        #expect(empty.accuracy == 0 && empty.confusions == [] && empty.confusion == [[0, 0], [0, 0]])
    }

    @Test func equalConfusionsStandInOrder() {
        let evaluation = Evaluation(predictions: [1, 0, 2, 0, 2], labels: [2, 2, 0, 1, 0], classes: 3)
        let found = evaluation.confusions.map { [$0.label, $0.prediction, $0.images] }
        #expect(found == [[0, 2, 2], [1, 0, 1], [2, 0, 1], [2, 1, 1]])
    }

    private func evaluate(
        _ fixture: JobFixture, threads: Int = 2, cancellation: Cancellation? = nil,
        progress: @escaping @Sendable (JobProgress) -> Void = { _ in }
    ) throws -> Evaluation {
        let input = try fixture.input()
        return try Evaluation(
            network: input.network, images: input.images, normalization: input.normalization,
            pool: WorkerPool(threads: threads), store: ActivationStore(), cancellation: cancellation,
            progress: progress)
    }

    @Test func predictionsAreTheReferences() throws {
        // More than a batch, and the last one short.
        let fixture = try JobFixture(count: 53)
        let told = Mutex<[JobProgress]>([])
        let evaluation = try evaluate(fixture) { progress in told.withLock { $0.append(progress) } }
        let scores = try fixture.reference(fixture.input()).map { $0.last ?? [] }
        #expect(evaluation.predictions == scores.map { $0.firstIndex(of: $0.max() ?? 0) ?? -1 })
        #expect(evaluation.labels == fixture.images.labels && evaluation.classes == 3)
        #expect(try evaluation.accuracy == fixture.job().collect().returned?.accuracy)
        #expect(try evaluate(fixture, threads: 1) == evaluation)
        let fractions = told.withLock { $0.map(\.fraction) }
        #expect(!fractions.isEmpty && fractions == fractions.sorted() && fractions.allSatisfy { $0 <= 1 })
        #expect(told.withLock { $0.allSatisfy { $0.layer == nil && $0.phase == .full } })
    }

    @Test func isCancelled() throws {
        let cancellation = Cancellation()
        cancellation.cancel()
        #expect(throws: KernelError.cancelled) { try evaluate(JobFixture(count: 20), cancellation: cancellation) }
    }

    @Test func refusesWhatDoesNotFit() throws {
        let (fixture, other) = try (JobFixture(count: 20), JobFixture(count: 20, classes: 4))
        let input = try fixture.input()
        func evaluate(_ images: JobFixture, _ normalization: ImageNormalization) throws {
            _ = try Evaluation(
                network: input.network, images: images.images, normalization: normalization,
                pool: WorkerPool(threads: 1), store: ActivationStore())
        }
        #expect(throws: AnalysisError.classCount(network: 3, data: 4)) { try evaluate(other, .imageNet) }
        #expect(throws: AnalysisError.normalization("none has 1 means and 1 deviations for 3 channel(s)")) {
            try evaluate(fixture, .none(channels: 1))
        }
    }

    @Test func scoresThatAreNoNumbersAreRefused() throws {
        var fixture = try JobFixture(count: 20)
        fixture.options.imageNormalization = ImageNormalization.none(channels: 3)
        fixture.network.set("linear.bias") { _ in 3e38 }
        fixture.network.set("linear.weight") { _ in 3e38 }
        let error = AnalysisError.scores(image: 0)
        #expect(throws: error) { try evaluate(fixture) }
        #expect(!error.description.contains("\n") && error.description.contains("image 0"))
    }

    /// What all layers put out of so many images has no room anywhere, what the network says of them has.
    @Test func moreImagesHaveRoomThanForLayers() throws {
        let fixture = try JobFixture(count: 20)
        let file = try NetworkFile(bytes: fixture.network.file(), name: "net.safetensors")
        let pool = WorkerPool(threads: 1)
        func channels(_ purpose: NetworkPurpose) throws -> Int {
            try file.channels(
                samples: 1 << 35, height: 8, width: 8, options: fixture.options, purpose: purpose, pool: pool,
                store: ActivationStore(budget: 1 << 42, folder: "/nonexistent/folder"))
        }
        #expect(throws: ExecutionError.self) { try channels(.layers) }
        #expect(try channels(.predictions) == 3)
    }
}
