import Formats
import Tensors

/// Turns ONNX nodes, one after the other, into nodes of a graph.
struct ONNXImporter {
    /// What an ONNX tensor is.
    enum Value {
        case constant(ONNXConstant)
        /// A function of each value of a view; `Formula.x` is the view itself.
        case tensor(TensorView, Formula)
        /// C×H×W with zeros around each map, which a convolution may take as its own padding.
        case padded(TensorView, Convolution.Padding)
        /// The values of all samples in one row, for nothing but to be taken apart again.
        case batchInRow(TensorView)
        case sampleIndices(ONNXSampleIndices)
    }

    let graph: ONNXGraph
    let part: ONNXPart
    let inputShape: [Int]
    var builder: GraphBuilder
    var values: [String: Value] = [:]
    private var names: Set<String> = []
    /// Nodes that hold the values of a view in a certain order and shape.
    private var moved: [Moved: Int] = [:]
    /// Outputs of nodes that an earlier one has taken along, such as the sum with a bias: each is what that one put out.
    var absorbed: [String: String] = [:]
    /// Convolutions whose bias is what is left of a batch normalisation.
    var foldedConvolutions = 0
    /// Elements of constants that were computed, against files that make much of little.
    private var computedElements = 0

    private struct Moved: Hashable {
        var view: TensorView
        var order: [Int]
        var shape: [Int]
    }

    init(_ graph: ONNXGraph, _ part: ONNXPart, inputShape: [Int]) throws(NetworkError) {
        guard inputShape.count == 3 else {
            throw .shape(node: "input", problem: "an image is channels × height × width, not \(inputShape)")
        }
        self.graph = graph
        self.part = part
        self.inputShape = inputShape
        builder = try GraphBuilder(inputShape: inputShape)
        names = ["input"]
        try takeInput()
    }

    /// Goes through all nodes. Returns the node that puts out the logits, a row.
    mutating func run() throws -> Int {
        for node in part.nodes {
            try add(node)
            // What several nodes take is a value of its own, not part of a longer formula.
            for output in node.outputs where part.uses[output, default: 0] > 1 {
                if case .tensor(_, let formula)? = values[output], formula != .x { _ = try view(output, node) }
            }
        }
        let last = part.producers[part.output].map { part.nodes[$0] }
        let label = last?.label ?? part.output
        guard let last, case .tensor? = values[part.output] else {
            throw NetworkError.shape(node: label, problem: "the output does not depend on the image")
        }
        let view = try view(part.output, last)
        let shape = view.shape
        guard shape.count(where: { $0 > 1 }) <= 1 else {
            throw NetworkError.shape(
                node: label, problem: "the output has the shape \(shape) for one image; a row of logits is needed")
        }
        return try place(view, shape: [shape.reduce(1, *)], name: "logits")
    }

    /// The name of a node that has not been given yet, and is not empty.
    mutating func unique(_ name: String) -> String {
        let base = name.isEmpty ? "node" : name
        var candidate = base
        var number = 2
        while !names.insert(candidate).inserted {
            candidate = "\(base)_\(number)"
            number += 1
        }
        return candidate
    }

    mutating func append(_ name: String, _ operation: Operation, to inputs: Int...) throws(NetworkError) -> Int {
        try builder.append(unique(name), operation, to: inputs)
    }

    // MARK: Values

    /// A constant, from an initialiser or computed; nil where a tensor depends on the image.
    mutating func constant(_ name: String) throws -> ONNXConstant? {
        if case .constant(let constant)? = values[name] { return constant }
        guard let initializer = graph.initializers[name] else { return nil }
        let constant = ONNXConstant(try initializer.tensor())
        if case .floats(let floats) = constant.values, let index = floats.firstNonFinite {
            throw NetworkError.nonFinite(tensor: name, index: index)
        }
        // Weights are taken once; shapes, axes and the like are small.
        if constant.count <= 64 { values[name] = .constant(constant) }
        return constant
    }

    func isConstant(_ name: String) -> Bool {
        if case .constant? = values[name] { return true }
        return graph.initializers[name] != nil
    }

    /// An input that must not depend on the image.
    mutating func requiredConstant(_ index: Int, _ node: ONNXGraph.Node, _ what: String) throws -> ONNXConstant {
        guard let name = node.input(index) else { throw node.refused("it has no \(what)") }
        guard let constant = try constant(name) else { throw node.refused("its \(what) depends on the image") }
        return constant
    }

    /// Whole numbers from an attribute or, in later operator sets, an input.
    mutating func integers(_ attribute: String, orInput index: Int, _ node: ONNXGraph.Node) throws -> [Int]? {
        if let values = try node.integers(attribute) { return values }
        guard node.input(index) != nil else { return nil }
        guard let values = try requiredConstant(index, node, attribute).integers else {
            throw node.refused("its \(attribute) are no known whole numbers")
        }
        return values
    }

    /// Announces a constant of so many elements.
    mutating func charge(_ count: Int, _ node: ONNXGraph.Node) throws(NetworkError) {
        let (sum, overflow) = computedElements.addingReportingOverflow(count)
        guard !overflow, sum <= 1 << 28 else { throw node.refused("its constants are too large to compute") }
        computedElements = sum
    }

    /// A tensor as a view of a node's values; whatever is pending is computed, once.
    mutating func view(_ name: String, _ node: ONNXGraph.Node) throws -> TensorView {
        switch values[name] {
        case .tensor(let base, .x): return base
        case .tensor(let base, let formula):
            let computed = try compute(formula, of: base, name: label(of: name))
            values[name] = .tensor(computed, .x)
            return computed
        case .padded(let base, let padding):
            let input = try place(base, shape: base.shape, name: label(of: name))
            let output = try append(
                label(of: name),
                .rearrange(
                    .pad(
                        before: [0, padding.top, padding.left], after: [0, padding.bottom, padding.right], value: 0)),
                to: input)
            let padded = TensorView(node: output, shape: builder.nodes[output].shape)
            values[name] = .tensor(padded, .x)
            return padded
        case .constant: throw node.refused("'\(name)' is a constant, which is not taken here")
        case nil, .batchInRow, .sampleIndices:
            throw node.refused(
                "'\(name)' is \(isConstant(name) ? "a constant, which is not taken here" : "an output that is not known")"
            )
        }
    }

    /// The view of a node's input.
    mutating func view(_ index: Int, of node: ONNXGraph.Node) throws -> TensorView {
        guard let name = node.input(index) else { throw node.refused("its input \(index) is missing") }
        return try view(name, node)
    }

    /// What a tensor's node is called: as the ONNX node it comes from, else as the tensor.
    func label(of name: String) -> String {
        guard let index = part.producers[name], !part.nodes[index].name.isEmpty else { return name }
        return part.nodes[index].name
    }

    /// Sets a node's first output.
    mutating func set(_ node: ONNXGraph.Node, _ value: Value?) {
        if let output = node.outputs.first { values[output] = value }
    }

    mutating func set(_ node: ONNXGraph.Node, _ view: TensorView) { set(node, .tensor(view, .x)) }

    /// Sets a node's first output to all values of a graph's node.
    mutating func set(_ node: ONNXGraph.Node, node index: Int) {
        set(node, TensorView(node: index, shape: builder.nodes[index].shape))
    }

    // MARK: Moving values

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

extension [Float] {
    /// A plain loop, since networks have millions of weights.
    var firstNonFinite: Int? {
        withUnsafeBufferPointer { values in
            var index = 0
            while index < values.count {
                if !values[index].isFinite { return index }
                index += 1
            }
            return nil
        }
    }
}
