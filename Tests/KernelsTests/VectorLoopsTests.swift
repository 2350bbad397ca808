import Tensors
import Testing

@testable import Kernels

/// Each loop on every kind of processor that this one can stand for, against the plainest of loops.
@Suite struct VectorLoopsTests {
    static let levels = VectorLoops.levels
    /// Whole vectors, parts of one, and both.
    static let lengths = [0, 1, 15, 16, 63, 64, 65, 130, 1000]

    private func numbers(_ count: Int, seed: UInt64, in range: ClosedRange<Float> = -1...1) -> [Float] {
        var random = SplitMix64(seed: seed)
        return (0..<count).map { _ in Float.random(in: range, using: &random) }
    }

    /// Near those of float64, and the same bit for bit as a tile's, however a chunk is cut in strips.
    @Test(arguments: levels) func products(level: Int32) throws {
        let (tile, lanes) = (FeatureMatrix.rowMultiple, VectorLoops.lanes)
        for (depth, rows, columns) in [
            (1, 3, 5), (16, 1, 1), (100, 17, 30), (511, 256, 3), (512, 4, 300), (1700, 7, 8),
        ] {
            let matrix = try FeatureMatrix(
                rows: tile + columns, columns: depth, values: numbers((tile + columns) * depth, seed: 1))
            for column in [0, tile] {
                let columns = column == 0 ? rows : columns
                let stride = columns + 7
                var products = [Float](repeating: .nan, count: (rows + 3) * stride)
                VectorLoops.products(
                    of: matrix, row: 0, rows: rows, column: column, columns: columns, into: &products, stride: stride,
                    level: level)
                let pairs = (0..<rows).flatMap { row in
                    ((column == 0 ? row : 0)..<columns).map { RowPair(first: Int32(row), second: Int32(column + $0)) }
                }
                let alone = pairProducts(pairs, of: matrix, strip: column == 0 ? 64 : 3 * lanes, level: level)
                for (pair, product) in zip(pairs, alone) {
                    let (first, second) = (Int(pair.first), Int(pair.second))
                    #expect(products[first * stride + second - column] == product, "\(depth): \(first), \(second)")
                    let expected = (0..<depth).reduce(0.0) {
                        $0 + Double(matrix.row(first)[$1]) * Double(matrix.row(second)[$1])
                    }
                    #expect(abs(Double(product) - expected) < 1e-4, "\(depth): \(first), \(second)")
                }
            }
        }
    }

    /// What multiplies and adds in one step rounds alike in eight lanes and in sixteen.
    @Test func productsOfAllKindsOfProcessors() throws {
        let matrix = try FeatureMatrix(rows: 20, columns: 1000, values: numbers(20_000, seed: 2))
        let pairs = (0..<19).map { RowPair(first: Int32($0), second: Int32($0 + 1)) }
        let fused = Self.levels.dropFirst().map { pairProducts(pairs, of: matrix, strip: 128, level: $0) }
        #expect(Set(fused).count <= 1)
    }

    private func pairProducts(_ pairs: [RowPair], of matrix: FeatureMatrix, strip: Int, level: Int32) -> [Float] {
        var products = [Float](repeating: 0, count: pairs.count)
        for chunk in stride(from: 0, to: matrix.columns, by: VectorLoops.chunk) {
            var sums = [Float](repeating: 0, count: pairs.count * VectorLoops.lanes)
            let end = min(matrix.columns, chunk + VectorLoops.chunk)
            for start in stride(from: chunk, to: end, by: strip) {
                let part = min(strip, end - start)
                let width = (part + VectorLoops.lanes - 1) / VectorLoops.lanes * VectorLoops.lanes
                let rows = (0..<matrix.rows).flatMap { row in
                    (0..<width).map { $0 < part ? matrix.row(row)[start + $0] : 0 }
                }
                pairs.withUnsafeBufferPointer {
                    VectorLoops.pairProducts($0, of: rows, width: width, addingTo: &sums, level: level)
                }
            }
            var part = [Float](repeating: 0, count: pairs.count)
            VectorLoops.sumLanes(sums, count: pairs.count, into: &part, level: level)
            for index in pairs.indices { products[index] += part[index] }
        }
        return products
    }

