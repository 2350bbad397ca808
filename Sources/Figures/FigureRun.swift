import Plots
import Separation

/// What figures are drawn from: a run's header, its figures, and what Criterion I says of them.
public struct FigureRun: Sendable {
    public let header: RunHeader
    /// A result for each layer of the header, nil while missing. Their edges aren't looked at.
    public let results: [LayerResult?]
    public let flags: RunFlags

    /// - Throws: `noLayers` where no layer is finished.
    public init(header: RunHeader, results: [LayerResult?]) throws(FigureError) {
        self.header = header
        self.results = header.layers.indices.map { results.indices.contains($0) ? results[$0] : nil }
        flags = RunFlags(
            layers: header.layers, results: self.results,
            options: CriterionOptions(tolerance: header.tolerance, minLength: header.minLength))
        if finished.isEmpty { throw .noLayers }
    }

    /// The layers that have a result, ascending.
    public var finished: [Int] { results.indices.filter { results[$0] != nil } }

    /// Both levels, or the one where the network has no blocks.
    public var levels: [Level] { flags.block.layers == flags.conv.layers ? [.conv] : [.conv, .block] }

    /// Evenly spaced finished layers, the first, that of the peak and the last among them; all where there are no more.
    public func chosen(atMost count: Int) -> [Int] {
        let finished = finished
        guard finished.count > count, count > 2 else { return finished }
        var places = (0..<count).map {
            Int((Double($0) * Double(finished.count - 1) / Double(count - 1)).rounded())
        }
        if let peak = flags.conv.modularity.peak.flatMap(finished.firstIndex(of:)), !places.contains(peak) {
            // In place of the nearest one between the ends.
            let nearest = places.indices.dropFirst().dropLast().min {
                (places[$0] - peak).magnitude < (places[$1] - peak).magnitude
            }
            if let nearest { places[nearest] = peak }
        }
        return places.sorted().map { finished[$0] }
    }

    /// The layers that words name: names, numbers from 1, ranges of them as `3-7`, `block`, `all`; finished ones, ascending.
    ///
    /// - Throws: `unknownLayer`, `unfinishedLayer`.
    public func layers(named words: String) throws(FigureError) -> [Int] {
        var found: Set<Int> = []
        for word in words.split(separator: ",").map({ String($0) }) {
            for layer in try indices(word) {
                if results[layer] == nil, word != "all", word != "block" {
                    throw .unfinishedLayer(header.layers[layer].name)
                }
                if results[layer] != nil { found.insert(layer) }
            }
        }
        if found.isEmpty { throw .unknownLayer(words) }
        return found.sorted()
    }

    private func indices(_ word: String) throws(FigureError) -> [Int] {
        if let layer = header.layers.firstIndex(where: { $0.name == word }) { return [layer] }
        if word == "all" { return Array(results.indices) }
        if word == "block" { return flags.block.layers }
        let ends = word.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
        guard ends.count <= 2, let first = ends[0], let last = ends[ends.count - 1], first >= 1, first <= last,
            last <= results.count
        else { throw .unknownLayer(word) }
        return Array(first - 1...last - 1)
    }

    // MARK: Words

    /// What the figures were taken from.
    var origin: String { "\(header.checkpoint) · \(header.architecture) · \(header.data)" }

    /// `53  layer3.7.conv2`, from 1.
    func title(_ layer: Int) -> String { "\(layer + 1)  \(header.layers[layer].name)" }

    /// A number with a real minus sign, so many decimals.
    static func fixed(_ value: Double, _ decimals: Int = 4) -> String {
        let text = NumberText.fixed(value, decimals: decimals)
        return text.hasPrefix("-") ? "−" + text.dropFirst() : text
    }

    /// `layer`, `2 of 3`: what tells sheets of one kind apart.
    static func name(_ kind: String, _ index: Int, of count: Int) -> String {
        count == 1 ? kind : "\(kind)-\(index + 1)"
    }
}

extension Array {
    /// The elements in their order, so many at a time.
    func groups(of count: Int) -> [[Element]] {
        stride(from: 0, to: self.count, by: count).map { Array(self[$0..<Swift.min($0 + count, self.count)]) }
    }
}
