import Cells
import Separation

/// One of a sample's nearest.
struct Neighbor: Equatable {
    let sample: Int
    let similarity: Float
    /// Whether both are of one class.
    let isOwnClass: Bool
}

// What is known of single samples.
extension ExplorerModel {
    /// The class of each sample.
    var labels: [Int] { run.header?.labels ?? [] }

    /// The sample looked at: the one chosen, else the first one of the class looked at, or of all; nil without any.
    var shownSample: Int? {
        let labels = labels
        if let sample = samples.sample, labels.indices.contains(sample) { return sample }
        return labels.firstIndex { classFocus == nil || $0 == classFocus } ?? (labels.isEmpty ? nil : 0)
    }

    /// What the network says of a sample; nil while unknown.
    func prediction(of sample: Int) -> Int? {
        guard let predictions = run.header?.predictions, predictions.indices.contains(sample) else { return nil }
        return predictions[sample]
    }

    /// A sample's nearest at a layer, the most similar first; none where the layer is unknown, or known from a preview
    /// without that sample.
    func neighbors(of sample: Int, layer: Int) -> [Neighbor] {
        guard let lists = run[layer]?.neighbors else { return [] }
        let labels = labels
        return lists.row(of: sample).filter { labels.indices.contains(Int(lists.indices[$0])) }.map { place in
            let other = Int(lists.indices[place])
            return Neighbor(
                sample: other, similarity: lists.similarities.indices.contains(place) ? lists.similarities[place] : 0,
                isOwnClass: labels.indices.contains(sample) && labels[other] == labels[sample])
        }
    }

    /// The nearest of the sample looked at, at the layer under the cursor.
    var shownNeighbors: [Neighbor] {
        guard let cursor, let sample = shownSample else { return [] }
        return neighbors(of: sample, layer: cursor)
    }

    /// Which of them is chosen; nil without any.
    var chosenNeighbor: Int? {
        let count = shownNeighbors.count
        return count > 0 ? min(samples.neighbor, count - 1) : nil
    }

    /// The edges of the sample looked at that the panel shows.
    var shownOwnEdges: OwnEdges? {
        guard let edges = samples.ownEdges, edges.key == graphKey, edges.sample == shownSample else { return nil }
        return edges
    }

    /// The wrong edges that the panel of pairs shows.
    var shownWrongEdges: WrongEdges? {
        guard let edges = samples.wrongEdges, edges.key == graphKey, edges.first == classFocus,
            edges.second == comparedClass
        else { return nil }
        return edges
    }

    /// The class that the one looked at is compared with; nil where none is looked at, or there is no other.
    var comparedClass: Int? {
        guard let label = classFocus else { return nil }
        if let chosen = samples.comparison, chosen.label == label, (0..<run.classCount).contains(chosen.other) {
            return chosen.other
        }
        let most = cursor.flatMap { run.classEdges[$0] }?.edges(of: label).wrong.first?.label
        return most ?? (0..<run.classCount).first { $0 != label }
    }

    private var graphKey: GraphKey? { cursor.map { GraphKey(layer: $0, isPreview: isCurrentPreview) } }

    // MARK: Effects

    /// Looks through the edges anew where the layer, the sample or the classes are others, and asks for the next picture
    /// that is to be seen.
    mutating func sampleEffects() -> [Effect] {
        lookThroughEdges()
        guard pictures.pending == nil, let key = allWantedPictures.first(where: { !pictures.isKnown($0) })
        else { return [] }
        pictures.pending = key
        return [.readPicture(run: key.run, sample: key.sample)]
    }

    mutating func lookThroughEdges() {
        let shown = layout.panels
        if shown[.sample] != nil { countOwnEdges() }
        if shown[.pairs] != nil { findWrongEdges() }
    }

    private mutating func countOwnEdges() {
        guard shownOwnEdges == nil, let key = graphKey, let sample = shownSample, let result = run[key.layer] else {
            return
        }
        samples.ownEdges = OwnEdges(of: sample, edges: result.edges, labels: labels, key: key)
    }

    /// The edge chosen stays so where the new ones have it too.
    private mutating func findWrongEdges() {
        guard shownWrongEdges == nil, let key = graphKey, let first = classFocus, let second = comparedClass,
            let result = run[key.layer]
        else { return }
        let before = samples.wrongEdges.flatMap {
            $0.edges.indices.contains(samples.edge) ? $0.edges[samples.edge] : nil
        }
        let found = WrongEdges(between: first, and: second, edges: result.edges, labels: labels, key: key)
        samples.wrongEdges = found
        samples.edge =
            found.edges.firstIndex { $0.source == before?.source && $0.target == before?.target } ?? 0
    }

    /// The samples whose pictures are to be seen, those that matter most first.
    var wantedPictures: [Int] {
        let shown = layout.panels
        var wanted: [Int] = []
        if shown[.sample] != nil, let sample = shownSample {
            wanted += [sample] + shownNeighbors.prefix(Self.mostTiles).map(\.sample)
        }
        if shown[.pairs] != nil, let edges = shownWrongEdges?.edges {
            let around = max(0, samples.edge - Self.mostPairs)..<min(edges.count, samples.edge + Self.mostPairs)
            wanted += around.sorted { abs($0 - samples.edge) < abs($1 - samples.edge) }
                .flatMap { [Int(edges[$0].source), Int(edges[$0].target)] }
        }
        return wanted
    }

    /// Of both runs where two stand side by side.
    private var allWantedPictures: [PictureKey] {
        let shown = halves.map { [$0.left, $0.right] } ?? [self]
        return shown.flatMap { half in half.wantedPictures.map { PictureKey(run: half.shownRun, sample: $0) } }
    }

    /// A sample's picture; nil where it has none, or isn't known yet.
    func picture(of sample: Int) -> Thumbnail? { pictures[PictureKey(run: shownRun, sample: sample)] }

    /// Neighbours, and pairs to either side of the chosen one, whose pictures are shown at most.
    static let mostTiles = 24
    static let mostPairs = 30

    /// Takes a picture that was asked for, or that there is none.
    mutating func takePicture(_ picture: Thumbnail?, of sample: Int, run: Int) {
        let key = PictureKey(run: run, sample: sample)
        guard pictures.pending == key else { return }
        pictures.pending = nil
        pictures.insert(picture, for: key, wanted: allWantedPictures)
    }
}

extension NeighborLists {
    /// Where in the lists a sample's row stands; empty for a sample without one.
    func row(of sample: Int) -> Range<Int> {
        guard k > 0, sample >= 0, sample < indices.count / k else { return 0..<0 }
        return (sample * k)..<(sample * k + k)
    }
}
