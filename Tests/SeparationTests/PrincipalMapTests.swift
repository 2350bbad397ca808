import Kernels
import Tensors
import Testing

@testable import Separation

@Suite struct PrincipalMapTests {
    private func map(_ rows: [[Float]], samples: Int? = nil, threads: Int = 2) throws -> PrincipalMap? {
        try PrincipalMap(
            of: FeatureMatrix(rows: rows.count, columns: rows[0].count, values: rows.flatMap { $0 }),
            samples: samples ?? rows.count, pool: WorkerPool(threads: threads))
    }

    /// Rows of Gaussian-like noise whose spread falls from column to column, mixed by shifts, far from 0.
    private func random(
        _ samples: Int, _ columns: Int, decay: Float, offset: Float = 0, scale: Float = 1, seed: UInt64 = 1
    ) -> [[Float]] {
        var generator = SplitMix64(seed: seed)
        var spread: Float = 1
        let spreads = (0..<columns).map { _ in
            defer { spread *= decay }
            return spread
        }
        return (0..<samples).map { _ in
            let values = spreads.map { spread in
                spread * (0..<4).reduce(0) { sum, _ in sum + Float.random(in: -1...1, using: &generator) }
            }
            return values.indices.map { scale * (offset + values[$0] + values[($0 + 1) % columns] / 2) }
        }
    }

    /// Scores on the two eigenvectors of the covariance, and their shares, by Jacobi on the full matrix in float64.
    private func naive(_ rows: [[Float]]) -> PrincipalMap {
        let columns = rows[0].count
        let means = (0..<columns).map { column in rows.reduce(0) { $0 + Double($1[column]) } / Double(rows.count) }
        let centered = rows.map { row in zip(row, means).map { Double($0) - $1 } }
        var covariance = [Double](repeating: 0, count: columns * columns)
        for row in centered {
            for i in 0..<columns { for j in 0..<columns { covariance[i * columns + j] += row[i] * row[j] } }
        }
        let eigen = SymmetricEigen(covariance, order: columns)
        let total = (0..<columns).reduce(0) { $0 + covariance[$1 * columns + $1] }
        var map = PrincipalMap(points: Array(repeating: .zero, count: rows.count), shares: .zero)
        for component in 0..<2 {
            let scores = centered.map { row in zip(row, eigen.vectors[component]).reduce(0) { $0 + $1.0 * $1.1 } }
            let greatest = scores.max { abs($0) < abs($1) } ?? 0
            for sample in rows.indices {
                map.points[sample][component] = Float(greatest < 0 ? -scores[sample] : scores[sample])
            }
            map.shares[component] = eigen.values[component] / total
        }
        return map
    }

    /// Expects the same scores to `tolerance` of their RMS; a component may be mirrored where two ends are as far out.
    private func expectSame(
        _ found: PrincipalMap?, _ expected: PrincipalMap, within tolerance: Double,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let found = try #require(found, sourceLocation: sourceLocation)
        #expect(found.points.count == expected.points.count, sourceLocation: sourceLocation)
        for component in 0..<2 {
            let pairs = zip(found.points, expected.points).map { (Double($0[component]), Double($1[component])) }
            var (scale, error, mirrored) = (0.0, 0.0, 0.0)
            for (found, expected) in pairs {
                scale += expected * expected
                error += (found - expected) * (found - expected)
                mirrored += (found + expected) * (found + expected)
            }
            expectClose(
                (min(error, mirrored) / scale).squareRoot(), 0, within: tolerance, sourceLocation: sourceLocation)
            expectClose(
                found.shares[component], expected.shares[component], within: tolerance * tolerance + 1e-4,
                sourceLocation: sourceLocation)
        }
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var samples: Int
        var columns: Int
        var decay: Float
        var offset: Float = 0
        var scale: Float = 1
        var tolerance: Double
        var testDescription: String { name }
    }

    static let cases = [
        Case(name: "few features", samples: 300, columns: 5, decay: 0.8, tolerance: 1e-4),
        Case(name: "fewer samples than features", samples: 7, columns: 40, decay: 0.7, tolerance: 1e-3),
        Case(name: "slow decay", samples: 500, columns: 60, decay: 0.97, tolerance: 0.02),
        Case(name: "far from 0", samples: 300, columns: 30, decay: 0.8, offset: 300, tolerance: 0.005),
        Case(name: "a start from the first rows", samples: 1100, columns: 24, decay: 0.85, tolerance: 0.01),
        Case(name: "huge", samples: 100, columns: 20, decay: 0.8, scale: 1e25, tolerance: 0.005),
        Case(name: "tiny", samples: 100, columns: 20, decay: 0.8, scale: 1e-25, tolerance: 0.005),
    ]

