import Formats
import Kernels
import Tensors

/// Copies rows of a stored array into a matrix, as float32 and in another order.
struct FeatureGather {
    let array: ArrayFile.Entry
    /// The array's row that each of the matrix's is taken from; each at most once.
    let rows: [Int]

    /// - Parameter poll: called before each piece; what it throws ends the copying.
    /// - Throws: `FormatError`; `AnalysisError.features` for numbers that float32 hasn't.
    /// - Complexity: O(values wanted); of an archive, those up to the last row wanted; of Fortran order, all values.
    func copy(from file: ArrayFile, into matrix: FeatureMatrix, poll: () throws -> Void = {}) throws {
        guard let type = array.elementType, let last = rows.max() else { return }
        var places = [Int](repeating: -1, count: array.shape[0])
        for (place, row) in rows.enumerated() { places[row] = place }
        do {
            try file.forEachPiece(of: array, array.isFortran ? nil : wantedElements(matrix.columns)) { piece, first in
                try poll()
                return array.isFortran
                    ? try scatterColumns(piece, type, first, places, matrix)
                    : try scatterRows(piece, type, first, places, last: last, matrix)
            }
        } catch let error as BeyondFloat {
            throw AnalysisError.features(
                file: file.name, array: array.name, problem: "row \(error.row) holds a number beyond float32's range",
                advice: "scale the features before they are saved")
        }
    }

    /// A finite float64 that float32 has no number for.
    private struct BeyondFloat: Error { var row: Int }

    /// The elements of the rows, side by side where these are.
    private func wantedElements(_ columns: Int) -> [Range<Int>] {
        var ranges: [Range<Int>] = []
        for row in rows.sorted() {
            let range = row * columns..<(row + 1) * columns
            if let last = ranges.last, last.upperBound == range.lowerBound {
                ranges[ranges.count - 1] = last.lowerBound..<range.upperBound
            } else {
                ranges.append(range)
            }
        }
        return ranges
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
                let target = matrix.row(places[row]) + column
                guard convert(start + done * type.size, type, count: run, into: target) == nil else {
                    throw BeyondFloat(row: row)
                }
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
            let (column, row) = (first + done).quotientAndRemainder(dividingBy: places.count)
            let run = min(places.count - row, count - done)
            try values.withUnsafeMutableBufferPointer { values in
                guard let base = values.baseAddress else { return }
                if let place = convert(start + done * type.size, type, count: run, into: base) {
                    throw BeyondFloat(row: row + place)
                }
                for index in 0..<run where places[row + index] >= 0 {
                    matrix.row(places[row + index])[column] = base[index]
                }
            }
            done += run
        }
        return true
    }

    /// Values that need not be aligned, as float32. Returns where the first of them is that float32 hasn't.
    private func convert(
        _ source: UnsafeRawPointer, _ type: ElementType, count: Int, into target: UnsafeMutablePointer<Float>
    ) -> Int? {
        func load<Stored: BitwiseCopyable>(_: Stored.Type, _ value: (Stored) -> Float) {
            for index in 0..<count {
                target[index] = value(
                    source.loadUnaligned(fromByteOffset: index * MemoryLayout<Stored>.size, as: Stored.self))
            }
        }
        switch type {
        case .float32: UnsafeMutableRawPointer(target).copyMemory(from: source, byteCount: 4 * count)
        case .float64:
            load(Double.self) { Float($0) }
            return (0..<count).first { index in
                target[index].isInfinite
                    && source.loadUnaligned(fromByteOffset: 8 * index, as: Double.self).isFinite
            }
        case .bfloat16: load(UInt16.self) { Float(bitPattern: UInt32($0) << 16) }
        case .float16:
            Self.halves.withUnsafeBufferPointer { halves in load(UInt16.self) { halves[Int($0)] } }
        case .bool, .uint8: load(UInt8.self) { Float($0) }
        case .int8: load(Int8.self) { Float($0) }
        case .int16: load(Int16.self) { Float($0) }
        case .int32: load(Int32.self) { Float($0) }
        case .int64: load(Int64.self) { Float($0) }
        }
        return nil
    }

    /// The value of every binary16 bit pattern: looking one up is many times faster than working it out.
    private static let halves = (0...UInt16.max).map { Float(halfBits: $0) }
}
