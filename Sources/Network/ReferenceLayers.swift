extension Convolution {
    /// For every output channel, adds up the input's maps, each shifted by the tap of the kernel and times its weight.
    func apply(to input: [Float], _ inputShape: [Int], outputShape: [Int]) -> [Float] {
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
    func apply(to input: [Float], mapSize: Int) -> [Float] {
        input.enumerated().map { index, value in
            let channel = index / mapSize
            let deviation = (Double(variance[channel]) + Double(epsilon)).squareRoot()
            let normal = (Double(value) - Double(mean[channel])) / deviation
            return Float(normal * Double(scale[channel]) + Double(shift[channel]))
        }
    }
}

extension LayerNormalization {
    func apply(to input: [Float], mapSize: Int) -> [Float] {
        var output = input
        for place in 0..<mapSize {
            let indices = stride(from: place, to: input.count, by: mapSize)
            let values = indices.map { Double(input[$0]) }
            let mean = values.reduce(0, +) / Double(values.count)
            let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
            let deviation = (variance + Double(epsilon)).squareRoot()
            for (channel, index) in indices.enumerated() {
                output[index] = Float(
                    (values[channel] - mean) / deviation * Double(scale[channel]) + Double(shift[channel]))
            }
        }
        return output
    }
}

extension Linear {
    func apply(to input: [Float], places: Int) -> [Float] {
        (0..<outputs).flatMap { output in
            (0..<places).map { place in
                var sum = bias.map { Double($0[output]) } ?? 0
                for index in 0..<inputs {
                    sum += Double(weight[output * inputs + index]) * Double(input[index * places + place])
                }
                return Float(sum)
            }
        }
    }
}
