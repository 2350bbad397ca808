import Tensors

/// Linear centred kernel alignment (CKA) between layers: 1 where the samples lie alike but for rotation and scale, towards 0
/// where one layer's geometry says nothing of the other's.
///
/// With K̃ = CKC, C = I − 11ᵀ/n, and the biased HSIC(K, L) = ⟨K̃, L̃⟩ / (n − 1)²,
///
///     CKA(K, L) = HSIC(K, L) / √(HSIC(K, K) · HSIC(L, L)) = ⟨K̃, L̃⟩ / (‖K̃‖ ‖L̃‖)
///
/// and 0 where all samples of a layer are one. Grams are centred and products summed in float64; in between K̃/‖K̃‖ is
/// kept in float32, 2 MB a layer at n = 1,000.
///
/// - Source: Kornblith et al., Similarity of Neural Network Representations Revisited, ICML 2019, arXiv:1905.00414, eqs. 1–3.
public struct KernelAlignment: Sendable {
    /// What is known so far.
    public private(set) var matrix: AlignmentMatrix
    private var kernels: [CenteredKernel?]

    /// - Parameter layers: L, all layers of the run.
    public init(layers: Int) {
        matrix = AlignmentMatrix(layers: layers)
        kernels = Array(repeating: nil, count: max(0, layers))
    }

    /// Takes in a layer, or takes it anew. One that isn't of the run, or is of another n than those before, changes nothing.
    ///
    /// - Returns: CKA with every layer, nil with those that aren't known yet.
    /// - Complexity: O(n²) for each layer that is known; L layers take O(L²·n²).
    @discardableResult
    public mutating func add(_ gram: GramTriangle, layer: Int) -> [Double?] {
        guard kernels.indices.contains(layer) else { return [] }
        if let other = kernels.lazy.compactMap({ $0 }).first, other.samples != gram.samples {
            return matrix.row(layer)
        }
        let kernel = CenteredKernel(gram)
        kernels[layer] = kernel
        matrix.set(kernels.map { $0.map { kernel.product($0) } }, layer: layer)
        return matrix.row(layer)
    }
}

/// CKA of every two layers of a run, as far as they are known; symmetric, with ones on the diagonal but for a layer whose
/// samples are all one.
public struct AlignmentMatrix: Equatable, Sendable {
    /// L.
    public let layers: Int
    /// L × L, row-major.
    private var values: [Double?]

    public init(layers: Int) {
        self.layers = max(0, layers)
        values = Array(repeating: nil, count: self.layers * self.layers)
    }

    /// nil where one of the two isn't known, or there is no such layer.
    public subscript(first: Int, second: Int) -> Double? {
        let known = 0..<layers
        return known.contains(first) && known.contains(second) ? values[first * layers + second] : nil
    }

    /// A layer's CKA with each layer; empty where there is no such layer.
    public func row(_ layer: Int) -> [Double?] {
        (0..<layers).contains(layer) ? Array(values[layer * layers..<(layer + 1) * layers]) : []
    }

    /// Sets a layer's CKA with each layer; a row that doesn't fit is left out.
    public mutating func set(_ row: [Double?], layer: Int) {
        guard (0..<layers).contains(layer), row.count == layers else { return }
        for other in 0..<layers {
            values[layer * layers + other] = row[other]
            values[other * layers + layer] = row[other]
        }
    }
}

/// K̃/‖K̃‖ as its upper triangle, what is off the diagonal times √2, so that ⟨K̃, L̃⟩ is one sum.
private struct CenteredKernel: Sendable {
    let samples: Int
    private let values: [Float]

    init(_ gram: GramTriangle) {
        samples = gram.samples
        // The scale cancels.
        var kernel = gram.halves.map { Double(Float(halfBits: $0)) }
        let count = samples
        var means = [Double](repeating: 0, count: count)
        var size = 0.0
        for s in 0..<count {
            let line = GramTriangle.place(s, 0, samples: count)
            means[s] += kernel[line + s]
            size = max(size, abs(kernel[line + s]))
            for t in s + 1..<max(s + 1, count) {
                means[s] += kernel[line + t]
                means[t] += kernel[line + t]
            }
        }
        for s in 0..<count { means[s] /= Double(count) }
        let mean = means.reduce(0, +) / Double(max(1, count))
        var squares = 0.0
        for s in 0..<count {
            let line = GramTriangle.place(s, 0, samples: count)
            for t in s..<count {
                kernel[line + t] = (kernel[line + t] - means[s] - means[t] + mean) * (s == t ? 1 : 2.0.squareRoot())
                squares += kernel[line + t] * kernel[line + t]
            }
        }
        // Less is rounding of a matrix whose rows are all one.
        let norm = squares.squareRoot()
        let scale = norm > 1e-12 * size * Double(count) ? 1 / norm : 0
        values = kernel.map { Float($0 * scale) }
    }

    /// ⟨K̃, L̃⟩ / (‖K̃‖ ‖L̃‖), summed in float64 in a fixed order.
    func product(_ other: CenteredKernel) -> Double {
        typealias Lanes = SIMD8<Float>
        return values.withUnsafeBytes { own in
            other.values.withUnsafeBytes { theirs in
                let chunks = values.count / Lanes.scalarCount
                var sums = SIMD8<Double>.zero
                for chunk in 0..<chunks {
                    let offset = chunk * MemoryLayout<Lanes>.size
                    sums +=
                        SIMD8<Double>(own.loadUnaligned(fromByteOffset: offset, as: Lanes.self))
                        * SIMD8<Double>(theirs.loadUnaligned(fromByteOffset: offset, as: Lanes.self))
                }
                var sum = sums.sum()
                for index in chunks * Lanes.scalarCount..<values.count {
                    sum += Double(values[index]) * Double(other.values[index])
                }
                return sum
            }
        }
    }
}

extension AlignmentMatrix {
    /// CKA from which on layers count as alike.
    public static let alike = 0.9

    /// Runs of layers in which every two are alike: greedy from the input side, each as long as it can be, not overlapping,
    /// as Criterion I takes plateaus.
    ///
    /// - Parameters:
    ///   - layers: Which to look at, ascending.
    ///   - length: The fewest layers of a run.
    /// - Complexity: O(L²) in the worst case.
    public func blocks(of layers: [Int], length: Int, threshold: Double = alike) -> [ClosedRange<Int>] {
        var blocks: [ClosedRange<Int>] = []
        var first = 0
        while first < layers.count {
            var last = first
            while last + 1 < layers.count,
                (first...last).allSatisfy({ self[layers[$0], layers[last + 1]] ?? 0 >= threshold })
            { last += 1 }
            if last - first + 1 >= max(2, length) {
                blocks.append(layers[first]...layers[last])
                first = last + 1
            } else {
                first += 1
            }
        }
        return blocks
    }
}
