import Separation
import Testing

@Suite struct LayerPairingTests {
    private func text(_ pairing: LayerPairing) -> String {
        pairing.rows.map { "\($0.first.map(String.init) ?? "-")\($0.second.map(String.init) ?? "-")" }
            .joined(separator: " ")
    }

    @Test func layersOfOneNameStandBesideEachOther() {
        let pairing = LayerPairing(["stem", "a", "b", "c"], ["stem", "b", "c", "d"])
        #expect(pairing.kind == .name && text(pairing) == "00 1- 21 32 -3")
        #expect(pairing.partners(count: 4) == [0, nil, 1, 2])
        #expect(
            LayerPairing(["a", "b"], ["a", "b"]).rows == [.init(first: 0, second: 0), .init(first: 1, second: 1)])
    }

    /// A deeper network of the same family has the other's names, but they lie elsewhere.
    @Test func depthDecidesWhereFewNamesAreShared() {
        let pairing = LayerPairing(["a", "b"], ["a", "b", "c", "d", "e"])
        #expect(pairing.kind == .depth && text(pairing) == "00 01 12 13 14")
        // The ends meet, though rows are as many as the longer list.
        #expect(pairing.partners(count: 2) == [0, 4])
        let back = LayerPairing(["a", "b", "c", "d", "e"], ["v", "w", "x"])
        #expect(back.partners(count: 5) == [0, 1, 1, 2, 2])
        let third = LayerPairing(["v", "w", "x"], ["a", "b", "c", "d", "e"])
        #expect(third.partners(count: 3) == [0, 2, 4])
        #expect(text(LayerPairing(["x"], ["a", "b"])) == "00 01")
    }

    @Test func nothingIsBesideNothing() {
        #expect(LayerPairing([], []).rows.isEmpty)
        #expect(LayerPairing([], ["a"]).rows == [.init(first: nil, second: 0)])
        #expect(LayerPairing(["a"], []).partners(count: 1) == [nil])
    }

    // MARK: By the cut

    private static func header(_ layers: [(String, channels: Int)], units: [[Int]] = [], cut: [String]? = nil)
        -> RunHeader
    {
        let descriptions = layers.enumerated().map { index, layer in
            LayerDescription(
                name: layer.0, shape: [layer.channels, 4, 4], parameters: layer.channels, isBlock: index % 2 == 0,
                multiplyAdds: 1)
        }
        let network = NetworkDescription(
            imageShape: [3, 4, 4], multiplyAdds: 1,
            units: units.enumerated().map { index, members in
                UnitDescription(
                    name: "u\(index)", layers: members, outputLayer: members[members.count - 1], inputLayer: nil,
                    parameters: 1, multiplyAdds: 1, obstacle: nil)
            }, cut: cut)
        return RunHeader(
            checkpoint: "", checkpointHash: "", architecture: "", parameters: 0, data: "", dataHash: "", classes: [],
            order: "", seed: nil, normName: "", mean: [], std: [], accuracy: nil, samples: 0, edges: 0,
            histogramSamples: 0, normalization: .literal, k: 1, level: .conv, tolerance: 0, minLength: 3,
            luProtocol: false, layers: descriptions, labels: [], predictions: [], version: "", network: network)
    }

    private static let whole = header(
        [("stem", 8), ("1.0", 8), ("1.1", 8), ("2.0", 16), ("2.1", 16)], units: [[0], [1], [2], [3], [4]])

    /// `1.0` is gone, and `1.1` has its name.
    private static func part(cut: [String]? = nil) -> RunHeader {
        header([("stem", 8), ("1.0", 8), ("2.0", 16), ("2.1", 16)], cut: cut)
    }

    @Test func aCutNetworksLayersStandBesideWhatTheyHaveBeen() {
        let pairing = LayerPairing(Self.whole, Self.part(cut: ["u1"]), level: .conv, cuts: [])
        #expect(pairing.kind == .cut)
        #expect(pairing.partners(count: 5) == [0, nil, 1, 2, 3])
        let kept = LayerPairing(Self.whole, Self.part(), level: .conv, cuts: [["u4"], ["nonsense"], ["u2"]])
        #expect(kept.kind == .cut && kept.partners(count: 5) == [0, 1, nil, 2, 3])
        let back = LayerPairing(Self.part(cut: ["u1"]), Self.whole, level: .conv, cuts: [])
        #expect(back.kind == .cut && back.partners(count: 4) == [0, 2, 3, 4])
    }

    /// Positions are those among the layers of the level: the stem, `1.1` and `2.1` against the stem and `2.0`, that `2.1` was.
    @Test func layersBesideEachOtherAreOfTheLevel() {
        let pairing = LayerPairing(Self.whole, Self.part(cut: ["u1"]), level: .block, cuts: [])
        #expect(
            pairing.rows == [.init(first: 0, second: 0), .init(first: 1, second: nil), .init(first: 2, second: nil)])
    }

    @Test func withoutACutThatFitsNamesDecide() {
        for cuts in [[], [["u3"]], [["u1", "u2"]]] {
            let pairing = LayerPairing(Self.whole, Self.part(), level: .conv, cuts: cuts)
            #expect(pairing.kind == .name && pairing.partners(count: 5) == [0, 1, nil, 2, 3])
        }
    }
}
