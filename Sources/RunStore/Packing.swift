import Foundation
import GRDB
import Separation

// Blobs: whole numbers are varints, 7 bits a byte, the lowest first, the top bit set on all bytes but the last;
// similarities and coordinates are float32, Gram matrices binary16, little-endian. What is read back is checked number by
// number, for a file may be damaged.

/// The bytes of a blob, and what is packed in them.
struct PackedBytes: Codable, DatabaseValueConvertible {
    var bytes: [UInt8]

    var databaseValue: DatabaseValue { Data(bytes).databaseValue }

    static func fromDatabaseValue(_ value: DatabaseValue) -> PackedBytes? {
        Data.fromDatabaseValue(value).map { PackedBytes(bytes: Array($0)) }
    }

    init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    init(from decoder: any Decoder) throws {
        bytes = Array(try decoder.singleValueContainer().decode(Data.self))
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(Data(bytes))
    }

    /// The number of edges; of each edge the step of its source from the edge before, and the distance of its target from
    /// the target before where the source is the same, else from the source; then all similarities.
    ///
    /// nil unless the edges ascend by (source, target) and each has 0 ≤ source < target < `samples`, and a similarity.
    init?(edges: [Edge], samples: Int) {
        bytes = []
        bytes.reserveCapacity(edges.count * 8)
        append(edges.count)
        var last = (source: 0, target: 0)
        for edge in edges {
            let (source, target) = (Int(edge.source), Int(edge.target))
            let origin = source == last.source ? max(last.target, source) : source
            guard source >= last.source, target > origin, target < samples,
                Edge.similarities.contains(edge.similarity)
            else { return nil }
            append(source - last.source)
            append(target - origin)
            last = (source, target)
        }
        append(edges.lazy.map(\.similarity))
    }

    /// nil unless the bytes are those of edges among `samples` samples.
    func edges(samples: Int) -> [Edge]? {
        var reader = PackedReader(bytes)
        guard let count = reader.count(bytesEach: 6) else { return nil }
        var edges: [Edge] = []
        edges.reserveCapacity(count)
        var last = (source: 0, target: 0)
        for _ in 0..<count {
            guard let step = reader.number(below: samples), let distance = reader.number(below: samples) else {
                return nil
            }
            let source = last.source + step
            let target = (step == 0 ? max(last.target, source) : source) + distance
            guard distance > 0, target < samples, let end = Int32(exactly: target) else { return nil }
            edges.append(Edge(source: Int32(source), target: end, similarity: 0))
            last = (source, target)
        }
        guard let similarities = reader.similarities(count), reader.isAtEnd else { return nil }
        for index in edges.indices { edges[index].similarity = similarities[index] }
        return edges
    }

    /// k, the number of indices, the indices, the similarities.
    ///
    /// nil unless there are as many similarities as indices, in rows of k, and every index is below `samples`.
    init?(neighbors: NeighborLists, samples: Int) {
        bytes = []
        bytes.reserveCapacity(neighbors.indices.count * 6 + 16)
        guard neighbors.isRectangular, neighbors.k >= 0,
            neighbors.similarities.allSatisfy(Edge.similarities.contains)
        else { return nil }
        append(neighbors.k)
        append(neighbors.indices.count)
        for index in neighbors.indices {
            guard index >= 0, Int(index) < samples else { return nil }
            append(Int(index))
        }
        append(neighbors.similarities)
    }

    /// nil unless the bytes are those of neighbours among `samples` samples.
    func neighbors(samples: Int) -> NeighborLists? {
        var reader = PackedReader(bytes)
        guard let k = reader.number(below: .max), let count = reader.count(bytesEach: 5) else { return nil }
        var indices: [Int32] = []
        indices.reserveCapacity(count)
        for _ in 0..<count {
            guard let number = reader.number(below: samples), let index = Int32(exactly: number) else { return nil }
            indices.append(index)
        }
        guard let similarities = reader.similarities(count), reader.isAtEnd else { return nil }
        let lists = NeighborLists(k: k, indices: indices, similarities: similarities)
        return lists.isRectangular ? lists : nil
    }

    /// The number of pairs; of each pair its classes and its count. Classes are 0 or more.
    init?(classEdges: ClassEdges) {
        bytes = []
        append(classEdges.pairs.count)
        for pair in classEdges.pairs {
            guard pair.first >= 0, pair.count >= 0 else { return nil }
            append(pair.first)
            append(pair.second)
            append(pair.count)
        }
    }

    /// nil unless the bytes are those of counts between so many classes.
    func classEdges(classes: Int) -> ClassEdges? {
        var reader = PackedReader(bytes)
        guard let count = reader.count(bytesEach: 3) else { return nil }
        var pairs: [ClassEdges.Pair] = []
        // So many that they can be added up.
        var room = Int.max
        for _ in 0..<count {
            guard let first = reader.number(below: classes), let second = reader.number(below: classes),
                let edges = reader.number(below: room)
            else { return nil }
            room -= edges
            pairs.append(ClassEdges.Pair(first: first, second: second, count: edges))
        }
        return reader.isAtEnd ? ClassEdges(pairs: pairs) : nil
    }

    /// `number` is 0 or more.
    mutating func append(_ number: Int) {
        var rest = UInt(bitPattern: number)
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: rest))
    }

    mutating func append(_ floats: some Sequence<Float>) {
        for value in floats {
            withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes.append(contentsOf: $0) }
        }
    }
}

/// Reads what `PackedBytes` packs; every reading is nil where the bytes end too soon or the number is out of bounds.
struct PackedReader {
    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    var isAtEnd: Bool { position == bytes.count }

    mutating func number(below limit: Int) -> Int? {
        var number: UInt = 0
        for shift in stride(from: UInt(0), to: 63, by: 7) {
            guard position < bytes.count else { return nil }
            let byte = bytes[position]
            position += 1
            number |= UInt(byte & 0x7F) << shift
            if byte < 0x80 {
                let value = Int(number)
                return value < limit ? value : nil
            }
        }
        return nil
    }

    /// A count of things of at least `bytesEach` bytes: no more than there can be in the bytes that are left.
    mutating func count(bytesEach: Int) -> Int? {
        guard let count = number(below: .max), count <= (bytes.count - position) / bytesEach else { return nil }
        return count
    }

    mutating func halves(_ count: Int) -> [UInt16]? {
        guard count >= 0, count <= (bytes.count - position) / 2 else { return nil }
        let start = position
        position += 2 * count
        return bytes.withUnsafeBytes { buffer in
            (0..<count).map { index in
                UInt16(littleEndian: buffer.loadUnaligned(fromByteOffset: start + 2 * index, as: UInt16.self))
            }
        }
    }

    mutating func similarities(_ count: Int) -> [Float]? {
        floats(count).flatMap { $0.allSatisfy(Edge.similarities.contains) ? $0 : nil }
    }

    mutating func floats(_ count: Int) -> [Float]? {
        guard count <= (bytes.count - position) / 4 else { return nil }
        let start = position
        position += 4 * count
        return bytes.withUnsafeBytes { buffer in
            (0..<count).map { index in
                let pattern = buffer.loadUnaligned(fromByteOffset: start + 4 * index, as: UInt32.self)
                return Float(bitPattern: UInt32(littleEndian: pattern))
            }
        }
    }
}

extension NeighborLists {
    fileprivate var isRectangular: Bool {
        indices.count == similarities.count && (k == 0 ? indices.isEmpty : indices.count % k == 0)
    }
}