    @Test(arguments: cases) func agreesWithTheCovariance(_ test: Case) throws {
        let rows = random(
            test.samples, test.columns, decay: test.decay, offset: test.offset, scale: test.scale)
        // Powers of two could be taken off exactly; the reference needn't know of scale and offset.
        let plain = test.scale == 1 ? rows : rows.map { $0.map { $0 / test.scale } }
        var expected = naive(plain)
        for index in expected.points.indices { expected.points[index] *= test.scale }
        let found = try map(rows)
        if test.scale == 1 {
            try expectSame(found, expected, within: test.tolerance)
        } else {
            var unscaled = try #require(found)
            for index in unscaled.points.indices { unscaled.points[index] /= test.scale }
            try expectSame(unscaled, naive(plain), within: test.tolerance)
        }
    }

    /// A trained network's channel means; scores and shares are those of NumPy's SVD of the centred matrix.
    @Test func agreesWithNumPyOnATrainedNetwork() throws {
        for (rows, shares, scores) in [
            (RealFeatures.early, RealFeatures.earlyShares, RealFeatures.earlyScores),
            (RealFeatures.late, RealFeatures.lateShares, RealFeatures.lateScores),
        ] {
            let found = try #require(try map(rows))
            expectClose(found.shares.x, shares.x, within: 1e-5)
            expectClose(found.shares.y, shares.y, within: 1e-5)
            for (sample, score) in zip([0, 1, 31], scores) {
                expectClose(Double(found.points[sample].x), score.x, within: 2e-3)
                expectClose(Double(found.points[sample].y), score.y, within: 2e-3)
            }
        }
    }

    /// Along (3, 4)/5 the samples lie at −5, 0 and 5, with nothing beside: the first score is positive where it is first.
    @Test func aLineHasOneComponent() throws {
        let found = try #require(try map([[3, 4], [0, 0], [-3, -4]]))
        for (point, expected) in zip(found.points, [5.0, 0, -5]) {
            expectClose(Double(point.x), expected, within: 1e-5)
            expectClose(Double(point.y), 0, within: 1e-5)
        }
        expectClose(found.shares.x, 1, within: 1e-6)
        expectClose(found.shares.y, 0, within: 1e-6)
    }

    @Test func whereThereIsNoVarianceAllLieAtZero() throws {
        for rows: [[Float]] in [[[2, 1, 3], [2, 1, 3]], [[0, 0], [0, 0], [0, 0]], [[7]]] {
            let found = try #require(try map(rows))
            #expect(found.points.allSatisfy { $0 == .zero } && found.shares == .zero)
            #expect(found.unitRMS == found)
        }
    }

    @Test func threadsDoNotChangeABit() throws {
        for test in Self.cases {
            let rows = random(test.samples, test.columns, decay: test.decay, offset: test.offset)
            let one = try map(rows, threads: 1)
            #expect(one != nil)
            #expect(try map(rows, threads: 2) == one)
            #expect(try map(rows, threads: 3) == one)
        }
    }

    /// Rows beyond the samples are not looked at, whatever they hold.
    @Test func onlyTheFirstRowsCount() throws {
        let rows = random(40, 6, decay: 0.8)
        let more = rows + [Array(repeating: .nan, count: 6)]
        #expect(try map(more, samples: 40) == map(rows))
    }

    @Test func whatIsNotFiniteHasNoMap() throws {
        #expect(try map([[.nan, 1], [0, 1]]) == nil)
        #expect(try map([[.infinity, 1], [0, 1], [2, 3]]) == nil)
    }

    @Test func cancellingStops() throws {
        let cancellation = Cancellation()
        cancellation.cancel()
        #expect(throws: KernelError.cancelled) {
            _ = try PrincipalMap(
                of: FeatureMatrix(rows: 10, columns: 4), samples: 10, pool: WorkerPool(threads: 1),
                cancellation: cancellation)
        }
    }
}
