import Kernels
import Synchronization

/// Rows less their mean, as far as products with them need it: no centred copy is made.
final class CenteredRows {
    /// Rows that one item of work goes over, and rows at a time, which should stay in a cache.
    private static let group = FeatureMatrix.rowMultiple
    private static let chunk = 16
    /// Columns that one item of a sum goes over.
    private static let stripe = 4096

    let matrix: FeatureMatrix
    private let pool: WorkerPool
    private let cancellation: Cancellation?
    private var samples = 0
    /// The mean of the rows, at first of a few of them; a row of D values.
    private var mean: [Float] = []
    private var isMeanExact = false
    /// A length that rows are of, so that squares stay within float32.
    private(set) var scale = 1.0
    /// Σ‖h − mean‖², in units of `scale`².
    private(set) var variance = 0.0

    init(_ matrix: FeatureMatrix, pool: WorkerPool, cancellation: Cancellation?) {
        self.matrix = matrix
        self.pool = pool
        self.cancellation = cancellation
    }

    /// Sets out on the first `samples` rows. Their mean is guessed from the first of them.
    func begin(samples: Int) throws {
        self.samples = samples
        let few = min(samples, Self.group)
        let (matrix, columns) = (matrix, matrix.columns)
        let sums = Mutex([Float](repeating: 0, count: columns))
        try pool.run(items: (columns + Self.stripe - 1) / Self.stripe, cancellation: cancellation) { item, _ in
            let range = item * Self.stripe..<min(columns, (item + 1) * Self.stripe)
            var part = [Double](repeating: 0, count: range.count)
            for row in 0..<few {
                let values = matrix.row(row) + range.lowerBound
                for place in part.indices { part[place] += Double(values[place]) }
            }
            sums.withLock { $0.replaceSubrange(range, with: part.map { Float($0 / Double(few)) }) }
        }
        mean = sums.withLock { $0 }
        isMeanExact = false
        let greatest = (0..<few).map { dot(matrix.row($0), matrix.row($0), count: columns) }.max() ?? 0
        scale = greatest > 0 && greatest.isFinite ? greatest.squareRoot() : 1
    }

    /// One way over the rows: Y = H̃·V and H̃ᵀY/scale².
    /// - Parameters:
    ///   - vectors: `width` × D values, Vᵀ.
    ///   - image: gets `width` × D values, (H̃ᵀY)ᵀ/scale².
    /// - Returns: The columns of Y, N values each.
    func product(_ vectors: UnsafeMutablePointer<Float>, width: Int, into image: FeatureMatrix) throws -> [[Float]] {
        let (matrix, columns, samples, chunk) = (matrix, matrix.columns, samples, Self.chunk)
        let groups = (samples + Self.group - 1) / Self.group
        // The first time a column of ones goes with Y, for the mean.
        let seeksMean = !isMeanExact
        let guess = mean
        let depth = width + (seeksMean ? 1 : 0)
        let inverse = Float(1 / scale)
        let shifts = mean.withUnsafeBufferPointer { mean in
            (0..<width).map { vector in
                mean.baseAddress.map { Float(dot($0, vectors + vector * columns, count: columns)) } ?? 0
            }
        }
        let parts = try FeatureMatrix(rows: groups * depth, columns: columns)
        let result = Mutex(
            (
                scores: [Float](repeating: 0, count: samples * width),
                squares: [Double](repeating: 0, count: groups)
            ))
        let source = SendablePointer(vectors)
        try pool.run(items: groups, cancellation: cancellation) { item, _ in
            let range = item * Self.group..<min(samples, (item + 1) * Self.group)
            var own = [Float](repeating: 0, count: range.count * width)
            var scaled = [Float](repeating: 1, count: chunk * depth)
            var squares = 0.0
            for first in stride(from: range.lowerBound, to: range.upperBound, by: chunk) {
                let count = min(chunk, range.upperBound - first)
                let place = (first - range.lowerBound) * width
                try own.withUnsafeMutableBufferPointer {
                    guard let base = $0.baseAddress else { return }
                    try multiplyTransposed(
                        matrix.row(first), source.pointer, into: base + place, rows: count, columns: width,
                        depth: columns)
                }
                for row in 0..<count {
                    for vector in 0..<width {
                        let score = own[place + row * width + vector] - shifts[vector]
                        own[place + row * width + vector] = score
                        scaled[row * depth + vector] = score * inverse * inverse
                    }
                    if seeksMean { squares += squaredDistance(matrix.row(first + row), guess, count: columns) }
                }
                try multiplyFirstTransposed(
                    scaled, matrix.row(first), into: parts.row(item * depth), rows: depth, columns: columns,
                    depth: count, adds: first > range.lowerBound)
            }
            result.withLock {
                $0.scores.replaceSubrange(range.lowerBound * width..<range.upperBound * width, with: own)
                $0.squares[item] = squares
            }
        }
        let (scores, squares) = result.withLock { ($0.scores, $0.squares.reduce(0, +)) }
        var means = [Double](repeating: 0, count: width)
        for row in 0..<samples { for vector in 0..<width { means[vector] += Double(scores[row * width + vector]) } }
        for vector in 0..<width { means[vector] /= Double(samples) }
        try sum(parts, groups: groups, width: width, depth: depth, means: means, into: image)
        if seeksMean { setMean(parts, row: width, squares: squares) }
        return (0..<width).map { vector in
            (0..<samples).map { scores[$0 * width + vector] - Float(means[vector]) }
        }
    }

    /// Adds the groups' parts up, the first group's place getting the sum of ones, and takes off what the scores' means put in.
    private func sum(
        _ parts: FeatureMatrix, groups: Int, width: Int, depth: Int, means: [Double], into image: FeatureMatrix
    ) throws {
        let (columns, samples, scale) = (parts.columns, Double(samples), scale)
        let mean = mean
        try pool.run(items: (columns + Self.stripe - 1) / Self.stripe, cancellation: cancellation) { item, _ in
            for column in item * Self.stripe..<min(columns, (item + 1) * Self.stripe) {
                func total(_ row: Int) -> Double {
                    (0..<groups).reduce(0) { $0 + Double(parts.base[($1 * depth + row) * columns + column]) }
                }
                let ones = depth > width ? total(width) : Double(mean[column]) * samples
                for vector in 0..<width {
                    image.base[vector * columns + column] =
                        Float(total(vector) - ones * means[vector] / scale / scale)
                }
                if depth > width { parts.base[width * columns + column] = Float(ones / samples) }
            }
        }
    }

    /// - Parameter squares: Σ‖h − guess‖², the guess being the mean as it is so far.
    private func setMean(_ parts: FeatureMatrix, row: Int, squares: Double) {
        let guess = mean
        mean = Array(UnsafeBufferPointer(start: parts.row(row), count: matrix.columns))
        isMeanExact = true
        // From the guess on, or digits would be lost where the mean is far from 0.
        variance = max(0, squares - Double(samples) * squaredDistance(mean, guess, count: mean.count)) / scale / scale
    }
}

/// A pointer to what is only read while workers have it.
private struct SendablePointer: @unchecked Sendable {
    let pointer: UnsafePointer<Float>
    init(_ pointer: UnsafePointer<Float>) { self.pointer = pointer }
    init(_ pointer: UnsafeMutablePointer<Float>) { self.pointer = UnsafePointer(pointer) }
}
