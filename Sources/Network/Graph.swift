import Tensors

/// One operation of a network, named after its parameters' prefix in the checkpoint.
public struct Node: Equatable, Sendable {
    public var name: String
    public var operation: Operation
    /// Indices of the nodes whose outputs it takes, all smaller than its own.
    public var inputs: [Int]
    /// The shape of its output for one sample: C×H×W, or a row of features.
    public var shape: [Int]

    public init(name: String, operation: Operation, inputs: [Int], shape: [Int]) {
        self.name = name
        self.operation = operation
        self.inputs = inputs
        self.shape = shape
    }
}

/// A network as operations in an order in which they can be carried out; the last node puts out the logits.
public struct Graph: Equatable, Sendable {
    public internal(set) var nodes: [Node]

    public var inputShape: [Int] { nodes.first?.shape ?? [] }
    public var classCount: Int { nodes.last?.shape.first ?? 0 }

    /// The same with other operations at some nodes.
    /// - Throws: `NetworkError.shape` where one doesn't suit its inputs. O(nodes).
    public func replacing(_ operations: [Int: Operation]) throws(NetworkError) -> Graph {
        var builder = try GraphBuilder(inputShape: inputShape)
        for (index, node) in nodes.enumerated().dropFirst() {
            try builder.append(node.name, operations[index] ?? node.operation, to: node.inputs)
        }
        return try builder.graph()
    }
}
