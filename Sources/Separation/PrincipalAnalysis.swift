import Kernels
import Tensors

extension PrincipalMap {
    /// Scores of the first N rows on their first two principal components, and the shares of variance that these explain.
    ///
    /// Block Krylov iteration: from a start V₀ of `PrincipalSearch.width` vectors, V_{i+1} is what H̃ᵀH̃·V_i adds to the vectors
    /// before, H̃ being H without the mean of its columns, which is never formed; the Ritz vectors of H̃ᵀH̃ in the space of all
    /// V_i are the components. It ends when residuals are small, or after a fixed number of ways over the rows. The start comes
    /// from the same iteration over the first rows, begun at random from a constant seed. Results don't depend on the
    /// number of threads. Of each component the sample with the score furthest from 0, the first of equals, has it positive.
    ///
    /// - Parameters:
    ///   - matrix: Features, one row per sample; not changed.
    ///   - samples: N; all rows where there are fewer.
    /// - Returns: nil where features are so large that their products leave float32, or not finite.
    /// - Throws: `KernelError.cancelled`, `.library`, `.allocation`.
    /// - Complexity: O(N·D) multiply-adds, about 16 for each feature and way over the rows, of which there are two to four;
    ///   memory 3 % of the features.
    /// - Source: Musco and Musco, Randomized Block Krylov Methods, NIPS 2015, arXiv:1504.05477; Halko, Martinsson and Tropp,
    ///   SIAM Review 53 (2011) 217–288, doi:10.1137/090771806.
    public init?(of matrix: FeatureMatrix, samples: Int, pool: WorkerPool, cancellation: Cancellation? = nil) throws {
        let samples = min(samples, matrix.rows)
        guard samples > 0, matrix.columns > 0 else { return nil }
        let rows = CenteredRows(matrix, pool: pool, cancellation: cancellation)
        let search = try PrincipalSearch(rows)
        let few = PrincipalSearch.startRows
        if samples >= 2 * few {
            try search.iterate(samples: few, mostSteps: PrincipalSearch.startSteps)
            search.restart()
        }
        try search.iterate(samples: samples, mostSteps: PrincipalSearch.mostSteps)
        guard let found = search.components() else { return nil }
        self = found
    }
}

/// The iteration over one layer's rows.
final class PrincipalSearch {
    /// Vectors of a block.
    static let width = 8
    /// Rows that the start is found from, and ways over them.
    static let startRows = 512
    static let startSteps = 3
    /// Ways over all rows at most.
    static let mostSteps = 6
    /// Residuals that end the iteration, as shares of the eigenvalue.
    static let tolerance = 0.02
    /// A second component with less of the first one's variance needn't be exact.
    static let negligible = 1e-6

    private let rows: CenteredRows
    private let columns: Int
    /// Orthonormal vectors of D values, or zeros where the features have no more dimensions; a block for each step.
    private let basis: FeatureMatrix
    private let image: FeatureMatrix
    /// Vectors in the basis that have been multiplied, and their scores, N for each.
    private var count = 0
    private var scores: [[Float]] = []
    private var ritz = SymmetricEigen([], order: 0)
    private var variance = 0.0

    init(_ rows: CenteredRows) throws {
        self.rows = rows
        columns = rows.matrix.columns
        let most = max(Self.mostSteps, Self.startSteps) + 1
        basis = try FeatureMatrix(rows: most * Self.width, columns: columns)
        image = try FeatureMatrix(rows: Self.width, columns: columns)
        var generator = SplitMix64(seed: 0x5345_504C)
        for index in 0..<Self.width * columns {
            basis.base[index] = Float(generator.next() >> 40) / Float(1 << 23) - 1
        }
        for vector in 0..<Self.width { _ = orthonormalize(vector, against: vector) }
    }

