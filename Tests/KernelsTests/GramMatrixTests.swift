import Testing

@testable import Kernels

@Suite struct GramMatrixTests {
    /// Rows that differ, the same for any way of cutting them.
    private static func value(_ row: Int, _ column: Int) -> Float { Float((row * 7 + column * 13) % 23 - 11) / 8 }

    private func gram(rows: Int, columns: Int, cut: Int, threads: Int) throws -> GramMatrix {
        let gram = GramMatrix(columns: columns, cut: cut, scratch: GramScratch())
        try gram.add(rows: rows, pool: WorkerPool(threads: threads), cancellation: nil) { range, values in
            for (index, row) in range.enumerated() {
                for column in 0..<columns { values[index * columns + column] = Self.value(row, column) }
            }
        }
        return gram
    }

    @Test(arguments: [(7, 5), (300, 60), (1000, 130)]) func agreesWithTheDefinition(rows: Int, columns: Int) throws {
        let gram = try gram(rows: rows, columns: columns, cut: columns / 2, threads: 2)
        #expect(gram.rows == rows)
        for first in 0..<columns {
            for second in first..<columns {
                let expected = (0..<rows).reduce(0.0) {
                    $0 + Double(Self.value($1, first)) * Double(Self.value($1, second))
                }
                #expect(gram.values[first * columns + second] == expected, "\(first), \(second)")
            }
        }
    }

    @Test func anyNumberOfThreadsMakesTheSameBits() throws {
        let alone = try gram(rows: 2000, columns: 70, cut: 50, threads: 1)
        #expect(try gram(rows: 2000, columns: 70, cut: 50, threads: 3).values == alone.values)
    }

    /// Pieces are as many as memory is kept for, not as there are rows.
    @Test func manyPieces() throws {
        let columns = 9000
        let gram = GramMatrix(columns: columns, cut: columns, scratch: GramScratch())
        let rows = GramScratch.pieceBytes / (4 * columns) + 300
        try gram.add(rows: rows, pool: WorkerPool(threads: 2), cancellation: nil) { range, values in
            values.update(repeating: 0, count: range.count * columns)
            for index in 0..<range.count { values[index * columns + columns - 1] = 1 }
        }
        #expect(gram.values[columns * columns - 1] == Double(rows) && gram.values[0] == 0)
    }

    /// Other right sides for the same left one.
    @Test func columnsMayStartAnew() throws {
        let (rows, columns, cut) = (500, 20, 15)
        let gram = try gram(rows: rows, columns: columns, cut: cut, threads: 2)
        let left = (0..<cut).map { gram.values[$0 * columns + $0] }
        gram.restart(from: cut)
        try gram.add(rows: rows, from: cut, pool: WorkerPool(threads: 2), cancellation: nil) { range, values in
            for (index, row) in range.enumerated() {
                for column in 0..<columns {
                    values[index * columns + column] = Self.value(row, column) * (column < cut ? 1 : 2)
                }
            }
        }
        #expect((0..<cut).map { gram.values[$0 * columns + $0] } == left)
        let expected = (0..<rows).reduce(0.0) { $0 + 2 * Double(Self.value($1, 3)) * Double(Self.value($1, cut)) }
        #expect(gram.values[3 * columns + cut] == expected && gram.rows == rows)
    }
}

@Suite struct CholeskyTests {
    @Test func solvesSystems() throws {
        // 4 2 0 / 2 5 1 / 0 1 3, of which the lower triangle is not looked at.
        let factor = try #require(Cholesky([4, 2, 0, .nan, 5, 1, .nan, .nan, 3], order: 3))
        let found = factor.solve([8, 15, 11, 4, 2, 0], sides: 2)
        for (found, expected) in zip(found, [1, 2, 3, 1, 0, 0]) { #expect(abs(found - Double(expected)) < 1e-12) }
    }

    @Test func whatHasNoFactorIsNil() {
        #expect(Cholesky([1, 2, 2, 1], order: 2) == nil)
        #expect(Cholesky([0], order: 1) == nil)
        #expect(Cholesky([.nan, 0, 0, 1], order: 2) == nil)
        #expect(Cholesky([], order: 0) == nil && Cholesky([1], order: 2) == nil)
    }
}
