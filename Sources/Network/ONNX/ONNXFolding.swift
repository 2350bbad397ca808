import Formats

extension ONNXImporter {
    /// Computes a node whose inputs are all known before the network runs, or that asks for a shape. Returns whether it
    /// was one.
    mutating func foldConstants(_ node: ONNXGraph.Node) throws -> Bool {
        if node.operation == "Shape" {
            set(node, .constant(try shape(node)))
            return true
        }
        let inputs = node.inputs.filter { !$0.isEmpty }
        guard inputs.allSatisfy({ isConstant($0) }) else { return false }
        set(node, .constant(try folded(node)))
        return true
    }

    private mutating func shape(_ node: ONNXGraph.Node) throws -> ONNXConstant {
        guard let input = node.input(0) else { throw node.refused("it has no input") }
        let shape: [Int?]
        switch values[input] {
        case .tensor(let base, _): shape = [nil] + base.shape
        case .padded: shape = [nil] + (try view(input, node)).shape
        case .constant, .batchInRow, .sampleIndices, nil: shape = try requiredConstant(0, node, "input").shape
        }
        let places = Self.places(shape.count, try node.integer("start", 0), try node.integer("end", shape.count), 1)
        return ONNXConstant(places.map { shape[$0] })
    }

    private mutating func folded(_ node: ONNXGraph.Node) throws -> ONNXConstant {
        switch node.operation {
        case "Constant": return try literal(node)
        case "ConstantOfShape":
            let shape = try self.shape(from: 0, node)
            let value: ONNXConstant
            if case .tensor(let tensor)? = node.attributes["value"] {
                value = ONNXConstant(try tensor.tensor())
            } else {
                value = ONNXConstant(shape: [1], .floats([0]))
            }
            guard value.count == 1 else { throw node.refused("its value is no single number") }
            return value.gathered(Array(repeating: 0, count: try count(shape, node)), shape: shape)
        case "Range": return try range(node)
        case "Identity", "Dropout": return try requiredConstant(0, node, "input")
        case "Cast": return try cast(node)
        case "Reshape", "Flatten", "Transpose", "Squeeze", "Unsqueeze", "Expand", "Concat", "Gather", "Slice":
            return try rearranged(node)
        case "Add", "Sub", "Mul", "Div", "Mod", "Min", "Max", "Equal", "Where": return try arithmetic(node)
        case "ReduceProd":
            guard let values = try requiredConstant(0, node, "input").integers else {
                throw node.refused("it multiplies the number of samples")
            }
            let product = values.reduce(into: (1, false)) { product, value in
                let (next, overflow) = product.0.multipliedReportingOverflow(by: value)
                product = (next, product.1 || overflow)
            }
            guard !product.1 else { throw node.refused("its product is too large") }
            let shape = try node.integer("keepdims", 1) == 0 ? [] : [1]
            return ONNXConstant(shape: shape, .integers([product.0]))
        case "Floor", "Ceil":
            let input = try requiredConstant(0, node, "input")
            guard case .floats(let values) = input.values else { return input }
            let rule: FloatingPointRoundingRule = node.operation == "Floor" ? .down : .up
            return ONNXConstant(shape: input.shape, .floats(values.map { $0.rounded(rule) }))
        case "Split": throw node.refused("constants are not split here")
        default: return try function(node)
        }
    }

    private func literal(_ node: ONNXGraph.Node) throws -> ONNXConstant {
        for (name, value) in node.attributes {
            switch (name, value) {
            case ("value", .tensor(let tensor)): return ONNXConstant(try tensor.tensor())
            case ("value_int", .integer(let number)): return ONNXConstant(shape: [], .integers([number]))
            case ("value_ints", .integers(let numbers)): return ONNXConstant(numbers)
            case ("value_float", .float(let number)): return ONNXConstant(shape: [], .floats([number]))
            case ("value_floats", .floats(let numbers)): return ONNXConstant(shape: [numbers.count], .floats(numbers))
            default: continue
            }
        }
        throw node.refused("it has no value that is known here")
    }

    /// A shape given by an input.
    private mutating func shape(from index: Int, _ node: ONNXGraph.Node) throws -> [Int] {
        guard let shape = try requiredConstant(index, node, "shape").integers,
            shape.allSatisfy((0...GraphBuilder.maximumExtent).contains)
        else { throw node.refused("its shape is not known, or depends on the number of samples") }
        return shape
    }

    /// Announces a constant of this shape.
    private mutating func count(_ shape: [Int], _ node: ONNXGraph.Node) throws -> Int {
        var count = 1
        for extent in shape {
            let (product, overflow) = count.multipliedReportingOverflow(by: extent)
            guard !overflow else { throw node.refused("its constants are too large to compute") }
            count = product
        }
        try charge(count, node)
        return count
    }

