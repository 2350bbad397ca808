import Kernels
import Tensors

/// How far cosines of quantised rows can be trusted.
///
/// Dithered rounding moves a value by w or less of the row's length, w being its coarseness (`QuantizedRows.weights`), with
/// mean 0 and a variance of w²/6, so that the error of a cosine has a standard deviation of √((w_s² + w_t²) / 6) at most. It
/// is taken to lie within 5 (w_s + w_t) / √6, the pair's margin: seven deviations between rows alike, never less than five.
struct Screening {
    let rows: QuantizedRows
    /// Of each sample; the sum of two is the margin of their cosine.
    let margins: [Float]

    /// Bytes that quantised rows may take, beside the features themselves.
    static let mostBytes = 1 << 30
    /// Features of a row whose squares can be summed up sixteen at a time.
    private static let mostFeatures = 1 << 22
    /// Pairs that are sampled.
    static let pairs = 1024
    /// Of a margin, what the error of a pair may take up without doubt being cast on all margins.
    static let trust: Float = 0.9

    /// Sees whether a layer is worth it.
    /// - Returns: nil where it isn't: where a feature is negative, where this processor has no fast instructions for it, for few samples
    ///   or features or too many for memory, and where similarities crowd so that many pairs would have to be looked at again.
    /// - Throws: `KernelError`.
    init?(
        _ rows: NormalizedRows, samples: Int, use: SimilarityOptions.Screening, pool: WorkerPool,
        spare: SpareMemory?, cancellation: Cancellation?
    ) throws {
        let features = rows.matrix.columns
        switch use {
        case .never: return nil
        case .automatic: guard ByteMatrix.isFast, samples >= 3000, features >= 1024 else { return nil }
        case .always: break
        }
        guard features < Self.mostFeatures, features * samples <= Self.mostBytes else { return nil }
        let quantized = try QuantizedRows(
            rows, samples: samples, pool: pool, spare: spare, cancellation: cancellation)
        guard let quantized else { return nil }
        self.rows = quantized
        margins = quantized.weights.map { $0 * 5 / Float(6).squareRoot() }
        if use == .always { return }
        var random = SplitMix64(seed: 1)
        let pairs = (0..<Self.pairs).map { _ in
            let first = Int.random(in: 0..<samples, using: &random)
            let second = (first + Int.random(in: 1..<samples, using: &random)) % samples
            return RowPair(first: Int32(min(first, second)), second: Int32(max(first, second)))
        }
        let cosines = try PairProducts.cosines(pairs, of: rows, pool: pool, cancellation: cancellation)
        let mean = cosines.reduce(0, +) / Float(pairs.count)
        let spread = (cosines.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Float(pairs.count)).squareRoot()
        let margin = pairs.reduce(0) { $0 + margins[Int($1.first)] + margins[Int($1.second)] } / Float(pairs.count)
        // Pairs up to two margins below the weakest edge are looked at again: little of what similarities spread over.
        guard 2 * margin < spread / 4 else { return nil }
    }
}
