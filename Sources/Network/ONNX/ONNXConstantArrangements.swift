import Formats

/// Constants in another shape or order.
extension ONNXImporter {
    mutating func rearranged(_ node: ONNXGraph.Node) throws -> ONNXConstant {
        let input = try requiredConstant(0, node, "input")
        let rank = input.shape.count
        switch node.operation {
        case "Concat": return try concatenated(node)
        case "Gather", "Slice":
            return try node.operation == "Gather" ? gathered(input, node) : sliced(input, node)
        case "Flatten":
            guard let axis = normalizedAxis(try node.integer("axis", 1), rank: rank + 1) else {
                throw node.refused("it has no such axis")
            }
            try budget.charge(.computed, input.count, node.label)
            return ONNXConstant(
                shape: [input.shape.prefix(axis).reduce(1, *), input.shape.dropFirst(axis).reduce(1, *)], input.values)
        case "Reshape": return ONNXConstant(shape: try constantTarget(input, node), input.values)
        case "Transpose":
            let permutation = try node.integers("perm") ?? Array((0..<rank).reversed())
            guard permutation.sorted() == Array(0..<rank) else { throw node.refused("its permutation does not fit") }
            try budget.charge(.computed, shape: [input.count], node.label)
            let shape = permutation.map { input.shape[$0] }
            let steps = permutation.map { Rearrangement.strides(input.shape)[$0] }
            let strides = Rearrangement.strides(shape)
            let places = (0..<input.count).map { element in
                shape.indices.reduce(0) { $0 + element / strides[$1] % shape[$1] * steps[$1] }
            }
            return input.gathered(places, shape: shape)
        case "Expand":
            guard let shape = ONNXConstant.stretched(input.shape, try shape(from: 1, node)) else {
                throw node.refused("it cannot stretch \(input.shape)")
            }
            try budget.charge(.computed, shape: shape, node.label)
            return input.gathered(input.places(in: shape), shape: shape)
        default:
            let axes = try integers("axes", orInput: 1, node)
            try budget.charge(.computed, input.count, node.label)
            var shape = input.shape
            if node.operation == "Squeeze" {
                let places = try axes?.map { try place($0, rank, node) } ?? shape.indices.filter { shape[$0] == 1 }
                guard places.allSatisfy({ shape[$0] == 1 }) else { throw node.refused("its axes are not all 1 long") }
                shape = shape.indices.filter { !places.contains($0) }.map { shape[$0] }
            } else {
                guard let axes else { throw node.refused("it has no axes") }
                try budget.check(rank: rank + axes.count, node.label)
                let places = try axes.map { try place($0, rank + axes.count, node) }.sorted()
                guard Set(places).count == places.count else { throw node.refused("an axis comes twice") }
                for place in places { shape.insert(1, at: place) }
            }
            return ONNXConstant(shape: shape, input.values)
        }
    }

    func place(_ axis: Int, _ rank: Int, _ node: ONNXGraph.Node) throws(NetworkError) -> Int {
        guard let axis = normalizedAxis(axis, rank: rank) else {
            throw node.refused("there is no axis \(axis) of \(rank)")
        }
        return axis
    }

    mutating func constantTarget(_ input: ONNXConstant, _ node: ONNXGraph.Node) throws -> [Int] {
        guard var shape = try requiredConstant(1, node, "shape").integers else {
            throw node.refused("its shape depends on the number of samples")
        }
        for index in shape.indices where shape[index] == 0 && input.shape.indices.contains(index) {
            shape[index] = input.shape[index]
        }
        let rest = shape.filter { $0 != -1 }
        guard rest.allSatisfy((0...GraphBuilder.maximumExtent).contains), shape.count - rest.count <= 1 else {
            throw node.refused("its shape is \(shape)")
        }
        var known = 1
        for extent in rest {
            let (product, overflow) = known.multipliedReportingOverflow(by: extent)
            guard !overflow else { throw node.refused("its shape is \(shape)") }
            known = product
        }
        if let open = shape.firstIndex(of: -1), known > 0 { shape[open] = input.count / known }
        guard !shape.contains(-1), shape.reduce(1, { $0 &* $1 }) == input.count else {
            throw node.refused("it makes \(shape) of \(input.shape)")
        }
        try budget.charge(.computed, shape: shape, node.label)
        return shape
    }