    /// Exactly, among them the greatest numbers there are, of all sizes of blocks, and of more words than are taken at a time.
    @Test(arguments: levels) func byteProducts(level: Int32) throws {
        for (depth, rows, columns) in [(1, 5, 3), (4, 16, 32), (31, 17, 33), (700, 40, 256), (64, 256, 70)] {
            let tile = FeatureMatrix.rowMultiple
            let matrix = try ByteMatrix(rows: tile + columns, columns: depth)
            var random = SplitMix64(seed: 11)
            let greatest = [7, tile + 2]
            for row in 0..<matrix.rows {
                for index in 0..<depth {
                    let number = greatest.contains(row) ? 127 : UInt32.random(in: 0...127, using: &random)
                    matrix.start(ofRow: row)[(index / 64 * 16 + index % 16) * ByteMatrix.group] |=
                        number << (8 * (index % 64 / 16))
                }
            }
            func product(_ first: Int, _ second: Int) -> Int32 {
                (0..<depth).reduce(0) { $0 + Int32(byte($1, ofRow: first, matrix) * byte($1, ofRow: second, matrix)) }
            }
            for column in [0, tile] {
                let columns = column == 0 ? rows : columns
                var products = [Int32](repeating: .min, count: tile * tile)
                VectorLoops.byteProducts(
                    of: matrix, row: 0, rows: rows, column: column, columns: columns, into: &products, stride: tile,
                    level: level)
                for row in 0..<rows {
                    for other in (column == 0 ? row : 0)..<columns
                    where products[row * tile + other] != product(row, column + other) {
                        Issue.record("\(depth): \(row), \(column + other)")
                    }
                }
                if column > 0, rows > 7, columns > 2 { #expect(products[7 * tile + 2] == 127 * 127 * Int32(depth)) }
            }
        }
    }

    /// Number `index` of a row.
    private func byte(_ index: Int, ofRow row: Int, _ matrix: ByteMatrix) -> Int {
        let word = matrix.start(ofRow: row)[(index / 64 * 16 + index % 16) * ByteMatrix.group]
        return Int((word >> (8 * (index % 64 / 16))) & 255)
    }

    private func most(_ row: UnsafePointer<Float>, _ count: Int) -> Float {
        UnsafeBufferPointer(start: row, count: count).max() ?? 0
    }

    @Test(arguments: levels) func measure(level: Int32) {
        for count in Self.lengths {
            for shift: Float in [-2, 0, 2] {
                let row = numbers(count, seed: 12).map { $0 + shift }
                let found = VectorLoops.measure(row, count: count, level: level)
                #expect(found.least == min(0, row.min() ?? 0) && found.most == max(0, row.max() ?? 0))
                let expected = row.reduce(0.0) { $0 + Double($1) * Double($1) }
                #expect(abs(found.square - expected) <= 1e-12 * expected)
            }
            for value: Float in [.infinity, -.infinity, .nan] where count > 0 {
                var row = numbers(count, seed: 12)
                row[count / 2] = value
                #expect(!VectorLoops.measure(row, count: count, level: level).square.isFinite)
            }
        }
    }

    private static let seeds = (0..<UInt32(ByteMatrix.group)).map { row in
        SIMD16((1...16).map { (row * 16 + $0) &* 2_654_435_761 })
    }

    /// Each number within one of what it stands for, right in the mean, and the scale such that the product with the mean is.
    @Test(arguments: levels) func quantize(level: Int32) throws {
        for count in Self.lengths + [1100, 2048] where count > 0 {
            let samples = 21
            let matrix = try FeatureMatrix(
                rows: samples, columns: count, values: numbers(samples * count, seed: 2, in: 0...3))
            let mean = numbers(count, seed: 3, in: 0.5...1)
            let bytes = try ByteMatrix(rows: samples, columns: count)
            for row in 0..<samples {
                for word in 0..<bytes.words { bytes.start(ofRow: row)[word * ByteMatrix.group] = .max }
            }
            for rows in [0..<16, 16..<samples] {
                let scales = try #require(
                    VectorLoops.quantize(
                        matrix, rows: rows, most: rows.map { most(matrix.row($0), count) }, mean: mean,
                        seeds: Array(Self.seeds.prefix(rows.count)), into: bytes, level: level))
                for (row, scale) in zip(rows, scales) {
                    let values = UnsafeBufferPointer(start: matrix.row(row), count: count)
                    let high = most(matrix.row(row), count)
                    let found = (0..<bytes.words * 4).map { byte($0, ofRow: row, bytes) }
                    for (value, byte) in zip(values, found) {
                        #expect(byte <= 127 && abs(value * 127 / high - Float(byte)) <= 1.001)
                    }
                    #expect(found.dropFirst(count).allSatisfy { $0 == 0 })
                    let exact = zip(values, mean).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
                    let rounded = zip(found, mean).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
                    #expect(abs(Double(scale) * rounded / exact - 1) < 1e-5, "\(count), \(row)")
                }
            }
        }
    }

