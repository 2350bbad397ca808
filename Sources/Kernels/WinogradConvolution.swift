import CVector

/// A 3×3 convolution of stride 1 by minimal filtering: F(2×2, 3×3) of Lavin and Gray, *Fast Algorithms for Convolutional
/// Neural Networks* (2016).
///
/// The output is cut in tiles of 2×2. With d a tile's 4×4 pixels of input and g a kernel, both per channel, the output is
/// Y = Aᵀ [ Σ_c (G g Gᵀ) ⊙ (Bᵀ d B) ] A; each of the 16 products under the sum is a matrix product over channels, of all tiles
/// at a time, which oneDNN multiplies as a 1×1 convolution. That is 2.25 times fewer multiplications than the definition
/// takes; the transforms are sums, and as exact as those.
final class WinogradConvolution: Sendable {
    private let shape: ConvolutionShape
    private let bias: [Float]
    private let accumulate: Bool
    private let relu: Bool
    private let product: DirectConvolution
    private let tiling: Tiling
    /// Of an image.
    private let tiles: [sepal_tile]

    /// Whether a convolution can be done this way, and is faster so.
    static func suits(_ shape: ConvolutionShape, functions: [ElementFunction]) -> Bool {
        (shape.kernelHeight, shape.kernelWidth) == (3, 3) && (shape.strideHeight, shape.strideWidth) == (1, 1)
            && (shape.dilationHeight, shape.dilationWidth) == (1, 1) && shape.groups == 1
            && shape.order == .blocked && shape.channels.isMultiple(of: ChannelOrder.width)
            && shape.outputChannels.isMultiple(of: ChannelOrder.width)
            && min(shape.channels, shape.outputChannels) >= 16
            && (functions.isEmpty || functions == [.relu])
    }

    /// Values of working memory that a call wants.
    static func workspace(shape: ConvolutionShape, batch: Int) -> Int {
        let tiling = Tiling(shape, batch: batch)
        return products * (tiling.sourceStride + tiling.resultStride)
    }

    /// Products per tile and pair of channels.
    private static let products = 16

    /// How the work is cut.
    private struct Tiling {
        /// Tiles of an image.
        let rows, columns: Int
        /// Of the batch, and at a time.
        let total, chunk: Int
        /// Values from one product's matrix to the next: a little more than it takes, as strides of a power of two would
        /// have them all fall into the same few lines of the cache.
        let sourceStride, resultStride: Int

        init(_ shape: ConvolutionShape, batch: Int) {
            rows = (shape.outputHeight + 1) / 2
            columns = (shape.outputWidth + 1) / 2
            total = batch * rows * columns
            // As many as keep both sides of the products in the second cache, and enough for those to be worth a call.
            chunk = min(total, max(64, 8192 / (shape.channels + shape.outputChannels)))
            sourceStride = shape.channels * chunk + 16
            resultStride = shape.outputChannels * chunk + 16
        }
    }

    /// 2×2 values of the output, with the 4×4 of the input they come from.
    private static func tile(_ index: Int, of tiling: Tiling, _ shape: ConvolutionShape) -> sepal_tile {
        let (y, x) = (index / tiling.columns * 2, index % tiling.columns * 2)
        let (top, left) = (y - shape.padTop, x - shape.padLeft)
        let inside = (0..<16).filter {
            (0..<shape.height).contains(top + $0 / 4) && (0..<shape.width).contains(left + $0 % 4)
        }
        return sepal_tile(
            source: Int64(top * shape.width + left), destination: Int64(y * shape.outputWidth + x),
            inside: inside.reduce(0) { $0 | 1 << UInt16($1) }, has_right: x + 1 < shape.outputWidth ? 1 : 0,
            has_bottom: y + 1 < shape.outputHeight ? 1 : 0)
    }

