import Kernels
import Network

/// Maximum or mean over windows; the channels of a block are worked on side by side.
struct PoolWork: StepWork {
    private let pool: Pool
    private let shape: [Int]
    private let outputShape: [Int]
    private let windows: [Window]
    /// Channels that stand side by side.
    private let block: Int

    init(pool: Pool, shape: [Int], outputShape: [Int], block: Int) {
        self.pool = pool
        self.shape = shape
        self.outputShape = outputShape
        self.block = block
        windows = Self.windows(of: pool, shape: shape, outputShape: outputShape)
    }

    func run(_ inputs: [UnsafeMutablePointer<Float>], into output: UnsafeMutablePointer<Float>, worker: Int) {
        let (channels, width) = (block, shape[2])
        let (size, columns) = (shape[1] * width * block, outputShape[1] * outputShape[2] * block)
        for window in windows {
            for map in 0..<(Executor.batch * shape[0] / block) {
                let source = inputs[0] + map * size
                let result = output + map * columns + window.place * channels
                var isFirst = true
                for y in window.ys {
                    for x in window.xs {
                        let values = source + (y * width + x) * channels
                        take(values, channels, into: result, isFirst: isFirst)
                        isFirst = false
                    }
                }
                if case .average = pool.kind {
                    for channel in 0..<channels { result[channel] *= window.scale }
                }
            }
        }
    }

    private struct Window {
        var place: Int
        var ys: [Int]
        var xs: [Int]
        var scale: Float
    }

    private static func windows(of pool: Pool, shape: [Int], outputShape: [Int]) -> [Window] {
        (0..<outputShape[1]).flatMap { row in
            let (ys, countedRows) = Pool.span(
                row, extent: shape[1], before: pool.padding.top, after: pool.padding.bottom,
                kernel: pool.kernel.height, stride: pool.stride.height, dilation: pool.dilation.height)
            return (0..<outputShape[2]).map { column in
                let (xs, countedColumns) = Pool.span(
                    column, extent: shape[2], before: pool.padding.left, after: pool.padding.right,
                    kernel: pool.kernel.width, stride: pool.stride.width, dilation: pool.dilation.width)
                var count = Array(ys).count * Array(xs).count
                if case .average(countsPadding: true) = pool.kind { count = countedRows * countedColumns }
                return Window(
                    place: row * outputShape[2] + column, ys: Array(ys), xs: Array(xs), scale: 1 / Float(max(1, count)))
            }
        }
    }

    @inline(__always)
    private func take(
        _ values: UnsafePointer<Float>, _ channels: Int, into result: UnsafeMutablePointer<Float>, isFirst: Bool
    ) {
        if isFirst { return result.update(from: values, count: channels) }
        switch pool.kind {
        case .maximum:
            // NaN is kept, from either side.
            for channel in 0..<channels {
                let value = values[channel]
                result[channel] = value > result[channel] || value.isNaN ? value : result[channel]
            }
        case .average:
            for channel in 0..<channels { result[channel] += values[channel] }
        }
    }
}

/// The mean over each of height × width shares of every map, as PyTorch's adaptive pool cuts it.
struct MeansWork: StepWork {
    let height: Int
    let width: Int
    let shape: [Int]
    /// Channels that stand side by side.
    let block: Int

    func run(_ inputs: [UnsafeMutablePointer<Float>], into output: UnsafeMutablePointer<Float>, worker: Int) {
        let channels = block
        let size = shape[1] * shape[2] * block
        for map in 0..<(Executor.batch * shape[0] / block) {
            for share in 0..<(height * width) {
                let ys = range(share / width, of: height, extent: shape[1])
                let xs = range(share % width, of: width, extent: shape[2])
                let result = output + (map * height * width + share) * channels
                result.update(repeating: 0, count: channels)
                for y in ys {
                    for x in xs {
                        let values = inputs[0] + map * size + (y * shape[2] + x) * channels
                        for channel in 0..<channels { result[channel] += values[channel] }
                    }
                }
                let count = Float(ys.count * xs.count)
                for channel in 0..<channels { result[channel] /= count }
            }
        }
    }

    private func range(_ place: Int, of places: Int, extent: Int) -> Range<Int> {
        (place * extent / places)..<(((place + 1) * extent + places - 1) / places)
    }
}
