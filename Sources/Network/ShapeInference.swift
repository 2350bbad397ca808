import Tensors

extension Operation {
    /// The shape of the output for inputs of the given shapes; throws where they do not fit the parameters.
    func outputShape(for inputs: [[Int]], node: String) throws(NetworkError) -> [Int] {
        if case .add = self {
            guard inputs.count == 2, inputs[0] == inputs[1] else {
                throw .shape(node: node, problem: "a sum takes two tensors of one shape, not \(listed(inputs))")
            }
            return inputs[0]
        }
        guard inputs.count == 1, let input = inputs.first else {
            throw .shape(node: node, problem: "takes one input, not \(inputs.count)")
        }
        switch self {
        case .input: throw .shape(node: node, problem: "only the first node is the input")
        case .add, .relu: return input
        case .convolution(let convolution): return try convolution.outputShape(for: input, node: node)
        case .batchNormalization(let normalization):
            try normalization.check(channels: input[0], node: node)
            return input
        case .subsample(let stride, let before, let after):
            try requireMaps(input, node: node)
            let range = 0...GraphBuilder.maximumExtent
            guard stride > 0, range.contains(stride), range.contains(before), range.contains(after) else {
                throw .shape(node: node, problem: "stride \(stride) or padding \(before), \(after) is out of range")
            }
            return [before + input[0] + after, (input[1] + stride - 1) / stride, (input[2] + stride - 1) / stride]
        case .globalAveragePool:
            try requireMaps(input, node: node)
            return [input[0]]
        case .linear(let linear): return try linear.outputShape(for: input, node: node)
        }
    }
}

extension Convolution {
    fileprivate func outputShape(for input: [Int], node: String) throws(NetworkError) -> [Int] {
        try requireMaps(input, node: node)
        guard input[0] == inputChannels else {
            throw .shape(node: node, problem: "takes \(inputChannels) channels, gets \(input[0])")
        }
        let positive = [
            outputChannels, kernel.height, kernel.width, stride.height, stride.width, dilation.height, dilation.width,
            groups,
        ]
        let paddings = [padding.top, padding.left, padding.bottom, padding.right]
        let limit = GraphBuilder.maximumExtent
        guard positive.allSatisfy((1...limit).contains), paddings.allSatisfy((0...limit).contains) else {
            throw .shape(node: node, problem: "channels, kernel, stride, dilation, groups or padding is out of range")
        }
        guard inputChannels % groups == 0, outputChannels % groups == 0 else {
            throw .shape(node: node, problem: "\(groups) groups do not divide \(inputChannels) or \(outputChannels)")
        }
        try requireCount(
            weight, [outputChannels, inputChannels / groups, kernel.height, kernel.width], "weight", node: node)
        if let bias { try requireCount(bias, [outputChannels], "bias", node: node) }

        let height = input[1] + padding.top + padding.bottom - dilation.height * (kernel.height - 1)
        let width = input[2] + padding.left + padding.right - dilation.width * (kernel.width - 1)
        guard height > 0, width > 0 else {
            throw .shape(node: node, problem: "a map of \(input[1])×\(input[2]) is smaller than its kernel")
        }
        let output = [outputChannels, (height - 1) / stride.height + 1, (width - 1) / stride.width + 1]
        guard Shape([weight.count, output[1], output[2]]) != nil else {
            throw .shape(node: node, problem: "its count of multiply-adds does not fit an integer")
        }
        return output
    }
}

extension BatchNormalization {
    fileprivate func check(channels: Int, node: String) throws(NetworkError) {
        for (values, name) in [(scale, "scale"), (shift, "shift"), (mean, "mean"), (variance, "variance")] {
            try requireCount(values, [channels], name, node: node)
        }
        if let channel = variance.firstIndex(where: { !($0 + epsilon > 0) }) {
            throw .negativeVariance(node: node, channel: channel)
        }
    }
}

extension Linear {
    fileprivate func outputShape(for input: [Int], node: String) throws(NetworkError) -> [Int] {
        guard input == [inputs] else {
            throw .shape(node: node, problem: "takes a row of \(inputs) features, gets \(listed([input]))")
        }
        try requireCount(weight, [outputs, inputs], "weight", node: node)
        if let bias { try requireCount(bias, [outputs], "bias", node: node) }
        return [outputs]
    }
}

private func requireMaps(_ shape: [Int], node: String) throws(NetworkError) {
    guard shape.count == 3 else { throw .shape(node: node, problem: "takes C×H×W, gets \(listed([shape]))") }
}

private func requireCount(_ values: [Float], _ dims: [Int], _ name: String, node: String) throws(NetworkError) {
    guard Shape(dims)?.count == values.count else {
        let shape = dims.map(String.init).joined(separator: "×")
        throw .shape(node: node, problem: "its \(name) has \(values.count) numbers where \(shape) are needed")
    }
}

private func listed(_ shapes: [[Int]]) -> String {
    shapes.isEmpty
        ? "none" : shapes.map { $0.map(String.init).joined(separator: "×") }.joined(separator: " and ")
}
