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
    private let tiles: [Tile]

    /// Whether a convolution can be done this way, and is faster so.
    static func suits(_ shape: ConvolutionShape, functions: [ElementFunction]) -> Bool {
        (shape.kernelHeight, shape.kernelWidth) == (3, 3) && (shape.strideHeight, shape.strideWidth) == (1, 1)
            && (shape.dilationHeight, shape.dilationWidth) == (1, 1) && shape.groups == 1
            && shape.order == .blocked && shape.channels.isMultiple(of: lanes)
            && shape.outputChannels.isMultiple(of: lanes) && min(shape.channels, shape.outputChannels) >= 16
            && (functions.isEmpty || functions == [.relu])
    }

    /// Values of working memory that a call wants.
    static func workspace(shape: ConvolutionShape, batch: Int) -> Int {
        let tiling = Tiling(shape, batch: batch)
        return products * (tiling.sourceStride + tiling.resultStride)
    }

    private typealias Lanes = SIMD8<Float>
    private static let lanes = ChannelOrder.width
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
    private struct Tile {
        /// Where its first pixel stands in a block's maps of one image; of the input's that may be outside.
        let source, destination: Int
        /// Rows and columns of its pixels of input that are not padding.
        let rows, columns: Range<Int>
        let isInside, hasRight, hasBottom: Bool

        init(_ index: Int, of tiling: Tiling, _ shape: ConvolutionShape) {
            let (y, x) = (index / tiling.columns * 2, index % tiling.columns * 2)
            let (top, left) = (y - shape.padTop, x - shape.padLeft)
            func inside(_ start: Int, _ extent: Int) -> Range<Int> {
                let first = min(4, max(0, -start))
                return first..<max(first, min(4, extent - start))
            }
            source = (top * shape.width + left) * lanes
            destination = (y * shape.outputWidth + x) * lanes
            rows = inside(top, shape.height)
            columns = inside(left, shape.width)
            isInside = rows.count == 4 && columns.count == 4
            hasRight = x + 1 < shape.outputWidth
            hasBottom = y + 1 < shape.outputHeight
        }
    }

    /// Where one is among the tiles of the batch.
    private struct Walk {
        private(set) var image, place: Int
        private let count: Int

        init(from index: Int, tilesOfImage count: Int) {
            (image, place) = index.quotientAndRemainder(dividingBy: count)
            self.count = count
        }

        @inline(__always) mutating func advance() {
            place += 1
            if place == count { (image, place) = (image + 1, 0) }
        }
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
        tiles = (0..<tiling.rows * tiling.columns).map { Tile($0, of: tiling, shape) }
        product = try DirectConvolution(
            shape: ConvolutionShape(
                channels: shape.channels, height: 1, width: tiling.chunk, outputChannels: shape.outputChannels,
                outputHeight: 1, outputWidth: tiling.chunk, kernel: (1, 1), stride: (1, 1), dilation: (1, 1),
                padding: (0, 0, 0, 0), groups: 1, order: .blocked),
            batch: 1, weights: Self.transformed(weights),
            bias: Array(repeating: 0, count: shape.outputChannels), accumulate: false, functions: [], workers: workers)
    }

    /// G g Gᵀ of all kernels: 16 matrices, out × in each.
    private static func transformed(_ weights: [Float]) -> [[Float]] {
        let pairs = weights.count / 9
        /// G · (a, b, c), both ways.
        @inline(__always) func spread(_ a: Double, _ b: Double, _ c: Double) -> (Double, Double, Double, Double) {
            (a, (a + b + c) / 2, (a - b + c) / 2, c)
        }
        // Rows of G g, then what each becomes from the right.
        return (0..<4).flatMap { row in
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
        workspace: UnsafeMutablePointer<Float>, worker: Int
    ) throws(KernelError) {
        let results = workspace + Self.products * tiling.sourceStride
        for first in stride(from: 0, to: tiling.total, by: tiling.chunk) {
            let tiles = first..<min(tiling.total, first + tiling.chunk)
            transform(source, tiles, into: workspace)
            for index in 0..<Self.products {
                try product.run(
                    workspace + index * tiling.sourceStride, into: results + index * tiling.resultStride,
                    weights: index, worker: worker)
            }
            gather(results, tiles, into: destination)
        }
    }

    /// Four pixels side by side, of a block's channels each.
    private struct Row {
        var a, b, c, d: Lanes

        @inline(__always) static func + (x: Row, y: Row) -> Row {
            Row(a: x.a + y.a, b: x.b + y.b, c: x.c + y.c, d: x.d + y.d)
        }
        @inline(__always) static func - (x: Row, y: Row) -> Row {
            Row(a: x.a - y.a, b: x.b - y.b, c: x.c - y.c, d: x.d - y.d)
        }

        /// · B
        @inline(__always) var spread: Row { Row(a: a - c, b: b + c, c: c - b, d: b - d) }
        /// · A
        @inline(__always) var collected: (Lanes, Lanes) { (a + b + c, b - c - d) }
    }

    @inline(__always)
    private static func load(_ values: UnsafePointer<Float>) -> Lanes {
        UnsafeRawPointer(values).loadUnaligned(as: Lanes.self)
    }

    @inline(__always)
    private static func store(_ lanes: Lanes, to values: UnsafeMutablePointer<Float>) {
        UnsafeMutableRawPointer(values).storeBytes(of: lanes, as: Lanes.self)
    }

    /// Bᵀ d B of some tiles: 16 matrices in blocks of channels, block × tile × channel.
    private func transform(
        _ source: UnsafePointer<Float>, _ tiles: Range<Int>, into matrices: UnsafeMutablePointer<Float>
    ) {
        let (lanes, width, stride) = (Self.lanes, shape.width * Self.lanes, tiling.sourceStride)
        let (blocks, area) = (shape.channels / lanes, shape.height * width)
        for block in 0..<blocks {
            var target = matrices + block * tiling.chunk * lanes
            var walk = Walk(from: tiles.lowerBound, tilesOfImage: self.tiles.count)
            for _ in tiles {
                let tile = self.tiles[walk.place]
                let corner = source + ((walk.image * blocks + block) * area + tile.source)
                @inline(__always) func pixels(_ y: Int) -> Row {
                    let line = corner + y * width
                    @inline(__always) func pixel(_ x: Int) -> Lanes {
                        tile.isInside || (tile.rows.contains(y) && tile.columns.contains(x))
                            ? Self.load(line + x * lanes) : .zero
                    }
                    return Row(a: pixel(0), b: pixel(1), c: pixel(2), d: pixel(3))
                }
                @inline(__always) func put(_ row: Row, _ index: Int) {
                    let (spread, target) = (row.spread, target + index * 4 * stride)
                    Self.store(spread.a, to: target)
                    Self.store(spread.b, to: target + stride)
                    Self.store(spread.c, to: target + 2 * stride)
                    Self.store(spread.d, to: target + 3 * stride)
                }
                let (d0, d1, d2, d3) = (pixels(0), pixels(1), pixels(2), pixels(3))
                put(d0 - d2, 0)
                put(d1 + d2, 1)
                put(d2 - d1, 2)
                put(d1 - d3, 3)
                target += lanes
                walk.advance()
            }
        }
    }

    /// Aᵀ m A of some tiles, with bias, sum and ReLU.
    private func gather(
        _ matrices: UnsafePointer<Float>, _ tiles: Range<Int>, into destination: UnsafeMutablePointer<Float>
    ) {
        let (lanes, width, stride) = (Self.lanes, shape.outputWidth * Self.lanes, tiling.resultStride)
        let (blocks, area) = (shape.outputChannels / lanes, shape.outputHeight * width)
        for block in 0..<blocks {
            let shift = bias.withUnsafeBufferPointer { Self.load($0.baseAddress! + block * lanes) }
            var from = matrices + block * tiling.chunk * lanes
            var walk = Walk(from: tiles.lowerBound, tilesOfImage: self.tiles.count)
            for _ in tiles {
                let tile = self.tiles[walk.place]
                @inline(__always) func row(_ index: Int) -> Row {
                    let from = from + index * 4 * stride
                    return Row(
                        a: Self.load(from), b: Self.load(from + stride), c: Self.load(from + 2 * stride),
                        d: Self.load(from + 3 * stride))
                }
                @inline(__always) func put(_ value: Lanes, _ target: UnsafeMutablePointer<Float>) {
                    var value = value + shift
                    if accumulate { value += Self.load(target) }
                    // Keeps NaN.
                    if relu { value.replace(with: 0, where: value .< 0) }
                    Self.store(value, to: target)
                }
                @inline(__always) func put(_ row: Row, _ line: UnsafeMutablePointer<Float>) {
                    let (left, right) = row.collected
                    put(left, line)
                    if tile.hasRight { put(right, line + lanes) }
                }
                let (m0, m1, m2, m3) = (row(0), row(1), row(2), row(3))
                let corner = destination + ((walk.image * blocks + block) * area + tile.destination)
                put(m0 + m1 + m2, corner)
                if tile.hasBottom { put(m1 - m2 - m3, corner + width) }
                from += lanes
                walk.advance()
            }
        }
    }
}
