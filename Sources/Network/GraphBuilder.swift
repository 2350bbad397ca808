import Tensors

/// Puts a graph together node by node, inferring each node's shape and checking it against the operation's parameters.
public struct GraphBuilder: Sendable {
    /// The nodes so far; the first is the input.
    public private(set) var nodes: [Node] = []

    /// Starts with the input: a sample's shape, C×H×W or a row of features.
    public init(inputShape: [Int]) throws(NetworkError) {
        guard inputShape.count == 3 || inputShape.count == 1 else {
            throw .shape(node: "input", problem: "a sample must be C×H×W or a row, not of rank \(inputShape.count)")
        }
        let node = Node(name: "input", operation: .input, inputs: [], shape: inputShape)
        try Self.checkExtents(node)
        nodes.append(node)
    }

    /// Appends an operation on the outputs of earlier nodes and returns its index.
    @discardableResult
    public mutating func append(
        _ name: String, _ operation: Operation, to inputs: Int...
    ) throws(NetworkError) -> Int {
        try append(name, operation, to: inputs)
    }

    /// The same for inputs in an array.
    @discardableResult
    public mutating func append(
        _ name: String, _ operation: Operation, to inputs: [Int]
    ) throws(NetworkError) -> Int {
        for input in inputs where !nodes.indices.contains(input) {
            throw .shape(node: name, problem: "its input \(input) is not an earlier node")
        }
        let shape = try operation.outputShape(for: inputs.map { nodes[$0].shape }, node: name)
        let node = Node(name: name, operation: operation, inputs: inputs, shape: shape)
        try Self.checkExtents(node)
        nodes.append(node)
        return nodes.count - 1
    }

    /// The graph; its last node must put out a row, the logits.
    public func graph() throws(NetworkError) -> Graph {
        guard let last = nodes.last, last.shape.count == 1, nodes.count > 1 else {
            throw .shape(node: nodes.last?.name ?? "input", problem: "the last node must put out a row of logits")
        }
        return Graph(nodes: nodes)
    }

    /// Extents up to this, and a count of elements that fits an `Int`, keep all later arithmetic from overflowing.
    static let maximumExtent = 1 << 24

    private static func checkExtents(_ node: Node) throws(NetworkError) {
        guard node.shape.allSatisfy((1...maximumExtent).contains), Shape(node.shape) != nil else {
            let shape = node.shape.map(String.init).joined(separator: "×")
            throw .shape(node: node.name, problem: "its shape would be \(shape), beyond 1 to \(maximumExtent)")
        }
    }
}
