import Separation

extension RunHeader {
    /// What would make figures of the two runs no figures of one run, each as `name 4000, not 1000`. File names, the way
    /// the figures are looked at (level, tolerance, least length) and what becomes known later don't matter.
    public func differences(from asked: RunHeader) -> [String] {
        var found: [String] = []
        func compare(_ name: String, _ value: (RunHeader) -> some Equatable, showing: Bool = true) {
            let (stored, wanted) = (value(self), value(asked))
            guard stored != wanted else { return }
            found.append(showing ? "\(name) \(stored), not \(wanted)" : "other \(name)")
        }
        compare("checkpoint", { $0.checkpointHash }, showing: false)
        compare("data", { $0.dataHash }, showing: false)
        compare("order", { $0.order })
        compare("seed", { $0.seed.map(String.init) ?? "none" })
        compare("samples", { $0.samples })
        compare("edges", { $0.edges })
        compare("histogram samples", { $0.histogramSamples })
        compare("k", { $0.k })
        compare("normalization", { $0.normalization.rawValue })
        compare("similarities", { $0.isScreened == true ? "screened" : "exact" })
        compare("Lu protocol", { $0.luProtocol ? "on" : "off" })
        compare("mean", { $0.mean })
        compare("std", { $0.std })
        compare("layers", { $0.layers }, showing: false)
        compare("classes", { $0.classes }, showing: false)
        compare("labels", { $0.labels }, showing: false)
        return found
    }

    private static let mostLayers = 4096
    private static let mostClasses = 100_000
    private static let mostSamples = 1 << 30
    private static let mostNeighbors = 1000

    /// In bytes: of a layer, a class or a unit, and of anything else that is text.
    private static let (longestName, longestText) = (1024, 4096)

    /// What no run can have; nil for a sound header. Whatever shows a run relies on it.
    public var contradiction: String? {
        let names = classes + layers.map(\.name) + (network?.units.map(\.name) ?? [])
        if let name = names.first(where: { $0.utf8.count > Self.longestName }) {
            return "a name of \(name.utf8.count) bytes, where \(Self.longestName) are the most"
        }
        let texts = [checkpoint, checkpointHash, architecture, data, dataHash, order, normName, version]
        guard (texts + (network?.units.compactMap(\.obstacle) ?? [])).allSatisfy({ $0.utf8.count <= Self.longestText })
        else {
            return "a text of more than \(Self.longestText) bytes"
        }
        if labels.count != samples { return "\(labels.count) labels for \(samples) samples" }
        if !predictions.isEmpty && predictions.count != samples {
            return "\(predictions.count) predictions for \(samples) samples"
        }
        guard samples >= 2, layers.count <= Self.mostLayers, classes.count <= Self.mostClasses else {
            return "\(samples) samples of \(classes.count) classes in \(layers.count) layers"
        }
        let extents = [samples, histogramSamples, network?.imageShape.count ?? 0] + layers.map(\.shape.count)
        guard extents.allSatisfy((0...Self.mostSamples).contains), (0...samples * samples).contains(edges),
            (0...Self.mostNeighbors).contains(k)
        else { return "counts that no run can have" }
        guard (0...1).contains(tolerance), minLength >= 1, accuracy.map((0...1).contains) ?? true,
            (mean + std).allSatisfy(\.isFinite), predictions.allSatisfy((0...Self.mostSamples).contains),
            [seconds?.load, seconds?.forward, seconds?.similarity, seconds?.statistics, seconds?.total]
                .allSatisfy({ (0...1e12).contains($0 ?? 0) })
        else { return "numbers that no run can have" }
        if labels.contains(where: { !classes.indices.contains($0) }) { return "a label without a class" }
        for unit in network?.units ?? [] {
            let named = unit.layers + [unit.outputLayer] + (unit.inputLayer.map { [$0] } ?? [])
            guard named.allSatisfy(layers.indices.contains), unit.parameters >= 0, unit.multiplyAdds >= 0 else {
                return "the unit \(unit.name) of layers that aren't there"
            }
        }
        // Whatever is added up of them later can be.
        let sum = counts.reduce(Double(edges) * Double(layers.count)) { $0 + Double($1) }
        if counts.contains(where: { $0 < 0 }) || sum >= 0x1p62 { return "counts that no run can have" }
        return nil
    }

    private var counts: [Int] {
        [parameters, edges, histogramSamples, k, peakMemoryBytes ?? 0, network?.multiplyAdds ?? 0]
            + layers.flatMap { [$0.parameters, $0.multiplyAdds] + $0.shape }
            + (network?.units ?? []).flatMap { [$0.parameters, $0.multiplyAdds] }
    }
}
