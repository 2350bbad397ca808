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
    var budget: ONNXBudget
    /// What formulas amount to, those that were looked at.
    var readings: [Formula: Formula.Reading] = [:]
    private var names = UniqueNames(taken: "input")
    /// Nodes that hold the values of a view in a certain order and shape.
    var moved: [Moved: Int] = [:]
    /// Outputs of nodes that an earlier one has taken along, such as the sum with a bias: each is what that one put out.
    var absorbed: [String: String] = [:]
    /// Convolutions whose bias is what is left of a batch normalisation.
    var foldedConvolutions = 0

    struct Moved: Hashable {
        var view: TensorView
        var order: [Int]
        var shape: [Int]
    }

    init(_ graph: ONNXGraph, _ part: ONNXPart, inputShape: [Int], _ limits: Limits) throws(NetworkError) {
        guard inputShape.count == 3 else {
            throw .shape(node: "input", problem: "an image is channels × height × width, not \(inputShape)")
        }
        self.graph = graph
        self.part = part
        self.inputShape = inputShape
        budget = ONNXBudget(graph, limits)
        builder = try GraphBuilder(inputShape: inputShape)
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

    mutating func unique(_ name: String) -> String { names.unique(name) }

    mutating func append(_ name: String, _ operation: Operation, to inputs: Int...) throws(NetworkError) -> Int {
        try builder.append(unique(name), operation, to: inputs)
    }

    // MARK: Values

    /// A constant, from an initialiser or computed; nil where a tensor depends on the image.
    mutating func constant(_ name: String) throws -> ONNXConstant? {
        if case .constant(let constant)? = values[name] {
            try budget.charge(.uses, constant.count, name)
            return constant
        }
        guard let initializer = graph.initializers[name] else { return nil }
        try budget.charge(.uses, shape: initializer.shape.dims, name)
        let tensor = try initializer.tensor()
        let constant = ONNXConstant(tensor)
        if case .floats(let floats) = constant.values { try tensor.checkFinite(floats, named: name) }
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
}
