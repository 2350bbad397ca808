import Kernels

/// Classes of made features; a sample's is its number's last digit.
let madeClasses = 10

/// Half of the values are zero, as behind a ReLU; rows of one class resemble each other.
func madeFeatures(samples: Int, features: Int, pool: WorkerPool) throws -> FeatureMatrix {
    let matrix = try FeatureMatrix(rows: samples, columns: features)
    try pool.run(items: samples) { row, _ in
        var state = UInt64(row + 1)
        for column in 0..<features {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let noise = Float(state >> 40) / Float(1 << 24) - 0.5
            let pattern: Float = (column / 7) % madeClasses == row % madeClasses ? 0.3 : 0
            matrix.row(row)[column] = max(0, noise + pattern)
        }
    }
    return matrix
}
