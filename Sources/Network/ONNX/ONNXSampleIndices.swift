import Formats

/// Places in the values of a whole batch in one row, which some exports compute to see a tensor in another shape: for
/// sample n of the batch, `stride` · n + each of `offsets`.
struct ONNXSampleIndices {
    var stride: Int
    /// With the shape of the places, whose first axis is the batch and counts as 1.
    var offsets: ONNXConstant
}

extension ONNXImporter {
    /// Takes over a node of such a computation; returns whether it was one.
    mutating func foldSampleIndices(_ node: ONNXGraph.Node) throws -> Bool {
        switch node.operation {
        case "Range":
            guard node.inputs.count == 3, let start = try constant(node.inputs[0])?.integers, start == [0],
                let step = try constant(node.inputs[2])?.integers, step == [1],
                let end = try constant(node.inputs[1]), end.values == .integers([nil])
            else { return false }
            set(node, .sampleIndices(ONNXSampleIndices(stride: 1, offsets: ONNXConstant([0]))))
            return true
        case "Mul", "Add":
            guard node.inputs.count == 2, let side = node.inputs.firstIndex(where: { sampleIndices($0) != nil }),
                let indices = sampleIndices(node.inputs[side]), let other = try constant(node.inputs[1 - side])
            else { return false }
            set(node, .sampleIndices(try combined(indices, with: other, node)))
            return true
        case "Unsqueeze":
            guard let input = node.input(0), var indices = sampleIndices(input),
                let axes = try integers("axes", orInput: 1, node)
            else { return false }
            let rank = indices.offsets.shape.count + axes.count
            try budget.check(rank: rank, node.label)
            let places = axes.compactMap { normalizedAxis($0, rank: rank) }.sorted()
            guard places.count == axes.count, Set(places).count == axes.count, places.first != 0 else {
                throw node.refused("its axes \(axes) do not fit places in a batch")
            }
            for place in places { indices.offsets.shape.insert(1, at: place) }
            set(node, .sampleIndices(indices))
            return true
        case "Gather":
            guard let input = node.input(0), case .batchInRow(let view)? = values[input] else { return false }
            set(node, try gathered(view, node))
            return true
        default: return false
        }
    }

    private func sampleIndices(_ name: String) -> ONNXSampleIndices? {
        if case .sampleIndices(let indices)? = values[name] { indices } else { nil }
    }

    private mutating func combined(
        _ indices: ONNXSampleIndices, with other: ONNXConstant, _ node: ONNXGraph.Node
    ) throws -> ONNXSampleIndices {
        let own = indices.offsets
        let limit = 0...Int(Int32.max)
        guard let numbers = other.integers, let offsets = own.integers, numbers.allSatisfy(limit.contains),
            limit.contains(indices.stride), offsets.allSatisfy(limit.contains),
            other.shape.count < own.shape.count || other.shape.first == 1 || other.count == 1,
            let shape = ONNXConstant.stretched(own.shape, other.shape), shape.count == own.shape.count
        else { throw node.refused("it computes places in a batch in a way that is not known") }
        var result = indices
        if node.operation == "Mul" {
            guard numbers.count == 1 else { throw node.refused("it multiplies places in a batch by several numbers") }
            result.stride *= numbers[0]
            result.offsets.values = .integers(offsets.map { $0 * numbers[0] })
            return result
        }
        try budget.charge(.computed, shape: shape, node.label)
        let sums = zip(own.places(in: shape), other.places(in: shape)).map { offsets[$0] + numbers[$1] }
        result.offsets = ONNXConstant(shape: shape, .integers(sums))
        return result
    }

    /// A batch in one row, each sample's values in their own order again.
    private mutating func gathered(_ view: TensorView, _ node: ONNXGraph.Node) throws -> TensorView {
        let count = view.shape.reduce(1, *)
        var indices: ONNXSampleIndices?
        if let name = node.input(1) {
            indices = sampleIndices(name)
            // For a batch of one the places are written out.
            if indices == nil, let constant = try constant(name), constant.shape.first == 1 {
                indices = ONNXSampleIndices(stride: count, offsets: constant)
            }
        }
        guard let indices, indices.stride == count, try node.integer("axis", 0) == 0,
            let offsets = indices.offsets.integers, offsets.elementsEqual(0..<count)
        else { throw node.refused("it gathers values across a batch, which must stay apart from all other axes") }
        let shape = Array(indices.offsets.shape.dropFirst())
        return try reshaped(view, to: shape, name: label(of: node.outputs.first ?? ""))
    }
}
