import Kernels
import Separation

/// Nothing but the matrix products that the similarity pass is made of, on its tiles.
func multiplyTiles(of matrix: FeatureMatrix, samples: Int, pool: WorkerPool) throws {
    let tiles = SimilarityStatistics.tiles(samples: samples)
    let width = SimilarityStatistics.tileWidth
    let products = try (0..<pool.threadCount).map { _ in
        try FeatureMatrix(rows: SimilarityStatistics.tile, columns: width)
    }
    try pool.run(items: tiles.count) { item, worker in
        let (row, column) = tiles[item]
        for part in SimilarityStatistics.parts(row: row, column: column, samples: samples) {
            try multiplyTransposed(
                matrix.row(row + part.rows.lowerBound), matrix.row(column + part.columns.lowerBound),
                into: products[worker].row(part.rows.lowerBound) + part.columns.lowerBound, rows: part.rows.count,
                columns: part.columns.count, depth: matrix.columns, stride: width)
        }
    }
}
