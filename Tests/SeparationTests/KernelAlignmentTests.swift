import Kernels
import Tensors
import Testing

@testable import Separation

@Suite struct KernelAlignmentTests {
    private func gram(_ rows: [[Float]]) throws -> GramTriangle {
        try #require(
            try SimilarityStatistics.compute(
                of: FeatureMatrix(rows: rows.count, columns: rows[0].count, values: rows.flatMap { $0 }),
                classes: Array(repeating: 0, count: rows.count),
                options: SimilarityOptions(
                    graphSamples: rows.count, histogramSamples: 0, edges: 0, neighbors: 1, gramSamples: rows.count),
                layer: "layer", pool: WorkerPool(threads: 1)
            ).gram)
    }

    private func alignment(_ first: [[Float]], _ second: [[Float]]) throws -> Double {
        var alignment = KernelAlignment(layers: 2)
        try alignment.add(gram(first), layer: 0)
        return try #require(try alignment.add(gram(second), layer: 1)[0])
    }

    private func random(_ samples: Int, _ columns: Int, seed: UInt64) -> [[Float]] {
        var generator = SplitMix64(seed: seed)
        return (0..<samples).map { _ in (0..<columns).map { _ in Float.random(in: 0...1, using: &generator) } }
    }

    /// ‖X̃ᵀỸ‖² / (‖X̃ᵀX̃‖ ‖ỸᵀỸ‖), the feature form of the definition.
    private func naive(_ first: [[Float]], _ second: [[Float]]) -> Double {
        func centered(_ rows: [[Float]]) -> [[Double]] {
            let means = rows[0].indices.map { column in
                rows.reduce(0) { $0 + Double($1[column]) } / Double(rows.count)
            }
            return rows.map { row in zip(row, means).map { Double($0) - $1 } }
        }
        func squares(_ x: [[Double]], _ y: [[Double]]) -> Double {
            var sum = 0.0
            for i in x[0].indices {
                for j in y[0].indices {
                    let product = x.indices.reduce(0) { $0 + x[$1][i] * y[$1][j] }
                    sum += product * product
                }
            }
            return sum
        }
        let (x, y) = (centered(first), centered(second))
        return squares(x, y) / (squares(x, x) * squares(y, y)).squareRoot()
    }

    /// Two directions: X̃ = ±1 on the first and second pair, Ỹ = ±1 on every other sample; ⟨K̃, L̃⟩ = 0. Their sum holds half
    /// of each, so CKA with X is 16 / (4 · 4√2·…): K̃_X has norm 4, K̃_{X,Y} norm √32, product 16.
    @Test func byHand() throws {
        let x: [[Float]] = [[1], [1], [-1], [-1]]
        let y: [[Float]] = [[1], [-1], [1], [-1]]
        let both = zip(x, y).map { $0 + $1 }
        expectClose(try alignment(x, x), 1, within: 1e-6)
        expectClose(try alignment(x, y), 0, within: 1e-6)
        expectClose(try alignment(x, both), 16 / (4 * 32.0.squareRoot()), within: 1e-6)
    }

    @Test(arguments: [UInt64(1), 2, 3]) func agreesWithTheFeatureForm(seed: UInt64) throws {
        let first = random(150, 9, seed: seed)
        let second = random(150, 5, seed: seed + 10).enumerated().map { row, values in values + first[row].prefix(3) }
        expectClose(try alignment(first, second), naive(first, second), within: 1e-3)
    }

    /// Channel means of a trained network's layers layer1.2.conv2 and layer3.2.conv2; the number is NumPy's, in float64.
    @Test func agreesWithNumPyOnATrainedNetwork() throws {
        expectClose(try alignment(RealFeatures.early, RealFeatures.late), RealFeatures.alignment, within: 1e-3)
        expectClose(naive(RealFeatures.early, RealFeatures.late), RealFeatures.alignment, within: 1e-6)
    }

    /// Neither where the samples lie nor how large they are counts, nor what the Gram's scale is.
    @Test func shiftsAndScalesDoNotCount() throws {
        let rows = random(60, 4, seed: 5)
        expectClose(try alignment(rows, rows.map { $0.map { 1e-12 * ($0 + 1) } }), 1, within: 1e-3)
        expectClose(try alignment(rows, rows.map { $0.reversed().map { -1e12 * $0 } }), 1, within: 1e-5)
    }

    @Test func theMatrixGrowsAsLayersArrive() throws {
        let grams = try [7, 8, 9].map { try gram(random(40, 6, seed: $0)) }
        var alignment = KernelAlignment(layers: 3)
        #expect(alignment.matrix.row(1) == [nil, nil, nil])
        let first = alignment.add(grams[2], layer: 2)
        #expect(first[0] == nil && first[1] == nil)
        alignment.add(grams[0], layer: 0)
        let last = alignment.add(grams[1], layer: 1)
        #expect(last.allSatisfy { $0 != nil } && last == alignment.matrix.row(1))
        for a in 0..<3 {
            expectClose(try #require(alignment.matrix[a, a]), 1, within: 1e-6)
            for b in 0..<3 { #expect(alignment.matrix[a, b] == alignment.matrix[b, a]) }
        }
        var copy = AlignmentMatrix(layers: 3)
        for layer in 0..<3 { copy.set(alignment.matrix.row(layer), layer: layer) }
        #expect(copy == alignment.matrix)
        #expect(copy[3, 0] == nil && copy[0, -1] == nil && copy.row(3) == [])
    }

    @Test func whatDoesNotFitChangesNothing() throws {
        var alignment = KernelAlignment(layers: 2)
        let gram = try gram(random(20, 3, seed: 1))
        alignment.add(gram, layer: 0)
        let before = alignment.matrix
        #expect(alignment.add(gram, layer: 2) == [] && alignment.add(gram, layer: -1) == [])
        #expect(try alignment.add(self.gram(random(21, 3, seed: 1)), layer: 1) == [nil, nil])
        #expect(alignment.matrix == before)
    }

    @Test func aLayerWhoseSamplesAreOneIsLikeNone() throws {
        let same = Array(repeating: [Float(0.3), 0.7, 0.1], count: 30)
        #expect(try alignment(same, random(30, 4, seed: 2)) == 0)
        #expect(try alignment(same, same) == 0)
    }
}

@Suite struct AlignmentBlockTests {
    /// CKA of layers by hand: 0, 1, 2 are alike; 3 is like 2 alone; 4 and 5 are alike; 6 isn't known.
    private var matrix: AlignmentMatrix {
        var matrix = AlignmentMatrix(layers: 7)
        let alike: Set<[Int]> = [[0, 1], [0, 2], [1, 2], [2, 3], [4, 5]]
        for layer in 0..<6 {
            matrix.set(
                (0..<7).map { other in
                    other == 6 ? nil : other == layer ? 1 : alike.contains([layer, other].sorted()) ? 0.97 : 0.4
                }, layer: layer)
        }
        return matrix
    }

    @Test func everyTwoLayersOfABlockAreAlike() {
        #expect(matrix.blocks(of: Array(0..<7), length: 2) == [0...2, 4...5])
        #expect(matrix.blocks(of: Array(0..<7), length: 3) == [0...2])
        #expect(matrix.blocks(of: Array(0..<7), length: 4) == [])
        #expect(matrix.blocks(of: Array(0..<7), length: 2, threshold: 0.98) == [])
        // Of some layers alone: 2 and 3 stand beside each other then.
        #expect(matrix.blocks(of: [2, 3, 6], length: 2) == [2...3])
        #expect(matrix.blocks(of: [], length: 2) == [])
        #expect(matrix.blocks(of: [9, 12], length: 2) == [])
    }
}
