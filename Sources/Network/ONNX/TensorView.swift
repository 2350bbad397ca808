/// How the values of a node are seen: reshaped and transposed without being moved.
///
/// The node's values, row-major, are an array of extents `split`; each axis of the view runs through some of the split's
/// axes, the first of them slowest. A channel shuffle is three of them and one move of values, if any.
struct TensorView: Hashable {
    var node: Int
    /// Extents beyond 1, whose product is the count of the node's values.
    var split: [Int]
    /// For each axis of the view, without the batch, the axes of the split that it is made of; none for an extent of 1.
    var axes: [[Int]]

    /// The values of a node as they are.
    init(node: Int, shape: [Int]) {
        self.node = node
        split = shape.filter { $0 > 1 }
        var next = 0
        axes = shape.map { extent in
            guard extent > 1 else { return [] }
            next += 1
            return [next - 1]
        }
    }

    var shape: [Int] { axes.map { $0.reduce(1) { $0 * split[$1] } } }

    /// The split's axes in the order in which the view runs through the values.
    var order: [Int] { axes.flatMap { $0 } }

    /// Whether the values lie in the order of the view.
    var isInOrder: Bool { order == Array(split.indices) }

    /// Axis i of the result is axis `permutation[i]` of this.
    func transposed(_ permutation: [Int]) -> TensorView {
        var view = self
        view.axes = permutation.map { axes[$0] }
        return view
    }

    /// The same order of values in another shape; nil where an extent would have to be cut across. The shape has the
    /// same count of values.
    func reshaped(to shape: [Int]) -> TensorView? {
        /// What each axis of the split is cut into, from the outside in.
        var cuts = Array(repeating: [Int](), count: split.count)
        var groups: [[(axis: Int, part: Int)]] = []
        var pending = order[...]
        var current = 0
        var rest = 1
        for extent in shape {
            var need = extent
            var group: [(axis: Int, part: Int)] = []
            while need > 1 {
                if rest == 1 {
                    guard let next = pending.popFirst() else { return nil }
                    (current, rest) = (next, split[next])
                }
                let part: Int
                if need % rest == 0 { part = rest } else if rest % need == 0 { part = need } else { return nil }
                cuts[current].append(part)
                group.append((current, cuts[current].count - 1))
                need /= part
                rest /= part
            }
            groups.append(group)
        }
        guard rest == 1, pending.isEmpty else { return nil }
        let starts = cuts.reduce(into: [0]) { $0.append(($0.last ?? 0) + $1.count) }
        var view = self
        view.split = cuts.flatMap { $0 }
        view.axes = groups.map { $0.map { starts[$0.axis] + $0.part } }
        return view
    }

    /// The view of a node that has the values in this order of the split's axes.
    func moved(to node: Int, order: [Int]) -> TensorView {
        var places = Array(repeating: 0, count: split.count)
        for (place, axis) in order.enumerated() { places[axis] = place }
        var view = self
        view.node = node
        view.split = order.map { split[$0] }
        view.axes = axes.map { $0.map { places[$0] } }
        return view
    }

    /// The view of a node that has another count of channels: `axis`, which runs through the split's first axes.
    func withChannels(_ count: Int, axis: Int, node: Int) -> TensorView {
        let removed = axes[axis].count
        let added = count > 1 ? 1 : 0
        var view = self
        view.node = node
        view.split = (count > 1 ? [count] : []) + split.dropFirst(removed)
        view.axes = axes.map { $0.map { $0 - removed + added } }
        view.axes[axis] = count > 1 ? [0] : []
        return view
    }
}
