import Formats

extension ONNXImporter {
    /// Finds the input that takes the images. Those of height × width × channels are seen as such without being moved.
    mutating func takeInput() throws(NetworkError) {
        let used = graph.inputs.filter { part.consumers[$0.name] != nil }
        guard let input = used.first else {
            throw .shape(node: "input", problem: "the output depends on no input of the network")
        }
        guard used.count == 1 else {
            let names = used.prefix(4).map(\.name).joined(separator: ", ")
            throw .shape(node: "input", problem: "the network takes \(used.count) inputs (\(names)), not images alone")
        }
        var view = TensorView(node: 0, shape: inputShape)
        if let dims = input.dims {
            guard dims.count == 4 else {
                throw .shape(node: input.name, problem: "takes inputs of \(dims.count) axes, not images")
            }
            let channels = dims[1].fixed ?? dims[3].fixed ?? inputShape[0]
            let channelsLast = dims[1].fixed != inputShape[0] && dims[3].fixed == inputShape[0]
            guard channelsLast || dims[1].fixed == nil || dims[1].fixed == inputShape[0] else {
                throw .inputChannels(expected: channels, found: inputShape[0])
            }
            if channelsLast { view = view.transposed([1, 2, 0]) }
            let expected = dims.dropFirst().map(\.fixed)
            guard zip(expected, view.shape).allSatisfy({ $0 == nil || $0 == $1 }) else {
                let wanted = expected.map { $0.map(String.init) ?? "?" }.joined(separator: "×")
                let found = view.shape.map(String.init).joined(separator: "×")
                throw .shape(
                    node: input.name, problem: "takes images of \(wanted), the data has \(found)")
            }
        }
        values[input.name] = .tensor(view, .x)
    }
}

extension ONNXGraph.Dimension {
    var fixed: Int? { if case .fixed(let extent) = self { extent } else { nil } }
}
