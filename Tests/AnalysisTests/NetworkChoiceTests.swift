import Datasets
import Network
import Testing

@testable import Analysis

/// Which of the networks that a checkpoint may be of is taken.
@Suite struct NetworkChoiceTests {
    private let pooled = "resnet, blocks 1-1-1-1, option B, pool after the stem"
    private let bare = "resnet, blocks 1-1-1-1, option B, no pool after the stem"

    /// Twenty classes by the brightness of every second column, the other columns being of one brightness; and a network
    /// of four stages with `downsample` keys that lets the first channel through and tells the classes apart by it.
    ///
    /// Strides take the even columns. A max-pool before them takes the brighter of the two: where even columns are white,
    /// or odd ones are black, nothing is lost or gained by it.
    private func fixture(evenColumnsTell: Bool) throws -> JobFixture {
        let labels = (0..<100).map { $0 * 7 % 20 }
        let others: UInt8 = evenColumnsTell ? 255 : 0
        let pixels = labels.flatMap { label in
            (0..<3 * 256).map { ($0 % 2 == 0) == evenColumnsTell ? UInt8(6 + 12 * label) : others }
        }
        var fixture = try JobFixture(pixels: pixels, labels: labels, channels: 3, extent: 16, classes: 20)
        var network = MadeUpNetwork(widths: [4, 4, 4, 4], projects: true, classes: 20)
        network.set("conv1.weight") { $0 == 4 ? 1 : 0 }
        network.scale("bn1", by: 1)
        for stage in 1...4 {
            network.scale("layer\(stage).0.bn1", by: 0)
            network.scale("layer\(stage).0.bn2", by: 0)
            guard stage > 1 else { continue }
            network.set("layer\(stage).0.shortcut.0.weight") { $0 % 5 == 0 ? 1 : 0 }
            network.scale("layer\(stage).0.shortcut.1", by: 1)
        }
        // 2 z_k z − z_k² is greatest for the z_k nearest to z.
        let levels = (0..<20).map { Float(6 + 12 * $0) / 255 }
        network.set("linear.weight") { $0 % 4 == 0 ? 2 * levels[$0 / 4] : 0 }
        network.set("linear.bias") { -levels[$0] * levels[$0] }
        network.rename { $0.replacing("shortcut", with: "downsample").replacing("linear", with: "fc") }
        fixture.network = network
        return fixture
    }

    /// A share of one in twenty is right where all images look alike.
    @Test(arguments: [false, true])
    func theLabelsDecide(evenColumnsTell: Bool) throws {
        var fixture = try fixture(evenColumnsTell: evenColumnsTell)
        fixture.options.imageNormalization = ImageNormalization.none(channels: 3)
        let input = try fixture.input()
        let (first, second) = evenColumnsTell ? (bare, pooled) : (pooled, bare)
        #expect(input.network.architecture == first)
        let note = "network by the labels of 100 images: \(first) (100.0 % right), then \(second) (5.0 % right)"
        #expect(input.notes == [note])
        let job = try fixture.job()
        #expect(job.header.architecture == first)
        #expect(try job.collect().returned?.accuracy == 1)
    }

    @Test func networkAndNormalizationAreChosenTogether() throws {
        let input = try fixture(evenColumnsTell: false).input()
        #expect(input.network.architecture == pooled && input.normalization == .none(channels: 3))
        let note = try #require(input.notes.last)
        let start =
            "network and normalisation by the labels of 100 images: \(pooled), none (100.0 % right), then \(pooled), "
        #expect(note.hasPrefix(start))
    }

    @Test func whatIsAskedForIsNotTried() throws {
        var fixture = try fixture(evenColumnsTell: false)
        fixture.options.imageNormalization = ImageNormalization.none(channels: 3)
        fixture.options.architecture = bare
        let input = try fixture.input()
        #expect(input.network.architecture == bare)
        #expect(input.notes == [])
        fixture.options.architecture = "resnet, blocks 1-1-1-1"
        #expect(try fixture.input().network.architecture == pooled)
        fixture.options.architecture = "resnet18"
        let error = NetworkError.otherArchitecture(asked: "resnet18", found: "\(pooled) or \(bare)")
        #expect(throws: fixture.networkError(error)) { try fixture.input() }
    }

    @Test func metadataLeaveTheNetworkOpen() throws {
        var fixture = try fixture(evenColumnsTell: true)
        fixture.network.metadata = ["mean": "0,0,0", "std": "1,1,1"]
        let notes = try fixture.input().notes
        #expect(notes.count == 2 && notes[0] == "normalisation from the checkpoint's metadata")
        #expect(notes[1].hasPrefix("network by the labels of 100 images: \(bare) (100.0 % right)"))
    }

    @Test func imagesOfOtherChannelsOrTooSmall() throws {
        let fixture = try fixture(evenColumnsTell: true)
        var gray = try JobFixture(count: 10, channels: 1)
        gray.network = fixture.network
        #expect(throws: gray.networkError(.inputChannels(expected: 3, found: 1))) { try gray.input() }
        var small = try JobFixture(count: 10, extent: 2)
        small.network = fixture.network
        #expect(throws: small.networkError(.imageTooSmall(node: "layer2.0.conv1", height: 1, width: 1))) {
            try small.input()
        }
    }
}
