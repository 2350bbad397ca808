import Datasets
import Execution
import Formats
import Foundation
import Kernels
import Network
import Testing

@testable import Analysis

/// Analyses of networks from ONNX files.
@Suite struct ONNXInputTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "NetworkTests/ONNX/Exports")

    private func input(
        _ file: String, adding bytes: [UInt8] = [], _ fixture: JobFixture? = nil, architecture: String? = nil
    ) throws -> AnalysisInput {
        let fixture = try fixture ?? JobFixture(count: 20, classes: 4)
        var options = fixture.options
        options.architecture = architecture
        return try AnalysisInput(
            NetworkFile(
                bytes: readFile(Self.folder.appending(path: file).path) + bytes, name: file,
                folder: Self.folder.path, architecture: options.architecture),
            images: fixture.images, options: options, pool: WorkerPool(threads: 2), store: ActivationStore())
    }

    @Test func analysesEveryLayer() throws {
        let input = try input("residual-legacy11.onnx")
        #expect(input.network.architecture == "onnx, 5 convolutions")
        #expect(input.notes.last?.hasPrefix("normalisation by the labels of 20 images: ") ?? false)
        let job = try AnalysisJob(
            source: input, options: AnalysisOptions(), pool: WorkerPool(threads: 2), store: ActivationStore(),
            version: "1")
        let told = try job.collect()
        #expect(told.returned?.accuracy != nil)
        #expect(told.returned?.layers.contains { $0.name == "stem" } ?? false)
    }

    /// The fast executor and the reference agree on all that the exports are made of.
    @Test(arguments: ["residual", "shuffle", "convnext"], ["legacy11", "legacy17", "dynamo"])
    func theExecutorGivesWhatTheReferenceGives(name: String, exporter: String) throws {
        var fixture = try JobFixture(count: 20, classes: 4)
        fixture.options.imageNormalization = .imageNet
        let input = try input("\(name)-\(exporter).onnx", fixture)
        let reference = try fixture.reference(input)
        let executor = Executor(
            plan: ExecutionPlan(input.network.graph, taps: []), pool: WorkerPool(threads: 2), store: ActivationStore())
        let logits = try executor.run(samples: 20, fill: { try input.fill($0, $1) }, tapped: { _, _ in })
        for (index, outputs) in reference.enumerated() {
            let expected = try #require(outputs.last)
            for (column, value) in expected.enumerated() {
                #expect(abs(logits.row(index)[column] - value) <= 1e-4 * max(1, abs(value)))
            }
        }
    }

    /// Messages that stand one behind the other are one message: field 14, an entry of key and value.
    @Test func metadataSayTheNormalisation() throws {
        func entry(_ key: String, _ value: String) -> [UInt8] {
            let inner =
                [0x0A, UInt8(key.utf8.count)] + Array(key.utf8) + [0x12, UInt8(value.utf8.count)] + Array(value.utf8)
            return [0x72, UInt8(inner.count)] + inner
        }
        let input = try input(
            "shuffle-dynamo.onnx", adding: entry("mean", "0.1, 0.2, 0.3") + entry("std", "0.5, 0.5, 1"))
        #expect(
            input.normalization == ImageNormalization(name: "metadata", mean: [0.1, 0.2, 0.3], std: [0.5, 0.5, 1]))
    }

    @Test func whatDoesNotFitIsSaid() throws {
        #expect(throws: AnalysisError.classCount(network: 4, data: 3)) {
            try input("shuffle-dynamo.onnx", JobFixture(count: 20))
        }
        #expect(
            throws: AnalysisError.network(
                file: "shuffle-dynamo.onnx", .otherArchitecture(asked: "resnet18", found: "onnx, 2 convolutions"))
        ) { try input("shuffle-dynamo.onnx", architecture: "resnet18") }
        #expect(
            throws: AnalysisError.network(file: "shuffle-dynamo.onnx", .inputChannels(expected: 3, found: 1))
        ) { try input("shuffle-dynamo.onnx", JobFixture(count: 20, channels: 1, classes: 4)) }
    }
}
