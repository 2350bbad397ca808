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
