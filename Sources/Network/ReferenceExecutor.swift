import Tensors

/// Runs a graph in plain Swift, one operation after the other, summing in float64: slow and plain, to check faster
/// executors against.
public enum ReferenceExecutor {
    /// The outputs of all nodes for one sample, in the order of the graph, each row-major and rounded to float32.
    ///
    /// - Parameter input: C×H×W values, or as many as the graph's input has.
    /// - Complexity: O(multiply-adds); memory for every output at once.
    public static func run(_ graph: Graph, input: [Float]) throws(NetworkError) -> [[Float]] {
        guard input.count == Shape(graph.inputShape)?.count else {
            throw .shape(node: "input", problem: "a sample has \(input.count) values, not \(graph.inputShape)")
        }
        var outputs: [[Float]] = []
        for node in graph.nodes {
            let shapes = node.inputs.map { graph.nodes[$0].shape }
            let values = node.inputs.map { outputs[$0] }
            switch node.operation {
            case .input: outputs.append(input)
            case .convolution(let convolution):
                outputs.append(convolution.apply(to: values[0], shapes[0], outputShape: node.shape))
            case .batchNormalization(let normalization):
                outputs.append(normalization.apply(to: values[0], mapSize: values[0].count / node.shape[0]))
            case .relu: outputs.append(values[0].map { max($0, 0) })
            case .add: outputs.append(zip(values[0], values[1]).map { Float(Double($0) + Double($1)) })
            case .subsample(let stride, let before, _):
                outputs.append(
                    subsample(values[0], shapes[0], stride: stride, channelsBefore: before, outputShape: node.shape))
            case .globalAveragePool: outputs.append(means(values[0], channels: node.shape[0]))
            case .linear(let linear): outputs.append(linear.apply(to: values[0]))
            }
        }
        return outputs
    }

    private static func subsample(
        _ values: [Float], _ shape: [Int], stride: Int, channelsBefore: Int, outputShape: [Int]
    ) -> [Float] {
        let (height, width) = (outputShape[1], outputShape[2])
        var output = [Float](repeating: 0, count: outputShape[0] * height * width)
        for channel in 0..<shape[0] {
            for y in 0..<height {
                for x in 0..<width {
                    output[((channelsBefore + channel) * height + y) * width + x] =
                        values[(channel * shape[1] + y * stride) * shape[2] + x * stride]
                }
            }
        }
        return output
    }

    private static func means(_ values: [Float], channels: Int) -> [Float] {
        let mapSize = values.count / channels
        return (0..<channels).map { channel in
            let map = values[channel * mapSize..<(channel + 1) * mapSize]
            return Float(map.reduce(0.0) { $0 + Double($1) } / Double(mapSize))
        }
    }
}

extension Convolution {
    /// For every output channel, adds up the input's maps, each shifted by the tap of the kernel and times its weight.
    fileprivate func apply(to input: [Float], _ inputShape: [Int], outputShape: [Int]) -> [Float] {
        let (groupInputs, groupOutputs) = (inputChannels / groups, outputChannels / groups)
        let mapSize = inputShape[1] * inputShape[2]
        let values = input.map(Double.init)
        var output: [Float] = []
        values.withUnsafeBufferPointer { values in
            guard let values = values.baseAddress else { return }
            for channel in 0..<outputChannels {
                let start = bias.map { Double($0[channel]) } ?? 0
                var sums = [Double](repeating: start, count: outputShape[1] * outputShape[2])
                sums.withUnsafeMutableBufferPointer { sums in
                    guard let sums = sums.baseAddress else { return }
                    for index in 0..<groupInputs {
                        let map = (channel / groupOutputs * groupInputs + index) * mapSize
                        add(
                            values + map, inputShape,
                            kernel: (channel * groupInputs + index) * kernel.height * kernel.width, to: sums,
                            outputShape)
                    }
                }
                output += sums.map { Float($0) }
            }
        }
        return output
    }

    /// Adds one input map, seen through the kernel that starts at an offset of the weights, to one output map.
    private func add(
        _ map: UnsafePointer<Double>, _ inputShape: [Int], kernel offset: Int, to sums: UnsafeMutablePointer<Double>,
        _ outputShape: [Int]
    ) {
        let (rows, columns, width) = (inputShape[1], inputShape[2], outputShape[2])
        for ky in 0..<kernel.height {
            for kx in 0..<kernel.width {
                let weight = Double(weight[offset + ky * kernel.width + kx])
                for y in 0..<outputShape[1] {
                    let row = y * stride.height + ky * dilation.height - padding.top
                    guard row >= 0, row < rows else { continue }
                    // A plain loop over bare pointers: this is where the time goes.
                    let (input, output) = (map + row * columns, sums + y * width)
                    var (x, column) = (0, kx * dilation.width - padding.left)
                    while x < width {
                        if column >= 0 && column < columns { output[x] += weight * input[column] }
                        x += 1
                        column += stride.width
                    }
                }
            }
        }
    }
}

extension BatchNormalization {
    fileprivate func apply(to input: [Float], mapSize: Int) -> [Float] {
        input.enumerated().map { index, value in
            let channel = index / mapSize
            let deviation = (Double(variance[channel]) + Double(epsilon)).squareRoot()
            let normal = (Double(value) - Double(mean[channel])) / deviation
            return Float(normal * Double(scale[channel]) + Double(shift[channel]))
        }
    }
}

extension Linear {
    fileprivate func apply(to input: [Float]) -> [Float] {
        (0..<outputs).map { output in
            var sum = bias.map { Double($0[output]) } ?? 0
            for index in 0..<inputs { sum += Double(weight[output * inputs + index]) * Double(input[index]) }
            return Float(sum)
        }
    }
}
