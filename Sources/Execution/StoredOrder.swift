import Kernels

/// How a sample's values stand in its row: those of C×H×W in an order of channels, all others in row-major order.
struct StoredOrder {
    let channels: ChannelOrder

    /// Where the element with that index stands in a row of that shape.
    private func place(_ index: [Int], in shape: [Int]) -> Int {
        guard shape.count == 3 else { return zip(index, shape).reduce(0) { $0 * $1.1 + $1.0 } }
        let block = channels.block(of: shape[0])
        let (outer, inner) = index[0].quotientAndRemainder(dividingBy: block)
        return ((outer * shape[1] + index[1]) * shape[2] + index[2]) * block + inner
    }

    /// For each element in row-major order, where it stands in a row of `whole`. `offset` is added to an index along `axis`.
    func places(of shape: [Int], in whole: [Int], axis: Int = 0, offset: Int = 0) -> [Int32] {
        Self.indices(of: shape) { index in
            var moved = index
            if !moved.isEmpty { moved[axis] += offset }
            return Int32(place(moved, in: whole))
        }
    }

    func places(of shape: [Int]) -> [Int32] { places(of: shape, in: shape) }

    /// For each place of a row of `whole`, the place in a row of `shape`, whose extents are those of `whole` or 1.
    func stretched(_ shape: [Int], to whole: [Int]) -> [Int32] {
        let sources = Self.indices(of: whole) { index in
            Int32(place(zip(index, shape).map { $1 == 1 ? 0 : $0 }, in: shape))
        }
        var places = sources
        for (target, source) in zip(self.places(of: whole), sources) { places[Int(target)] = source }
        return places
    }

    /// What `body` makes of every index, in row-major order.
    private static func indices(of shape: [Int], _ body: ([Int]) -> Int32) -> [Int32] {
        var index = [Int](repeating: 0, count: shape.count)
        return (0..<shape.reduce(1, *)).map { _ in
            defer { advance(&index, in: shape) }
            return body(index)
        }
    }

    /// To the next index in row-major order.
    private static func advance(_ index: inout [Int], in shape: [Int]) {
        var axis = shape.count - 1
        while axis >= 0 {
            index[axis] += 1
            if index[axis] < shape[axis] { return }
            index[axis] = 0
            axis -= 1
        }
    }
}
