import Separation

/// What has been heard of the run: the explorer's copy of the analysis, layer by layer.
public struct Run: Equatable, Sendable {
    /// What it is called beside others.
    public internal(set) var title = ""
    public private(set) var header: RunHeader?
    /// A result per layer of the header; nil while missing.
    public private(set) var results: [LayerResult?] = []
    /// Layers whose result is a preview's.
    public private(set) var previews: Set<Int> = []
    /// Of each layer the edges between every two classes.
    public private(set) var classEdges: [ClassEdges?] = []
    /// Of each layer the pairs of classes with the most wrong edges, most first.
    public private(set) var confusions: [[ClassEdges.Pair]] = []
    /// Of each layer the samples in the plane, turned onto the layer before.
    public private(set) var maps: [PrincipalMap?] = []
    /// How alike every two layers are, linear CKA.
    public private(set) var alignment = AlignmentMatrix(layers: 0)
    /// Classes that are named or that a sample is of.
    public private(set) var classCount = 0
    /// What would be without some of its units.
    public internal(set) var whatIf = WhatIf()
    /// Plans that were kept with it: other runs may be of what is left.
    var plans: [[String]] = []
    public internal(set) var progress: JobProgress?
    public internal(set) var isFinished = false
    /// Why the analysis stopped.
    public internal(set) var failure: String?

    /// Pairs of classes kept of each layer.
    static let keptConfusions = 12

    public init() {}

    public subscript(layer: Int) -> LayerResult? { results.indices.contains(layer) ? results[layer] : nil }

    public var layers: [LayerDescription] { header?.layers ?? [] }
    /// Whether a layer has a result. Kept apart, since looking at a result copies it.
    private var isKnown: [Bool] = []
    func isKnown(_ layer: Int) -> Bool { isKnown.indices.contains(layer) && isKnown[layer] }
    /// Layers with a result of the full pass.
    public private(set) var finishedCount = 0
    /// Whether layers are missing or known from the preview alone: flags may still change.
    public var isProvisional: Bool { finishedCount < results.count }

    /// Takes a header; results stay if it is of the same layers.
    mutating func take(_ header: RunHeader) {
        if self.header?.layers != header.layers {
            results = Array(repeating: nil, count: header.layers.count)
            classEdges = Array(repeating: nil, count: header.layers.count)
            maps = Array(repeating: nil, count: header.layers.count)
            alignment = AlignmentMatrix(layers: header.layers.count)
            confusions = Array(repeating: [], count: header.layers.count)
            isKnown = Array(repeating: false, count: header.layers.count)
            previews = []
            finishedCount = 0
        }
        self.header = header
        classCount = max(header.classes.count, (header.labels.max() ?? -1) + 1)
    }

    /// Takes a result; one beyond the header's layers is ignored, as is a preview of a layer already finished.
    mutating func take(_ result: LayerResult, layer: Int, isPreview: Bool) -> Bool {
        guard let header, results.indices.contains(layer) else { return false }
        if isPreview && isKnown[layer] && !previews.contains(layer) { return false }
        results[layer] = result
        isKnown[layer] = true
        if isPreview { previews.insert(layer) } else { previews.remove(layer) }
        finishedCount = isKnown.count { $0 } - previews.count
        let edges = ClassEdges(edges: result.edges, labels: header.labels)
        classEdges[layer] = edges
        confusions[layer] = edges.mostConfused(Self.keptConfusions)
        return true
    }

    /// Edges of all its layers, about.
    var edgeCount: Int { hasForgotten ? 0 : finishedCount * (header?.edges ?? 0) }
    /// Whether only figures are left of its layers.
    public private(set) var hasForgotten = false

    /// Lets go of edges and neighbours: many epochs would fill the memory.
    mutating func forgetEdges() {
        hasForgotten = true
        for index in results.indices {
            results[index]?.edges = []
            results[index]?.neighbors = NeighborLists(k: 0, indices: [], similarities: [])
        }
    }

    /// Takes what is known of how a layer's samples lie.
    mutating func take(_ map: PrincipalMap?, alignments: [Double?], layer: Int) {
        guard maps.indices.contains(layer) else { return }
        alignment.set(alignments, layer: layer)
        guard let map else { return }
        let before = maps[..<layer].last { $0 != nil } ?? nil
        maps[layer] = before.map { map.aligned(to: $0) } ?? map.unitRMS
    }

    /// The layers on a level, ascending.
    func layers(on level: Level) -> [Int] { header?.layers(on: level) ?? [] }
    /// Those of them that have a result.
    func known(on level: Level) -> [Int] { layers(on: level).filter { isKnown[$0] } }

    /// Multiply-adds of all layers for one image.
    var multiplyAdds: Int { layers.reduce(0) { $0 &+ $1.multiplyAdds } }
    func className(_ index: Int) -> String {
        guard let header, header.classes.indices.contains(index) else { return "class \(index)" }
        return header.classes[index]
    }
}
