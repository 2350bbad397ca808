import Kernels
import Separation

/// Nothing but what the similarity pass is made of before anything is done with it: the lengths of the rows, and the matrix
/// products of its tiles.
func multiplyTiles(of matrix: FeatureMatrix, samples: Int, pool: WorkerPool) throws {
    let tiles = SimilarityStatistics.tiles(samples: samples)
    let products = try (0..<pool.threadCount).map { _ in
        try FeatureMatrix(rows: SimilarityStatistics.tile, columns: SimilarityStatistics.tileWidth)
    }
    let block = SimilarityStatistics.tile / 4
    try pool.run(items: (samples + block - 1) / block) { item, _ in
        for row in item * block..<min(samples, (item + 1) * block) {
            _ = VectorLoops.measure(matrix.row(row), count: matrix.columns)
        }
    }
    try pool.run(items: tiles.count) { item, worker in
        let (row, column) = tiles[item]
        SimilarityStatistics.multiplyTile(
            of: matrix, row: row, column: column, samples: samples, into: products[worker].base)
    }
}