    @Test(arguments: levels) func whatHasNoBytes(level: Int32) throws {
        func scales(_ rows: [[Float]]) throws -> [Float]? {
            let count = rows[0].count
            let bytes = try ByteMatrix(rows: rows.count, columns: count)
            return VectorLoops.quantize(
                try FeatureMatrix(rows: rows.count, columns: count, values: rows.flatMap(\.self)), rows: 0..<rows.count,
                most: rows.map { $0.max() ?? 0 }, mean: [Float](repeating: 1, count: count),
                seeds: Array(Self.seeds.prefix(rows.count)), into: bytes, level: level)
        }
        for count in [1, 64, 100] {
            let row = numbers(count, seed: 4, in: 0.5...1)
            let withZeros = try #require(try scales([row, row.map { _ in 0 }]))
            #expect(withZeros[0] > 0 && withZeros[1] == 0)
            // Too small to be scaled.
            #expect(try scales([row.map { $0 * 1e-38 }, row]) == nil)
        }
        // Squares that add up to 2³¹.
        #expect(try scales([[Float](repeating: 1, count: 1 << 18)]) == nil)
    }

    @Test(arguments: levels) func scaling(level: Int32) {
        for count in Self.lengths {
            let factors = numbers(count, seed: 5)
            let products = numbers(count, seed: 6, in: -100...100)
            let whole = products.map { Int32($0 * 1000) }
            var values = [Float](repeating: .nan, count: count)
            values.withUnsafeMutableBufferPointer {
                VectorLoops.scale(products, by: 0.3, factors, into: $0, level: level)
            }
            #expect(values == zip(products, factors).map { $0 * 0.3 * $1 })
            values.withUnsafeMutableBufferPointer { VectorLoops.scale(whole, by: 0.3, factors, into: $0, level: level) }
            #expect(values == zip(whole, factors).map { Float($0) * 0.3 * $1 })
        }
    }

    @Test(arguments: levels) func tally(level: Int32) {
        for count in Self.lengths + [1100, 2500] {
            var values = numbers(count, seed: 7)
            // Edges themselves, what is next to them, and what is beyond all of them.
            let edges = (0...10).flatMap { edge in
                let edge = Float(edge) / 10
                return [edge, edge.nextDown, edge.nextUp]
            }
            let special = edges + [-0.0, -1, -1.0001, 1.0001, -0.05]
            for (index, value) in special.enumerated() where index < count {
                values[index] = value
            }
            let classes = (0..<count).map { Int32($0 % 3) }
            for part in [0..<count, min(1, count)..<count, count / 3..<count / 2] {
                var (reached, same) = (VectorLoops.Counts(repeating: 5), VectorLoops.Counts(repeating: 7))
                VectorLoops.tally(values, classes: classes, own: 1, part, into: &reached, &same, level: level)
                for bin in 0..<10 {
                    let passing = part.filter { values[$0] >= Float(bin) / 10 }
                    let own = (bin == 0 ? Array(part) : passing).count { classes[$0] == 1 }
                    #expect(Int(reached[bin]) == 5 + passing.count && Int(same[bin]) == 7 + own, "\(part), \(bin)")
                }
                #expect((10..<16).allSatisfy { reached[$0] == 5 && same[$0] == 7 })
            }
        }
    }

