import Separation
import Testing

@testable import Analysis

@Suite struct ShardTests {
    private func layers(_ sizes: [Int]) -> [LayerDescription] {
        sizes.enumerated().map {
            LayerDescription(name: "layer\($0)", shape: [$1, 1, 1], parameters: 1, isBlock: true, multiplyAdds: 1)
        }
    }

    @Test func noPartBeyondTheCount() {
        for (index, count) in [(0, 1), (2, 1), (-1, 3), (1, 0), (1, -1), (1, Shard.most + 1)] {
            #expect(Shard(index: index, count: count) == nil, "\(index)/\(count)")
        }
        #expect(Shard(index: 3, count: 3) != nil)
    }

    /// 8, 7, 6, 5, 4 by hand: 8; 7; 6 to the second, 5 to the first, 4 to the first (13 each): 17 and 13.
    @Test func theCostliestFirst() throws {
        let layers = layers([4, 5, 6, 7, 8])
        #expect(Shard(index: 1, count: 2)?.layers(of: layers) == [4, 1, 0])
        #expect(Shard(index: 2, count: 2)?.layers(of: layers) == [3, 2])
        #expect(Shard(index: 1, count: 1)?.layers(of: layers) == [0, 1, 2, 3, 4])
    }

    /// Without 8 and 4: 7 to the first, 6 to the second, 5 to the second.
    @Test func whatIsFinishedIsNotDealtOut() {
        let layers = layers([4, 5, 6, 7, 8])
        #expect(Shard(index: 1, count: 2)?.layers(of: layers, without: [0, 4]) == [3])
        #expect(Shard(index: 2, count: 2)?.layers(of: layers, without: [0, 4]) == [2, 1])
        #expect(Shard(index: 1, count: 1)?.layers(of: layers, without: [0, 1, 2, 3, 4]) == [])
    }

    /// As in resnet56: every layer in one part, and no part far above the mean.
    @Test(arguments: 1...60) func allLayersAndEachOnce(count: Int) throws {
        let sizes =
            Array(repeating: 16384, count: 19) + Array(repeating: 8192, count: 18) + Array(repeating: 4096, count: 18)
        let layers = layers(sizes)
        let parts = try (1...count).map { try #require(Shard(index: $0, count: count)).layers(of: layers) }
        #expect(parts.flatMap(\.self).sorted() == Array(layers.indices))
        let loads = parts.map { $0.reduce(0) { $0 + sizes[$1] } }
        let mean = Double(sizes.reduce(0, +)) / Double(count)
        #expect(Double(loads.max() ?? 0) <= max(16384, mean * 4 / 3))
    }

    @Test func noLayers() { #expect(Shard(index: 2, count: 3)?.layers(of: []) == []) }
}
