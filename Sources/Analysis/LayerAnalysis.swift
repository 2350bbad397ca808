import Kernels
import Separation

/// One layer's way from features to a result.
struct LayerAnalysis {
    let options: SimilarityOptions
    let normalization: Normalization
    /// Neighbours that Q takes of those kept.
    let k: Int
    /// Whether maps and Gram matrices are wanted beside the figures.
    var wantsGeometry = false
    /// Class of every loaded image.
    let labels: [Int]
    let pool: WorkerPool
    /// Where the bytes for screening live.
    var store: ActivationStore?
    let cancellation: Cancellation?

    /// Neighbours kept per sample, whatever Q takes.
    static let neighborsKept = 10
    /// Lu et al.: the mean over the first five batches of 500.
    static let protocolBatch = 500
    static let protocolBatches = 5

    /// What takes the features to be found.
    struct Findings: Sendable {
        var statistics: SimilarityStatistics
        var geometry: LayerGeometry?
        var similaritySeconds: Double
        var geometrySeconds: Double
    }

    func findings(
        _ matrix: FeatureMatrix, layer: String, progress: @escaping @Sendable (Double) -> Void
    ) throws -> Findings {
        let start = ContinuousClock.now
        var options = options
        options.gramSamples = wantsGeometry ? GramTriangle.mostSamples : 0
        let statistics = try SimilarityStatistics.compute(
            of: matrix, classes: labels, options: options, layer: layer, pool: pool, store: store,
            cancellation: cancellation, progress: progress)
        let similaritySeconds = secondsSince(start)
        let geometry =
            try wantsGeometry
            ? LayerGeometry(
                gram: statistics.gram,
                map: PrincipalMap(
                    of: matrix, samples: options.graphSamples, pool: pool, cancellation: cancellation))
            : nil
        return Findings(
            statistics: statistics, geometry: geometry, similaritySeconds: similaritySeconds,
            geometrySeconds: secondsSince(start) - similaritySeconds)
    }

    /// What follows from them.
    /// - Parameters:
    ///   - luModularity: Q where it was found another way than from the layer's own neighbours.
    ///   - forwardSeconds: of the layer.
    func result(
        _ findings: Findings, of layer: LayerDescription, luModularity: Double?, forwardSeconds: Double
    ) -> (result: LayerResult, seconds: RunSeconds) {
        let start = ContinuousClock.now
        let statistics = findings.statistics
        let graphLabels = Array(labels.prefix(options.graphSamples))
        var result = LayerResult(
            description: layer, histogram: statistics.histogram,
            figures: ModularityFigures(edges: statistics.edges, labels: graphLabels, normalization: normalization),
            clustering: Clustering(edges: statistics.edges, vertexCount: graphLabels.count),
            luModularity: luModularity ?? statistics.neighbors.luModularity(labels: graphLabels, k: k),
            edges: statistics.edges, neighbors: statistics.neighbors, zeroRows: statistics.zeroRows,
            seconds: 0)
        let seconds = RunSeconds(
            forward: forwardSeconds, similarity: findings.similaritySeconds,
            statistics: findings.geometrySeconds + secondsSince(start))
        result.seconds = seconds.forward + seconds.similarity + seconds.statistics
        return (result, seconds)
    }

    /// Q as Lu et al. report it: the mean over the first batches in data order; over what there is, where that is less.
    func protocolModularity(_ matrix: FeatureMatrix, layer: String) throws -> Double {
        let batch = min(Self.protocolBatch, matrix.rows)
        let batches = min(Self.protocolBatches, matrix.rows / batch)
        let values = try (0..<batches).map { index in
            let part = try FeatureMatrix(rows: batch, columns: matrix.columns)
            part.base.update(from: matrix.row(index * batch), count: batch * matrix.columns)
            let labels = Array(labels[(index * batch)..<((index + 1) * batch)])
            let statistics = try SimilarityStatistics.compute(
                of: part, classes: labels,
                options: SimilarityOptions(graphSamples: batch, histogramSamples: batch, edges: 0, neighbors: k),
                layer: layer, pool: pool, cancellation: cancellation)
            return statistics.neighbors.luModularity(labels: labels, k: k)
        }
        return values.reduce(0, +) / Double(values.count)
    }
}
