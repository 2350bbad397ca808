import Foundation

extension Operation {
    /// The output of one operation; shapes are those that shape inference has let pass.
    func evaluate(_ values: [[Float]], shapes: [[Int]], outputShape: [Int]) -> [Float] {
        let (x, shape) = (values[0], shapes[0])
        switch self {
        case .input: return x
        case .convolution(let convolution): return convolution.apply(to: x, shape, outputShape: outputShape)
        case .batchNormalization(let norm): return norm.apply(to: x, mapSize: x.count / shape[0])
        case .layerNormalization(let norm): return norm.apply(to: x, mapSize: x.count / shape[0])
        case .affine(let affine):
            return perChannel(x, shape) { $0 * Double(affine.scale[$1]) + Double(affine.shift[$1]) }
        case .activation(let activation): return x.map { Float(activation(Double($0))) }
        case .parametricRelu(let slopes):
            return perChannel(x, shape) { $0 < 0 ? $0 * Double(slopes.count == 1 ? slopes[0] : slopes[$1]) : $0 }
        case .add: return zip(x, values[1]).map { Float(Double($0) + Double($1)) }
        case .combine(let combination): return combination.apply(values, shapes, outputShape: outputShape)
        case .pool(let pool): return pool.apply(to: x, shape, outputShape: outputShape)
        case .adaptiveAveragePool(let height, let width): return adaptiveMeans(x, shape, height: height, width: width)
        case .globalAveragePool: return adaptiveMeans(x, shape, height: 1, width: 1)
        case .linear(let linear): return linear.apply(to: x, places: x.count / shape[0])
        case .rearrange(let rearrangement):
            return rearrangement.sources(input: shape, output: outputShape).map {
                $0 < 0 ? rearrangement.fill : x[Int($0)]
            }
        case .concatenate(let axis): return concatenated(values, shapes, axis: axis)
        case .softmax: return exponentialShares(x, channels: shape[0])
        }
    }
}

private func perChannel(_ x: [Float], _ shape: [Int], _ map: (Double, Int) -> Double) -> [Float] {
    let mapSize = x.count / shape[0]
    return x.enumerated().map { Float(map(Double($1), $0 / mapSize)) }
}

extension Combination {
    /// Elements of an axis of extent 1 serve for all of the other's.
    fileprivate func apply(_ values: [[Float]], _ shapes: [[Int]], outputShape: [Int]) -> [Float] {
        let strides = Rearrangement.strides(outputShape)
        let steps = shapes.map { shape in
            zip(shape, Rearrangement.strides(shape)).map { $0 == 1 ? 0 : $1 }
        }
        return (0..<outputShape.reduce(1, *)).map { element in
            let places = steps.map { steps in
                outputShape.indices.reduce(0) { $0 + element / strides[$1] % outputShape[$1] * steps[$1] }
            }
            let (a, b) = (Double(values[0][places[0]]), Double(values[1][places[1]]))
            return Float(self(a, b))
        }
    }

    func callAsFunction(_ a: Double, _ b: Double) -> Double {
        switch self {
        case .sum: a + b
        case .difference: a - b
        case .product: a * b
        case .quotient: a / b
        }
    }
}

extension Pool {
    fileprivate func apply(to x: [Float], _ shape: [Int], outputShape: [Int]) -> [Float] {
        var output: [Float] = []
        for channel in 0..<shape[0] {
            for row in 0..<outputShape[1] {
                let (ys, countedRows) = Self.span(
                    row, extent: shape[1], before: padding.top, after: padding.bottom, kernel: kernel.height,
                    stride: stride.height, dilation: dilation.height)
                for column in 0..<outputShape[2] {
                    let (xs, countedColumns) = Self.span(
                        column, extent: shape[2], before: padding.left, after: padding.right, kernel: kernel.width,
                        stride: stride.width, dilation: dilation.width)
                    let values = ys.flatMap { y in xs.map { Double(x[(channel * shape[1] + y) * shape[2] + $0]) } }
                    switch kind {
                    case .maximum: output.append(Float(values.reduce(-.infinity) { $1 > $0 || $1.isNaN ? $1 : $0 }))
                    case .average(let countsPadding):
                        let count = countsPadding ? countedRows * countedColumns : values.count
                        output.append(Float(values.reduce(0, +) / Double(count)))
                    }
                }
            }
        }
        return output
    }
}

/// PyTorch's cut: place i of n gets the elements ⌊i·extent/n⌋ to ⌈(i+1)·extent/n⌉.
private func adaptiveMeans(_ x: [Float], _ shape: [Int], height: Int, width: Int) -> [Float] {
    func share(_ place: Int, _ places: Int, _ extent: Int) -> Range<Int> {
        (place * extent / places)..<(((place + 1) * extent + places - 1) / places)
    }
    var output: [Float] = []
    for channel in 0..<shape[0] {
        for row in 0..<height {
            for column in 0..<width {
                let (ys, xs) = (share(row, height, shape[1]), share(column, width, shape[2]))
                let sum = ys.reduce(0.0) { sum, y in
                    xs.reduce(sum) { $0 + Double(x[(channel * shape[1] + y) * shape[2] + $1]) }
                }
                output.append(Float(sum / Double(ys.count * xs.count)))
            }
        }
    }
    return output
}

private func concatenated(_ values: [[Float]], _ shapes: [[Int]], axis: Int) -> [Float] {
    // Blocks of what lies within the axis alternate, one of each tensor at a time.
    let outer = shapes[0].prefix(axis).reduce(1, *)
    return (0..<outer).flatMap { block in
        values.flatMap { tensor in
            let size = tensor.count / outer
            return tensor[block * size..<(block + 1) * size]
        }
    }
}

private func exponentialShares(_ x: [Float], channels: Int) -> [Float] {
    let mapSize = x.count / channels
    var output = x
    for place in 0..<mapSize {
        let column = stride(from: place, to: x.count, by: mapSize).map { Double(x[$0]) }
        let most = column.max() ?? 0
        let powers = column.map { exp($0 - most) }
        let sum = powers.reduce(0, +)
        for (channel, power) in powers.enumerated() { output[channel * mapSize + place] = Float(power / sum) }
    }
    return output
}
