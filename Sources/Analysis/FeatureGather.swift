import Formats
import Kernels
import Tensors

/// Copies rows of a stored array into a matrix, as float32 and in another order.
struct FeatureGather {
    let array: ArrayFile.Entry
    /// The array's row that each of the matrix's is taken from; each at most once.
    let rows: [Int]
    let cancellation: Cancellation?

    /// - Throws: `FormatError`, `KernelError.cancelled`.
    /// - Complexity: O(values up to the last row wanted); of Fortran order, all values.
    func copy(from file: ArrayFile, into matrix: FeatureMatrix) throws {
        guard let type = array.elementType, let last = rows.max() else { return }
        var places = [Int](repeating: -1, count: array.shape[0])
        for (place, row) in rows.enumerated() { places[row] = place }
        try file.forEachPiece(of: array) { piece, first in
            array.isFortran
                ? try scatterColumns(piece, type, first, places, matrix)
                : try scatterRows(piece, type, first, places, last: last, matrix)
        }
    }

    /// The values of a row lie side by side.
    private func scatterRows(
        _ piece: UnsafeRawBufferPointer, _ type: ElementType, _ first: Int, _ places: [Int], last: Int,
        _ matrix: FeatureMatrix
    ) throws -> Bool {
        let count = piece.count / type.size
        var done = 0
        while done < count, let start = piece.baseAddress {
            let (row, column) = (first + done).quotientAndRemainder(dividingBy: matrix.columns)
            guard row <= last else { return false }
            let run = min(matrix.columns - column, count - done)
            if places[row] >= 0 {
                try cancellation?.check()
                convert(start + done * type.size, type, count: run, into: matrix.row(places[row]) + column)
            }
            done += run
        }
        return true
    }

    /// The values of a column lie side by side.
    private func scatterColumns(
        _ piece: UnsafeRawBufferPointer, _ type: ElementType, _ first: Int, _ places: [Int], _ matrix: FeatureMatrix
    ) throws -> Bool {
        let count = piece.count / type.size
        var values = [Float](repeating: 0, count: places.count)
        var done = 0
        while done < count, let start = piece.baseAddress {
            try cancellation?.check()
            let (column, row) = (first + done).quotientAndRemainder(dividingBy: places.count)
            let run = min(places.count - row, count - done)
            values.withUnsafeMutableBufferPointer { values in
                guard let base = values.baseAddress else { return }
                convert(start + done * type.size, type, count: run, into: base)
                for index in 0..<run where places[row + index] >= 0 {
                    matrix.row(places[row + index])[column] = base[index]
                }
            }
            done += run
        }
        return true
    }

    /// Values that need not be aligned, as float32.
    private func convert(
        _ source: UnsafeRawPointer, _ type: ElementType, count: Int, into target: UnsafeMutablePointer<Float>
    ) {
        func load<Stored: BitwiseCopyable>(_: Stored.Type, _ value: (Stored) -> Float) {
            for index in 0..<count {
                target[index] = value(
                    source.loadUnaligned(fromByteOffset: index * MemoryLayout<Stored>.size, as: Stored.self))
            }
        }
        switch type {
        case .float32: UnsafeMutableRawPointer(target).copyMemory(from: source, byteCount: 4 * count)
        case .float64: load(Double.self) { Float($0) }
        case .bfloat16: load(UInt16.self) { Float(bitPattern: UInt32($0) << 16) }
        case .float16:
            Self.halves.withUnsafeBufferPointer { halves in load(UInt16.self) { halves[Int($0)] } }
        case .bool, .uint8: load(UInt8.self) { Float($0) }
        case .int8: load(Int8.self) { Float($0) }
        case .int16: load(Int16.self) { Float($0) }
        case .int32: load(Int32.self) { Float($0) }
        case .int64: load(Int64.self) { Float($0) }
        }
    }

    /// The value of every binary16 bit pattern: looking one up is many times faster than working it out.
    private static let halves = (0...UInt16.max).map { Float(halfBits: $0) }
}
