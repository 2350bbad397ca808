import Network

/// A network as the source of a PyTorch module, whose state dict has the keys of the network's checkpoint.
///
/// The module is written from the graph alone. Where BatchNorms count batches, PyTorch adds `num_batches_tracked`.
public struct TorchModule: Equatable, Sendable {
    /// Definitions in Python, the last of them `class Network(nn.Module)`; they take `torch`, `nn`, `F` and the functions
    /// `attach` and `find` of the script for granted.
    public let source: String

    /// - Parameters:
    ///   - shapes: the checkpoint's keys with their shapes; nil takes the graph's own, `stateDict(of:)`.
    /// - Throws: `PruningError`, where an operation has no form in PyTorch, or the keys are those of another network.
    /// - Complexity: O(nodes + parameters).
    public init(_ network: Network, shapes: [String: [Int]]? = nil) throws(PruningError) {
        let graph = network.graph
        try Self.checkNames(graph)
        let pointwise = try shapes.map { shapes throws(PruningError) in try Self.check(graph, against: shapes) } ?? []
        let forward = try TorchForward(graph, pointwise: pointwise, blocks: network.blockNames)
        var lines = Self.helpers(of: graph)
        lines += [
            "class Network(nn.Module):",
            "    \(Self.documentation(of: network))",
            "",
            "    def __init__(self):",
            "        super().__init__()",
        ]
        for index in graph.nodes.indices {
            guard let module = graph.torchModule(of: index, pointwise: pointwise) else { continue }
            lines.append("        attach(self, \(Python.quoted(graph.nodes[index].name)), \(module))")
        }
        lines += ["", "    def forward(self, x):", "        m = lambda name: find(self, name)"]
        lines += forward.lines.map { "        \($0)" }
        source = lines.joined(separator: "\n")
    }

    /// Modules that PyTorch has not, where the graph needs them.
    private static func helpers(of graph: Graph) -> [String] {
        var lines: [String] = []
        let operations = graph.nodes.map(\.operation)
        if operations.contains(where: { if case .affine = $0 { true } else { false } }) {
            lines += [
                "class Affine(nn.Module):",
                "    \"\"\"x * weight + bias for each channel, with numbers that are not trained.\"\"\"",
                "",
                "    def __init__(self, channels):",
                "        super().__init__()",
                "        self.register_buffer(\"weight\", torch.ones(channels))",
                "        self.register_buffer(\"bias\", torch.zeros(channels))",
                "",
                "    def forward(self, x):",
                "        shape = (-1,) + (1,) * (x.dim() - 2)",
                "        return x * self.weight.reshape(shape) + self.bias.reshape(shape)",
                "", "",
            ]
        }
        if operations.contains(where: { if case .layerNormalization = $0 { true } else { false } }) {
            lines += [
                "class ChannelNorm(nn.LayerNorm):",
                "    \"\"\"LayerNorm over the channels of each place.\"\"\"",
                "",
                "    def forward(self, x):",
                "        return super().forward(x.movedim(1, -1)).movedim(-1, 1)",
                "", "",
            ]
        }
        return lines
    }

    private static func documentation(of network: Network) -> String {
        let name = network.architecture.plainASCII
        return "\"\"\"\(name): \(network.parameters) parameter\(network.parameters == 1 ? "" : "s").\"\"\""
    }
}

extension String {
    /// As it may stand in a comment: what a Python docstring could stumble over is replaced.
    var plainASCII: String {
        String(
            String.UnicodeScalarView(
                unicodeScalars.map { (" "..."~").contains($0) && $0 != "\\" && $0 != "\"" ? $0 : "?" }))
    }
}

extension Network {
    /// Names of the blocks, by which nodes are grouped.
    fileprivate var blockNames: [String] { units.filter { $0.kind == .block }.map(\.name) }
}
