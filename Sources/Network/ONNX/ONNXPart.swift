import Formats

/// The part of an ONNX graph that the logits depend on.
struct ONNXPart {
    /// Name of the tensor that holds the logits.
    let output: String
    /// The nodes it depends on, each after those it takes its inputs from.
    let nodes: [ONNXGraph.Node]
    /// How many of these nodes take a tensor; the output counts as well.
    let uses: [String: Int]
    /// Where in `nodes` a tensor comes from.
    let producers: [String: Int]
    /// Nodes that take a tensor.
    let consumers: [String: [Int]]

    init(_ graph: ONNXGraph, notes: inout [String]) throws(NetworkError) {
        let outputs = graph.outputs
        guard let chosen = outputs.first(where: { $0.dims?.count == 2 }) ?? outputs.first else {
            throw .shape(node: "output", problem: "the graph has none")
        }
        if outputs.count > 1 { notes.append("of \(outputs.count) outputs, '\(chosen.name)' is taken for the logits") }
        let all = graph.nodes.joiningLayerNormalizations()
        let producers = all.producers
        var output = chosen.name
        while let index = producers[output], let last = all[index].passedAtTheEnd {
            if all[index].operation.hasSuffix("Softmax") {
                notes.append("the softmax at the end is left out: logits are what is looked at")
            }
            output = last
        }
        var needed: Set<Int> = []
        var pending = [output]
        while let name = pending.popLast() {
            guard let index = producers[name], needed.insert(index).inserted else { continue }
            pending += all[index].inputs
        }
        nodes = needed.sorted().map { all[$0] }
        self.output = output
        self.producers = nodes.producers
        consumers = nodes.consumers
        uses = consumers.mapValues(\.count).merging([output: 1], uniquingKeysWith: +)
        try checkOperators()
    }

    /// Every operator must be known before any work is done.
    private func checkOperators() throws(NetworkError) {
        let unknown = nodes.filter { !$0.domain.isEmpty || !ONNXImporter.operators.contains($0.operation) }
        guard unknown.isEmpty else {
            throw .unsupportedOperators(
                unknown.prefix(4).map { $0.domain.isEmpty ? $0.label : "\($0.label) of \($0.domain)" },
                count: unknown.count)
        }
    }
}

extension ONNXGraph.Node {
    /// The input of a node that changes nothing about which class is the likeliest, nor about layers.
    fileprivate var passedAtTheEnd: String? {
        guard domain.isEmpty, ["Softmax", "LogSoftmax", "Identity", "Dropout"].contains(operation) else { return nil }
        return input(0)
    }
}

extension [ONNXGraph.Node] {
    /// Where a tensor comes from.
    var producers: [String: Int] {
        var producers: [String: Int] = [:]
        for (index, node) in enumerated() {
            for output in node.outputs where !output.isEmpty { producers[output] = index }
        }
        return producers
    }

    /// The nodes that take a tensor; one that takes it twice is listed twice.
    var consumers: [String: [Int]] {
        var consumers: [String: [Int]] = [:]
        for (index, node) in enumerated() {
            for input in node.inputs where !input.isEmpty { consumers[input, default: []].append(index) }
        }
        return consumers
    }

    /// Layer normalisation written out, (x − mean x) / √(mean (x − mean x)² + ε), as one node each, in the place of its
    /// division.
    func joiningLayerNormalizations() -> [ONNXGraph.Node] {
        let producers = producers
        func producer(_ name: String?, _ operation: String) -> ONNXGraph.Node? {
            guard let name, let index = producers[name], self[index].operation == operation, self[index].domain.isEmpty
            else { return nil }
            return self[index]
        }
        return map { node in
            guard node.operation == "Div", node.domain.isEmpty, node.inputs.count == 2,
                let difference = producer(node.inputs[0], "Sub"), difference.inputs.count == 2,
                let mean = producer(difference.inputs[1], "ReduceMean"), let x = mean.input(0),
                x == difference.inputs[0],
                let deviation = producer(node.inputs[1], "Sqrt"),
                let sum = producer(deviation.input(0), "Add"), sum.inputs.count == 2,
                let side = [0, 1].first(where: { producer(sum.inputs[$0], "ReduceMean") != nil }),
                let variance = producer(sum.inputs[side], "ReduceMean"),
                let square = variance.input(0).flatMap({ producers[$0] }).map({ self[$0] }),
                [mean, variance].allSatisfy(\.keepsAxes),
                square.isSquare(of: { $0 == node.inputs[0] || isSame($0, difference, producers) })
            else { return node }
            var joined = node
            joined.operation = "LayerNormalization"
            // What has to be looked at by the importer, which knows constants: epsilon, axes, and the power.
            let power = square.operation == "Pow" ? square.inputs[1] : ""
            joined.inputs = [x, "", "", sum.inputs[1 - side], mean.input(1) ?? "", variance.input(1) ?? "", power]
            joined.attributes = mean.attributes.filter { $0.key == "axes" }
            joined.attributes["varianceAxes"] = variance.attributes["axes"]
            joined.attributes["joined"] = .integer(1)
            return joined
        }
    }

    private func isSame(_ name: String, _ node: ONNXGraph.Node, _ producers: [String: Int]) -> Bool {
        guard let index = producers[name] else { return false }
        return self[index].operation == node.operation && self[index].inputs == node.inputs
    }
}

extension ONNXGraph.Node {
    fileprivate var keepsAxes: Bool {
        if case .integer(0)? = attributes["keepdims"] { false } else { true }
    }

    /// A product with itself, or a power (of two: the exponent is looked at by the importer).
    fileprivate func isSquare(of matches: (String) -> Bool) -> Bool {
        guard inputs.count == 2, domain.isEmpty else { return false }
        return operation == "Mul"
            ? inputs[0] == inputs[1] && matches(inputs[0]) : operation == "Pow" && matches(inputs[0])
    }
}
