import CLAPACK

/// The Cholesky factor of a symmetric positive definite matrix, with which systems are solved in float64.
public struct Cholesky: Sendable {
    /// Rows and columns.
    public let order: Int
    private let factor: [Double]

    /// - Parameter matrix: order × order values, of which the upper triangle is read, row by row.
    /// - Returns: nil where it is not positive definite, or not a number.
    /// - Complexity: O(order³ / 3).
    public init?(_ matrix: [Double], order: Int) {
        guard order > 0, order <= Int(Int32.max), matrix.count == order * order else { return nil }
        var factor = matrix
        var (count, info) = (Int32(order), Int32(0))
        // Rows here are columns there, hence their lower triangle.
        dpotrf_("L", &count, &factor, &count, &info, 1)
        guard info == 0, (0..<order).allSatisfy({ factor[$0 * order + $0].isFinite }) else { return nil }
        (self.order, self.factor) = (order, factor)
    }

    /// X with matrix · X = B, for `sides` right sides, one after the other, of `order` values each.
    ///
    /// - Complexity: O(order² · sides).
    public func solve(_ right: [Double], sides: Int) -> [Double] {
        guard sides > 0, sides <= Int(Int32.max), right.count == order * sides else { return right }
        var solution = right
        var (count, columns, info) = (Int32(order), Int32(sides), Int32(0))
        dpotrs_("L", &count, &columns, factor, &count, &solution, &count, &info, 1)
        return solution
    }
}
