import Separation

extension Thumbnail {
    /// The picture brought to another size: each new pixel is the mean of the area that it covers, parts of pixels by their
    /// share, so that scaling down loses nothing and scaling up leaves no smear.
    ///
    /// - Returns: rows × columns colours, 0 to 255, row by row; empty where either is below 1.
    /// - Complexity: O(height · columns + rows · columns) times the pixels that a new one covers in one direction.
    func averaged(columns: Int, rows: Int) -> [SIMD3<Float>] {
        guard columns > 0, rows > 0 else { return [] }
        let across = Self.shares(of: width, among: columns)
        var narrow = [SIMD3<Float>](repeating: .zero, count: height * columns)
        for row in 0..<height {
            for (column, shares) in across.enumerated() {
                for (source, share) in shares {
                    narrow[row * columns + column] += share * SIMD3<Float>(self[row, source])
                }
            }
        }
        var result = [SIMD3<Float>](repeating: .zero, count: rows * columns)
        for (row, shares) in Self.shares(of: height, among: rows).enumerated() {
            for (source, share) in shares {
                for column in 0..<columns {
                    result[row * columns + column] += share * narrow[source * columns + column]
                }
            }
        }
        return result
    }

    /// Of each of `parts` equal parts of `count` pixels, the pixels in it and their shares of it, which add up to 1.
    private static func shares(of count: Int, among parts: Int) -> [[(source: Int, share: Float)]] {
        (0..<parts).map { part in
            // In units of 1/parts of a pixel, so that everything is whole.
            let (start, end) = (part * count, (part + 1) * count)
            return (start / parts...(end - 1) / parts).map { source in
                let overlap = min(end, (source + 1) * parts) - max(start, source * parts)
                return (source, Float(overlap) / Float(count))
            }
        }
    }
}
