import Tensors
import Testing

@testable import Separation

@Suite struct EdgeSelectionTests {
    /// What is offered to several selections that are emptied into one at times, against sorting it all.
    @Test(arguments: [0, 1, 7, 100, 4000, 30000])
    func theStrongestOfAll(limit: Int) {
        let kinds: [(inout SplitMix64) -> Float] = [
            { Float.random(in: -1...1, using: &$0) },
            // Many alike, and both zeros.
            { [-0.5, -0.0, 0, 0.25, 1].randomElement(using: &$0)! },
            { Float.random(in: 0.999...1, using: &$0) },
        ]
        for (kind, similarity) in kinds.enumerated() {
            var random = SplitMix64(seed: UInt64(kind))
            var offered: [Edge] = []
            for source in 0..<200 {
                for target in source + 1..<200 {
                    offered.append(
                        Edge(source: Int32(source), target: Int32(target), similarity: similarity(&random)))
                }
            }
            offered.shuffle(using: &random)
            var workers = Array(repeating: EdgeSelection(limit: limit), count: 3)
            var shared = EdgeSelection(limit: limit)
            for (index, edge) in offered.enumerated() {
                workers[index % 3].offer(edge)
                if index % 1000 < 3 { shared.take(from: &workers[index % 3]) }
            }
            for worker in workers.indices { shared.take(from: &workers[worker]) }
            let strongest = offered.sorted { $0.isStronger(than: $1) }.prefix(limit)
            #expect(shared.strongest == strongest.sorted { ($0.source, $0.target) < ($1.source, $1.target) })
            shared.settle()
            #expect(shared.candidates.count == strongest.count)
            if limit > 0, limit <= offered.count { #expect(shared.threshold == strongest.last?.similarity) }
        }
    }

    @Test func pairsInOrder() {
        #expect([Edge]().sortedByEnds().isEmpty)
        var random = SplitMix64(seed: 3)
        let edges = (0..<50).flatMap { source in
            (source + 1..<60).map { Edge(source: Int32(source), target: Int32($0), similarity: 0.5) }
        }
        #expect(edges.shuffled(using: &random).sortedByEnds() == edges)
    }
}
