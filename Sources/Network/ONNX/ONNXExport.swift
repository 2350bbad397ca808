import Formats

extension Graph {
    /// The network in ONNX's operators, for batches of any size; inputs are called `input`, the last node's output `logits`.
    ///
    /// Every node is written with the operator of its own name, if there is one, and keeps its parameters as they are, named
    /// as in a state dict: `layer1.0.conv1.weight`. What ONNX has no operator for is written as several, the one that the
    /// others lead to called as the node. Nodes of one name get numbers: `relu`, `relu_2`. Read again, the network has the
    /// same layers and parameters.
    ///
    /// - Parameters:
    ///   - name: of the network.
    ///   - metadata: remarks for whoever reads the file, such as how pixels are normalised: `mean`, `std`.
    /// - Throws: `NetworkError.unwritable`.
    /// - Complexity: O(nodes); weights share their storage with the graph's where they are not turned.
    public func onnx(name: String, metadata: [String: String] = [:]) throws(NetworkError) -> ONNXGraph {
        var exporter = ONNXExporter(self)
        for index in nodes.indices.dropFirst() { try exporter.add(index) }
        let batch = ONNXGraph.Dimension.symbolic("N")
        return ONNXGraph(
            name: name, producer: "sepal", irVersion: exporter.needsLaterOperators ? 9 : 8,
            operatorSets: ["": exporter.needsLaterOperators ? 19 : 17],
            inputs: [.init(name: "input", dims: [batch] + inputShape.map { .fixed($0) })],
            outputs: [.init(name: "logits", dims: [batch, .fixed(classCount)])],
            nodes: exporter.finishedNodes, initializers: exporter.initializers, metadata: metadata)
    }
}

/// Turns the nodes of a graph, one after the other, into ONNX nodes. Tensors have the batch in front of the graph's axes.
struct ONNXExporter {
    private let graph: Graph
    /// Names of the graph's nodes, each its own.
    private let names: [String]
    /// Names of ONNX nodes; those of the graph's nodes are taken from the start.
    private var given: UniqueNames
    /// The tensor that each of the graph's nodes so far puts out.
    private var tensors = ["input"]
    private var nodes: [ONNXGraph.Node] = []
    private(set) var initializers: [String: ONNXTensor] = [:]
    /// Set by what operator set 17 has not, but 19 has: means over windows with gaps.
    var needsLaterOperators = false

    /// A node of the graph that is being written.
    struct Source {
        var name: String
        /// Tensors that it takes.
        var inputs: [String]
        /// Their shapes, without the batch.
        var shapes: [[Int]]
        /// Of what it puts out.
        var shape: [Int]

        var input: String { inputs.first ?? "" }
        var inputShape: [Int] { shapes.first ?? [] }
    }

    init(_ graph: Graph) {
        self.graph = graph
        var given = UniqueNames(taken: "input")
        names = ["input"] + graph.nodes.dropFirst().map { given.unique($0.name) }
        self.given = given
    }

    /// Writes a node; all before it have been written.
    mutating func add(_ index: Int) throws(NetworkError) {
        let node = graph.nodes[index]
        let source = Source(
            name: names[index], inputs: node.inputs.map { tensors[$0] },
            shapes: node.inputs.map { graph.nodes[$0].shape }, shape: node.shape)
        tensors.append(try output(of: node.operation, source))
    }

    /// The ONNX nodes, the last of them with the logits.
    var finishedNodes: [ONNXGraph.Node] {
        var nodes = nodes
        // Whatever a node is written as, the last one puts out its tensor, and nothing takes that of the last node.
        if let last = nodes.indices.last { nodes[last].outputs = ["logits"] }
        return nodes
    }

    private mutating func output(of operation: Operation, _ source: Source) throws(NetworkError) -> String {
        switch operation {
        // Only the first node, which is never written, is one.
        case .input: throw .unwritable(node: source.name, problem: "a second input")
        case .convolution(let convolution): return try convolve(convolution, source)
        case .batchNormalization(let normalization): return try normalize(normalization, source)
        case .layerNormalization(let normalization): return try normalize(normalization, source)
        case .affine(let affine): return try compute(affine, source)
        case .activation(let activation): return try activate(activation, source)
        case .parametricRelu(let slopes):
            let slope = try perChannel(slopes, "weight", source)
            return append("PRelu", [source.input, slope], source)
        case .add: return append("Add", source.inputs, source)
        case .combine(let combination): return append(combination.onnxOperation, source.inputs, source)
        case .pool(let pool): return try take(pool, source)
        case .adaptiveAveragePool: return try average(source)
        case .globalAveragePool:
            let means = append("GlobalAveragePool", [source.input], source)
            return append("Flatten", [means], source, part: "flatten", ["axis": .integer(1)])
        case .linear(let linear): return try multiply(linear, source)
        case .rearrange(let rearrangement): return try rearrange(rearrangement, source)
        case .concatenate(let axis): return append("Concat", source.inputs, source, ["axis": .integer(axis + 1)])
        case .softmax: return append("Softmax", [source.input], source, ["axis": .integer(1)])
        }
    }

    // MARK: Parts

    /// Appends an ONNX node and returns the tensor that it puts out. It is called as the graph's node, or after that where
    /// it is only a part of it.
    ///
    /// No name of a node comes twice, no tensor's kind has a dot, and each tensor is called as a node, a dot and a kind:
    /// hence no tensor's name comes twice either.
    mutating func append(
        _ operation: String, _ inputs: [String], _ source: Source, part: String? = nil,
        _ attributes: [String: ONNXGraph.Attribute] = [:]
    ) -> String {
        let name = part.map { given.unique("\(source.name).\($0)") } ?? source.name
        let output = "\(name).output"
        nodes.append(
            ONNXGraph.Node(
                name: name, operation: operation, inputs: inputs, outputs: [output], attributes: attributes))
        return output
    }

    /// A constant of the graph's node, by kind: `weight`. One that comes again is the same.
    mutating func floats(
        _ values: [Float], _ dims: [Int], _ kind: String, _ source: Source
    ) throws(NetworkError) -> String {
        let name = "\(source.name).\(kind)"
        return try add(ONNXTensor(name: name, dims: dims, floats: values), source)
    }

    mutating func float(_ value: Float, _ kind: String, _ source: Source) throws(NetworkError) -> String {
        try floats([value], [], kind, source)
    }

    mutating func integers(_ values: [Int], _ kind: String, _ source: Source) throws(NetworkError) -> String {
        let name = "\(source.name).\(kind)"
        return try add(ONNXTensor(name: name, dims: [values.count], integers: values), source)
    }

    /// One number for each channel, or one for all.
    mutating func perChannel(_ values: [Float], _ kind: String, _ source: Source) throws(NetworkError) -> String {
        // Axes are matched from the last one on.
        let behind = source.inputShape.dropFirst().map { _ in 1 }
        return try floats(values, [values.count] + behind, kind, source)
    }

    private mutating func add(_ tensor: ONNXTensor?, _ source: Source) throws(NetworkError) -> String {
        guard let tensor else {
            throw .unwritable(node: source.name, problem: "it has another count of parameters than its shape needs")
        }
        initializers[tensor.name] = tensor
        return tensor.name
    }
}

extension Combination {
    fileprivate var onnxOperation: String {
        switch self {
        case .sum: "Add"
        case .difference: "Sub"
        case .product: "Mul"
        case .quotient: "Div"
        }
    }
}
