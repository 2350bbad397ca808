import Network

extension Graph {
    /// The constructor of a node's module; nil for a node that has none.
    func torchModule(of index: Int, pointwise: Set<String>) -> String? {
        let node = nodes[index]
        let isMap = node.shape.count == 3
        func norm(_ type: String, _ count: Int, _ epsilon: Float) -> String {
            "\(type)(\(count)\(epsilon == 1e-5 ? "" : ", eps=\(Python.number(epsilon))"))"
        }
        switch node.operation {
        case .convolution(let convolution): return convolution.torchModule
        case .batchNormalization(let batch):
            return norm("nn.BatchNorm\(isMap ? 2 : 1)d", batch.scale.count, batch.epsilon)
        case .layerNormalization(let layer): return norm("ChannelNorm", layer.scale.count, layer.epsilon)
        case .affine(let affine): return "Affine(\(affine.scale.count))"
        case .linear(let linear):
            let bias = linear.bias == nil ? ", bias=False" : ""
            return pointwise.contains(node.name)
                ? "nn.Conv2d(\(linear.inputs), \(linear.outputs), 1\(bias))"
                : "nn.Linear(\(linear.inputs), \(linear.outputs)\(bias))"
        case .parametricRelu(let slopes): return "nn.PReLU(\(slopes.count))"
        case .input, .activation, .add, .combine, .pool, .adaptiveAveragePool, .globalAveragePool, .rearrange,
            .concatenate, .softmax:
            return nil
        }
    }

    /// What a node computes from its inputs' expressions.
    func torchExpression(
        of index: Int, on inputs: [TorchExpression], pointwise: Set<String>
    ) throws(PruningError) -> TorchExpression {
        let node = nodes[index]
        guard let x = inputs.first, let input = node.inputs.first else {
            throw .noTorchForm(node: node.name, problem: "an operation without inputs")
        }
        let shape = nodes[input].shape
        let module = "m(\(Python.quoted(node.name)))"
        switch node.operation {
        case .input: throw .noTorchForm(node: node.name, problem: "a second input")
        case .convolution(let convolution): return convolution.padded(x).called(by: module)
        case .batchNormalization, .layerNormalization, .affine, .parametricRelu: return x.called(by: module)
        case .linear:
            let isMap = shape.count == 3
            switch (pointwise.contains(node.name), isMap) {
            case (true, true), (false, false): return x.called(by: module)
            case (true, false): return x.at([":", ":", "None", "None"]).called(by: module).method("flatten", ["1"])
            case (false, true):
                return x.method("movedim", ["1", "-1"]).called(by: module).method("movedim", ["-1", "1"])
            }
        case .activation(let activation): return activation.torchExpression(x)
        case .add: return try binary(inputs, "+", node)
        case .combine(let combination): return try binary(inputs, combination.sign, node)
        case .pool(let pool):
            guard let expression = pool.torchExpression(x, input: shape, output: node.shape) else {
                throw .noTorchForm(node: node.name, problem: "a mean over windows with gaps (dilation)")
            }
            return expression
        case .adaptiveAveragePool(let height, let width):
            return x.called(by: "F.adaptive_avg_pool2d", [Python.tuple([height, width])])
        case .globalAveragePool: return x.method("mean", ["(2, 3)"])
        case .rearrange(let rearrangement): return rearrangement.torchExpression(x, input: shape, output: node.shape)
        case .concatenate(let axis):
            let list = inputs.enumerated().flatMap { place, input -> [any TorchPart] in
                place > 0 ? [", ", input] : [input]
            }
            return TorchExpression(["torch.cat(["] + list + ["], \(axis + 1))"])
        case .softmax: return x.method("softmax", ["1"])
        }
    }

    private func binary(_ inputs: [TorchExpression], _ sign: String, _ node: Node) throws(PruningError)
        -> TorchExpression
    {
        guard inputs.count == 2 else {
            throw .noTorchForm(node: node.name, problem: "a combination of \(inputs.count) tensors")
        }
        return .binary(inputs[0], sign, inputs[1])
    }
}

extension Combination {
    fileprivate var sign: String {
        switch self {
        case .sum: "+"
        case .difference: "-"
        case .product: "*"
        case .quotient: "/"
        }
    }
}

extension Convolution.Padding {
    var isEven: Bool { top == bottom && left == right }

    /// In the order of `F.pad`: the last axis first.
    var listed: [Int] { [left, right, top, bottom] }
}

extension Convolution {
    fileprivate var torchModule: String {
        var arguments = ["\(inputChannels)", "\(outputChannels)", Python.pair(kernel)]
        if stride != (1, 1) { arguments.append("stride=\(Python.pair(stride))") }
        if padding.isEven, padding != Padding() {
            arguments.append("padding=\(Python.pair((padding.top, padding.left)))")
        }
        if dilation != (1, 1) { arguments.append("dilation=\(Python.pair(dilation))") }
        if groups != 1 { arguments.append("groups=\(groups)") }
        if bias == nil { arguments.append("bias=False") }
        return "nn.Conv2d(\(arguments.joined(separator: ", ")))"
    }

    /// Modules pad both sides alike; other padding is put on before.
    fileprivate func padded(_ x: TorchExpression) -> TorchExpression {
        padding.isEven ? x : x.called(by: "F.pad", [Python.tuple(padding.listed)])
    }
}

extension Activation {
    fileprivate func torchExpression(_ x: TorchExpression) -> TorchExpression {
        switch self {
        case .relu: return x.called(by: "F.relu")
        case .relu6: return x.called(by: "F.relu6")
        case .clip(let low, let high): return x.method("clamp", [Python.number(low), Python.number(high)])
        case .leakyRelu(let slope): return x.called(by: "F.leaky_relu", [Python.number(slope)])
        case .elu(let alpha): return x.called(by: "F.elu", alpha == 1 ? [] : [Python.number(alpha)])
        case .sigmoid: return x.method("sigmoid")
        case .hardSigmoid(let slope, let offset):
            if slope == Float(1) / 6, offset == 0.5 { return x.called(by: "F.hardsigmoid") }
            let line = TorchExpression(
                [x.guarded, " * \(Python.number(slope)) + \(Python.number(offset))"], isAtom: false)
            return line.method("clamp", ["0", "1"])
        case .hardSwish: return x.called(by: "F.hardswish")
        case .swish: return x.called(by: "F.silu")
        case .gelu: return x.called(by: "F.gelu")
        case .geluTanh: return x.called(by: "F.gelu", ["approximate=\"tanh\""])
        case .tanh: return x.method("tanh")
        case .erf: return x.method("erf")
        case .exponential: return x.method("exp")
        case .squareRoot: return x.method("sqrt")
        case .reciprocal: return x.method("reciprocal")
        case .absolute: return x.method("abs")
        case .negative: return x.method("neg")
        case .power(let exponent): return x.method("pow", [Python.number(exponent)])
        }
    }
}
