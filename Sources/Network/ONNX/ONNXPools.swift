import Formats

extension ONNXImporter {
    mutating func addPool(_ node: ONNXGraph.Node) throws {
        let view = try view(0, of: node)
        let name = label(of: node.outputs.first ?? "")
        switch node.operation {
        case "ReduceMean": return try addMean(node, view)
        case "GlobalAveragePool":
            guard view.axes.count == 3 else { throw node.refused("takes maps, gets \(view.shape)") }
            return set(node, try means(view, channel: 0, name: name))
        case "GlobalMaxPool":
            let map = view.shape
            guard map.count == 3 else { throw node.refused("takes maps, gets \(map)") }
            let input = try place(view, shape: map, name: name)
            let pool = Pool(.maximum, kernel: (map[1], map[2]), stride: (1, 1))
            return set(node, node: try append(name, .pool(pool), to: input))
        default: break
        }
        let map = view.shape
        guard map.count == 3 else {
            throw node.refused("takes maps, gets \(map): only pools over height and width are known")
        }
        guard try node.integers("kernel_shape") != nil else { throw node.refused("it has no kernel_shape") }
        let kernel = try node.pair("kernel_shape", (1, 1))
        let stride = try node.pair("strides", (1, 1))
        let dilation = try node.pair("dilations", (1, 1))
        guard try node.integer("storage_order", 0) == 0 else { throw node.refused("it counts columns first") }
        let countsPadding = try node.integer("count_include_pad", 0) != 0
        let pool = Pool(
            node.operation == "MaxPool" ? .maximum : .average(countsPadding: countsPadding), kernel: kernel,
            stride: stride, dilation: dilation,
            padding: try node.padding(map: map, kernel: kernel, stride: stride, dilation: dilation),
            roundsUp: try node.integer("ceil_mode", 0) != 0)
        let input = try place(view, shape: map, name: name)
        set(node, node: try append(name, .pool(pool), to: input))
    }

    private mutating func addMean(_ node: ONNXGraph.Node, _ view: TensorView) throws {
        guard let axes = try integers("axes", orInput: 1, node), !axes.isEmpty else {
            throw node.refused("a mean over all axes mixes the samples of a batch")
        }
        let name = label(of: node.outputs.first ?? "")
        var reduced: Set<Int> = []
        for axis in axes { reduced.insert(try self.axis(axis, view, node)) }
        let kept = view.axes.indices.filter { !reduced.contains($0) }
        let shape = view.shape
        var result: TensorView
        if kept.count(where: { shape[$0] > 1 }) <= 1, let channel = kept.first(where: { shape[$0] > 1 }) ?? kept.first {
            result = try means(view, channel: channel, name: name)
        } else {
            // Over one of two axes: a window as long as the map.
            guard shape.count == 3, !reduced.contains(0) else {
                throw node.refused("a mean over axes \(axes) of \(shape.count + 1) is not known")
            }
            let kernel = (height: reduced.contains(1) ? shape[1] : 1, width: reduced.contains(2) ? shape[2] : 1)
            let input = try place(view, shape: shape, name: name)
            let pool = Pool(.average(countsPadding: true), kernel: kernel, stride: (1, 1))
            let output = try append(name, .pool(pool), to: input)
            result = TensorView(node: output, shape: builder.nodes[output].shape)
        }
        if try node.integer("keepdims", 1) == 0 { result = result.transposed(kept) }
        set(node, result)
    }

    /// The mean over all axes but one, which are left as extents of 1.
    private mutating func means(_ view: TensorView, channel: Int, name: String) throws -> TensorView {
        let (node, placed) = try channelsFirst(view, axis: channel, name: name)
        guard builder.nodes[node].shape.count == 3 else { return placed }
        let output = try append(name, .globalAveragePool, to: node)
        var result = placed
        result.node = output
        result.split = Array(placed.split.prefix(placed.axes[channel].count))
        for axis in result.axes.indices where axis != channel { result.axes[axis] = [] }
        return result
    }
}
