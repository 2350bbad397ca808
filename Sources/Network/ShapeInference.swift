import Tensors

extension Operation {
    /// The shape of the output for inputs of the given shapes; throws where they do not fit the parameters.
    func outputShape(for inputs: [[Int]], node: String) throws(NetworkError) -> [Int] {
        switch self {
        case .add:
            guard inputs.count == 2, inputs[0] == inputs[1] else {
                throw .shape(node: node, problem: "a sum takes two tensors of one shape, not \(listed(inputs))")
            }
            return inputs[0]
        case .combine: return try stretched(inputs, node: node)
        case .concatenate(let axis): return try concatenated(inputs, axis: axis, node: node)
        default: break
        }
        guard inputs.count == 1, let input = inputs.first else {
            throw .shape(node: node, problem: "takes one input, not \(inputs.count)")
        }
        return try outputShape(for: input, node: node)
    }

    private func outputShape(for input: [Int], node: String) throws(NetworkError) -> [Int] {
        switch self {
        case .input: throw .shape(node: node, problem: "only the first node is the input")
        case .add, .combine, .concatenate: throw .shape(node: node, problem: "takes more than one input")
        case .activation: return input
        case .softmax:
            try requireChannels(input, node: node)
            return input
        case .parametricRelu(let slopes):
            try requireChannels(input, node: node)
            if slopes.count != 1 { try requireCount(slopes, [input[0]], "slope", node: node) }
            return input
        case .convolution(let convolution): return try convolution.outputShape(for: input, node: node)
        case .batchNormalization(let normalization):
            try requireChannels(input, node: node)
            try normalization.check(channels: input[0], node: node)
            return input
        case .layerNormalization(let normalization):
            try requireChannels(input, node: node)
            try requireCount(normalization.scale, [input[0]], "scale", node: node)
            try requireCount(normalization.shift, [input[0]], "shift", node: node)
            return input
        case .affine(let affine):
            try requireChannels(input, node: node)
            try requireCount(affine.scale, [input[0]], "scale", node: node)
            try requireCount(affine.shift, [input[0]], "shift", node: node)
            return input
        case .pool(let pool): return try pool.outputShape(for: input, node: node)
        case .adaptiveAveragePool(let height, let width):
            try requireMaps(input, node: node)
            return [input[0], height, width]
        case .globalAveragePool:
            try requireMaps(input, node: node)
            return [input[0]]
        case .linear(let linear): return try linear.outputShape(for: input, node: node)
        case .rearrange(let rearrangement): return try rearrangement.outputShape(for: input, node: node)
        }
    }
}

/// The shape that two of one rank come to, each extent the common one or the one that is not 1.
private func stretched(_ inputs: [[Int]], node: String) throws(NetworkError) -> [Int] {
    guard inputs.count == 2, inputs[0].count == inputs[1].count,
        zip(inputs[0], inputs[1]).allSatisfy({ $0 == $1 || $0 == 1 || $1 == 1 })
    else { throw .shape(node: node, problem: "cannot combine \(listed(inputs))") }
    return zip(inputs[0], inputs[1]).map(max)
}

private func concatenated(_ inputs: [[Int]], axis: Int, node: String) throws(NetworkError) -> [Int] {
    guard let first = inputs.first, first.indices.contains(axis) else {
        throw .shape(node: node, problem: "there is no axis \(axis) to put \(listed(inputs)) one behind the other")
    }
    var sum = 0
    for input in inputs {
        var alike = input
        if alike.indices.contains(axis) { alike[axis] = first[axis] }
        guard alike == first else {
            throw .shape(node: node, problem: "cannot put \(listed(inputs)) one behind the other along axis \(axis)")
        }
        // Extents are those of nodes, hence limited; so is the number of inputs.
        sum += input[axis]
    }
    var shape = first
    shape[axis] = sum
    return shape
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
        guard [1, 3].contains(input.count), input[0] == inputs else {
            throw .shape(node: node, problem: "takes a row of \(inputs) features, gets \(listed([input]))")
        }
        try requireCount(weight, [outputs, inputs], "weight", node: node)
        if let bias { try requireCount(bias, [outputs], "bias", node: node) }
        return [outputs] + input.dropFirst()
    }
}

