import Formats

extension ONNXImporter {
    mutating func addConvolution(_ node: ONNXGraph.Node) throws {
        let weight = try requiredConstant(1, node, "weight")
        guard weight.shape.count == 4, let values = weight.floats else {
            throw node.refused(
                "its weight has \(weight.shape.count) axes: only convolutions over height and width are known")
        }
        let bias = node.input(2) == nil ? nil : try requiredConstant(2, node, "bias").floats
        let groups = try node.integer("group", 1)
        let limit = 1...GraphBuilder.maximumExtent
        guard limit.contains(groups), weight.shape.allSatisfy(limit.contains) else {
            throw node.refused("its weight of \(weight.shape) or its \(groups) groups are out of range")
        }
        var own = Convolution.Padding()
        var view: TensorView
        if let input = node.input(0), case .padded(let inner, let padding)? = self.values[input],
            ["NOTSET", ""].contains(try node.text("auto_pad", "NOTSET"))
        {
            // Zeros around the map are what a convolution's own padding is.
            (view, own) = (inner, padding)
        } else {
            view = try self.view(0, of: node)
        }
        let name = name(ofWeight: 1, node)
        let map = view.shape
        guard map.count == 3 else { throw node.refused("takes maps, gets \(map)") }
        let kernel = (height: weight.shape[2], width: weight.shape[3])
        let stride = try node.pair("strides", (1, 1))
        let dilation = try node.pair("dilations", (1, 1))
        var padding = try node.padding(map: map, kernel: kernel, stride: stride, dilation: dilation)
        padding.top += own.top
        padding.left += own.left
        padding.bottom += own.bottom
        padding.right += own.right
        let input = try place(view, shape: map, name: name)
        let convolution = Convolution(
            inputChannels: weight.shape[1] * groups, outputChannels: weight.shape[0], kernel: kernel, stride: stride,
            dilation: dilation, padding: padding, groups: groups, weight: values, bias: bias)
        if bias != nil, isFolded(node) { foldedConvolutions += 1 }
        set(node, node: try append(name, .convolution(convolution), to: input))
    }

    mutating func addBatchNormalization(_ node: ONNXGraph.Node) throws {
        guard try node.integer("training_mode", 0) == 0 else {
            throw node.refused("it normalises by each batch (training_mode); export the network with eval()")
        }
        let view = try view(0, of: node)
        let parameters = try ["scale", "shift", "mean", "variance"].enumerated().map {
            try requiredConstant($0 + 1, node, $1).floats ?? []
        }
        let normalization = BatchNormalization(
            scale: parameters[0], shift: parameters[1], mean: parameters[2], variance: parameters[3],
            epsilon: try node.float("epsilon", 1e-5))
        guard !view.axes.isEmpty else { throw node.refused("takes no scalar") }
        set(
            node, try perChannel(view, axis: 0, name: name(ofWeight: 1, node), .batchNormalization(normalization)))
    }

    mutating func addLayerNormalization(_ node: ONNXGraph.Node) throws {
        let view = try view(0, of: node)
        let isJoined = node.attributes["joined"] != nil
        let axes: [Int]
        var epsilon = try node.float("epsilon", 1e-5)
        if isJoined {
            axes = try integers("axes", orInput: 4, node) ?? []
            guard let scalar = try requiredConstant(3, node, "epsilon").scalar else {
                throw node.refused("its epsilon is no single number")
            }
            epsilon = scalar
            let power = node.input(6) == nil ? 2 : try requiredConstant(6, node, "power").scalar
            guard power == 2, try integers("varianceAxes", orInput: 5, node) == axes else {
                throw node.refused("it is nearly a layer normalisation, but its variance is taken otherwise")
            }
        } else {
            axes = [try node.integer("axis", -1)]
        }
        let axis = axes.count == 1 ? try self.axis(axes[0], view, node) : -1
        guard axis >= 0, isJoined || axis == view.axes.count - 1 else {
            throw node.refused("it normalises over several axes: only one over channels is known")
        }
        let channels = view.shape[axis]
        try budget.charge(.uses, shape: [2, channels], node.label)
        var scale = Array(repeating: Float(1), count: channels)
        var shift = Array(repeating: Float(0), count: channels)
        if node.input(1) != nil { scale = try requiredConstant(1, node, "scale").floats ?? [] }
        if node.input(2) != nil { shift = try requiredConstant(2, node, "shift").floats ?? [] }
        var name = name(ofWeight: 1, node)
        if isJoined {
            var output = node.outputs.first
            if let (constant, parameter, next) = try absorb("Mul", after: output, channels: channels, axis: axis, view)
            {
                (scale, output) = (constant, next)
                if parameter.hasSuffix(".weight") { name = String(parameter.dropLast(7)) }
            }
            if let (constant, _, _) = try absorb("Add", after: output, channels: channels, axis: axis, view) {
                shift = constant
            }
        }
        set(
            node,
            try perChannel(
                view, axis: axis, name: name,
                .layerNormalization(LayerNormalization(scale: scale, shift: shift, epsilon: epsilon))))
    }