    /// Multiplies block after block of the basis until the residuals of the first two Ritz vectors are small.
    func iterate(samples: Int, mostSteps: Int) throws {
        let width = Self.width
        (count, scores) = (0, [])
        try rows.begin(samples: samples)
        for _ in 0..<mostSteps {
            let product = try rows.product(basis.row(count), width: width, into: image)
            scores += product
            variance = rows.variance
            // The next block, and its share R in H̃ᵀH̃·V = V_old·C + V_new·R.
            basis.row(count + width).update(from: image.base, count: width * columns)
            var rest: [[Double]] = []
            for vector in 0..<width {
                rest.append(orthonormalize(count + width + vector, against: count + width + vector))
            }
            let old = count
            count += width
            findRitzVectors()
            let least = Self.negligible * ritz.values[0]
            let isFound = (0..<2).allSatisfy { component in
                let weights = ritz.vectors[component][old...]
                // ‖R·w‖: column v of R is `rest[v]`, whose places are the new vectors.
                let residual = (0..<width).reduce(0.0) { sum, place in
                    let value = zip(weights, rest).reduce(0) { $0 + $1.0 * ($1.1.count > place ? $1.1[place] : 0) }
                    return sum + value * value
                }
                return residual.squareRoot() <= Self.tolerance * max(least, ritz.values[component])
            }
            if isFound { return }
        }
    }

    /// Takes the first Ritz vectors for the first block of another iteration. O(width · count · D).
    func restart() {
        let chosen = ritz.vectors.prefix(Self.width)
        for (place, weights) in chosen.enumerated() {
            let target = image.row(place)
            target.update(repeating: 0, count: columns)
            for vector in 0..<count {
                add(basis.row(vector), times: Float(weights[vector]), to: target, count: columns)
            }
        }
        basis.base.update(from: image.base, count: Self.width * columns)
        for vector in 0..<Self.width { _ = orthonormalize(vector, against: vector) }
    }

    /// The map, of all rows that the last iteration went over.
    func components() -> PrincipalMap? {
        let samples = scores.first?.count ?? 0
        var map = PrincipalMap(points: Array(repeating: .zero, count: samples), shares: .zero)
        for component in 0..<2 {
            var values = [Double](repeating: 0, count: samples)
            for (weight, own) in zip(ritz.vectors[component], scores) where weight != 0 {
                for sample in 0..<samples { values[sample] += weight * Double(own[sample]) }
            }
            let greatest = values.max { abs($0) < abs($1) } ?? 0
            let sign: Double = greatest < 0 ? -1 : 1
            for sample in 0..<samples { map.points[sample][component] = Float(sign * values[sample]) }
            let share = variance > 0 ? max(0, ritz.values[component]) / variance : 0
            map.shares[component] = min(1, share)
        }
        let isFinite = map.points.allSatisfy { $0.x.isFinite && $0.y.isFinite } && map.shares.sum().isFinite
        return isFinite ? map : nil
    }

    /// Rayleigh and Ritz: the eigenvectors of VᵀH̃ᵀH̃V = YᵀY.
    private func findRitzVectors() {
        var small = [Double](repeating: 0, count: count * count)
        let scale = rows.scale
        for i in 0..<count {
            for j in i..<count {
                let value = scores[i].withUnsafeBufferPointer { first in
                    scores[j].withUnsafeBufferPointer { second in
                        guard let first = first.baseAddress, let second = second.baseAddress else { return 0.0 }
                        return dot(first, second, count: scores[i].count)
                    }
                }
                small[i * count + j] = value / scale / scale
                small[j * count + i] = small[i * count + j]
            }
        }
        ritz = SymmetricEigen(small.allSatisfy(\.isFinite) ? small : small.map { _ in 0 }, order: count)
    }

    /// Makes a vector of the basis orthogonal to those before, and of length 1; zero where nothing is left of it.
    /// - Returns: what it was made of of the vectors of its own block, the block's first one first.
    private func orthonormalize(_ vector: Int, against others: Int) -> [Double] {
        let own = basis.row(vector)
        let first = vector / Self.width * Self.width
        var parts = [Double](repeating: 0, count: vector - first + 1)
        let before = dot(own, own, count: columns).squareRoot()
        // Twice is enough, says Kahan.
        for _ in 0..<2 {
            for other in 0..<others {
                let part = dot(own, basis.row(other), count: columns)
                guard part != 0 else { continue }
                if other >= first { parts[other - first] += part }
                add(basis.row(other), times: Float(-part), to: own, count: columns)
            }
        }
        let length = dot(own, own, count: columns).squareRoot()
        // Less than this is rounding.
        guard length > 1e-5 * before, length.isFinite else {
            own.update(repeating: 0, count: columns)
            return parts
        }
        parts[vector - first] = length
        let scale = Float(1 / length)
        for column in 0..<columns { own[column] *= scale }
        return parts
    }
}
