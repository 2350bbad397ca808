import Network

/// What a layer does with a normalisation behind it: a weight for each input of an output, and a bias.
struct LinearMap {
    /// Extents of the values it takes, C×H×W, and of those it puts out.
    let input, output: [Int]
    let kernel, stride, dilation: (height: Int, width: Int)
    let top, left, groups: Int
    /// Outputs × (inputs / groups) × kernel height × kernel width, without the normalisation.
    private let weight: [Float]
    private let bias: [Float]?
    /// By what the normalisation multiplies each output, and what it adds; nil for none.
    private let scaling: Affine?

    var outputs: Int { output[0] / groups }
    /// Channels that an output of a group looks at.
    var channels: Int { input[0] / groups }
    var weights: Int { channels * kernel.height * kernel.width }
    /// Whether there is a place for a bias.
    var hasBias: Bool { bias != nil || scaling != nil }
    var unknowns: Int { weights + (hasBias ? 1 : 0) }
    /// Places of an output's map.
    var places: Int { output[1] * output[2] }

    init?(_ site: FitSite, in graph: Graph) {
        let nodes = graph.nodes
        let (from, to) = (nodes[site.input].shape, nodes[site.layer].shape)
        switch nodes[site.layer].operation {
        case .convolution(let convolution) where from.count == 3 && to.count == 3:
            (input, output) = (from, to)
            (kernel, stride, dilation) = (convolution.kernel, convolution.stride, convolution.dilation)
            (top, left, groups) = (convolution.padding.top, convolution.padding.left, max(1, convolution.groups))
            (weight, bias) = (convolution.weight, convolution.bias)
        case .linear(let linear) where from.count == 1 && to.count == 1:
            (input, output) = (from + [1, 1], to + [1, 1])
            (kernel, stride, dilation, top, left, groups) = ((1, 1), (1, 1), (1, 1), 0, 0, 1)
            (weight, bias) = (linear.weight, linear.bias)
        default: return nil
        }
        switch site.scaling.map({ nodes[$0].operation }) {
        case .batchNormalization(let norm): scaling = norm.affine
        case .affine(let affine): scaling = affine
        default: scaling = nil
        }
    }

    /// Where a weight of an output stands among the unknowns of its group: by places of the kernel, then by channels.
    private func index(_ place: Int) -> Int {
        let area = kernel.height * kernel.width
        return place % area * channels + place / area
    }

    /// The numbers as they are now: for each output of a group, one after the other, its unknowns.
    func solution(group: Int) -> [Double] {
        var solution = Array(repeating: 0.0, count: outputs * unknowns)
        for output in 0..<outputs {
            let channel = group * outputs + output
            let scale = scaling.map { Double($0.scale[channel]) } ?? 1
            for place in 0..<weights {
                solution[output * unknowns + index(place)] = Double(weight[channel * weights + place]) * scale
            }
            if hasBias {
                solution[output * unknowns + weights] =
                    Double(bias?[channel] ?? 0) * scale + (scaling.map { Double($0.shift[channel]) } ?? 0)
            }
        }
        return solution
    }

    /// The operations that do what a solution of each group says; a BatchNorm gets the statistics of what it now takes, so
    /// that training goes on from the same function.
    /// - Parameter moments: mean and variance of each output, bias included.
    func operations(
        _ site: FitSite, in graph: Graph, solutions: [[Double]], moments: [(mean: Double, variance: Double)]
    ) -> [Int: Operation] {
        var weight = weight
        var scales = Array(repeating: Float(1), count: output[0])
        var biases = Array(repeating: Float(0), count: output[0])
        for (group, solution) in solutions.enumerated() {
            for output in 0..<outputs {
                let channel = group * outputs + output
                // What the normalisation multiplied by stays its part, unless that was next to nothing.
                if let scale = scaling?.scale[channel], scale.magnitude > 1e-4, scale.isFinite {
                    scales[channel] = scale
                }
                for place in 0..<weights {
                    weight[channel * weights + place] =
                        Float(solution[output * unknowns + index(place)] / Double(scales[channel]))
                }
                if hasBias { biases[channel] = Float(solution[output * unknowns + weights]) }
            }
        }
        var operations: [Int: Operation] = [:]
        let zeros = bias.map { Array(repeating: Float(0), count: $0.count) }
        let ownBias = scaling == nil ? bias.map { _ in biases } : zeros
        switch graph.nodes[site.layer].operation {
        case .convolution(var convolution):
            (convolution.weight, convolution.bias) = (weight, ownBias)
            operations[site.layer] = .convolution(convolution)
        case .linear(var linear):
            (linear.weight, linear.bias) = (weight, ownBias)
            operations[site.layer] = .linear(linear)
        default: break
        }
        guard let node = site.scaling else { return operations }
        switch graph.nodes[node].operation {
        case .batchNormalization(var norm):
            for channel in biases.indices {
                let scale = Double(scales[channel])
                let (bias, moment) = (Double(biases[channel]), moments[channel])
                let (mean, variance) = (moment.mean - bias, max(0, moment.variance))
                norm.mean[channel] = Float(mean / scale)
                norm.variance[channel] = Float(variance / (scale * scale))
                norm.scale[channel] = Float(
                    scale * (Double(norm.variance[channel]) + Double(norm.epsilon)).squareRoot())
                norm.shift[channel] = Float(bias + Double(norm.mean[channel]) * scale)
            }
            operations[node] = .batchNormalization(norm)
        case .affine: operations[node] = .affine(Affine(scale: scales, shift: biases))
        default: break
        }
        return operations
    }
}