    mutating func concatenated(_ node: ONNXGraph.Node) throws -> ONNXConstant {
        guard !node.inputs.isEmpty else { throw node.refused("it has no inputs") }
        let inputs = try node.inputs.indices.map { try requiredConstant($0, node, "input") }
        let rank = inputs[0].shape.count
        let axis = try place(try node.integer("axis", 0), rank, node)
        guard inputs.allSatisfy({ $0.shape.count == rank }) else { throw node.refused("its inputs have unlike axes") }
        if rank > 1 {
            guard
                inputs.allSatisfy({ input in
                    input.shape.indices.allSatisfy { $0 == axis || input.shape[$0] == inputs[0].shape[$0] }
                })
            else { throw node.refused("its inputs have unlike shapes") }
            guard axis == 0 else { throw node.refused("constants are put one behind the other along axis 0 only") }
        }
        var shape = inputs[0].shape
        shape[0] = inputs.reduce(0) { $0 + $1.shape[0] }
        try budget.charge(.computed, shape: shape, node.label)
        let integers: [[Int?]] = inputs.compactMap { if case .integers(let values) = $0.values { values } else { nil } }
        if integers.count == inputs.count { return ONNXConstant(shape: shape, .integers(integers.flatMap { $0 })) }
        let floats = inputs.compactMap(\.floats)
        guard floats.count == inputs.count else { throw node.refused("it mixes numbers with that of samples") }
        return ONNXConstant(shape: shape, .floats(floats.flatMap { $0 }))
    }

    mutating func gathered(_ input: ONNXConstant, _ node: ONNXGraph.Node) throws -> ONNXConstant {
        let axis = try place(try node.integer("axis", 0), input.shape.count, node)
        let indices = try requiredConstant(1, node, "indices")
        guard let raw = indices.integers else { throw node.refused("its indices are not known") }
        let chosen = try raw.map { try place($0, input.shape[axis], node) }
        let outer = input.shape.prefix(axis).reduce(1, *)
        let inner = input.shape.dropFirst(axis + 1).reduce(1, *)
        let shape = Array(input.shape.prefix(axis)) + indices.shape + Array(input.shape.dropFirst(axis + 1))
        try budget.charge(.computed, shape: shape, node.label)
        guard !shape.contains(0) else { return input.gathered([], shape: shape) }
        let places = (0..<outer).flatMap { block in
            chosen.flatMap { index in (0..<inner).map { (block * input.shape[axis] + index) * inner + $0 } }
        }
        return input.gathered(places, shape: shape)
    }

    mutating func sliced(_ input: ONNXConstant, _ node: ONNXGraph.Node) throws -> ONNXConstant {
        var result = input
        for (axis, start, end, step) in try slices(of: node, rank: input.shape.count) {
            guard let start, let end else { throw node.refused("it depends on the number of samples") }
            let chosen = Self.places(result.shape[axis], start, end, step)
            var shape = result.shape
            let extent = shape[axis]
            shape[axis] = chosen.count
            try budget.charge(.computed, shape: shape, node.label)
            guard !shape.contains(0) else {
                result = result.gathered([], shape: shape)
                continue
            }
            let outer = shape.prefix(axis).reduce(1, *)
            let inner = shape.dropFirst(axis + 1).reduce(1, *)
            let places = (0..<outer).flatMap { block in
                chosen.flatMap { index in (0..<inner).map { (block * extent + index) * inner + $0 } }
            }
            result = result.gathered(places, shape: shape)
        }
        return result
    }
}
