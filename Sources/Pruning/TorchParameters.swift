import Network
import Tensors

/// A parameter or buffer of a node under its key in a state dict.
struct TorchParameter {
    var key: String
    var dims: [Int]
    var values: [Float]
}

extension Node {
    /// What the node's module holds, under the keys of a checkpoint.
    var torchParameters: [TorchParameter] {
        func parameter(_ part: String, _ dims: [Int], _ values: [Float]) -> TorchParameter {
            TorchParameter(key: "\(name).\(part)", dims: dims, values: values)
        }
        func pair(_ scale: [Float], _ shift: [Float]) -> [TorchParameter] {
            [parameter("weight", [scale.count], scale), parameter("bias", [shift.count], shift)]
        }
        func bias(_ bias: [Float]?) -> [TorchParameter] {
            bias.map { [parameter("bias", [$0.count], $0)] } ?? []
        }
        switch operation {
        case .convolution(let convolution):
            let inputs = convolution.inputChannels / max(convolution.groups, 1)
            let kernel = [convolution.kernel.height, convolution.kernel.width]
            return [parameter("weight", [convolution.outputChannels, inputs] + kernel, convolution.weight)]
                + bias(convolution.bias)
        case .batchNormalization(let norm):
            return pair(norm.scale, norm.shift) + [
                parameter("running_mean", [norm.mean.count], norm.mean),
                parameter("running_var", [norm.variance.count], norm.variance),
            ]
        case .layerNormalization(let norm): return pair(norm.scale, norm.shift)
        case .affine(let affine): return pair(affine.scale, affine.shift)
        case .linear(let linear):
            return [parameter("weight", [linear.outputs, linear.inputs], linear.weight)] + bias(linear.bias)
        case .parametricRelu(let slopes): return [parameter("weight", [slopes.count], slopes)]
        case .input, .activation, .add, .combine, .pool, .adaptiveAveragePool, .globalAveragePool, .rearrange,
            .concatenate, .softmax:
            return []
        }
    }
}

extension Operation {
    /// The same with the values that `value` has for its parameters, by the last part of their keys.
    func taking(_ value: (String) -> [Float]?) -> Operation {
        switch self {
        case .convolution(var convolution):
            convolution.weight = value("weight") ?? convolution.weight
            convolution.bias = convolution.bias.map { value("bias") ?? $0 }
            return .convolution(convolution)
        case .batchNormalization(var norm):
            (norm.scale, norm.shift) = (value("weight") ?? norm.scale, value("bias") ?? norm.shift)
            (norm.mean, norm.variance) = (value("running_mean") ?? norm.mean, value("running_var") ?? norm.variance)
            return .batchNormalization(norm)
        case .affine(let affine):
            return .affine(Affine(scale: value("weight") ?? affine.scale, shift: value("bias") ?? affine.shift))
        case .linear(var linear):
            linear.weight = value("weight") ?? linear.weight
            linear.bias = linear.bias.map { value("bias") ?? $0 }
            return .linear(linear)
        default: return self
        }
    }
}

extension TorchModule {
    /// The state dict of a graph, as its module takes it: for networks that come from no checkpoint, such as ONNX
    /// files. Node names are the prefixes. O(parameters).
    public static func stateDict(of graph: Graph) -> [(name: String, tensor: Tensor)] {
        graph.nodes.flatMap(\.torchParameters).compactMap { parameter in
            Shape(parameter.dims).flatMap { Tensor(shape: $0, values: parameter.values) }.map { (parameter.key, $0) }
        }
    }

    /// Holds the parameters of a graph to a checkpoint's keys and shapes.
    ///
    /// - Returns: names of linear layers that the checkpoint has as 1×1 convolutions.
    static func check(_ graph: Graph, against shapes: [String: [Int]]) throws(PruningError) -> Set<String> {
        var pointwise: Set<String> = []
        var left = Set(shapes.keys)
        for node in graph.nodes {
            for parameter in node.torchParameters {
                guard let found = shapes[parameter.key] else {
                    throw .otherParameters(node: node.name, problem: "the checkpoint has no \(parameter.key)")
                }
                left.remove(parameter.key)
                guard found != parameter.dims else { continue }
                guard case .linear = node.operation, found == parameter.dims + [1, 1] else {
                    let problem = "\(parameter.key) is of shape \(found) in the checkpoint, not \(parameter.dims)"
                    throw .otherParameters(node: node.name, problem: problem)
                }
                pointwise.insert(node.name)
            }
            if case .batchNormalization = node.operation { left.remove("\(node.name).num_batches_tracked") }
        }
        if let key = left.min() {
            throw .otherParameters(node: key, problem: "the network has no such parameter")
        }
        return pointwise
    }

    /// Parameters must not share a key.
    static func checkNames(_ graph: Graph) throws(PruningError) {
        var seen: Set<String> = []
        for node in graph.nodes where !node.torchParameters.isEmpty {
            guard seen.insert(node.name).inserted else {
                throw .otherParameters(node: node.name, problem: "two operations with parameters have this name")
            }
        }
    }
}
