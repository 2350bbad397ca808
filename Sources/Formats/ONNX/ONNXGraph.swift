import Tensors

/// A network as an ONNX file describes it: read but not yet understood, or ready to be written.
public struct ONNXGraph: Sendable {
    public var name: String
    /// The program that wrote the file: `pytorch 2.9`.
    public var producer: String
    public var irVersion: Int
    /// Version of the operators by domain; "" is ONNX's own.
    public var operatorSets: [String: Int]
    /// Without those that have an initialiser.
    public var inputs: [Value]
    public var outputs: [Value]
    /// Each after those whose outputs it takes, if the file is right.
    public var nodes: [Node]
    /// Tensors by name.
    public var initializers: [String: ONNXTensor]
    /// The writer's remarks.
    public var metadata: [String: String]
    /// Paths of the files beside it that hold values of its tensors.
    public var companions: [String] = []

    public init(
        name: String, producer: String, irVersion: Int, operatorSets: [String: Int], inputs: [Value], outputs: [Value],
        nodes: [Node], initializers: [String: ONNXTensor], metadata: [String: String]
    ) {
        self.name = name
        self.producer = producer
        self.irVersion = irVersion
        self.operatorSets = operatorSets
        self.inputs = inputs
        self.outputs = outputs
        self.nodes = nodes
        self.initializers = initializers
        self.metadata = metadata
    }

    /// An input or output.
    public struct Value: Equatable, Sendable {
        public var name: String
        /// nil where the file does not say.
        public var dims: [Dimension]?

        public init(name: String, dims: [Dimension]?) {
            self.name = name
            self.dims = dims
        }
    }

    public enum Dimension: Equatable, Sendable {
        case fixed(Int)
        /// Known only when the network runs.
        case symbolic(String)
    }

    public struct Node: Sendable {
        public var name: String
        /// `Conv`, `Relu` …
        public var operation: String
        /// "" for ONNX's own operators.
        public var domain: String
        /// Names of tensors, "" for one that is left out.
        public var inputs: [String]
        public var outputs: [String]
        public var attributes: [String: Attribute]

        public init(
            name: String, operation: String, domain: String = "", inputs: [String], outputs: [String],
            attributes: [String: Attribute] = [:]
        ) {
            self.name = name
            self.operation = operation
            self.domain = domain
            self.inputs = inputs
            self.outputs = outputs
            self.attributes = attributes
        }
    }

    public enum Attribute: Sendable {
        case integer(Int)
        case float(Float)
        case text(String)
        case integers([Int])
        case floats([Float])
        case tensor(ONNXTensor)
        /// Of a kind that no network's operators have here.
        case other
    }
}

extension ONNXGraph.Node {
    /// For messages: the node's name, or its first output's, and its operator.
    public var label: String { "\(name.isEmpty ? outputs.first ?? "" : name) (\(operation))" }
}
