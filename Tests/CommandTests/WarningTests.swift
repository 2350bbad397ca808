import Jobs
import Separation
import Testing

@testable import sepal

@Suite struct WarningTests {
    private func header(classes: Int, accuracy: Double?) -> RunHeader {
        RunHeader(
            checkpoint: "net.th", checkpointHash: "00", architecture: "resnet20", parameters: 1, data: "images",
            dataHash: "11", classes: (0..<classes).map(String.init), order: "file", seed: nil, normName: "none",
            mean: [0], std: [1], accuracy: accuracy, samples: 0, edges: 0, histogramSamples: 0,
            normalization: .literal, k: 3, level: .conv, tolerance: 0.02, minLength: 3, luProtocol: false, layers: [],
            labels: [], predictions: [], version: "1.0.0")
    }

    /// Chance and a tenth of what lies between it and certainty: 0.55, 0.19, 0.109.
    @Test(arguments: [(2, 0.55), (10, 0.19), (100, 0.109)])
    func accuracyNearChanceIsWarnedOf(classes: Int, bound: Double) throws {
        let warning = try #require(header(classes: classes, accuracy: bound - 0.001).warning)
        #expect(warning.contains("near chance") && !warning.contains("\n"))
        #expect(header(classes: classes, accuracy: bound + 0.001).warning == nil)
    }

    @Test func unknownAccuracyIsNotWarnedOf() {
        #expect(header(classes: 10, accuracy: nil).warning == nil)
    }

    @Test(arguments: [
        ["--norm", "cifar"], ["--mean", "0.5"], ["--mean", "a", "--std", "1"], ["--threads", "0"],
        ["--threads", "1025"], ["--samples", "1"], ["--tolerance", "nan"], ["--paper", "--samples", "10"],
        ["--norm", "none", "--mean", "0", "--std", "1"],
    ])
    func whatIsWrongWithAnOptionIsWrongUsage(options: [String]) {
        let arguments = ["analyze", "net.th", "--data", "images"] + options
        let error = #expect(throws: (any Error).self) { try Sepal.parseAsRoot(arguments) }
        #expect(error.map { Sepal.exitCode(for: $0).rawValue } == 64, "\(options)")
    }
}
