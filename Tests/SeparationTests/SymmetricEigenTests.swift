import Tensors
import Testing

@testable import Separation

@Suite struct SymmetricEigenTests {
    /// [[2, 1], [1, 2]] has 3 along (1, 1) and 1 along (1, −1).
    @Test func byHand() {
        let eigen = SymmetricEigen([2, 1, 1, 2], order: 2)
        expectClose(eigen.values[0], 3)
        expectClose(eigen.values[1], 1)
        expectClose(abs(eigen.vectors[0][0] + eigen.vectors[0][1]), 2.0.squareRoot())
        expectClose(eigen.vectors[1][0] + eigen.vectors[1][1], 0)
    }

    @Test func vectorsSolveTheEquation() {
        var generator = SplitMix64(seed: 2)
        let n = 12
        var matrix = [Double](repeating: 0, count: n * n)
        for i in 0..<n {
            for j in i..<n {
                matrix[i * n + j] = .random(in: -1...1, using: &generator)
                matrix[j * n + i] = matrix[i * n + j]
            }
        }
        let eigen = SymmetricEigen(matrix, order: n)
        #expect(eigen.values == eigen.values.sorted(by: >))
        for (value, vector) in zip(eigen.values, eigen.vectors) {
            for i in 0..<n {
                expectClose(
                    (0..<n).reduce(0) { $0 + matrix[i * n + $1] * vector[$1] }, value * vector[i], within: 1e-12)
            }
        }
        #expect(SymmetricEigen([], order: 0).values.isEmpty)
        #expect(SymmetricEigen([0, 0, 0, 0], order: 2).values == [0, 0])
    }
}