    private mutating func range(_ node: ONNXGraph.Node) throws -> ONNXConstant {
        let ends = try (0..<3).map { try requiredConstant($0, node, "end").integers?.first }
        let limit = -GraphBuilder.maximumExtent...GraphBuilder.maximumExtent
        guard let start = ends[0], let end = ends[1], let step = ends[2], step != 0, limit.contains(start),
            limit.contains(end), limit.contains(step)
        else { throw node.refused("its ends are not known, or depend on the number of samples") }
        let values = stride(from: start, to: end, by: step)
        try charge(max(0, (end - start) / step + 1), node)
        return ONNXConstant(Array(values))
    }

    private mutating func cast(_ node: ONNXGraph.Node) throws -> ONNXConstant {
        let input = try requiredConstant(0, node, "input")
        let isFloat = [1, 10, 11, 16].contains(try node.integer("to", 1))
        switch input.values {
        // The number of samples stays what it is.
        case .integers(let values) where isFloat && !values.contains(nil):
            return ONNXConstant(shape: input.shape, .floats(values.compactMap { $0.map { Float($0) } }))
        case .floats(let values) where !isFloat:
            return ONNXConstant(
                shape: input.shape, .integers(values.map { Int(exactly: $0.rounded(.towardZero)) ?? 0 }))
        default: return input
        }
    }

    private mutating func function(_ node: ONNXGraph.Node) throws -> ONNXConstant {
        guard Self.operators.contains(node.operation) else { throw node.refused("the operator is not known") }
        let input = try requiredConstant(0, node, "input")
        if node.operation == "Neg", let integers = input.integers {
            return ONNXConstant(shape: input.shape, .integers(integers.map { 0 &- $0 }))
        }
        guard Self.functions.contains(node.operation), let values = input.floats else {
            throw node.refused("it is computed of constants alone, which is not known for this operator")
        }
        try charge(values.count, node)
        guard let activation = try self.function(of: node) else { return input }
        return ONNXConstant(shape: input.shape, .floats(values.map { Float(activation(Double($0))) }))
    }

    // MARK: Elsewhere

