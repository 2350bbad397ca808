import Separation
import Testing

@testable import Pruning

/// What the curves say of units, on curves drawn by hand.
@Suite struct UnitReadingTests {
    private func result(_ layer: LayerDescription, m: Double, q: Double = 0, replicates: [Double] = []) -> LayerResult {
        var figures = ModularityFigures()
        figures.modularity = m
        figures.replicates = replicates
        return LayerResult(
            description: layer, histogram: SimilarityHistogram(), figures: figures, clustering: Clustering(),
            luModularity: q, edges: [], neighbors: NeighborLists(k: 0, indices: [], similarities: []), zeroRows: 0,
            seconds: 0)
    }

    private func layers(_ isBlock: [Bool]) -> [LayerDescription] {
        isBlock.enumerated().map {
            LayerDescription(name: "l\($0)", shape: [1, 1, 1], parameters: 1, isBlock: $1, multiplyAdds: 1)
        }
    }

    /// A unit that ends at a layer, and takes the output of another.
    private func unit(_ output: Int, from input: Int?, layers: [Int]? = nil) -> UnitDescription {
        UnitDescription(
            name: "u\(output)", layers: layers ?? [output], outputLayer: output, inputLayer: input, parameters: 10,
            multiplyAdds: 1, obstacle: input == nil ? "takes the image" : nil)
    }

    private func readings(
        _ units: [UnitDescription], _ layers: [LayerDescription], _ results: [LayerResult?]
    ) -> [UnitReading] {
        UnitReading.all(units, layers: layers, results: results, flags: RunFlags(layers: layers, results: results))
    }

    /// R = 0.6, so that 0.012 is no change. 1 declines; 3, 4 and 5 are a plateau; 6 is the peak; 7 declines, past it; 8 and
    /// what follows lie past it.
    private let curve = [0.2, 0.1, 0.3, 0.5, 0.505, 0.51, 0.7, 0.6, 0.65]

    @Test func criterionIOnM() throws {
        let layers = layers(Array(repeating: true, count: curve.count))
        let results = zip(layers, curve).map { result($0, m: $1, q: -$1) }
        let units = curve.indices.map { unit($0, from: $0 > 0 ? $0 - 1 : nil) }
        let readings = readings(units, layers, results)
        let flags: [FlagSet] = [
            [], .decline, [], .plateau, .plateau, .plateau, .peak, [.pastPeak, .decline], .pastPeak,
        ]
        #expect(readings.map(\.flags) == flags)
        // The plateau's first unit stays, and the peak.
        #expect(readings.map(\.isRedundant) == [false, true, false, false, true, true, false, true, true])
        let chosen = try PruningPolicy.criterion.choose(units, parameters: 100, readings: readings)
        #expect(chosen == [1, 4, 5, 7, 8])

        // Of Q, which is the same upside down, 1 is the peak, and all that follows lies past it.
        #expect(readings[1].luFlags == .peak && readings[3].luFlags == [.plateau, .pastPeak, .decline])
        #expect(readings.map(\.isLuRedundant) == [false, false] + Array(repeating: true, count: 7))
        #expect(try PruningPolicy.lu.choose(units, parameters: 100, readings: readings) == Array(2...8))

        // What can't be cut stays, whatever its flags.
        var fixed = units
        for index in [4, 8] { fixed[index].obstacle = "changes 4×8×8 to 8×4×4" }
        #expect(try PruningPolicy.criterion.choose(fixed, parameters: 100, readings: readings) == [1, 5, 7])
    }

    /// stem, a block of two layers, another, and a convolution behind that is on no block level: M falls inside of the first
    /// block and rises over the whole of it, and the other way round in the second.
    @Test func blocksAreReadOnTheirOwnLevel() {
        let layers = layers([true, false, true, false, true, false])
        let curve = [0.1, 0.9, 0.5, 0.2, 0.3, 0.6]
        let units = [
            unit(0, from: nil), unit(2, from: 0, layers: [1, 2]), unit(4, from: 2, layers: [3, 4]), unit(5, from: 4),
        ]
        let readings = readings(units, layers, zip(layers, curve).map { result($0, m: $1) })
        // On the block level the curve is 0.1, 0.5, 0.3; on the other 0.9 is the peak, and 0.6 lies behind it.
        #expect(readings.map(\.flags) == [[], .peak, [.pastPeak, .decline], .pastPeak])
        #expect(readings.map(\.isRedundant) == [false, false, true, true])
        let changes = readings.map { $0.change.map { ($0 * 1000).rounded() / 1000 } }
        #expect(changes == [nil, 0.4, -0.2, 0.3])
    }

    /// Three of the ten replicates of the second layer lie so far above the others that their curves rise.
    @Test func flagsHaveTheirSupport() {
        let layers = layers([true, true])
        let spread = (0..<10).map { $0 < 3 ? 0.7 : -0.3 }
        let results = [
            result(layers[0], m: 0.5, replicates: Array(repeating: 0.5, count: 10)),
            result(layers[1], m: 0.4, replicates: spread.map { 0.4 + 0.1 * $0 }),
        ]
        let readings = readings([unit(0, from: nil), unit(1, from: 0)], layers, results)
        // Three of the curves rise to 0.4 + 3 · 0.07 = 0.61, seven fall to 0.31.
        #expect(readings[1].flags == [.pastPeak, .decline])
        #expect(readings[1].support == [.pastPeak: 0.7, .decline: 0.7])
    }

    @Test func whatIsMissingIsUnknown() {
        let layers = layers([true, true, true])
        let results = [result(layers[0], m: 0.1), nil, result(layers[2], m: 0.3)]
        let units = [unit(0, from: nil), unit(1, from: 0), unit(2, from: 1)]
        for results in [results, Array(results.prefix(2)), []] {
            let readings = readings(units, layers, results)
            #expect(readings.allSatisfy { $0.change == nil })
            #expect(readings[1].flags == [] && !readings[1].isRedundant)
        }
    }
}
