import Formats

extension ONNXExporter {
    mutating func rearrange(_ rearrangement: Rearrangement, _ source: Source) throws(NetworkError) -> String {
        switch rearrangement {
        case .permute(let split, let permutation, _): return try permute(split, permutation, source)
        case .slice(let axis, let start, let count, let step):
            // A step of 0, which ONNX has not, is any other where one place is taken.
            guard step != 0 || count == 1 else {
                throw .unwritable(node: source.name, problem: "it takes one place of axis \(axis) \(count) times")
            }
            let extent = source.inputShape[axis]
            return try slice(
                source.input, axes: [axis], starts: [start], counts: [count], steps: [step == 0 ? 1 : step],
                extents: [extent], source)
        case .pad(let before, let after, let value):
            return try pad(source.input, before: before, after: after, value: value, source)
        case .subsample(let stride, let before, let after):
            let isPadded = before + after > 0
            let maps = try slice(
                source.input, axes: [1, 2], starts: [0, 0], counts: Array(source.shape.dropFirst()),
                steps: [stride, stride], extents: Array(source.inputShape.dropFirst()), source,
                part: isPadded ? "slice" : nil)
            guard isPadded else { return maps }
            return try pad(maps, before: [before, 0, 0], after: [after, 0, 0], value: 0, source)
        }
    }

    /// Reshape, Transpose, Reshape, those left out that change nothing.
    private mutating func permute(
        _ split: [Int], _ permutation: [Int], _ source: Source
    ) throws(NetworkError) -> String {
        let isInOrder = permutation == Array(permutation.indices)
        guard !isInOrder else { return try reshape(source.input, to: source.shape, source) }
        let extents = permutation.map { split[$0] }
        let isLast = extents == source.shape
        var tensor = source.input
        if split != source.inputShape { tensor = try reshape(tensor, to: split, source, part: "split") }
        tensor = append(
            "Transpose", [tensor], source, part: isLast ? nil : "transpose",
            ["perm": .integers([0] + permutation.map { $0 + 1 })])
        return isLast ? tensor : try reshape(tensor, to: source.shape, source)
    }

    private mutating func reshape(
        _ tensor: String, to shape: [Int], _ source: Source, part: String? = nil
    ) throws(NetworkError) -> String {
        if shape.count == 1 { return append("Flatten", [tensor], source, part: part, ["axis": .integer(1)]) }
        // 0 stands for the extent that is there: the batch's.
        let target = try integers([0] + shape, part.map { "\($0)_shape" } ?? "shape", source)
        return append("Reshape", [tensor, target], source, part: part)
    }

    /// Places of some axes, which are counted without the batch.
    mutating func slice(
        _ tensor: String, axes: [Int], starts: [Int], counts: [Int], steps: [Int], extents: [Int], _ source: Source,
        part: String? = nil, kind: String = ""
    ) throws(NetworkError) -> String {
        let ends = axes.indices.map { index in
            let last = starts[index] + (counts[index] - 1) * steps[index]
            if steps[index] > 0 { return last + 1 }
            // Negative ends are counted from behind; what lies before the first place is further away than all of them.
            return last > 0 ? last - 1 : -extents[index] - 1
        }
        let tensors = [
            tensor, try integers(starts, "starts\(kind)", source), try integers(ends, "ends\(kind)", source),
            try integers(axes.map { $0 + 1 }, "axes\(kind)", source), try integers(steps, "steps\(kind)", source),
        ]
        return append("Slice", tensors, source, part: part)
    }

    mutating func pad(
        _ tensor: String, before: [Int], after: [Int], value: Float, _ source: Source, part: String? = nil
    ) throws(NetworkError) -> String {
        var tensors = [tensor, try integers([0] + before + [0] + after, "pads", source)]
        if value != 0 { tensors.append(try float(value, "value", source)) }
        return append("Pad", tensors, source, part: part, ["mode": .text("constant")])
    }
}
