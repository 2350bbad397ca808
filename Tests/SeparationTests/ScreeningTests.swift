import Kernels
import Tensors
import Testing

@testable import Separation

/// Features as bytes first, what is open again in float32: edges, neighbours and Gram matrix are those of float32 products.
@Suite struct ScreeningTests {
    enum Rows: String, CaseIterable {
        /// Classes with a pattern each, half of the features zero, as behind a ReLU.
        case classes
        /// Every ninth row has one feature far above the others, and so is quantised coarsely.
        case outliers
        /// Every seventh row is zero, every fifth the same as the one before.
        case zerosAndTwins
        /// Most features are zero.
        case sparse
        /// Every thirtieth row has all features alike, the others have the same ones in another order: sums of the same numbers, which
        /// only rounding tells apart, and many more of them than edges.
        case nearTies
    }

    static let features = 1100

    private func matrix(_ kind: Rows, samples: Int, features: Int = features) throws -> FeatureMatrix {
        var random = SplitMix64(seed: 11)
        let patterns = (0..<10).map { _ in (0..<features).map { _ in Float.random(in: -1...1, using: &random) } }
        let alike = (0..<features).map { Float($0 * 7 % 101) / 101 }
        var values: [Float] = []
        for row in 0..<samples {
            var new = patterns[row % 10].map { pattern in
                max(0, pattern + Float.random(in: -2...2, using: &random) - (kind == .sparse ? 1.5 : 0))
            }
            switch kind {
            case .outliers where row % 9 == 4: new[row % features] = 60
            case .zerosAndTwins where row % 7 == 3: new = new.map { _ in 0 }
            case .zerosAndTwins where row % 5 == 4: new = Array(values.suffix(features))
            case .nearTies: new = row % 30 == 0 ? new.map { _ in 1 } : alike.shuffled(using: &random)
            default: break
            }
            values += new
        }
        return try FeatureMatrix(rows: samples, columns: features, values: values)
    }

    private func compute(
        _ matrix: FeatureMatrix, _ screening: SimilarityOptions.Screening, threads: Int = 2, gram: Int = 100
    ) throws -> SimilarityStatistics {
        try SimilarityStatistics.compute(
            of: matrix, classes: (0..<matrix.rows).map { $0 % 10 },
            options: SimilarityOptions(
                graphSamples: matrix.rows - 20, histogramSamples: matrix.rows, edges: 10 * matrix.rows, neighbors: 10,
                gramSamples: gram, screening: screening),
            layer: "layer", pool: WorkerPool(threads: threads))
    }

    /// Bit for bit, whatever is close to whatever: only the histogram is of the bytes.
    @Test func aLayerTakesAGigabyteAtMost() {
        #expect(Screening.hasRoom(features: 1 << 20, samples: 1 << 10))
        #expect(!Screening.hasRoom(features: 1 << 20, samples: 1 << 10 + 1))
        #expect(!Screening.hasRoom(features: 1 << 22, samples: 1))
    }

