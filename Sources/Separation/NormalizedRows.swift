import Kernels
import Synchronization

/// A feature matrix together with what turns its dot products into cosines.
struct NormalizedRows {
    /// The features as given; a scaled copy only where their lengths would overflow or vanish in float32 products.
    let matrix: FeatureMatrix
    /// 1/‖h‖ of each row of `matrix`, 0 for a zero row; as many as the matrix has capacity.
    let inverseNorms: [Float]
    /// ‖h‖ of each row as given; as many as the matrix has capacity.
    let lengths: [Double]
    /// The greatest number of each row of `matrix`, or 0; as many as there are samples.
    let most: [Float]
    /// Whether a row of `matrix` has a negative number.
    let hasNegative: Bool
    /// Whether `matrix` is the scaled copy, whose rows have length 1 or 0.
    let isScaled: Bool

    /// Lengths whose products stay well inside float32.
    private static let safeLengths = 1e-15...1e15

    /// O(N·D). Squares are summed in float64.
    /// - Throws: `SeparationError.notFinite` with the first sample that holds NaN or infinity.
    init(
        _ matrix: FeatureMatrix, samples: Int, layer: String, pool: WorkerPool, cancellation: Cancellation?
    ) throws {
        let found = Mutex(Array(repeating: VectorLoops.RowMeasure(), count: matrix.capacity))
        let block = FeatureMatrix.rowMultiple / 4
        let items = (samples + block - 1) / block
        try pool.run(items: items, cancellation: cancellation) { item, _ in
            let rows = (item * block)..<min(samples, (item + 1) * block)
            let part = rows.map { VectorLoops.measure(matrix.row($0), count: matrix.columns) }
            found.withLock { $0.replaceSubrange(rows, with: part) }
        }
        let measures = found.withLock { $0 }
        let lengths = measures.map { $0.square.squareRoot() }
        self.lengths = lengths
        hasNegative = measures.contains { $0.least < 0 }
        if let sample = lengths.firstIndex(where: { !$0.isFinite }) {
            throw SeparationError.notFinite(layer: layer, sample: sample)
        }
        if lengths.allSatisfy({ $0 == 0 || Self.safeLengths.contains($0) }) {
            self.matrix = matrix
            inverseNorms = lengths.map { $0 == 0 ? 0 : Float(1 / $0) }
            most = measures.prefix(samples).map(\.most)
            isScaled = false
            return
        }
        let scaled = try FeatureMatrix(rows: matrix.rows, columns: matrix.columns)
        try pool.run(items: samples, cancellation: cancellation) { row, _ in
            guard lengths[row] > 0 else { return }
            let (source, destination) = (matrix.row(row), scaled.row(row))
            for column in 0..<matrix.columns {
                destination[column] = Float(Double(source[column]) / lengths[row])
            }
        }
        self.matrix = scaled
        most = zip(measures, lengths).prefix(samples).map { $1 > 0 ? Float(Double($0.most) / $1) : 0 }
        inverseNorms = lengths.map { $0 == 0 ? 0 : 1 }
        isScaled = true
    }
}
