import Separation

@testable import Figures

/// SplitMix64.
struct Generator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

/// A made-up run in which later layers keep more edges within a class.
struct FigureFixture {
    var header: RunHeader
    var results: [LayerResult?]

    static let classes = [
        "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck",
    ]

    init(layers: Int = 12, samples: Int = 120, classes: [String] = classes, hasBlocks: Bool = true) {
        let labels = (0..<samples).map { $0 % classes.count }
        header = RunHeader(
            checkpoint: "a<b>&\"c\".th", checkpointHash: "00", architecture: "resnet, option A", parameters: 1,
            data: "test_batch.bin", dataHash: "11", classes: classes, order: "file", seed: nil, normName: "none",
            mean: [], std: [], accuracy: nil, samples: samples, edges: 4 * samples, histogramSamples: samples,
            normalization: .literal, k: 3, level: .conv, tolerance: 0.02, minLength: 3, luProtocol: false,
            layers: (0..<layers).map { index in
                LayerDescription(
                    name: "layer\(index / 4).\(index % 4).conv1", shape: [8, 4, 4], parameters: 10,
                    isBlock: !hasBlocks || index % 2 == 0, multiplyAdds: 100)
            },
            labels: labels, predictions: [], version: "1.0.0")
        let described = header
        results = (0..<layers).map { Self.result(described, layer: $0) }
    }

    private static func result(_ header: RunHeader, layer: Int) -> LayerResult {
        var generator = Generator(state: UInt64(layer))
        let samples = Int32(header.samples)
        let (layers, classes) = (Double(header.layers.count), Int32(max(1, header.classes.count)))
        // It climbs, and falls a little at the end.
        let share = min(Double(layer) / layers, 1.7 - Double(layer) / layers)
        var edges: [Edge] = []
        while edges.count < header.edges {
            let source = Int32.random(in: 0..<samples, using: &generator)
            var target = Int32.random(in: 0..<samples, using: &generator)
            if Double.random(in: 0..<1, using: &generator) < share { target += (source - target) % classes }
            guard source != target, (0..<samples).contains(target) else { continue }
            edges.append(
                Edge(
                    source: min(source, target), target: max(source, target),
                    similarity: Float.random(in: 0.5...1, using: &generator)))
        }
        let same = (0..<10).map { $0 == 9 ? 0 : Int.random(in: 0...900, using: &generator) }
        let all = same.enumerated().map { bin, same in
            bin == 9 ? 0 : same + Int.random(in: 0...10_000, using: &generator)
        }
        return LayerResult(
            description: header.layers[layer], histogram: SimilarityHistogram(all: all, same: same, negative: 0),
            figures: ModularityFigures(edges: edges, labels: header.labels),
            clustering: Clustering(), luModularity: share * 0.8 + Double.random(in: 0...0.05, using: &generator),
            edges: edges, neighbors: NeighborLists(k: 0, indices: [], similarities: []), zeroRows: 0, seconds: 1)
    }

    func run() throws -> FigureRun { try FigureRun(header: header, results: results) }

    /// The run beside itself, without every third layer.
    func comparison(_ level: Level) throws -> Sheet {
        let run = try run()
        let partners = run.flags[level].layers.enumerated().map { $0 % 3 == 1 ? nil : $1 }
        return try ComparisonFigure(.init(run, name: header.checkpoint), .init(run, name: "cut")).sheet(
            level: level, partners: partners, alignment: "name")
    }

    /// All sheets of all layers.
    func sheets(layers: [Int]? = nil) throws -> [Sheet] {
        let run = try run()
        return try HistogramFigure(run).sheets(layers: layers)
            + RingFigure(run, resolution: 40).sheets(layers: layers) { results[$0]?.edges ?? [] }
            + CurveFigure(run).sheets() + [try comparison(.conv), try comparison(.block)]
    }
}

extension Sheet {
    var texts: [Text] {
        items.compactMap { if case .text(let text) = $0 { text } else { nil } }
    }

    /// What stands in the group of some words, groups within it included; nothing where there is none.
    func group(_ words: String) -> [Item] {
        guard let start = items.firstIndex(of: .open(words)) else { return [] }
        var depth = 1
        return Array(
            items[(start + 1)...].prefix { item in
                if case .open = item { depth += 1 }
                if item == .close { depth -= 1 }
                return depth > 0
            })
    }
}

extension [Sheet.Item] {
    var strings: [String] {
        compactMap { if case .text(let text) = $0 { text.string } else { nil } }
    }

    var titles: [String] {
        compactMap { if case .open(let words) = $0 { words } else { nil } }
    }
}