    @Test(arguments: Rows.allCases, [(600, 1100), (300, 2048), (270, 37)])
    func comesToTheSame(_ kind: Rows, size: (samples: Int, features: Int)) throws {
        let matrix = try matrix(kind, samples: size.samples, features: size.features)
        let exact = try compute(matrix, .never)
        let screened = try compute(matrix, .always)
        #expect(!exact.isScreened && screened.isScreened)
        #expect(screened.edges == exact.edges)
        #expect(screened.neighbors == exact.neighbors)
        #expect(screened.gram == exact.gram && screened.zeroRows == exact.zeroRows)
        // Only pairs at the edges of bins may be counted in the next one; more of them where rows are coarse.
        let shifted = exact.histogram.pairs / (kind == .outliers ? 500 : 2000)
        #expect(screened.histogram.pairs == exact.histogram.pairs)
        for (one, other) in zip(exact.histogram.all, screened.histogram.all) {
            #expect(
                abs(one - other) <= shifted, "\(exact.histogram.all) \(screened.histogram.all)")
        }
        #expect(screened.histogram.negative == 0)
    }

    /// What a row's rounding does to the cosines of all its pairs alike would shift the histogram.
    @Test(arguments: Rows.allCases) func roundingShiftsNoRow(_ kind: Rows) throws {
        let samples = 100
        let matrix = try matrix(kind, samples: samples)
        let pool = WorkerPool(threads: 2)
        let rows = try NormalizedRows(matrix, samples: samples, layer: "layer", pool: pool, cancellation: nil)
        let found = try QuantizedRows(rows, samples: samples, pool: pool, store: nil, cancellation: nil)
        let quantized = try #require(found)
        let coarseness = quantized.weights.prefix(samples).reduce(0, +) / Float(samples)
        var products = [Int32](repeating: 0, count: 256 * 256)
        VectorLoops.byteProducts(
            of: quantized.matrix, row: 0, rows: samples, column: 0, columns: samples, into: &products, stride: 256)
        for row in 0..<samples {
            let others = (0..<samples).filter { $0 != row }
            let pairs = others.map { RowPair(first: Int32(min(row, $0)), second: Int32(max(row, $0))) }
            let cosines = try PairProducts.cosines(pairs, of: rows, pool: pool, cancellation: nil)
            let rounded = others.map {
                Double(products[min(row, $0) * 256 + max(row, $0)])
                    * Double(quantized.weights[row] * quantized.weights[$0])
            }
            let shift = (rounded.reduce(0, +) - cosines.reduce(0) { $0 + Double($1) }) / Double(others.count)
            #expect(abs(shift) <= Double(max(quantized.weights[row], coarseness)) / 10, "row \(row)")
        }
    }

    @Test func threadsDoNotChangeABit() throws {
        let matrix = try matrix(.outliers, samples: 600)
        let one = try compute(matrix, .always, threads: 1)
        for threads in 2...3 { #expect(try compute(matrix, .always, threads: threads) == one) }
    }

    @Test func onlyWhereItPays() throws {
        #expect(try !compute(matrix(.classes, samples: 600), .automatic).isScreened, "few samples")
        #expect(try !compute(matrix(.classes, samples: 3000, features: 300), .automatic).isScreened, "few features")
        let large = try matrix(.classes, samples: 3000)
        #expect(try compute(large, .automatic).isScreened == ByteMatrix.isFast)
        // A negative feature has no byte.
        large.row(700)[5] = -0.1
        #expect(try !compute(large, .automatic).isScreened)
        #expect(try !compute(large, .always).isScreened)
    }

    /// So many edges that as many pairs would have to be looked at again: that is known before anything is done.
    @Test(.enabled(if: ByteMatrix.isFast)) func notWhereManyEdgesAreWanted() throws {
        let matrix = try matrix(.classes, samples: 3000)
        let pool = WorkerPool(threads: 2)
        let rows = try NormalizedRows(matrix, samples: 3000, layer: "layer", pool: pool, cancellation: nil)
        for (edges, isWorthIt) in [(200_000, true), (600_000, false), (2_000_000, false)] {
            let pass = SimilarityPass(
                rows: rows, classes: (0..<3000).map { $0 % 10 }, samples: 3000, graphSamples: 3000,
                histogramSamples: 3000, edgeLimit: edges, neighbors: 10, gramSamples: 0, pool: pool, cancellation: nil,
                progress: nil)
            let screening = try Screening(pass, use: .automatic, store: nil)
            #expect((screening != nil) == isWorthIt, "\(edges)")
            guard let screening else { continue }
            // And what is foretold holds.
            let found = try #require(try pass.screened(by: screening))
            #expect(try found.edges == pass.exact().edges)
        }
    }

    /// More pairs than are asked for at a time.
    @Test func portionsDoNotChangeABit() throws {
        let matrix = try matrix(.outliers, samples: 700, features: 600)
        let pool = WorkerPool(threads: 2)
        let rows = try NormalizedRows(matrix, samples: 700, layer: "layer", pool: pool, cancellation: nil)
        let all = (0..<700).flatMap { row in (row + 1..<700).map { RowPair(first: Int32(row), second: Int32($0)) } }
        let whole = try PairProducts.cosines(all, of: rows, pool: pool, cancellation: nil)
        let halves = try [all[..<100_001], all[100_001...]].flatMap {
            try PairProducts.cosines(Array($0), of: rows, pool: pool, cancellation: nil)
        }
        #expect(whole == halves)
        let statistics = try compute(matrix, .never)
        for edge in statistics.edges {
            let (row, column) = (Int(edge.source), Int(edge.target))
            #expect(edge.similarity == whole[row * (1399 - row) / 2 + column - row - 1])
        }
    }

    /// All rows nearly the same: every pair would have to be looked at again.
    @Test func notWhereSimilaritiesCrowd() throws {
        var random = SplitMix64(seed: 12)
        let row = (0..<Self.features).map { _ in Float.random(in: 0...1, using: &random) }
        let values = (0..<3000).flatMap { _ in row.map { $0 + Float.random(in: 0...0.01, using: &random) } }
        let matrix = try FeatureMatrix(rows: 3000, columns: Self.features, values: values)
        let found = try compute(matrix, .automatic)
        #expect(!found.isScreened)
        #expect(try found == compute(matrix, .never))
    }

    @Test(arguments: [1, 15, 16, 511, 512, 513, 1500]) func pairsByThemselves(features: Int) throws {
        try pairsByThemselves(samples: 20, features: features)
    }

    /// So many rows that few features of all fit into a cache.
    @Test func pairsOfManyRows() throws { try pairsByThemselves(samples: 20_000, features: 70) }

    private func pairsByThemselves(samples: Int, features: Int) throws {
        let matrix = try matrix(.classes, samples: samples, features: features)
        let pool = WorkerPool(threads: 2)
        let rows = try NormalizedRows(matrix, samples: samples, layer: "layer", pool: pool, cancellation: nil)
        let pairs = (0..<19).map { RowPair(first: Int32($0), second: Int32(samples - 1 - $0 / 2)) }
        let cosines = try PairProducts.cosines(pairs, of: rows, pool: pool, cancellation: nil)
        for (pair, cosine) in zip(pairs, cosines) {
            let (a, b) = (matrix.row(Int(pair.first)), matrix.row(Int(pair.second)))
            let product = { (x: UnsafePointer<Float>, y: UnsafePointer<Float>) in
                (0..<features).reduce(0.0) { $0 + Double(x[$1]) * Double(y[$1]) }
            }
            let lengths = product(a, a).squareRoot() * product(b, b).squareRoot()
            #expect(abs(Double(cosine) - (lengths == 0 ? 0 : product(a, b) / lengths)) < 1e-6)
        }
    }
}
