import Testing

@testable import Separation

@Suite struct ClassEdgesTests {
    // Classes 2 0 1 0 over five vertices' first four: 0–1 joins 2 and 0, 0–3 too, 1–2 joins 0 and 1, 1–3 is within 0.
    private let table = ClassEdges(
        edges: [
            Edge(source: 0, target: 1, similarity: 1), Edge(source: 0, target: 3, similarity: 1),
            Edge(source: 1, target: 2, similarity: 1), Edge(source: 1, target: 3, similarity: 1),
            Edge(source: 1, target: 4, similarity: 1),
        ], labels: [2, 0, 1, 0])

    @Test func countsBothOrdersOfClasses() {
        #expect(table[0, 2] == 2 && table[2, 0] == 2)
        #expect(table[0, 1] == 1 && table[1, 0] == 1)
        #expect(table[0, 0] == 1)
        #expect(table[1, 1] == 0 && table[1, 2] == 0 && table[5, 9] == 0)
    }

    @Test func mostConfusedComeFirst() {
        typealias Pair = ClassEdges.Pair
        #expect(
            table.mostConfused() == [Pair(first: 0, second: 2, count: 2), Pair(first: 0, second: 1, count: 1)])
        #expect(table.mostConfused(1) == [Pair(first: 0, second: 2, count: 2)])
        #expect(table.mostConfused(0).isEmpty && table.mostConfused(-1).isEmpty)
    }

    @Test func tiesGoByClass() {
        let tied = ClassEdges(
            edges: [
                Edge(source: 1, target: 2, similarity: 1), Edge(source: 0, target: 2, similarity: 1),
                Edge(source: 0, target: 1, similarity: 1),
            ], labels: [0, 1, 2])
        #expect(tied.mostConfused().map { [$0.first, $0.second] } == [[0, 1], [0, 2], [1, 2]])
    }

    @Test func keptCountsMustAscend() {
        #expect(ClassEdges(pairs: table.pairs) == table)
        #expect(ClassEdges(pairs: table.pairs.reversed()) == nil)
        #expect(ClassEdges(pairs: [ClassEdges.Pair(first: 1, second: 0, count: 1)]) == nil)
    }

    @Test func wrongEdgesAgreeWithFigures() {
        let graph = RandomGraph(count: 40, classes: 6, probability: 0.3, seed: 3)
        let table = ClassEdges(edges: graph.edges, labels: graph.labels)
        let figures = ModularityFigures(edges: graph.edges, labels: graph.labels)
        #expect(table.mostConfused().reduce(0) { $0 + $1.count } == figures.wrong)
        #expect((0..<6).reduce(0) { $0 + table[$1, $1] } == figures.correct)
    }
}

@Suite struct ClassTotalsTests {
    @Test func totalsAreThoseOfEachClass() throws {
        let edges = try #require(
            ClassEdges(pairs: [
                .init(first: 0, second: 0, count: 5), .init(first: 0, second: 2, count: 3),
                .init(first: 1, second: 2, count: 4), .init(first: 2, second: 7, count: 1),
            ]))
        let totals = edges.totals(classes: 4)
        #expect(totals.map(\.correct) == [5, 0, 0, 0])
        // Class 7 is beyond those asked for; what class 2 shares with it counts for class 2.
        #expect(totals.map(\.wrong) == [3, 4, 8, 0])
        for label in 0..<4 {
            let own = edges.edges(of: label)
            #expect(own.correct == totals[label].correct)
            #expect(own.wrong.reduce(0) { $0 + $1.count } == totals[label].wrong)
        }
        #expect(edges.totals(classes: 0).isEmpty)
    }
}
