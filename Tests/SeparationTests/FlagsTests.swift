import Testing

@testable import Separation

@Suite struct FlagsTests {
    private let options = CriterionOptions(tolerance: 1.0 / 32)

    @Test func setsListTheirFlagsInOneOrder() {
        let set: FlagSet = [.decline, .peak, .plateau]
        #expect(set.flags == [.peak, .plateau, .decline])
        #expect(FlagSet(set.flags.map { FlagSet($0) }) == set)
        #expect(set.contains(.plateau as Flag) && !set.contains(.pastPeak as Flag))
    }

    @Test func missingLayersAreSteppedOver() {
        // Without the missing ones the curve is 0 1 2 64 60.
        let flags = CurveFlags(curve: [0, nil, 1, 2, 64, .nan, 60], level: Array(0..<7), options: options)
        #expect(flags.isProvisional && flags.missing == 2)
        #expect(flags.plateaus == [0...3])
        #expect(flags.peak == 4 && flags.pastPeak == [6] && flags.declines == [6])
        #expect(flags.flags == [.plateau, [], .plateau, .plateau, .peak, [], [.pastPeak, .decline]])
    }

    @Test func layersOffTheLevelAreNotMissing() {
        let curve: [Double?] = [0, 40, 1, 40, 2, 40, 64]
        let flags = CurveFlags(curve: curve, level: [0, 2, 4, 6], options: options)
        #expect(!flags.isProvisional)
        #expect(flags.plateaus == [0...4])
        #expect(flags.flags == [.plateau, [], .plateau, [], .plateau, [], .peak])
        #expect(CurveFlags(curve: curve, level: [], options: options).peak == nil)
        #expect(CurveFlags(curve: curve, level: [6, 99, -1], options: options).peak == 6)
    }

    @Test func supportIsTheShareOfReplicatesThatAgree() {
        // Curve 0 64 60; the last layer's replicates stray by ±2, so its replicate curves end in 60 ± 6 = 66 or 54.
        // Five curves peak at 66 in the last layer; the five others peak in the middle and decline to 54. R is 66 or 64.
        let replicates = [
            Array(repeating: 0.0, count: 10), Array(repeating: 64, count: 10),
            [62, 58, 62, 58, 62, 58, 62, 58, 62, 58],
        ]
        let flags = CurveFlags(curve: [0, 64, 60], replicates: replicates, level: [0, 1, 2], options: options)
        #expect(flags.support == [[:], [.peak: 0.5], [.pastPeak: 0.5, .decline: 0.5]])
    }

    @Test func replicatesStrayAroundTheirOwnMean() {
        // Replicates of other samples may lie far from M as long as they agree: no stray, full support.
        let replicates = [Array(repeating: 9.0, count: 10), Array(repeating: -3, count: 10)]
        let flags = CurveFlags(curve: [0, 64], replicates: replicates, level: [0, 1], options: options)
        #expect(flags.support == [[:], [.peak: 1]])
    }

    @Test func noSupportUnlessAllLayersHaveReplicates() {
        let full = Array(repeating: 1.0, count: 10)
        for replicates in [[full], [full, []], [full, [1, 2, 3]]] {
            let flags = CurveFlags(curve: [1, 1], replicates: replicates, level: [0, 1], options: options)
            #expect(flags.support == [[:], [:]])
            #expect(flags.peak == 0)
        }
    }

    @Test func bothCurvesOnBothLevels() {
        let descriptions = [true, false, true, true].enumerated().map { index, isBlock in
            LayerDescription(name: "\(index)", shape: [1, 1, 1], parameters: 1, isBlock: isBlock, multiplyAdds: 1)
        }
        // On the block level M runs 0 1 32 and Q 63 64 63.
        let values = [(0.0, 63.0), (64.0, 0.0), (1.0, 64.0), (32.0, 63.0)]
        let results: [LayerResult?] = zip(descriptions, values).map { description, value in
            var figures = ModularityFigures()
            figures.modularity = value.0
            figures.replicates = Array(repeating: value.0, count: 10)
            return LayerResult(
                description: description, histogram: SimilarityHistogram(), figures: figures,
                clustering: Clustering(), luModularity: value.1, edges: [],
                neighbors: NeighborLists(k: 0, indices: [], similarities: []), zeroRows: 0, seconds: 0)
        }
        let flags = RunFlags(layers: descriptions, results: results, options: options)
        #expect(flags[.conv].modularity.peak == 1)
        #expect(flags[.block].modularity.peak == 3)
        #expect(flags[.block].layers == [0, 2, 3])
        #expect(flags[.conv].modularity.support[1] == [.peak: 1])
        #expect(flags[.conv].luModularity.declines == [1] && flags[.conv].luModularity.pastPeak == [3])
        #expect(flags[.block].luModularity.declines == [3] && flags[.block].luModularity.peak == 2)
        #expect(flags[.conv].luModularity.support == Array(repeating: [:], count: 4))
        // The same run while its third layer is still missing: a shorter list and a gap mean the same.
        let early = RunFlags(layers: descriptions, results: Array(results.prefix(2)), options: options)
        #expect(early == RunFlags(layers: descriptions, results: results.prefix(2) + [nil, nil], options: options))
        #expect(early[.conv].modularity.missing == 2 && early[.conv].modularity.peak == 1)
        #expect(early[.block].modularity.missing == 2 && early[.block].modularity.peak == 0)
    }
}