    /// Each value alone fills one of the narrow counters that a vector's lanes have.
    @Test(arguments: levels) func tallyOfEquals(level: Int32) {
        for bin in 0..<10 {
            let values = [Float](repeating: Float(bin) / 10 + 0.05, count: 3000)
            var (reached, same) = (VectorLoops.Counts.zero, VectorLoops.Counts.zero)
            VectorLoops.tally(
                values, classes: [Int32](repeating: 4, count: values.count), own: 4, values.indices, into: &reached,
                &same, level: level)
            for edge in 0..<10 {
                #expect(Int(reached[edge]) == (edge <= bin ? 3000 : 0), "\(bin), \(edge)")
                #expect(Int(same[edge]) == (edge <= bin || edge == 0 ? 3000 : 0), "\(bin), \(edge)")
            }
        }
    }

    @Test(arguments: levels) func raiseMaxima(level: Int32) {
        for count in Self.lengths {
            let values = numbers(count, seed: 11)
            let margins = numbers(count, seed: 12, in: 0...0.05)
            for withMargins in [false, true] {
                var ofPlaces = numbers(count, seed: 13)
                var ofLanes = numbers(16, seed: 14)
                let least = values.indices.map { withMargins ? values[$0] - (margins[$0] + 0.01) : values[$0] }
                let places = zip(ofPlaces, least).map(max)
                let lanes = ofLanes.indices.map { lane in
                    stride(from: lane, to: count, by: 16).reduce(ofLanes[lane]) { max($0, least[$1]) }
                }
                margins.withUnsafeBufferPointer { margins in
                    VectorLoops.raiseMaxima(
                        to: values, margins: withMargins ? margins.baseAddress : nil, withMargins ? 0.01 : 0,
                        count: count,
                        ofPlaces: &ofPlaces, ofLanes: &ofLanes, level: level)
                }
                #expect(ofPlaces == places && ofLanes == lanes, "\(count)")
            }
        }
    }

    @Test(arguments: levels) func kthGreatest(level: Int32) {
        for count in Self.lengths {
            let stride = count + 3
            let values = numbers(16 * stride, seed: 15)
            for k in [1, 2, 10, 16] {
                let expected = (0..<count).map { place in
                    (0..<16).map { values[$0 * stride + place] }.sorted(by: >)[k - 1]
                }
                let found = VectorLoops.kthGreatest(k, of: values, stride: stride, count: count, level: level)
                #expect(found == expected, "\(count), \(k)")
            }
        }
    }

    @Test(arguments: levels) func find(level: Int32) {
        for count in Self.lengths {
            let values = numbers(count, seed: 8)
            let bars = numbers(count, seed: 9, in: 0.9...1.2)
            let margins = numbers(count, seed: 10, in: 0...0.05)
            for bar: Float in [0.95, 2, -2] {
                for first in stride(from: 0, through: count, by: 7) {
                    func expected(_ passes: (Int) -> Bool) -> (Int, UInt32) {
                        for start in stride(from: first, to: count, by: 16) {
                            let bits = (start..<min(start + 16, count)).filter(passes).map { UInt32(1) << ($0 - start) }
                            if !bits.isEmpty { return (start, bits.reduce(0, |)) }
                        }
                        return (count, 0)
                    }
                    func found(_ margins: UnsafePointer<Float>?, _ margin: Float) -> (Int, UInt32) {
                        VectorLoops.find(
                            values, margins: margins, margin, bars: bars, bar: bar, first..<count, level: level)
                    }
                    #expect(found(nil, 0) == expected { values[$0] >= bars[$0] || values[$0] >= bar })
                    #expect(
                        found(margins, 0.03)
                            == expected { index in
                                let most = values[index] + (margins[index] + 0.03)
                                return most >= bars[index] || most >= bar
                            })
                }
            }
        }
    }
}