    /// A product or sum with one constant per channel that is all that becomes of a tensor: its node is taken for done.
    private mutating func absorb(
        _ operation: String, after output: String?, channels: Int, axis: Int, _ view: TensorView
    ) throws -> (constant: [Float], parameter: String, output: String)? {
        guard let output, part.uses[output] == 1, let index = part.consumers[output]?.first,
            case let next = part.nodes[index], next.operation == operation, next.inputs.count == 2,
            let result = next.outputs.first,
            case let other = next.inputs[0] == output ? next.inputs[1] : next.inputs[0], isConstant(other),
            let constant = try constant(other), let values = constant.floats, values.count == channels,
            channel(of: constant, in: view) == axis
        else { return nil }
        absorbed[result] = output
        return (values, other, result)
    }

    mutating func addParametricRelu(_ node: ONNXGraph.Node) throws {
        let slope = try requiredConstant(1, node, "slope")
        let view = try view(0, of: node)
        guard let slopes = slope.floats else { throw node.refused("its slopes are no numbers") }
        let axis = slopes.count == 1 ? 0 : channel(of: slope, in: view)
        guard let axis, view.axes.indices.contains(axis) else {
            throw node.refused("its slopes of \(slope.shape) are not one number per channel")
        }
        let name = name(ofWeight: 1, node)
        set(node, try perChannel(view, axis: axis, name: name, .parametricRelu(slopes: slopes)))
    }

    mutating func addSoftmax(_ node: ONNXGraph.Node) throws {
        let view = try view(0, of: node)
        // Older operators took all axes from the given one on together.
        let isOld = (graph.operatorSets[""] ?? 0) < 13
        let axis = try self.axis(try node.integer("axis", isOld ? 1 : -1), view, node)
        guard !isOld || view.shape.dropFirst(axis + 1).allSatisfy({ $0 == 1 }) else {
            throw node.refused("it is taken over several axes")
        }
        set(node, try perChannel(view, axis: axis, name: label(of: node.outputs.first ?? ""), .softmax))
    }

    // MARK: Names

    /// A layer is called as its weight, without `.weight`; as its ONNX node where the weight has no such name.
    func name(ofWeight index: Int, _ node: ONNXGraph.Node) -> String {
        if let weight = node.input(index), weight.hasSuffix(".weight") { return String(weight.dropLast(7)) }
        return node.name.isEmpty ? node.outputs.first ?? node.operation : node.name
    }

    /// Whether a convolution's bias is none of its own, but what is left of the batch normalisation behind it.
    private func isFolded(_ node: ONNXGraph.Node) -> Bool {
        guard let weight = node.input(1), let bias = node.input(2) else { return false }
        return !(weight.hasSuffix(".weight") && bias == weight.dropLast(7) + ".bias")
    }

    var foldingNotes: [String] {
        guard foldedConvolutions > 0 else { return [] }
        let all = builder.nodes.count { $0.operation.isConvolution }
        let which = foldedConvolutions == all ? "the convolutions" : "\(foldedConvolutions) of \(all) convolutions"
        return [
            "batch normalisation is folded into \(which): layers end at the activation or sum as always, but curves "
                + "hooked before BatchNorm are not comparable"
        ]
    }
}
