import Kernels
import Network

/// Finds which nodes of a graph go together.
struct Fusion {
    let graph: Graph
    let taps: Set<Int>
    let consumers: [[Int]]
    var isFused: [Bool]

    init(graph: Graph, taps: Set<Int>) {
        self.graph = graph
        self.taps = taps
        var consumers = Array(repeating: [Int](), count: graph.nodes.count)
        for (index, node) in graph.nodes.enumerated() {
            for input in node.inputs { consumers[input].append(index) }
        }
        self.consumers = consumers
        isFused = Array(repeating: false, count: graph.nodes.count)
    }

    mutating func steps() -> [Step] { graph.nodes.indices.compactMap { isFused[$0] ? nil : step(at: $0) } }

    private mutating func step(at index: Int) -> Step? {
        let node = graph.nodes[index]
        var inputs = node.inputs
        var last = index
        let kind: Step.Kind
        switch node.operation {
        case .input: return nil
        case .convolution(let convolution): kind = fuse(convolution, inputs: &inputs, last: &last)
        case .batchNormalization(let norm): kind = .affine(norm.affine, relu: takeRelu(after: &last))
        case .affine(let affine): kind = .affine(affine, relu: takeRelu(after: &last))
        case .layerNormalization(let norm): kind = .layerNormalization(norm)
        case .activation(let activation): kind = .activation(activation)
        case .parametricRelu(let slopes): kind = .parametricRelu(slopes: slopes)
        case .add: kind = .add(relu: takeRelu(after: &last))
        case .combine(let combination): kind = .combine(combination)
        case .pool(let pool): kind = .pool(pool)
        case .adaptiveAveragePool(let height, let width): kind = .means(height: height, width: width)
        case .globalAveragePool: kind = .means(height: 1, width: 1)
        case .linear(let linear): kind = .linear(linear)
        case .rearrange(let rearrangement): kind = .rearrange(rearrangement)
        case .concatenate(let axis): kind = .concatenate(axis: axis)
        case .softmax: kind = .softmax
        }
        return Step(
            kind: kind, inputs: inputs, output: last, inputShapes: inputs.map { graph.nodes[$0].shape },
            outputShape: graph.nodes[last].shape)
    }

    /// A convolution with the normalisation, the sum and the function that only it leads to.
    private mutating func fuse(_ convolution: Convolution, inputs: inout [Int], last: inout Int) -> Step.Kind {
        let index = last
        var folded = convolution
        if let next = follower(of: last) {
            switch graph.nodes[next].operation {
            case .batchNormalization(let norm):
                folded.fold(norm.affine)
                last = take(next)
            case .affine(let affine):
                folded.fold(affine)
                last = take(next)
            default: break
            }
        }
        if let next = follower(of: last), case .add = graph.nodes[next].operation,
            let other = graph.nodes[next].inputs.first(where: { $0 != last }), other < index
        {
            inputs.append(other)
            last = take(next)
        }
        var functions: [ElementFunction] = []
        if let next = follower(of: last), case .activation(let activation) = graph.nodes[next].operation,
            let fused = activation.functions
        {
            functions = fused
            last = take(next)
        }
        return .convolution(folded, accumulate: inputs.count == 2, functions: functions)
    }

    /// The only reader of a value that nobody else wants.
    private func follower(of index: Int) -> Int? {
        guard !taps.contains(index), consumers[index].count == 1 else { return nil }
        return consumers[index][0]
    }

    private mutating func take(_ index: Int) -> Int {
        isFused[index] = true
        return index
    }

    private mutating func takeRelu(after last: inout Int) -> Bool {
        guard let next = follower(of: last), case .activation(.relu) = graph.nodes[next].operation else { return false }
        last = take(next)
        return true
    }
}

extension Convolution {
    /// Lets the convolution do what an affine map behind it does.
    mutating func fold(_ affine: Affine) {
        let perChannel = weight.count / max(1, outputChannels)
        for channel in 0..<outputChannels {
            for index in (channel * perChannel)..<((channel + 1) * perChannel) {
                weight[index] *= affine.scale[channel]
            }
        }
        let before = bias ?? Array(repeating: 0, count: outputChannels)
        bias = before.indices.map { before[$0] * affine.scale[$0] + affine.shift[$0] }
    }
}