    /// - Parameter shape: one that `suits`.
    /// - Throws: `KernelError.library`.
    init(
        shape: ConvolutionShape, batch: Int, weights: [Float], bias: [Float], accumulate: Bool, relu: Bool, workers: Int
    ) throws(KernelError) {
        self.shape = shape
        self.bias = bias
        self.accumulate = accumulate
        self.relu = relu
        let tiling = Tiling(shape, batch: batch)
        self.tiling = tiling
        tiles = (0..<tiling.rows * tiling.columns).map { Self.tile($0, of: tiling, shape) }
        product = try DirectConvolution(
            shape: ConvolutionShape(
                channels: shape.channels, height: 1, width: tiling.chunk, outputChannels: shape.outputChannels,
                outputHeight: 1, outputWidth: tiling.chunk, kernel: (1, 1), stride: (1, 1), dilation: (1, 1),
                padding: (0, 0, 0, 0), groups: 1, order: .blocked),
            batch: 1, weights: Self.transformed(weights),
            bias: Array(repeating: 0, count: shape.outputChannels), accumulate: false, functions: [], workers: workers)
    }

    /// G g Gᵀ of all kernels: 16 matrices, out × in each, made four at a time: together they take nearly twice what the weights do.
    private static func transformed(_ weights: [Float]) -> some Sequence<[Float]> {
        let pairs = weights.count / 9
        /// G · (a, b, c), both ways.
        @inline(__always) func spread(_ a: Double, _ b: Double, _ c: Double) -> (Double, Double, Double, Double) {
            (a, (a + b + c) / 2, (a - b + c) / 2, c)
        }
        // Rows of G g, then what each becomes from the right.
        return (0..<4).lazy.flatMap { row in
            var matrices = Array(repeating: [Float](repeating: 0, count: pairs), count: 4)
            for pair in 0..<pairs {
                @inline(__always) func column(_ index: Int) -> Double {
                    func weight(_ row: Int) -> Double { Double(weights[pair * 9 + row * 3 + index]) }
                    let spread = spread(weight(0), weight(1), weight(2))
                    return row == 0 ? spread.0 : row == 1 ? spread.1 : row == 2 ? spread.2 : spread.3
                }
                let values = spread(column(0), column(1), column(2))
                matrices[0][pair] = Float(values.0)
                matrices[1][pair] = Float(values.1)
                matrices[2][pair] = Float(values.2)
                matrices[3][pair] = Float(values.3)
            }
            return matrices
        }
    }

    /// As `ConvolutionKernel.run`.
    func run(
        _ source: UnsafePointer<Float>, into destination: UnsafeMutablePointer<Float>,
        workspace: UnsafeMutablePointer<Float>, worker: Int, level: Int32
    ) throws(KernelError) {
        let results = workspace + Self.products * tiling.sourceStride
        try withDescription { description throws(KernelError) in
            for first in stride(from: 0, to: tiling.total, by: tiling.chunk) {
                let end = min(tiling.total, first + tiling.chunk)
                sepal_winograd_spread(level, &description, source, Int64(first), Int64(end), workspace)
                for index in 0..<Self.products {
                    try product.run(
                        workspace + index * tiling.sourceStride, into: results + index * tiling.resultStride,
                        weights: index, worker: worker)
                }
                sepal_winograd_gather(
                    level, &description, results, Int64(first), Int64(end), bias, accumulate ? 1 : 0,
                    relu ? 1 : 0, destination)
            }
        }
    }

    /// Hands out what the loops over tiles have to know.
    private func withDescription(_ body: (inout sepal_tiling) throws(KernelError) -> Void) throws(KernelError) {
        try tiles.withUnsafeBufferPointer { tiles throws(KernelError) in
            guard let tiles = tiles.baseAddress else { return }
            var description = sepal_tiling(
                block: Int64(ChannelOrder.width), channels: Int64(shape.channels), height: Int64(shape.height),
                width: Int64(shape.width), output_channels: Int64(shape.outputChannels),
                output_height: Int64(shape.outputHeight), output_width: Int64(shape.outputWidth),
                tiles_of_image: Int64(self.tiles.count), chunk: Int64(tiling.chunk),
                source_stride: Int64(tiling.sourceStride), result_stride: Int64(tiling.resultStride), tiles: tiles)
            try body(&description)
        }
    }
}
