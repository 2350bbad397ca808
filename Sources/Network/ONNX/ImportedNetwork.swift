import Formats

/// A network from an ONNX file, with what was decided on the way.
public struct ImportedNetwork: Sendable {
    public var network: Network
    /// For people: outputs left aside, a softmax left out, batch normalisation folded away.
    public var notes: [String]

    /// Puts the network together that an ONNX graph describes, for images of one shape.
    ///
    /// The batch is axis 0 throughout and left out. Reshapes and transposes move values only where an operation needs
    /// them in another order; arithmetic on shapes is done here; activations that are written as several nodes become
    /// one again. Only what the output depends on is taken.
    ///
    /// - Parameters:
    ///   - inputShape: an image of the data: channels × height × width.
    ///   - limits: bounds on the work that a small file can ask for.
    /// - Throws: `NetworkError`, for unknown operators before anything else is done; `FormatError`, where weights are
    ///   kept in another file and that cannot be read.
    /// - Complexity: O(nodes + weights).
    public init(_ graph: ONNXGraph, inputShape: [Int], limits: Limits = .standard) throws {
        var notes: [String] = []
        let part = try ONNXPart(graph, notes: &notes)
        var importer = try ONNXImporter(graph, part, inputShape: inputShape, limits)
        let logits = try importer.run()
        notes += importer.foldingNotes
        let finished = try importer.builder.nodes.graph(endingAt: logits).graph
        try importer.budget.charge(.search, shape: [finished.searches, finished.size], "output")
        let convolutions = finished.nodes.count { $0.operation.isConvolution }
        network = Network(
            architecture: "onnx, \(convolutions) convolutions", graph: finished, isFreelyBuilt: true)
        self.notes = notes
    }
}

extension Graph {
    /// Nodes whose inputs are followed, back to the input at most, to find layers and blocks.
    fileprivate var searches: Int {
        nodes.count { $0.operation == .add || $0.operation == .combine(.product) || $0.operation.isConvolution }
    }

    /// Nodes and edges.
    fileprivate var size: Int { nodes.reduce(0) { $0 + 1 + $1.inputs.count } }
}
