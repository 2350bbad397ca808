import Formats

extension ONNXImporter {
    mutating func addReshape(_ node: ONNXGraph.Node) throws {
        let view = try view(0, of: node)
        let count = view.shape.reduce(1, *)
        let shape: [Int]
        switch node.operation {
        case "Flatten":
            guard normalizedAxis(try node.integer("axis", 1), rank: view.axes.count + 2) == 1 else {
                throw node.refused("it flattens other axes than those behind the batch")
            }
            shape = [count]
        case "Expand":
            let target = try requiredConstant(1, node, "shape")
            guard case .integers(let extents) = target.values, extents.count <= view.axes.count + 1,
                zip(extents.reversed(), ([1] + view.shape).reversed()).allSatisfy({ $0 == nil || $0 == 1 || $0 == $1 })
            else { throw node.refused("it repeats values of the image") }
            return set(node, view)
        case _ where try isBatchInRow(node): return set(node, .batchInRow(view))
        default: shape = try target(of: node, view)
        }
        set(node, try reshaped(view, to: shape, name: label(of: node.outputs.first ?? "")))
    }

    mutating func reshaped(_ view: TensorView, to shape: [Int], name: String) throws -> TensorView {
        if let seen = view.reshaped(to: shape) { return seen }
        return TensorView(node: try place(view, shape: shape, name: name), shape: shape)
    }

    /// Whether a Reshape mixes all samples of a batch for nodes that sort them out again.
    private mutating func isBatchInRow(_ node: ONNXGraph.Node) throws -> Bool {
        guard let output = node.outputs.first, let consumers = part.consumers[output],
            try requiredConstant(1, node, "shape").values == .integers([-1])
        else { return false }
        return output != part.output && consumers.allSatisfy { part.nodes[$0].operation == "Gather" }
    }

    /// The shape that a Reshape asks for, without the batch, which must stay in front.
    private mutating func target(of node: ONNXGraph.Node, _ view: TensorView) throws -> [Int] {
        guard case .integers(let target) = try requiredConstant(1, node, "shape").values, let first = target.first
        else {
            throw node.refused("its shape is no list of whole numbers")
        }
        try budget.check(rank: target.count, node.label)
        let isLiteral = try node.integer("allowzero", 0) != 0
        let own = view.shape
        let count = own.reduce(1, *)
        var shape: [Int] = []
        var known = 1
        var open: Int?
        for (index, extent) in target.enumerated().dropFirst() {
            guard var extent else { throw node.refused("it puts the batch behind another axis") }
            if extent == 0, !isLiteral, index <= own.count { extent = own[index - 1] }
            if extent == -1, open == nil {
                open = index - 1
                extent = 1
            }
            let (product, overflow) = known.multipliedReportingOverflow(by: extent)
            guard extent > 0, !overflow else { throw node.refused("its shape is \(Self.text(target))") }
            known = product
            shape.append(extent)
        }
        if let open, first != -1, count % known == 0 {
            shape[open] = count / known
            known = count
        }
        guard known == count, open == nil || first != -1, first.map({ $0 >= -1 }) ?? true else {
            throw node.refused(
                "it makes \(Self.text(target)) of a batch of \(own): the batch must stay apart from all other axes")
        }
        return shape
    }

    private static func text(_ shape: [Int?]) -> String {
        "[\(shape.map { $0.map(String.init) ?? "batch" }.joined(separator: ", "))]"
    }

    mutating func addAxes(_ node: ONNXGraph.Node) throws {
        let view = try view(0, of: node)
        let rank = view.axes.count + 1
        if node.operation == "Transpose" {
            let permutation = try node.integers("perm") ?? Array((0..<rank).reversed())
            guard permutation.sorted() == Array(0..<rank) else {
                throw node.refused("its permutation \(permutation) is none of \(rank) axes")
            }
            guard permutation[0] == 0 else { throw node.refused("it moves the batch, which must stay in front") }
            return set(node, view.transposed(permutation.dropFirst().map { $0 - 1 }))
        }
        var result = view
        guard let axes = try integers("axes", orInput: 1, node) else {
            guard node.operation == "Squeeze" else { throw node.refused("it has no axes") }
            result.axes.removeAll { $0.isEmpty }
            return set(node, result)
        }
        let isSqueeze = node.operation == "Squeeze"
        let full = isSqueeze ? rank : rank + axes.count
        try budget.check(rank: full, node.label)
        var places: Set<Int> = []
        for axis in axes {
            guard let place = normalizedAxis(axis, rank: full), place > 0, places.insert(place - 1).inserted else {
                throw node.refused("its axes \(axes) are none of \(full), or the batch's")
            }
        }
        if isSqueeze {
            guard places.allSatisfy({ view.axes[$0].isEmpty }) else {
                throw node.refused("its axes \(axes) of \(view.shape) for an image are not all 1 long")
            }
            result.axes = view.axes.indices.filter { !places.contains($0) }.map { view.axes[$0] }
        } else {
            for place in places.sorted() { result.axes.insert([], at: place) }
        }
        set(node, result)
    }

    mutating func addConcatenation(_ node: ONNXGraph.Node) throws {
        guard let raw = try node.integer("axis") else { throw node.refused("it has no axis") }
        guard !node.inputs.isEmpty else { throw node.refused("it has no inputs") }
        let views = try node.inputs.indices.map { try view($0, of: node) }
        let axis = try self.axis(raw, views[0], node)
        if views.count == 1 { return set(node, views[0]) }
        let name = label(of: node.outputs.first ?? "")
        let inputs = try views.map { try place($0, shape: $0.shape, name: name) }
        set(node, node: try builder.append(unique(name), .concatenate(axis: axis), to: inputs))
    }

    mutating func addPadding(_ node: ONNXGraph.Node) throws {
        guard try node.text("mode", "constant") == "constant" else {
            throw node.refused("it pads with other than a constant number")
        }
        let view = try view(0, of: node)
        let rank = view.axes.count + 1
        guard let pads = try integers("pads", orInput: 1, node) else { throw node.refused("it has no pads") }
        var value: Float = 0
        if node.input(2) != nil {
            guard let scalar = try requiredConstant(2, node, "value").scalar else {
                throw node.refused("its value is no single number")
            }
            value = scalar
        }
        let axes = try integers("axes", orInput: 3, node) ?? Array(0..<rank)
        guard pads.count == 2 * axes.count, pads.allSatisfy((0...GraphBuilder.maximumExtent).contains) else {
            throw node.refused("its pads are \(pads): two sizes for each axis are needed, none negative")
        }
        var (before, after) = (Array(repeating: 0, count: rank), Array(repeating: 0, count: rank))
        for (index, raw) in axes.enumerated() {
            guard let axis = normalizedAxis(raw, rank: rank) else { throw node.refused("there is no axis \(raw)") }
            (before[axis], after[axis]) = (pads[index], pads[index + axes.count])
        }
        guard before[0] == 0, after[0] == 0 else { throw node.refused("it pads the batch") }
        if value == 0, rank == 4, before[1] == 0, after[1] == 0 {
            return set(
                node,
                .padded(view, .init(top: before[2], left: before[3], bottom: after[2], right: after[3])))
        }
        let name = label(of: node.outputs.first ?? "")
        let input = try place(view, shape: view.shape, name: name)
        let pad = Rearrangement.pad(before: Array(before.dropFirst()), after: Array(after.dropFirst()), value: value)
        set(node, node: try append(name, .rearrange(pad), to: input))
    }
}
