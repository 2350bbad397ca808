import Cells
import Separation
import Testing

@testable import Plots

@Suite struct RingTransitionTests {
    private static let labels = (0..<200).map { $0 % 5 }
    private static let request = RingRequest(size: Size(columns: 40, rows: 20))

    private func edge(_ source: Int32, _ target: Int32) -> Edge { Edge(source: source, target: target, similarity: 1) }

    private func owners(_ picture: RingPicture) -> Set<String> {
        Set(picture.cells.flatMap { [$0.upper, $0.lower] }.map { "\($0)".prefix { $0 != "(" } }.map(String.init))
    }

    private func dots(_ picture: RingPicture, _ owner: RingPicture.Owner) -> Int {
        picture.cells.filter { $0.upper == owner }.reduce(0) { $0 + $1.dots.nonzeroBitCount }
    }

    @Test func edgesAreKeptGainedAndLost() {
        let change = EdgeChange(
            from: [edge(0, 1), edge(0, 5), edge(2, 3), edge(7, 9)],
            to: [edge(0, 2), edge(0, 5), edge(2, 3), edge(2, 4)])
        #expect(change.kept == [edge(0, 5), edge(2, 3)])
        #expect(change.gained == [edge(0, 2), edge(2, 4)])
        #expect(change.lost == [edge(0, 1), edge(7, 9)])
        #expect(EdgeChange(from: [], to: [edge(0, 1)]).gained.count == 1)
        #expect(EdgeChange(from: [edge(0, 1)], to: []).lost.count == 1)
    }

    /// At first only what goes stands beside what stays, at last only what has come.
    @Test func theWayLeadsFromOneRingToTheOther() {
        let (from, to) = (
            randomEdges(1500, labels: Self.labels, correct: 0.3), randomEdges(2000, labels: Self.labels, correct: 0.8)
        )
        let transition = RingTransition(request: Self.request, from: from, to: to, labels: Self.labels)
        #expect(transition.counts.kept + transition.counts.gained == to.count)
        #expect(transition.counts.kept + transition.counts.lost == from.count)
        let pictures = [0, 0.5, 1].map { transition.picture(at: $0) }
        #expect(owners(pictures[0]).contains("lost") && !owners(pictures[0]).contains("gained"))
        #expect(owners(pictures[2]).contains("gained") && !owners(pictures[2]).contains("lost"))
        #expect(dots(pictures[0], .lost) > dots(pictures[1], .lost) && dots(pictures[1], .lost) > 0)
        #expect(dots(pictures[2], .gained) > dots(pictures[1], .gained) && dots(pictures[1], .gained) > 0)
    }

    @Test func withoutAnyChangeItIsTheRing() {
        let edges = randomEdges(2000, labels: Self.labels, correct: 0.6)
        let transition = RingTransition(request: Self.request, from: edges, to: edges, labels: Self.labels)
        let ring = RingPicture(request: Self.request, edges: edges, labels: Self.labels)
        for place in [0, 0.3, 1] { #expect(transition.picture(at: place) == ring) }
    }

    @Test(arguments: [(0, 0), (1, 1), (3, 2)]) func roomIsNeverTooSmall(columns: Int, rows: Int) {
        let request = RingRequest(size: Size(columns: columns, rows: rows))
        let edges = randomEdges(50, labels: Self.labels, correct: 0.6)
        let picture = RingTransition(request: request, from: edges, to: [], labels: Self.labels).picture(at: 0.5)
        var buffer = CellBuffer(size: request.size)
        picture.draw(into: &buffer, rect: buffer.bounds, styles: RingStyles(classColors: [], wrong: .plain))
    }

    /// Only edges of at least the threshold are drawn.
    @Test func weakEdgesAreLeftOut() {
        let edges = (0..<100).map { Edge(source: 0, target: Int32($0 + 1), similarity: Float($0) / 100) }
        func slots(_ threshold: Float?) -> Int {
            var request = Self.request
            request.threshold = threshold
            let geometry = RingGeometry(labels: Self.labels)
            let slots = RingSlots(geometry: geometry, diameter: request.diameter, chords: .bundled)
            let buckets = EdgeBuckets(request: request, geometry: geometry, slots: slots, edges: edges)
            return (0..<slots.count).reduce(0) { $0 + buckets.partners(of: $1).count }
        }
        #expect(slots(nil) == 100 && slots(0.5) == 50 && slots(0.99) == 1 && slots(1) == 0)
    }
}
