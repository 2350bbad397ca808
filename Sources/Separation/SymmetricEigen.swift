/// All eigenvalues and eigenvectors of a small symmetric matrix, by cyclic Jacobi rotations in float64.
///
/// - Source: Golub and Van Loan, Matrix Computations, 4th edition, section 8.5.
struct SymmetricEigen {
    /// The greatest first.
    private(set) var values: [Double]
    /// The vectors to them, of length 1.
    private(set) var vectors: [[Double]]

    private static let mostSweeps = 40

    /// - Parameter matrix: n × n, row-major; only its symmetric part counts where it is symmetric to rounding.
    /// - Complexity: O(n³) a sweep, of which fewer than ten are needed.
    init(_ matrix: [Double], order n: Int) {
        var a = matrix
        // Vectors are the rows of v.
        var v = (0..<n * n).map { $0 / n == $0 % n ? 1.0 : 0.0 }
        let size = a.reduce(0) { $0 + $1 * $1 }
        for _ in 0..<Self.mostSweeps {
            var rest = 0.0
            for p in 0..<n { for q in p + 1..<max(p + 1, n) { rest += a[p * n + q] * a[p * n + q] } }
            guard rest > 1e-30 * size else { break }
            for p in 0..<n {
                for q in p + 1..<max(p + 1, n) where a[p * n + q] != 0 { Self.rotate(&a, &v, n, p, q) }
            }
        }
        let order = (0..<n).sorted { (a[$1 * n + $1], $0) < (a[$0 * n + $0], $1) }
        values = order.map { a[$0 * n + $0] }
        vectors = order.map { Array(v[$0 * n..<($0 + 1) * n]) }
    }

    /// Makes a_pq vanish.
    private static func rotate(_ a: inout [Double], _ v: inout [Double], _ n: Int, _ p: Int, _ q: Int) {
        let theta = (a[q * n + q] - a[p * n + p]) / (2 * a[p * n + q])
        let tangent = (theta < 0 ? -1 : 1) / (abs(theta) + (theta * theta + 1).squareRoot())
        let cosine = 1 / (tangent * tangent + 1).squareRoot()
        let sine = tangent * cosine
        for k in 0..<n {
            let (x, y) = (a[k * n + p], a[k * n + q])
            (a[k * n + p], a[k * n + q]) = (cosine * x - sine * y, sine * x + cosine * y)
        }
        for k in 0..<n {
            let (x, y) = (a[p * n + k], a[q * n + k])
            (a[p * n + k], a[q * n + k]) = (cosine * x - sine * y, sine * x + cosine * y)
            let (r, s) = (v[p * n + k], v[q * n + k])
            (v[p * n + k], v[q * n + k]) = (cosine * r - sine * s, sine * r + cosine * s)
        }
    }
}
