import Synchronization
import Testing

@testable import Kernels

@Suite struct MatrixProductTests {
    @Test func agreesWithTheDefinition() throws {
        let (rows, columns, depth) = (5, 3, 7)
        let a = (0..<rows * depth).map { Float($0 % 5 - 2) }
        let b = (0..<columns * depth).map { Float($0 % 4 - 1) }
        let product = Mutex(Array(repeating: Float.nan, count: rows * columns))
        try WorkerPool(threads: 1).run(items: 1) { _, _ in
            try product.withLock { c in
                try c.withUnsafeMutableBufferPointer {
                    try multiplyTransposed(a, b, into: $0.baseAddress!, rows: rows, columns: columns, depth: depth)
                }
            }
        }
        let expected = (0..<rows * columns).map { cell in
            (0..<depth).reduce(Float(0)) { $0 + a[cell / columns * depth + $1] * b[cell % columns * depth + $1] }
        }
        #expect(product.withLock { $0 } == expected)
    }

    /// Byte instructions that add two products in sixteen bits have room for the greatest there are.
    @Test(arguments: [1, 31, 64, 1000]) func bytesAreMultipliedExactly(depth: Int) throws {
        let (rows, columns) = (5, 3)
        let values = [127, 126, 0, 1, 127, 64, 127]
        let matrix = try ByteMatrix(rows: rows + columns, columns: depth)
        for row in 0..<rows + columns {
            for column in 0..<depth {
                matrix.row(row)[column] = row == 0 || row == rows ? 127 : UInt8(values[(row + column * 3) % 7])
            }
        }
        let product = Mutex(Array(repeating: Int32.min, count: rows * columns))
        try WorkerPool(threads: 1).run(items: 1) { _, _ in
            try product.withLock { c in
                try c.withUnsafeMutableBufferPointer {
                    try multiplyTransposed(
                        matrix.row(0), matrix.row(rows), into: $0.baseAddress!, rows: rows, columns: columns,
                        depth: depth, stride: columns)
                }
            }
        }
        let expected = (0..<rows * columns).map { cell in
            (0..<depth).reduce(Int32(0)) {
                $0 + Int32(matrix.row(cell / columns)[$1]) * Int32(matrix.row(rows + cell % columns)[$1])
            }
        }
        #expect(product.withLock { $0 } == expected)
        #expect(expected[0] == 127 * 127 * Int32(depth))
    }

    @Test(arguments: [false, true]) func theFirstTransposed(adds: Bool) throws {
        let (rows, columns, depth) = (4, 5, 6)
        let a = (0..<rows * depth).map { Float($0 % 5 - 2) }
        let b = (0..<columns * depth).map { Float($0 % 7 - 3) }
        let product = Mutex(Array(repeating: Float(10), count: rows * columns))
        try WorkerPool(threads: 1).run(items: 1) { _, _ in
            try product.withLock { c in
                try c.withUnsafeMutableBufferPointer {
                    try multiplyFirstTransposed(
                        a, b, into: $0.baseAddress!, rows: rows, columns: columns, depth: depth, adds: adds)
                }
            }
        }
        let expected = (0..<rows * columns).map { cell in
            (0..<depth).reduce(adds ? Float(10) : 0) {
                $0 + a[$1 * rows + cell / columns] * b[$1 * columns + cell % columns]
            }
        }
        #expect(product.withLock { $0 } == expected)
    }

    @Test func whatTheLibraryRefusesIsThrown() {
        #expect(throws: KernelError.library(operation: "a matrix product", status: 2)) {
            let a: [Float] = [0]
            var c: [Float] = [0]
            try multiplyTransposed(a, a, into: &c, rows: -1, columns: 1, depth: 1)
        }
    }
}
