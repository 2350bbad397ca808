import Separation

/// A made-up run: 19 layers of a ResNet-20, 200 samples of ten classes, 2,000 edges a layer whose share of correct ones
/// follows a curve with a plateau, a peak and a decline. The same on every machine: integers and a seeded generator.
struct SyntheticRun {
    static let classes = [
        "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck",
    ]
    /// Share of correct edges of each layer, in percent.
    static let shares = [31, 27, 28, 28, 28, 28, 29, 33, 32, 36, 37, 38, 40, 42, 48, 52, 61, 90, 84]

    var header: RunHeader
    let layers: [LayerResult]

    init(samples: Int = 200, edges: Int = 2000) {
        let labels = (0..<samples).map { ($0 * 7 + $0 / 10) % 10 }
        let descriptions = Self.descriptions()
        header = RunHeader(
            checkpoint: "checkpoints/resnet20-12fca82f.th", checkpointHash: "12fca82f",
            architecture: "resnet20, option A", parameters: 269_722, data: "data/test_batch.bin", dataHash: "0",
            classes: Self.classes, order: "file", seed: nil, normName: "ImageNet", mean: [0.485, 0.456, 0.406],
            std: [0.229, 0.224, 0.225], accuracy: 0.824, samples: samples, edges: edges,
            histogramSamples: samples, normalization: .literal, k: 3, level: .conv, tolerance: 0.02, minLength: 3,
            luProtocol: false, layers: descriptions, labels: labels, predictions: [], version: "1.0.0",
            network: Self.network(descriptions))
        layers = descriptions.indices.map { index in
            Self.layer(index, descriptions[index], labels: labels, edgeCount: edges)
        }
    }

    /// The stem and nine blocks; the first of the second and the third stage can't be cut.
    private static func network(_ layers: [LayerDescription]) -> NetworkDescription {
        func unit(_ name: String, _ members: [Int], _ obstacle: String?) -> UnitDescription {
            UnitDescription(
                name: name, layers: members, outputLayer: members[members.count - 1],
                inputLayer: members[0] > 0 ? members[0] - 1 : nil,
                parameters: members.reduce(0) { $0 + layers[$1].parameters },
                multiplyAdds: members.reduce(0) { $0 + layers[$1].multiplyAdds }, obstacle: obstacle)
        }
        let blocks = (0..<9).map { block in
            let (stage, place) = (block / 3, block % 3)
            let obstacle = place == 0 && stage > 0 ? "changes \(16 << (stage - 1)) to \(16 << stage) channels" : nil
            return unit("layer\(stage + 1).\(place)", [2 * block + 1, 2 * block + 2], obstacle)
        }
        // The head multiplies 64 by 10 more.
        return NetworkDescription(
            imageShape: [3, 32, 32], multiplyAdds: layers.reduce(640) { $0 + $1.multiplyAdds },
            units: [unit("conv1", [0], "takes the image")] + blocks)
    }

    /// The same with other names for its layers.
    func renamed(_ name: (String) -> String) -> SyntheticRun {
        var (header, layers) = (header, layers)
        for index in layers.indices {
            layers[index].description.name = name(layers[index].description.name)
            header.layers[index] = layers[index].description
        }
        return SyntheticRun(header: header, layers: layers)
    }

    init(header: RunHeader, layers: [LayerResult]) { (self.header, self.layers) = (header, layers) }

    private static func descriptions() -> [LayerDescription] {
        (0..<19).map { index in
            let stage = index == 0 ? 0 : (index - 1) / 6
            let (channels, side) = (16 << stage, 32 >> stage)
            let inputs = index == 0 ? 3 : index > 1 && (index - 1) % 6 == 0 ? channels / 2 : channels
            let block = (index - 1) % 6 / 2
            let name = index == 0 ? "conv1" : "layer\(stage + 1).\(block).conv\((index - 1) % 2 + 1)"
            return LayerDescription(
                name: name, shape: [channels, side, side], parameters: inputs * channels * 9 + 2 * channels,
                isBlock: index % 2 == 0, multiplyAdds: inputs * channels * 9 * side * side)
        }
    }

    private static func layer(
        _ index: Int, _ description: LayerDescription, labels: [Int], edgeCount: Int
    ) -> LayerResult {
        let edges = Self.edges(share: shares[index], labels: labels, count: edgeCount, seed: UInt64(index + 1))
        var figures = ModularityFigures()
        figures.correct = edges.count { labels[Int($0.source)] == labels[Int($0.target)] }
        figures.wrong = edges.count - figures.correct
        figures.r = Double(figures.correct) / Double(max(1, edges.count))
        figures.correctModularity = 0.24 * figures.r
        figures.wrongModularity = 0.2 * (1 - figures.r)
        figures.modularity = figures.r * figures.correctModularity * (1 - figures.wrongModularity)
        figures.replicates = (0..<10).map { figures.modularity + (Double($0) - 4.5) * 0.0003 * Double(1 + index % 3) }
        return LayerResult(
            description: description, histogram: histogram(index), figures: figures,
            clustering: Clustering(global: 0.55 - 0.01 * Double(index), mean: 0.35 - 0.005 * Double(index)),
            luModularity: 0.75 * figures.r - 0.1, edges: edges,
            neighbors: NeighborLists(k: 0, indices: [], similarities: []), zeroRows: index == 5 ? 3 : 0, seconds: 1)
    }

    /// Unique pairs; wrong ones mostly between classes that are alike.
    private static func edges(share: Int, labels: [Int], count: Int, seed: UInt64) -> [Edge] {
        var random = Generator(state: seed)
        let byClass = (0..<10).map { label in labels.indices.filter { labels[$0] == label } }
        let alike = [8, 9, 4, 5, 2, 3, 2, 4, 0, 1]
        var pairs: Set<Int> = []
        for _ in 0..<(20 * count) where pairs.count < count {
            let source = random.below(labels.count)
            let label = labels[source]
            let isCorrect = random.below(100) < share
            let other = isCorrect ? label : random.below(100) < 60 ? alike[label] : random.below(10)
            guard isCorrect || other != label, !byClass[other].isEmpty else { continue }
            let target = byClass[other][random.below(byClass[other].count)]
            if source != target { pairs.insert(min(source, target) * labels.count + max(source, target)) }
        }
        return pairs.sorted().map { pair in
            let (source, target) = (pair / labels.count, pair % labels.count)
            return Edge(
                source: Int32(source), target: Int32(target),
                similarity: 0.5 + Float((source * 31 + target * 17) % 400) / 1000)
        }
    }

    /// Two humps of pairs, those of one class a bit to the right and sharpening with depth.
    private static func histogram(_ index: Int) -> SimilarityHistogram {
        func hump(center: Int, width: Int, height: Int) -> [Int] {
            (0..<10).map { bin in max(0, height - height * abs(10 * bin + 5 - center) / width) }
        }
        let different = hump(center: 45 - index, width: 24, height: 8_000)
        let same = hump(center: 48 + index, width: 22, height: 900)
        return SimilarityHistogram(all: zip(different, same).map { $0 + $1 }, same: same, negative: index * 3)
    }
}

/// SplitMix64.
struct Generator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(max(1, bound))) }
}