    private mutating func rearranged(_ node: ONNXGraph.Node) throws -> ONNXConstant {
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
            return ONNXConstant(
                shape: [input.shape.prefix(axis).reduce(1, *), input.shape.dropFirst(axis).reduce(1, *)], input.values)
        case "Reshape": return ONNXConstant(shape: try constantTarget(input, node), input.values)
        case "Transpose":
            let permutation = try node.integers("perm") ?? Array((0..<rank).reversed())
            guard permutation.sorted() == Array(0..<rank) else { throw node.refused("its permutation does not fit") }
            try charge(input.count, node)
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
            _ = try count(shape, node)
            return input.gathered(input.places(in: shape), shape: shape)
        default:
            let axes = try integers("axes", orInput: 1, node)
            var shape = input.shape
            if node.operation == "Squeeze" {
                let places = try axes?.map { try place($0, rank, node) } ?? shape.indices.filter { shape[$0] == 1 }
                guard places.allSatisfy({ shape[$0] == 1 }) else { throw node.refused("its axes are not all 1 long") }
                shape = shape.indices.filter { !places.contains($0) }.map { shape[$0] }
            } else {
                guard let axes else { throw node.refused("it has no axes") }
                let places = try axes.map { try place($0, rank + axes.count, node) }.sorted()
                guard Set(places).count == places.count else { throw node.refused("an axis comes twice") }
                for place in places { shape.insert(1, at: place) }
            }
            return ONNXConstant(shape: shape, input.values)
        }
    }

    private func place(_ axis: Int, _ rank: Int, _ node: ONNXGraph.Node) throws(NetworkError) -> Int {
        guard let axis = normalizedAxis(axis, rank: rank) else {
            throw node.refused("there is no axis \(axis) of \(rank)")
        }
        return axis
    }

    private mutating func constantTarget(_ input: ONNXConstant, _ node: ONNXGraph.Node) throws -> [Int] {
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
        return shape
    }

    private mutating func concatenated(_ node: ONNXGraph.Node) throws -> ONNXConstant {
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
        try charge(inputs.reduce(0) { $0 + $1.count }, node)
        let integers: [[Int?]] = inputs.compactMap { if case .integers(let values) = $0.values { values } else { nil } }
        if integers.count == inputs.count { return ONNXConstant(shape: shape, .integers(integers.flatMap { $0 })) }
        let floats = inputs.compactMap(\.floats)
        guard floats.count == inputs.count else { throw node.refused("it mixes numbers with that of samples") }
        return ONNXConstant(shape: shape, .floats(floats.flatMap { $0 }))
    }

    private mutating func gathered(_ input: ONNXConstant, _ node: ONNXGraph.Node) throws -> ONNXConstant {
        let axis = try place(try node.integer("axis", 0), input.shape.count, node)
        let indices = try requiredConstant(1, node, "indices")
        guard let raw = indices.integers else { throw node.refused("its indices are not known") }
        let chosen = try raw.map { try place($0, input.shape[axis], node) }
        let outer = input.shape.prefix(axis).reduce(1, *)
        let inner = input.shape.dropFirst(axis + 1).reduce(1, *)
        let shape = Array(input.shape.prefix(axis)) + indices.shape + Array(input.shape.dropFirst(axis + 1))
        _ = try count(shape, node)
        let places = (0..<outer).flatMap { block in
            chosen.flatMap { index in (0..<inner).map { (block * input.shape[axis] + index) * inner + $0 } }
        }
        return input.gathered(places, shape: shape)
    }

    private mutating func sliced(_ input: ONNXConstant, _ node: ONNXGraph.Node) throws -> ONNXConstant {
        var result = input
        for (axis, start, end, step) in try slices(of: node, rank: input.shape.count) {
            guard let start, let end else { throw node.refused("it depends on the number of samples") }
            let chosen = Self.places(result.shape[axis], start, end, step)
            let outer = result.shape.prefix(axis).reduce(1, *)
            let inner = result.shape.dropFirst(axis + 1).reduce(1, *)
            let extent = result.shape[axis]
            let places = (0..<outer).flatMap { block in
                chosen.flatMap { index in (0..<inner).map { (block * extent + index) * inner + $0 } }
            }
            try charge(places.count, node)
            var shape = result.shape
            shape[axis] = chosen.count
            result = result.gathered(places, shape: shape)
        }
        return result
    }

    // MARK: Arithmetic

    private mutating func arithmetic(_ node: ONNXGraph.Node) throws -> ONNXConstant {
        let inputs = try node.inputs.indices.map { try requiredConstant($0, node, "input") }
        guard inputs.count == (node.operation == "Where" ? 3 : 2) else {
            throw node.refused("it has \(inputs.count) inputs")
        }
        var shape = inputs[0].shape
        for input in inputs.dropFirst() {
            guard let both = ONNXConstant.stretched(shape, input.shape) else {
                throw node.refused("its constants of \(shape) and \(input.shape) do not fit")
            }
            shape = both
        }
        let count = try count(shape, node)
        let places = inputs.map { $0.places(in: shape) }
        let integers: [[Int?]] = inputs.compactMap { if case .integers(let values) = $0.values { values } else { nil } }
        if integers.count == inputs.count {
            let values = try (0..<count).map { element in
                try Self.integer(node, integers.indices.map { integers[$0][places[$0][element]] })
            }
            return ONNXConstant(shape: shape, .integers(values))
        }
        let floats = inputs.compactMap(\.floats)
        guard floats.count == inputs.count else { throw node.refused("it computes with the number of samples") }
        let values = try (0..<count).map { element in
            try Self.float(node, floats.indices.map { floats[$0][places[$0][element]] })
        }
        return ONNXConstant(shape: shape, .floats(values))
    }

    /// The number of samples may be passed on, multiplied or divided by 1; nothing else can be known of it.
    private static func integer(_ node: ONNXGraph.Node, _ values: [Int?]) throws(NetworkError) -> Int? {
        if node.operation == "Where" {
            guard let condition = values[0] else { throw node.refused("it computes with the number of samples") }
            return condition != 0 ? values[1] : values[2]
        }
        guard let a = values[0], let b = values[1] else {
            switch node.operation {
            case "Mul" where values[0] == 1 || values[1] == 1: return nil
            case "Div" where values[1] == 1: return nil
            // It is compared with −1 or 0, where a shape is taken as it is or filled up.
            case "Equal" where (values[0] ?? values[1]).map { $0 <= 0 } ?? false: return 0
            case "Equal" where values[0] == nil && values[1] == nil: return 1
            default: throw node.refused("it computes with the number of samples")
            }
        }
        var result = 0
        var overflow = false
        switch node.operation {
        case "Add": (result, overflow) = a.addingReportingOverflow(b)
        case "Sub": (result, overflow) = a.subtractingReportingOverflow(b)
        case "Mul": (result, overflow) = a.multipliedReportingOverflow(by: b)
        // Both report a division by 0 as an overflow.
        case "Div": (result, overflow) = a.dividedReportingOverflow(by: b)
        case "Mod": (result, overflow) = a.remainderReportingOverflow(dividingBy: b)
        case "Min": result = min(a, b)
        case "Max": result = max(a, b)
        default: result = a == b ? 1 : 0
        }
        guard !overflow else { throw node.refused("\(a) and \(b) give no whole number") }
        // The remainder has the divisor's sign.
        return node.operation == "Mod" && result != 0 && (result < 0) != (b < 0) ? result + b : result
    }

    private static func float(_ node: ONNXGraph.Node, _ values: [Float]) throws(NetworkError) -> Float {
        let (a, b) = (values[0], values[1])
        switch node.operation {
        case "Add": return a + b
        case "Sub": return a - b
        case "Mul": return a * b
        case "Div": return a / b
        case "Min": return min(a, b)
        case "Max": return max(a, b)
        case "Equal": return a == b ? 1 : 0
        case "Where": return a != 0 ? b : values[2]
        default: throw node.refused("it is computed of constants alone, which is not known for this operator")
        }
    }
}
