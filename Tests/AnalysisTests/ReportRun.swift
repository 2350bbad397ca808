import Separation

@testable import Analysis

/// Made-up runs with a given curve of M.
enum ReportRun {
    /// A run whose layers have the given M; every second one, from the first, is on the block level. nil is a missing layer.
    static func report(
        _ curve: [Double?], names: [String]? = nil, level: Level = .conv, accuracy: Double? = 0.875,
        wavering: Set<Int> = [], seconds: RunSeconds? = nil
    ) -> Report {
        let layers = curve.indices.map { index in
            LayerDescription(
                name: names?[index] ?? "layer1.\(index).conv1", shape: [16, 32, 32], parameters: 2304,
                isBlock: index % 2 == 0, multiplyAdds: 1)
        }
        let header = RunHeader(
            checkpoint: "net.th", checkpointHash: "00", architecture: "resnet20, option A", parameters: 269_722,
            data: "test_batch.bin", dataHash: "11", classes: ["cat", "dog"], order: "file", seed: nil,
            normName: "imagenet", mean: [0.485, 0.1 + 0.2, 1.0 / 3], std: [0.229, 0.224, 0.225], accuracy: accuracy,
            samples: 4000, edges: 40_000, histogramSamples: 10_000, normalization: .literal, k: 3, level: level,
            tolerance: 1.0 / 32, minLength: 3, luProtocol: false, layers: layers, labels: [], predictions: [],
            version: "1.0.0", seconds: seconds, peakMemoryBytes: seconds == nil ? nil : 1_500_000_000)
        let results = curve.indices.map { index in
            curve[index].map { result(layers[index], modularity: $0, index: index, wavers: wavering.contains(index)) }
        }
        return Report(header: header, results: results)
    }

    /// The replicates of a wavering layer stray by ±2 from M, those of the others not at all.
    private static func result(
        _ description: LayerDescription, modularity: Double, index: Int, wavers: Bool
    ) -> LayerResult {
        var figures = ModularityFigures()
        figures.correct = 27_414 + index
        figures.wrong = 12_586 - index
        figures.r = Double(figures.correct) / 40_000
        figures.correctModularity = 0.1606
        figures.wrongModularity = 1.0 / 7
        figures.modularity = modularity
        figures.replicates = (0..<10).map { modularity + (wavers ? ($0 % 2 == 0 ? 2 : -2) : 0) }
        let all = (0..<10).map { 100 * $0 + index }
        return LayerResult(
            description: description, histogram: SimilarityHistogram(all: all, same: all.map { $0 / 3 }, negative: 4),
            figures: figures, clustering: Clustering(global: 0.5432, mean: 0.4321),
            luModularity: 0.25 - Double(index) / 16, edges: [],
            neighbors: NeighborLists(k: 0, indices: [], similarities: []), zeroRows: index == 2 ? 3 : 0, seconds: 0.5,
            similarityRange: (-0.25, 0.1))
    }
}
