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
    /// Pairs that may be looked at again. One takes five times as long as in a tile of float32, a tile of bytes a quarter of that.
    let mostOpen: Int

    /// Sees whether a layer is worth it.
    /// - Returns: nil where it isn't: where a feature is negative, where this processor has no fast instructions for it, for few samples
    ///   or features or too many for memory, and where many pairs would have to be looked at again, as so many are wanted or
    ///   similarities crowd.
    /// - Throws: `KernelError`.
    init?(_ pass: SimilarityPass, use: SimilarityOptions.Screening, store: ActivationStore?) throws {
        let (rows, samples, features) = (pass.rows, pass.samples, pass.rows.matrix.columns)
        let all = pass.graphSamples * (pass.graphSamples - 1) / 2
        mostOpen = use == .always ? max(all / 8, 8 * pass.wanted) : all / 8
        switch use {
        case .never: return nil
        case .automatic: guard ByteMatrix.isFast, samples >= 3000, features >= 1024 else { return nil }
        case .always: break
        }
        guard Self.hasRoom(features: features, samples: samples), pass.wanted <= mostOpen else { return nil }
        let quantized = try QuantizedRows(
            rows, samples: samples, pool: pass.pool, store: store, cancellation: pass.cancellation)
        guard let quantized else { return nil }
        self.rows = quantized
        margins = quantized.weights.map { $0 * 5 / Float(6).squareRoot() }
        guard try use == .always || share(open: pass) * Float(all) <= Float(mostOpen) else { return nil }
    }

    /// Whether the bytes of so many rows have room, and their squares can be summed up.
    static func hasRoom(features: Int, samples: Int) -> Bool {
        features < mostFeatures && features * samples <= mostBytes
    }

    /// Of the graph's pairs, about how many will have to be looked at again, as a sample of them says: those from two margins below
    /// the weakest of the strongest on that are wanted, and what each sample wants counted as if it were wanted of all.
    private func share(open pass: SimilarityPass) throws -> Float {
        let samples = pass.graphSamples
        var random = SplitMix64(seed: 1)
        let pairs = (0..<Self.pairs).map { _ in
            let first = Int.random(in: 0..<samples, using: &random)
            let second = (first + Int.random(in: 1..<samples, using: &random)) % samples
            return RowPair(first: Int32(min(first, second)), second: Int32(max(first, second)))
        }
        let cosines = try PairProducts.cosines(pairs, of: pass.rows, pool: pass.pool, cancellation: pass.cancellation)
        let wanted = pass.wanted * Self.pairs / (samples * (samples - 1) / 2)
        let bar = cosines.sorted(by: >)[min(wanted, Self.pairs - 1)]
        let open = zip(pairs, cosines).count { pair, cosine in
            cosine + 2 * (margins[Int(pair.first)] + margins[Int(pair.second)]) >= bar
        }
        return Float(open) / Float(Self.pairs)
    }
}
