import Formats

extension ONNXExporter {
    mutating func convolve(_ convolution: Convolution, _ source: Source) throws(NetworkError) -> String {
        let kernel = [convolution.kernel.height, convolution.kernel.width]
        let inputs = convolution.inputChannels / convolution.groups
        let weight = try floats(
            convolution.weight, [convolution.outputChannels, inputs] + kernel, "weight", source)
        var tensors = [source.input, weight]
        if let bias = convolution.bias { tensors.append(try floats(bias, [bias.count], "bias", source)) }
        return append(
            "Conv", tensors, source,
            [
                "kernel_shape": .integers(kernel),
                "strides": .integers([convolution.stride.height, convolution.stride.width]),
                "pads": .integers(convolution.padding.onnxPads),
                "dilations": .integers([convolution.dilation.height, convolution.dilation.width]),
                "group": .integer(convolution.groups),
            ])
    }

    mutating func normalize(_ normalization: BatchNormalization, _ source: Source) throws(NetworkError) -> String {
        var tensors = [source.input]
        for (values, kind) in [
            (normalization.scale, "weight"), (normalization.shift, "bias"), (normalization.mean, "running_mean"),
            (normalization.variance, "running_var"),
        ] {
            tensors.append(try floats(values, [values.count], kind, source))
        }
        return append("BatchNormalization", tensors, source, ["epsilon": .float(normalization.epsilon)])
    }

    mutating func normalize(_ normalization: LayerNormalization, _ source: Source) throws(NetworkError) -> String {
        let scale = try floats(normalization.scale, [normalization.scale.count], "weight", source)
        let shift = try floats(normalization.shift, [normalization.shift.count], "bias", source)
        let attributes: [String: ONNXGraph.Attribute] = [
            "axis": .integer(-1), "epsilon": .float(normalization.epsilon),
        ]
        return withChannelsLast(source) { exporter, input in
            exporter.append("LayerNormalization", [input, scale, shift], source, attributes)
        }
    }

    /// One operator for scale and one for shift, each left out where it changes nothing.
    mutating func compute(_ affine: Affine, _ source: Source) throws(NetworkError) -> String {
        func shared(_ values: [Float]) -> [Float] {
            guard let first = values.first, values.allSatisfy({ $0 == first }) else { return values }
            return [first]
        }
        let (scale, shift) = (shared(affine.scale), shared(affine.shift))
        let isShifted = shift != [0]
        var tensor = source.input
        if scale != [1] || !isShifted {
            let factor = try perChannel(scale, "scale", source)
            tensor = append("Mul", [tensor, factor], source, part: isShifted ? "product" : nil)
        }
        guard isShifted else { return tensor }
        return append("Add", [tensor, try perChannel(shift, "shift", source)], source)
    }

    mutating func multiply(_ linear: Linear, _ source: Source) throws(NetworkError) -> String {
        let bias = try linear.bias.map { values throws(NetworkError) in
            try floats(values, [values.count], "bias", source)
        }
        guard source.inputShape.count > 1 else {
            let weight = try floats(linear.weight, [linear.outputs, linear.inputs], "weight", source)
            let tensors = [source.input, weight] + (bias.map { [$0] } ?? [])
            return append("Gemm", tensors, source, ["transB": .integer(1)])
        }
        // A product takes inputs × outputs, to its right.
        var turned = linear.weight
        for output in 0..<linear.outputs {
            for input in 0..<linear.inputs {
                turned[input * linear.outputs + output] = linear.weight[output * linear.inputs + input]
            }
        }
        let weight = try floats(turned, [linear.inputs, linear.outputs], "weight", source)
        return withChannelsLast(source) { exporter, input in
            let product = exporter.append("MatMul", [input, weight], source)
            return bias.map { exporter.append("Add", [product, $0], source, part: "sum") } ?? product
        }
    }

    /// What works on the last axis, on channels: maps are turned before and back behind it.
    private mutating func withChannelsLast(
        _ source: Source, _ body: (inout ONNXExporter, String) -> String
    ) -> String {
        guard source.inputShape.count == 3 else { return body(&self, source.input) }
        let input = append(
            "Transpose", [source.input], source, part: "channels_last", ["perm": .integers([0, 2, 3, 1])])
        let output = body(&self, input)
        return append("Transpose", [output], source, part: "channels_first", ["perm": .integers([0, 3, 1, 2])])
    }
}

extension Convolution.Padding {
    /// In ONNX's order: what comes before each axis, then what comes behind.
    var onnxPads: [Int] { [top, left, bottom, right] }
}
