import Separation

/// Which samples and edges are looked at one by one, and what has been found out about them.
public struct SampleChoice: Equatable, Sendable {
    /// The sample chosen; nil: none yet.
    public internal(set) var sample: Int?
    /// Which of its nearest is chosen, counted from the most similar.
    public internal(set) var neighbor = 0
    /// The samples come from, the last one last.
    var trail: [Int] = []
    /// The panel that a sample was opened from.
    var origin: Panel?

    /// The class that another one is compared with; nil: the one that it is most confused with.
    public internal(set) var comparison: Comparison?
    /// Which of the wrong edges between the two is chosen, counted from the strongest.
    public internal(set) var edge = 0
    /// Whether of its two samples the second one is chosen.
    public internal(set) var isSecondOfEdge = false

    var ownEdges: OwnEdges?
    var wrongEdges: WrongEdges?

    public struct Comparison: Equatable, Sendable {
        public let label: Int
        public let other: Int
    }

    /// Samples that are gone back to at most.
    static let longestTrail = 200

    mutating func leaveTrail(_ sample: Int) {
        trail.append(sample)
        if trail.count > Self.longestTrail { trail.removeFirst() }
    }
}

/// What graph was looked through.
struct GraphKey: Equatable {
    let layer: Int
    let isPreview: Bool
}

/// How many of a layer's edges are a sample's.
struct OwnEdges: Equatable {
    let key: GraphKey
    let sample: Int
    var correct = 0
    var wrong = 0

    /// - Complexity: O(|E|).
    init(of sample: Int, edges: [Edge], labels: [Int], key: GraphKey) {
        (self.key, self.sample) = (key, sample)
        for edge in edges where Int(edge.source) == sample || Int(edge.target) == sample {
            let (first, second) = (Int(edge.source), Int(edge.target))
            guard labels.indices.contains(first), labels.indices.contains(second) else { continue }
            if labels[first] == labels[second] { correct += 1 } else { wrong += 1 }
        }
    }
}

/// A layer's edges between two classes, the strongest first, ties by sample.
struct WrongEdges: Equatable {
    let key: GraphKey
    let first: Int
    let second: Int
    /// Their sources are of the first class, their targets of the second.
    let edges: [Edge]

    /// - Complexity: O(|E| + n log n) for n edges between the two.
    init(between first: Int, and second: Int, edges: [Edge], labels: [Int], key: GraphKey) {
        (self.key, self.first, self.second) = (key, first, second)
        var found: [Edge] = []
        for edge in edges {
            let (source, target) = (Int(edge.source), Int(edge.target))
            guard labels.indices.contains(source), labels.indices.contains(target) else { continue }
            if labels[source] == first, labels[target] == second {
                found.append(edge)
            } else if labels[source] == second, labels[target] == first {
                found.append(Edge(source: edge.target, target: edge.source, similarity: edge.similarity))
            }
        }
        self.edges = found.sorted {
            ($1.similarity, $0.source, $0.target) < ($0.similarity, $1.source, $1.target)
        }
    }
}

/// Which sample of which run.
struct PictureKey: Hashable, Sendable {
    let run: Int
    let sample: Int
}

/// Pictures that have been read, within a bound of memory, and the one that is being read.
struct PictureCache: Equatable, Sendable {
    /// At most 12 KB each.
    static let limit = 256

    /// nil: the sample has none.
    private var pictures: [PictureKey: Thumbnail?] = [:]
    /// In the order in which they came.
    private var order: [PictureKey] = []
    /// Asked for and not yet back: one at a time, so that the newest wish waits for one picture at most.
    var pending: PictureKey?

    var count: Int { order.count }

    /// Whether it is known what picture a sample has, if any.
    func isKnown(_ key: PictureKey) -> Bool { pictures[key] != nil }

    /// A sample's picture; nil where it has none, or isn't known yet.
    subscript(key: PictureKey) -> Thumbnail? { pictures[key] ?? nil }

    /// Keeps a picture; the oldest ones that aren't among the wanted make room for it.
    mutating func insert(_ picture: Thumbnail?, for key: PictureKey, wanted: [PictureKey]) {
        if pictures.updateValue(picture, forKey: key) == nil { order.append(key) }
        while order.count > Self.limit {
            guard let index = order.firstIndex(where: { $0 != key && !wanted.contains($0) }) else { return }
            pictures.removeValue(forKey: order.remove(at: index))
        }
    }
}
