import Separation
import Testing

@testable import RunStore

@Suite struct PackingTests {
    @Test func edgesTakeTheirGaps() throws {
        // 2 edges; (0,1): step 0, distance 1; (0,300): step 0, distance 299 = 0b10_0101011; then 1 and −1 as float32.
        let edges = [
            Edge(source: 0, target: 1, similarity: 1), Edge(source: 0, target: 300, similarity: -1),
        ]
        let packed = try #require(PackedBytes(edges: edges, samples: 301))
        #expect(packed.bytes == [2, 0, 1, 0, 0xAB, 2, 0, 0, 0x80, 0x3F, 0, 0, 0x80, 0xBF])
        #expect(packed.edges(samples: 301) == edges)
        #expect(packed.edges(samples: 300) == nil)
    }

    @Test func edgesAtTheEndsOfTheirRange() throws {
        let samples = Int(Int32.max) + 1
        let edges = [
            Edge(source: 0, target: .max, similarity: .leastNonzeroMagnitude),
            Edge(source: .max - 2, target: .max - 1, similarity: 0.1),
            Edge(source: .max - 2, target: .max, similarity: 0),
            Edge(source: .max - 1, target: .max, similarity: 1),
        ]
        let packed = try #require(PackedBytes(edges: edges, samples: samples))
        #expect(packed.edges(samples: samples) == edges)
        #expect(packed.edges(samples: .max) == edges)
    }

    @Test func emptyThings() throws {
        #expect(PackedBytes(edges: [], samples: 0)?.edges(samples: 0) == [])
        let none = NeighborLists(k: 0, indices: [], similarities: [])
        #expect(PackedBytes(neighbors: none, samples: 0)?.neighbors(samples: 0) == none)
        let table = ClassEdges(edges: [], labels: [])
        #expect(PackedBytes(classEdges: table)?.classEdges(classes: .max) == table)
    }

    @Test func loopsAndDuplicatesAreRefused() {
        func pack(_ pairs: [(Int32, Int32)]) -> PackedBytes? {
            PackedBytes(edges: pairs.map { Edge(source: $0.0, target: $0.1, similarity: 1) }, samples: 9)
        }
        #expect(pack([(0, 1), (1, 2)]) != nil)
        for pairs: [(Int32, Int32)] in [
            [(0, 0)], [(3, 3)], [(2, 1)], [(-1, 2)], [(0, 9)], [(0, 1), (0, 1)], [(1, 3), (1, 2)], [(1, 3), (0, 4)],
        ] {
            #expect(pack(pairs) == nil, "\(pairs)")
        }
    }

    /// Bytes cut off, changed or made up unpack to nothing, or to something sound; they never trap.
    @Test func damagedBytes() throws {
        let header = TestRun.header()
        let result = TestRun.result(header, layer: 0, edgeCount: 60)
        let edges = try #require(PackedBytes(edges: result.edges, samples: 60)).bytes
        let neighbors = try #require(PackedBytes(neighbors: result.neighbors, samples: 60)).bytes
        let table = ClassEdges(edges: result.edges, labels: header.labels)
        let classes = try #require(PackedBytes(classEdges: table)).bytes
        for length in 0..<edges.count {
            #expect(PackedBytes(bytes: Array(edges.prefix(length))).edges(samples: 60) == nil)
        }
        for length in stride(from: neighbors.count - 1, through: 0, by: -17) {
            #expect(PackedBytes(bytes: Array(neighbors.prefix(length))).neighbors(samples: 60) == nil)
        }
        for length in 0..<classes.count {
            #expect(PackedBytes(bytes: Array(classes.prefix(length))).classEdges(classes: .max) == nil)
        }
        var generator = TestGenerator(state: 5)
        for _ in 0..<1000 {
            var bytes = [edges, neighbors, classes].randomElement(using: &generator) ?? []
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                bytes[Int.random(in: 0..<bytes.count, using: &generator)] = .random(in: 0...255, using: &generator)
            }
            let packed = PackedBytes(bytes: bytes)
            if let found = packed.edges(samples: 60) {
                #expect(found.allSatisfy { 0 <= $0.source && $0.source < $0.target && $0.target < 60 })
            }
            if let found = packed.neighbors(samples: 60) {
                #expect(found.indices.allSatisfy { (0..<60).contains($0) })
                #expect(found.indices.count == found.similarities.count)
            }
            _ = packed.classEdges(classes: .max)
        }
    }

    @Test func countsBeyondTheBytesAreRefused() {
        let huge: [UInt8] = [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F, 1, 2, 3]
        #expect(PackedBytes(bytes: huge).edges(samples: 9) == nil)
        #expect(PackedBytes(bytes: [3] + huge).neighbors(samples: 9) == nil)
        #expect(PackedBytes(bytes: huge).classEdges(classes: .max) == nil)
        #expect(PackedBytes(bytes: Array(repeating: 0xFF, count: 40)).edges(samples: 9) == nil)
    }

    @Test func countsThatCannotBeAddedUpAreRefused() throws {
        for (count, isSound) in [(2, true), (3, false)] {
            let pairs = (0..<count).map { ClassEdges.Pair(first: 0, second: $0, count: .max / 2) }
            let table = try #require(ClassEdges(pairs: pairs))
            let found = try #require(PackedBytes(classEdges: table)).classEdges(classes: .max)
            #expect(found == (isSound ? table : nil))
        }
    }
}
