import Execution
import Kernels

/// Rows of least squares: of an image's place, what an output looks at there, 1 for its bias, and what it is to put out.
struct RowSource: Sendable {
    /// Values of all images.
    struct Values: Sendable {
        let matrix: FeatureMatrix
        /// C×H×W.
        let shape: [Int]
        /// Channels that stand side by side.
        let block: Int

        init(_ matrix: FeatureMatrix, shape: [Int], order: ChannelOrder) {
            self.matrix = matrix
            self.shape = shape.count == 3 ? shape : shape + [1, 1]
            block = shape.count == 3 ? order.block(of: shape[0]) : shape[0]
        }

        /// Calls `body` with runs of channels that stand side by side at a place, and where.
        @inline(__always)
        func forEachRun(
            _ image: Int, _ channels: Range<Int>, y: Int, x: Int,
            _ body: (_ channel: Int, _ count: Int, _ values: UnsafeMutablePointer<Float>) -> Void
        ) {
            let base = matrix.row(image)
            var channel = channels.lowerBound
            while channel < channels.upperBound {
                let (outer, inner) = channel.quotientAndRemainder(dividingBy: block)
                let count = min(block - inner, channels.upperBound - channel)
                body(channel, count, base + ((outer * shape[1] + y) * shape[2] + x) * block + inner)
                channel += count
            }
        }
    }

    let map: LinearMap
    let input: Values
    let shortcut: Values?
    let target: Values
    let bounds: ClosedRange<Float>?

    /// Columns of a row: unknowns, then targets.
    var columns: Int { map.unknowns + map.outputs }

    /// Writes what an output of a group looks at.
    func writeInputs(image: Int, place: Int, group: Int, _ row: UnsafeMutablePointer<Float>) {
        let (y, x) = place.quotientAndRemainder(dividingBy: map.output[2])
        let channels = group * map.channels..<(group + 1) * map.channels
        var next = row
        for ky in 0..<map.kernel.height {
            let sourceY = y * map.stride.height + ky * map.dilation.height - map.top
            for kx in 0..<map.kernel.width {
                let sourceX = x * map.stride.width + kx * map.dilation.width - map.left
                if sourceY >= 0, sourceY < input.shape[1], sourceX >= 0, sourceX < input.shape[2] {
                    input.forEachRun(image, channels, y: sourceY, x: sourceX) { channel, count, values in
                        (next + (channel - channels.lowerBound)).update(from: values, count: count)
                    }
                } else {
                    next.update(repeating: 0, count: channels.count)
                }
                next += channels.count
            }
        }
        if map.hasBias { next.pointee = 1 }
    }

    /// Writes what the outputs of a group are to be.
    ///
    /// Where an activation follows, a value beyond its bounds is right wherever it lies on that side: there the aim is what
    /// `found` comes to already (the loss is convex, and goes down with each such step).
    /// - Parameter found: what they are by a solution before; nil for none.
    func writeTargets(
        image: Int, place: Int, group: Int, found: UnsafePointer<Float>?, _ row: UnsafeMutablePointer<Float>
    ) {
        let (y, x) = place.quotientAndRemainder(dividingBy: map.output[2])
        let first = group * map.outputs
        let channels = first..<first + map.outputs
        target.forEachRun(image, channels, y: y, x: x) { channel, count, values in
            (row + (channel - first)).update(from: values, count: count)
        }
        shortcut?.forEachRun(image, channels, y: y, x: x) { channel, count, values in
            let wanted = row + (channel - first)
            guard let bounds, let found else {
                for index in 0..<count { wanted[index] -= values[index] }
                return
            }
            let now = found + (channel - first)
            for index in 0..<count {
                wanted[index] = bounds.aim(wanted[index], now[index] + values[index]) - values[index]
            }
        }
        if shortcut == nil, let bounds, let found {
            for index in 0..<channels.count { row[index] = bounds.aim(row[index], found[index]) }
        }
    }
}

extension ClosedRange<Float> {
    /// What a value is to be that is `wanted` to be something else, behind an activation with these bounds.
    @inline(__always)
    fileprivate func aim(_ wanted: Float, _ now: Float) -> Float {
        wanted <= lowerBound ? Swift.min(now, lowerBound) : wanted >= upperBound ? Swift.max(now, upperBound) : wanted
    }
}

/// Places of images that rows are made of, evenly drawn where there are many.
struct RowDraw: Sendable {
    private let places: Int
    private let step: Int
    let count: Int

    /// - Parameter most: rows that suffice.
    init(images: Int, places: Int, most: Int) {
        self.places = places
        let all = images * places
        var step = max(1, all / max(1, most))
        // Every place of a map has its turn.
        while step > 1, Self.commonFactor(step, places) > 1 { step -= 1 }
        self.step = step
        count = (all + step - 1) / step
    }

    subscript(row: Int) -> (image: Int, place: Int) {
        let (image, place) = (row * step).quotientAndRemainder(dividingBy: places)
        return (image, place)
    }

    private static func commonFactor(_ a: Int, _ b: Int) -> Int { b == 0 ? a : commonFactor(b, a % b) }
}
