import Datasets
import Execution
import Kernels
import Separation
import Testing

@testable import Analysis

/// Which normalisation is taken: what is asked for, the file's metadata, the key scheme, the labels.
@Suite struct JobNormalizationTests {
    /// Every candidate in its turn is the one that the network was made for.
    @Test(arguments: ImageNormalization.known + [.none(channels: 3)])
    func theLabelsDecide(wanted: ImageNormalization) throws {
        let input = try BrightnessFixture.make(for: wanted).input()
        #expect(input.normalization == wanted)
        let note = try #require(input.notes.last)
        #expect(note.hasPrefix("normalisation by the labels of 100 images: \(wanted.name) (100.0 % right), then "))
    }

    @Test func whatIsAskedForWins() throws {
        var fixture = try BrightnessFixture.make(for: .cifar100)
        fixture.network.metadata = ["mean": "0.1,0.2,0.3", "std": "1,1,1"]
        let asked = ImageNormalization(name: "given", mean: [0.5, 0.5, 0.5], std: [0.25, 0.25, 0.25])
        fixture.options.imageNormalization = asked
        let job = try fixture.job()
        #expect(job.input.normalization == asked)
        #expect(job.header.normName == "given" && job.header.mean == asked.mean && job.header.std == asked.std)
        let named = try #require(ImageNormalization.named("cifar100", channels: 3))
        fixture.options.imageNormalization = named
        #expect(try fixture.job().collect().returned?.accuracy == 1)
    }

    @Test func metadataComesBeforeTheKeyScheme() throws {
        var fixture = try JobFixture(count: 10)
        #expect(try fixture.input().normalization == .imageNet)
        #expect(try fixture.input().notes == ["normalisation imagenet, from the key scheme"])
        fixture.network.metadata = ["mean": "[0.25, 0.5, 0.75]", "std": "(0.5 0.5 1)"]
        let input = try fixture.input()
        #expect(
            input.normalization == ImageNormalization(name: "metadata", mean: [0.25, 0.5, 0.75], std: [0.5, 0.5, 1]))
        #expect(input.notes == ["normalisation from the checkpoint's metadata"])
    }

    @Test(arguments: [
        ["mean": "0.5,0.5,0.5"], ["mean": "0.5", "std": "1"], ["mean": "a,b,c", "std": "1,1,1"],
    ])
    func metadataThatDoesNotFitIsNoNormalization(metadata: [String: String]) throws {
        #expect(try ImageNormalization(metadata: metadata, channels: 3) == nil)
    }

    @Test(arguments: [
        ["mean": "0,0,0", "std": "1,0,1"], ["mean": "0,0,inf", "std": "1,1,1"], ["mean": "0,nan,0", "std": "1,1,1"],
        ["mean": "0,0,0", "std": "1,nan,1"],
    ])
    func metadataOfNoUseIsRefused(metadata: [String: String]) {
        #expect(
            throws: AnalysisError.normalization(
                "the checkpoint's metadata: means must be finite and deviations above 0")
        ) { try ImageNormalization(metadata: metadata, channels: 3) }
    }

    @Test func oneChannelHasOneCandidate() throws {
        let input = try JobFixture(count: 10, channels: 1).input()
        #expect(input.normalization == .none(channels: 1))
    }

    @Test func numbersThatDoNotFitTheImages() throws {
        var fixture = try JobFixture(count: 10)
        let short = "given has 1 means and 3 deviations for 3 channel(s)"
        for (mean, std, problem) in [
            ([0.5], [1.0, 1, 1], short), ([0, 0, 0], [1, 0, 1], "given: means must be finite and deviations above 0"),
            ([0, .infinity, 0], [1, 1, 1], "given: means must be finite and deviations above 0"),
        ] {
            fixture.options.imageNormalization = ImageNormalization(name: "given", mean: mean, std: std)
            #expect(throws: AnalysisError.normalization(problem)) { try fixture.input() }
        }
        // Finite in float64, but not in the float32 that images are computed in.
        fixture.options.imageNormalization = ImageNormalization(name: "given", mean: [0, 1e300, 0], std: [1, 1, 1])
        #expect(throws: DatasetError.normalization(channel: 1, mean: .infinity, standardDeviation: 1)) {
            try fixture.job().collect()
        }
    }
}

/// Twenty classes of plain images, each of a brightness of its own, and a network that tells them apart by the normalised
/// first channel. Under another normalisation than its own it takes some classes for their neighbours.
enum BrightnessFixture {
    static func make(for normalization: ImageNormalization) throws -> JobFixture {
        let labels = (0..<100).map { $0 * 7 % 20 }
        let pixels = labels.flatMap { Array(repeating: UInt8(6 + 12 * $0), count: 3 * 64) }
        var fixture = try JobFixture(pixels: pixels, labels: labels, channels: 3, extent: 8, classes: 20)
        var network = MadeUpNetwork(widths: [4, 4, 4], projects: true, classes: 20)
        // The stem gives z and −z, the blocks let them through, whatever their ReLUs leave of them.
        network.set("conv1.weight") { $0 == 4 ? 1 : $0 == 27 + 4 ? -1 : 0 }
        network.scale("bn1", by: 1)
        for stage in 1...3 {
            network.scale("layer\(stage).0.bn1", by: 0)
            network.scale("layer\(stage).0.bn2", by: 0)
            guard stage > 1 else { continue }
            network.set("layer\(stage).0.shortcut.0.weight") { $0 % 5 == 0 ? 1 : 0 }
            network.scale("layer\(stage).0.shortcut.1", by: 1)
        }
        // 2 z_k z − z_k² is greatest for the z_k nearest to z.
        let levels = (0..<20).map {
            (Float(6 + 12 * $0) / 255 - Float(normalization.mean[0])) / Float(normalization.std[0])
        }
        network.set("linear.weight") { [2, -2, 0, 0][$0 % 4] * levels[$0 / 4] }
        network.set("linear.bias") { -levels[$0] * levels[$0] }
        fixture.network = network
        return fixture
    }
}
