extension Clustering {
    /// The clustering coefficients of the edge graph, its weights left aside.
    ///
    /// With Γ_v the neighbours of v, k_v their number and E(Γ_v) the edges among them,
    ///
    ///     γ_v  = |E(Γ_v)| / C(k_v, 2)               eq. 1; 0 where k_v < 2
    ///     mean = Σ γ_v / N
    ///     γ    = Σ |E(Γ_v)| / Σ C(k_v, 2)           eq. 2, which has to be read so (Watts)
    ///
    /// - Parameters:
    ///   - edges: Each unordered pair once. Edges that name no vertex, or join one to itself, are left out.
    ///   - vertexCount: N, the vertices without edges included.
    /// - Complexity: O(|E|^1.5) time, O(|E| + N) space.
    /// - Source: Yang et al., section 3.2, eqs. 1 and 2; Watts and Strogatz, Nature 393 (1998) 440–442.
    public init(edges: [Edge], vertexCount: Int) {
        self.init()
        guard vertexCount > 0 else { return }
        let adjacency = OrientedAdjacency(edges: edges.filter { $0.isWithin(vertexCount) }, vertexCount: vertexCount)
        let triangles = adjacency.triangles()
        var triangleTotal = 0.0
        var pairTotal = 0.0
        for vertex in 0..<vertexCount where adjacency.degrees[vertex] >= 2 {
            let degree = Double(adjacency.degrees[vertex])
            let pairs = degree * (degree - 1) / 2
            mean += Double(triangles[vertex]) / pairs
            triangleTotal += Double(triangles[vertex])
            pairTotal += pairs
        }
        mean /= Double(vertexCount)
        global = pairTotal > 0 ? triangleTotal / pairTotal : 0
    }
}

/// A graph with every edge turned from its end of lower degree to that of higher degree (ties by index). No vertex then
/// has more than √(2|E|) successors, which is what bounds the search for triangles.
struct OrientedAdjacency {
    let degrees: [Int]
    /// The successors of vertex v are `successors[starts[v]..<starts[v + 1]]`.
    private let starts: [Int]
    private let successors: [Int]

    /// Every edge joins two different vertices out of the first `vertexCount`.
    init(edges: [Edge], vertexCount: Int) {
        var degrees = [Int](repeating: 0, count: vertexCount)
        for edge in edges {
            degrees[Int(edge.source)] += 1
            degrees[Int(edge.target)] += 1
        }
        let arcs = edges.map { edge in
            let source = Int(edge.source)
            let target = Int(edge.target)
            return (degrees[source], source) < (degrees[target], target) ? (source, target) : (target, source)
        }
        var starts = [Int](repeating: 0, count: vertexCount + 1)
        for (tail, _) in arcs { starts[tail + 1] += 1 }
        for vertex in 0..<vertexCount { starts[vertex + 1] += starts[vertex] }
        var next = starts
        var successors = [Int](repeating: 0, count: arcs.count)
        for (tail, head) in arcs {
            successors[next[tail]] = head
            next[tail] += 1
        }
        self.degrees = degrees
        self.starts = starts
        self.successors = successors
    }

    /// |E(Γ_v)| of each vertex: the triangles that it is a corner of.
    func triangles() -> [Int] {
        var counts = [Int](repeating: 0, count: degrees.count)
        // The vertex whose successors were marked last; -1 before the first.
        var markedBy = [Int](repeating: -1, count: degrees.count)
        for first in degrees.indices {
            let range = starts[first]..<starts[first + 1]
            for position in range { markedBy[successors[position]] = first }
            for position in range {
                let second = successors[position]
                for third in successors[starts[second]..<starts[second + 1]] where markedBy[third] == first {
                    counts[first] += 1
                    counts[second] += 1
                    counts[third] += 1
                }
            }
        }
        return counts
    }
}
