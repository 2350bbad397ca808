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
}
