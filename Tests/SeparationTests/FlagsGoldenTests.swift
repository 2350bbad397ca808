import Foundation
import Testing

@testable import Separation

/// The curves of golden files, fed in, must give the golden flags and supports.
@Suite struct FlagsGoldenTests {
    struct Golden: Decodable {
        struct Flags: Decodable {
            let flags: [String]
            let luFlags: [String]
            let support: [String: Double]
        }

        struct Layer: Decodable {
            let name: String
            let M: Double
            let M_replicates: [Double]
            let M_se: Double
            let lu_Q: Double
            let conv: Flags
            let block: Flags?
        }

        let layers: [Layer]
    }

    static let folder = ProcessInfo.processInfo.environment["SEPAL_SHARED"]

    @Test(
        .enabled(if: folder != nil, "needs SEPAL_SHARED, the folder of golden files"),
        arguments: ["resnet20-n1000", "resnet20-n4000", "resnet56-n4000", "vgg16_bn-n4000"])
    func flagsAndSupport(name: String) throws {
        let path = try #require(Self.folder) + "/golden/\(name).json"
        let golden = try JSONDecoder().decode(Golden.self, from: Data(contentsOf: URL(fileURLWithPath: path)))
        let results = golden.layers.map(result)
        let flags = RunFlags(layers: results.map(\.description), results: results)
        for (index, layer) in golden.layers.enumerated() {
            expectClose(results[index].figures.standardError, layer.M_se, within: 1e-12)
            for (level, expected) in [(flags.conv, layer.conv), (flags.block, layer.block)] {
                let found = level.modularity.flags[index].flags.map(\.rawValue)
                #expect(Set(found) == Set(expected?.flags ?? []), "\(layer.name)")
                let foundLu = level.luModularity.flags[index].flags.map(\.rawValue)
                #expect(Set(foundLu) == Set(expected?.luFlags ?? []), "\(layer.name)")
                let support = Dictionary(
                    uniqueKeysWithValues: level.modularity.support[index].map { ($0.key.rawValue, $0.value) })
                #expect(support == expected?.support ?? [:], "\(layer.name)")
            }
        }
    }

    private func result(_ layer: Golden.Layer) -> LayerResult {
        var figures = ModularityFigures()
        figures.modularity = layer.M
        figures.replicates = layer.M_replicates
        return LayerResult(
            description: LayerDescription(
                name: layer.name, shape: [1, 1, 1], parameters: 0, isBlock: layer.block != nil, multiplyAdds: 0),
            histogram: SimilarityHistogram(), figures: figures, clustering: Clustering(), luModularity: layer.lu_Q,
            edges: [], neighbors: NeighborLists(k: 0, indices: [], similarities: []), zeroRows: 0, seconds: 0)
    }
}
