import Formats

/// Bringing values into the order that an operation needs.
extension ONNXImporter {
    /// A node that holds a view's values in an order of its split's axes (its own, if not given), in this shape.
    mutating func place(
        _ view: TensorView, order: [Int]? = nil, shape: [Int], name: String
    ) throws(NetworkError) -> Int {
        let order = order ?? view.order
        let source = builder.nodes[view.node]
        let inOrder = order == Array(view.split.indices)
        if inOrder, source.shape == shape { return view.node }
        let key = Moved(view: view, order: order, shape: shape)
        if let known = moved[key] { return known }
        let node: Int
        if inOrder, source.operation == .globalAveragePool, shape == source.shape + [1, 1] {
            // The same means as maps of 1×1.
            node = try append(
                source.name, .adaptiveAveragePool(height: 1, width: 1), to: source.inputs[0])
        } else if inOrder {
            node = try append("\(name).reshape", .rearrange(.reshape(source.shape, to: shape)), to: view.node)
        } else {
            node = try append(
                "\(name).permute", .rearrange(.permute(split: view.split, permutation: order, shape: shape)),
                to: view.node)
        }
        moved[key] = node
        return node
    }

    /// The view as C×H×W (or a row) with a certain axis in front: the node, and the view of its values.
    ///
    /// Values that have that axis in front already are left where they are, whatever the order of the view.
    mutating func channelsFirst(
        _ view: TensorView, axis: Int, name: String
    ) throws(NetworkError) -> (node: Int, view: TensorView) {
        let channels = view.axes[axis]
        let shape = builder.nodes[view.node].shape
        let others = view.split.indices.filter { !channels.contains($0) }
        if channels + others == Array(view.split.indices), [1, 3].contains(shape.count), shape[0] == view.shape[axis] {
            return (view.node, view)
        }
        let rest = view.axes.indices.filter { $0 != axis }
        let extents = rest.map { view.shape[$0] }
        let order = channels + rest.flatMap { view.axes[$0] }
        let maps: [Int] =
            switch extents.count {
            case 0: []
            case 1: extents + [1]
            default: [extents[0], extents.dropFirst().reduce(1, *)]
            }
        let node = try place(view, order: order, shape: [view.shape[axis]] + maps, name: name)
        return (node, view.moved(to: node, order: order))
    }

    /// Carries out an operation that works on each place's channels, along any axis of a view.
    mutating func perChannel(
        _ view: TensorView, axis: Int, name: String, channels: Int? = nil, _ operation: Operation
    ) throws(NetworkError) -> TensorView {
        let (input, placed) = try channelsFirst(view, axis: axis, name: name)
        let output = try append(name, operation, to: input)
        guard let channels else {
            var result = placed
            result.node = output
            return result
        }
        return placed.withChannels(channels, axis: axis, node: output)
    }
}