extension Pool {
    fileprivate func outputShape(for input: [Int], node: String) throws(NetworkError) -> [Int] {
        try requireMaps(input, node: node)
        let positive = [kernel.height, kernel.width, stride.height, stride.width, dilation.height, dilation.width]
        let limit = GraphBuilder.maximumExtent
        guard positive.allSatisfy((1...limit).contains), padding.top >= 0, padding.left >= 0, padding.bottom >= 0,
            padding.right >= 0, max(padding.top, padding.bottom) < kernel.height * dilation.height,
            max(padding.left, padding.right) < kernel.width * dilation.width
        else { throw .shape(node: node, problem: "kernel, stride, dilation or padding of a pool is out of range") }
        let height = Self.windows(
            extent: input[1], before: padding.top, after: padding.bottom, kernel: kernel.height, stride: stride.height,
            dilation: dilation.height, roundsUp: roundsUp)
        let width = Self.windows(
            extent: input[2], before: padding.left, after: padding.right, kernel: kernel.width, stride: stride.width,
            dilation: dilation.width, roundsUp: roundsUp)
        guard height > 0, width > 0 else {
            throw .imageTooSmall(node: node, height: input[1], width: input[2])
        }
        return [input[0], height, width]
    }
}

extension Rearrangement {
    fileprivate func outputShape(for input: [Int], node: String) throws(NetworkError) -> [Int] {
        let output = try shape(for: input, node: node)
        // Elements are numbered in 32 bits.
        guard let count = Shape(output)?.count, count <= Int32.max, let taken = Shape(input)?.count, taken <= Int32.max
        else { throw .shape(node: node, problem: "\(listed([output])) are too many elements to rearrange") }
        return output
    }

    private func shape(for input: [Int], node: String) throws(NetworkError) -> [Int] {
        switch self {
        case .permute(let split, let permutation, let shape):
            guard let count = Shape(input)?.count, Shape(split)?.count == count, Shape(shape)?.count == count,
                permutation.sorted() == Array(split.indices)
            else { throw .shape(node: node, problem: "\(listed([input])) cannot become \(listed([shape]))") }
            return shape
        case .slice(let axis, let start, let count, let step):
            let limit = -GraphBuilder.maximumExtent...GraphBuilder.maximumExtent
            guard input.indices.contains(axis), count > 0, limit.contains(count), limit.contains(step),
                limit.contains(start), case let places = 0..<input[axis], places.contains(start),
                places.contains(start + (count - 1) * step)
            else {
                throw .shape(node: node, problem: "a slice reaches beyond axis \(axis) of \(listed([input]))")
            }
            var shape = input
            shape[axis] = count
            return shape
        case .pad(let before, let after, _):
            let limit = 0...GraphBuilder.maximumExtent
            guard before.count == input.count, after.count == input.count,
                (before + after).allSatisfy(limit.contains)
            else { throw .shape(node: node, problem: "its padding does not fit \(listed([input]))") }
            return input.indices.map { before[$0] + input[$0] + after[$0] }
        case .subsample(let stride, let before, let after):
            try requireMaps(input, node: node)
            let range = 0...GraphBuilder.maximumExtent
            guard stride > 0, range.contains(stride), range.contains(before), range.contains(after) else {
                throw .shape(node: node, problem: "stride \(stride) or padding \(before), \(after) is out of range")
            }
            return [before + input[0] + after, (input[1] + stride - 1) / stride, (input[2] + stride - 1) / stride]
        }
    }
}

private func requireChannels(_ shape: [Int], node: String) throws(NetworkError) {
    guard shape.count == 1 || shape.count == 3 else {
        throw .shape(node: node, problem: "takes C×H×W or a row, gets \(listed([shape]))")
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
