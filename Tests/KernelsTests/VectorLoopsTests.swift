import Tensors
import Testing

@testable import Kernels

/// Each loop on every kind of processor that this one can stand for, against the plainest of loops.
@Suite struct VectorLoopsTests {
    static let levels = Array(0...VectorLoops.level)
    /// Whole vectors, parts of one, and both.
    static let lengths = [0, 1, 15, 16, 63, 64, 65, 130, 1000]

    private func numbers(_ count: Int, seed: UInt64, in range: ClosedRange<Float> = -1...1) -> [Float] {
        var random = SplitMix64(seed: seed)
        return (0..<count).map { _ in Float.random(in: range, using: &random) }
    }

    @Test(arguments: levels) func pairProducts(level: Int32) throws {
        for count in Self.lengths where count > 0 {
            let matrix = try FeatureMatrix(rows: 5, columns: count + 3, values: numbers(5 * (count + 3), seed: 1))
            let pairs = [(0, 1), (0, 4), (2, 2), (3, 1)].map { RowPair(first: Int32($0.0), second: Int32($0.1)) }
            var sums = [Float](repeating: .nan, count: pairs.count)
            pairs.withUnsafeBufferPointer {
                VectorLoops.pairProducts($0, of: matrix, columns: 2..<count + 2, into: &sums, level: level)
            }
            for (pair, sum) in zip(pairs, sums) {
                let (a, b) = (matrix.row(Int(pair.first)), matrix.row(Int(pair.second)))
                let expected = (2..<count + 2).reduce(0.0) { $0 + Double(a[$1]) * Double(b[$1]) }
                #expect(abs(Double(sum) - expected) < 1e-4, "\(count)")
            }
        }
    }

    /// Each number within one of what it stands for, right in the mean, and the scale such that the product with the mean is.
    @Test(arguments: levels) func quantize(level: Int32) throws {
        let seeds = SIMD16<UInt32>((1...16).map { $0 &* 2_654_435_761 })
        for count in Self.lengths where count > 0 {
            let row = numbers(count, seed: 2, in: 0...3)
            let mean = numbers(count, seed: 3, in: 0.5...1)
            var bytes = [UInt8](repeating: 255, count: count)
            let scale = try #require(
                VectorLoops.quantize(row, mean: mean, seeds: seeds, into: &bytes, level: level))
            let high = try #require(row.max())
            // The order of the bytes: words of four numbers, each sixteen further on.
            let whole = count / 64 * 64
            let ordered = (0..<count).map { index -> UInt8 in
                let place = index / 64 * 64 + index % 16 * 4 + index % 64 / 16
                return bytes[index < whole ? place : index]
            }
            for (value, byte) in zip(row, ordered) {
                #expect(byte <= 127 && abs(value * 127 / high - Float(byte)) <= 1.001)
            }
            let exact = zip(row, mean).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
            let rounded = zip(ordered, mean).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
            #expect(abs(Double(scale) * rounded / exact - 1) < 1e-5, "\(count)")
        }
    }

    @Test(arguments: levels) func whatHasNoBytes(level: Int32) {
        for count in [1, 64, 100] {
            let mean = [Float](repeating: 1, count: count)
            func scale(_ change: (inout [Float]) -> Void) -> Float? {
                var row = numbers(count, seed: 4, in: 0...1)
                change(&row)
                var bytes = [UInt8](repeating: 255, count: count)
                let scale = VectorLoops.quantize(
                    row, mean: mean, seeds: SIMD16(repeating: 1), into: &bytes, level: level)
                if scale == 0 { #expect(bytes.allSatisfy { $0 == 0 }) }
                return scale
            }
            #expect(scale { $0[count - 1] = -1e-9 } == nil)
            #expect(scale { $0[0] = .infinity } == nil)
            #expect(scale { $0 = $0.map { _ in 0 } } == 0)
            // Too small to be scaled.
            #expect(scale { $0 = $0.map { $0 * 1e-38 } } == nil || count == 0)
        }
        // Squares that add up to 2³¹.
        let many = 1 << 18
        var bytes = [UInt8](repeating: 0, count: many)
        #expect(
            VectorLoops.quantize(
                [Float](repeating: 1, count: many), mean: [Float](repeating: 1, count: many),
                seeds: SIMD16(repeating: 1), into: &bytes, level: level) == nil)
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
        for count in Self.lengths {
            var values = numbers(count, seed: 7)
            // Edges themselves, and what is beyond all of them.
            let special: [Float] = [0, 0.1, 0.5, 0.9, 1, 1.0001, -0.0]
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

    @Test(arguments: levels) func find(level: Int32) {
        for count in Self.lengths {
            let values = numbers(count, seed: 8)
            let bars = numbers(count, seed: 9, in: 0.9...1.2)
            let margins = numbers(count, seed: 10, in: 0...0.05)
            for bar: Float in [0.95, 2, -2] {
                for first in stride(from: 0, through: count, by: 7) {
                    let plain = (first..<count).first { values[$0] >= bars[$0] || values[$0] >= bar }
                    #expect(
                        VectorLoops.find(values, margins: nil, 0, bars: bars, bar: bar, first..<count, level: level)
                            == plain ?? count)
                    let wide = (first..<count).first { index in
                        let most = values[index] + (margins[index] + 0.03)
                        return most >= bars[index] || most >= bar
                    }
                    #expect(
                        VectorLoops.find(
                            values, margins: margins, 0.03, bars: bars, bar: bar, first..<count, level: level)
                            == wide ?? count)
                }
            }
        }
    }
}
