import Formats

/// Parts of tensors.
extension ONNXImporter {
    mutating func addSplit(_ node: ONNXGraph.Node) throws {
        let view = try view(0, of: node)
        let axis = try self.axis(try node.integer("axis", 0), view, node)
        let extent = view.shape[axis]
        let parts = try node.integer("num_outputs", node.outputs.count)
        guard parts == node.outputs.count, parts > 0 else { throw node.refused("it has \(node.outputs.count) outputs") }
        var sizes = try integers("split", orInput: 1, node)
        if sizes == nil {
            let share = (extent + parts - 1) / parts
            sizes = (0..<parts).map { min(share, extent - $0 * share) }
        }
        var rest = extent
        guard let sizes, sizes.count == parts,
            sizes.allSatisfy({ size in
                rest = size > 0 && size <= rest ? rest - size : -1
                return rest >= 0
            }), rest == 0
        else { throw node.refused("its parts \(sizes ?? []) are not the \(extent) of its axis") }
        var start = 0
        for (output, size) in zip(node.outputs, sizes) {
            if part.uses[output] != nil {
                let slice = try sliced(view, axis: axis, start: start, count: size, step: 1, name: output)
                values[output] = .tensor(slice, .x)
            }
            start += size
        }
    }

    mutating func addSlice(_ node: ONNXGraph.Node) throws {
        var view = try view(0, of: node)
        let slices = try self.slices(of: node, rank: view.axes.count + 1)
        for (axis, start, end, step) in slices {
            if axis == 0 {
                // The number of samples stands for itself; any other end must be beyond all of them.
                guard start == 0, step == 1, end.map({ $0 >= Int(Int32.max) }) ?? true else {
                    throw node.refused("it takes some samples of a batch, which must stay whole")
                }
                continue
            }
            guard let start, let end else { throw node.refused("it depends on the number of samples") }
            let places = Self.places(view.shape[axis - 1], start, end, step)
            guard let first = places.first else { throw node.refused("nothing is left of axis \(axis)") }
            view = try sliced(
                view, axis: axis - 1, start: first, count: places.count, step: step,
                name: label(of: node.outputs.first ?? ""))
        }
        set(node, view)
    }

    /// Axis, start, end and step of a Slice, axes counted from the front; nil for the number of samples.
    mutating func slices(
        of node: ONNXGraph.Node, rank: Int
    ) throws -> [(axis: Int, start: Int?, end: Int?, step: Int)] {
        func list(_ index: Int, _ name: String) throws -> [Int?] {
            guard case .integers(let values) = try requiredConstant(index, node, name).values else {
                throw node.refused("its \(name) are no whole numbers")
            }
            return values
        }
        let (starts, ends) = (try list(1, "starts"), try list(2, "ends"))
        let axes = try integers("axes", orInput: 3, node) ?? Array(starts.indices)
        let steps = try integers("steps", orInput: 4, node) ?? starts.map { _ in 1 }
        let limit = -GraphBuilder.maximumExtent...GraphBuilder.maximumExtent
        guard starts.count == ends.count, starts.count == axes.count, starts.count == steps.count,
            steps.allSatisfy({ $0 != 0 && limit.contains($0) })
        else { throw node.refused("its starts, ends, axes and steps do not fit") }
        var seen: Set<Int> = []
        return try axes.indices.map { index in
            guard let axis = normalizedAxis(axes[index], rank: rank) else {
                throw node.refused("there is no axis \(axes[index]) of \(rank)")
            }
            guard seen.insert(axis).inserted else { throw node.refused("axis \(axis) comes twice") }
            return (axis, starts[index], ends[index], steps[index])
        }
    }

    /// The places that a slice takes of an axis, as numpy counts them.
    static func places(_ extent: Int, _ start: Int, _ end: Int, _ step: Int) -> [Int] {
        func bounded(_ place: Int, _ range: ClosedRange<Int>) -> Int {
            let place = place < 0 ? place + extent : place
            return min(max(place, range.lowerBound), range.upperBound)
        }
        return step > 0
            ? Array(stride(from: bounded(start, 0...extent), to: bounded(end, 0...extent), by: step))
            : Array(stride(from: bounded(start, -1...extent - 1), to: bounded(end, -1...extent - 1), by: step))
    }

    /// Part of a view; where an axis of it is one of the node's, nothing else is moved.
    mutating func sliced(
        _ view: TensorView, axis: Int, start: Int, count: Int, step: Int, name: String
    ) throws -> TensorView {
        let shape = view.shape
        if start == 0, count == shape[axis], step == 1 || count == 1 { return view }
        let stored = builder.nodes[view.node].shape
        guard let factor = view.axes[axis].first, view.axes[axis].count == 1, stored.filter({ $0 > 1 }) == view.split
        else {
            let input = try place(view, shape: shape, name: name)
            let slice = Rearrangement.slice(axis: axis, start: start, count: count, step: step)
            let output = try append(name, .rearrange(slice), to: input)
            return TensorView(node: output, shape: builder.nodes[output].shape)
        }
        let storedAxis = stored.indices.filter { stored[$0] > 1 }[factor]
        let slice = Rearrangement.slice(axis: storedAxis, start: start, count: count, step: step)
        var result = view
        result.node = try append(name, .rearrange(slice), to: view.node)
        result.split[factor] = count
        if count == 1 {
            result.split.remove(at: factor)
            result.axes[axis] = []
            result.axes = result.axes.map { $0.map { $0 > factor ? $0 - 1 : $0 } }
        }
        return result
    }

    mutating func addGather(_ node: ONNXGraph.Node) throws {
        let view = try view(0, of: node)
        let axis = try self.axis(try node.integer("axis", 0), view, node)
        let constant = try requiredConstant(1, node, "indices")
        let extent = view.shape[axis]
        guard let raw = constant.integers, !raw.isEmpty, constant.shape.count <= 1 else {
            throw node.refused("its indices are no known list")
        }
        let indices = raw.compactMap { normalizedAxis($0, rank: extent) }
        let step = indices.count > 1 ? indices[1] - indices[0] : 1
        guard indices.count == raw.count, step != 0,
            zip(indices, indices.dropFirst()).allSatisfy({ $1 - $0 == step })
        else { throw node.refused("it gathers places that are not evenly spaced") }
        var result = try sliced(
            view, axis: axis, start: indices[0], count: indices.count, step: step,
            name: label(of: node.outputs.first ?? ""))
        if constant.shape.isEmpty { result.axes.remove(at: axis) }
        set(node, result)
    }
}
