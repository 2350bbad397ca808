import Cells
import Plots

extension ExplorerModel {
    /// Edges that a ring computed while a frame is drawn may have: it has to be there within 3 ms.
    private static let thinnedEdges = 5_000

    /// The cells that the ring has on the screen; nil where its panel isn't shown.
    private var ringSize: Size? {
        guard let panel = layout.panels[.ring] else { return nil }
        let size = panel.inset(columns: 1, rows: 1).size
        return size.columns > 0 && size.rows > 0 ? size : nil
    }

    /// The key of a layer's ring as it would be shown now.
    private func ringKey(layer: Int) -> RingKey? {
        guard let size = ringSize, run[layer] != nil else { return nil }
        return RingKey(
            run: shownRun, layer: layer, isPreview: run.previews.contains(layer),
            request: RingRequest(
                size: size, glyphs: glyphs, chords: chords, filter: filter, focus: classFocus, threshold: threshold))
    }

    /// The ring that is to be seen where one run has the screen.
    var wantedRing: RingKey? { cursor.flatMap(ringKey) }

    /// All rings that are to be seen.
    var wantedRings: [RingKey] {
        guard let halves else { return [wantedRing].compactMap(\.self) }
        return [halves.left.wantedRing, halves.right.wantedRing].compactMap(\.self)
    }

    /// The ring to draw: the computed one, or as long as it isn't there a thinned one, computed on the spot.
    var shownRing: RingPicture? {
        guard let key = wantedRing, let header = run.header, let result = run[key.layer] else { return nil }
        if let picture = motion.picture(insteadOf: key) { return picture }
        if let before = motion.substitute(for: key), let picture = rings[before] { return picture }
        if let picture = rings[key] { return picture }
        var request = key.request
        request.thinning = max(1, (result.edges.count + Self.thinnedEdges - 1) / Self.thinnedEdges)
        return RingPicture(request: request, edges: result.edges, labels: header.labels)
    }

    /// Asks for the ring on the screen, and when it is there for those of the layers beside it; one at a time.
    mutating func ringEffects() -> [Effect] {
        let wanted = wantedRings
        wanted.forEach { rings.touch($0) }
        guard rings.pending == nil, !wanted.isEmpty else { return [] }
        let wishes = wanted + (halves == nil ? ringsBeside : [])
        guard let key = wishes.first(where: { rings[$0] == nil }), let header = runs[key.run].header,
            let result = runs[key.run][key.layer]
        else { return [] }
        rings.pending = key
        return [.computeRing(RingJob(key: key, edges: result.edges, labels: header.labels))]
    }

    /// The rings of the layers beside the one looked at.
    private var ringsBeside: [RingKey] {
        let known = run.known(on: level)
        guard let cursor, let index = known.firstIndex(of: cursor) else { return [] }
        return [index + 1, index - 1].filter(known.indices.contains).compactMap { ringKey(layer: known[$0]) }
    }
}
