/// How a sample's values stand in its row: those of C×H×W channels-last, all others in row-major order.
enum StoredOrder {
    /// For each axis, how far apart neighbours along it stand.
    static func strides(_ shape: [Int]) -> [Int] {
        if shape.count == 3 { return [1, shape[2] * shape[0], shape[0]] }
        var strides = [Int](repeating: 1, count: shape.count)
        for axis in shape.indices.dropLast().reversed() { strides[axis] = strides[axis + 1] * shape[axis + 1] }
        return strides
    }

    /// For each element in row-major order, where it stands in its row. `offset` is added to an index along `axis`.
    static func places(of shape: [Int], in whole: [Int], axis: Int = 0, offset: Int = 0) -> [Int32] {
        let strides = strides(whole)
        var index = [Int](repeating: 0, count: shape.count)
        let start = shape.isEmpty ? 0 : offset * strides[axis]
        return (0..<shape.reduce(1, *)).map { _ in
            let place = zip(index, strides).reduce(start) { $0 + $1.0 * $1.1 }
            advance(&index, in: shape)
            return Int32(place)
        }
    }

    /// For each place of a row of `whole`, the place in a row of `shape`, whose extents are those of `whole` or 1.
    static func stretched(_ shape: [Int], to whole: [Int]) -> [Int32] {
        let strides = zip(shape, strides(shape)).map { $0 == 1 ? 0 : $1 }
        let targets = Self.strides(whole)
        var places = [Int32](repeating: 0, count: whole.reduce(1, *))
        var index = [Int](repeating: 0, count: whole.count)
        for _ in places.indices {
            let target = zip(index, targets).reduce(0) { $0 + $1.0 * $1.1 }
            places[target] = Int32(zip(index, strides).reduce(0) { $0 + $1.0 * $1.1 })
            advance(&index, in: whole)
        }
        return places
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
