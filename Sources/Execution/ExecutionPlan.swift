import Kernels
import Network

/// A network cut into steps: convolutions with batch normalisation, sum and ReLU fused, in an order that can be carried out.
public struct ExecutionPlan: Sendable {
    let steps: [Step]
    /// Nodes whose values are wanted, hence not fused away.
    public let taps: Set<Int>
    public let inputShape: [Int]
    let outputNode: Int
    /// For each node whose value exists, the last step that reads it.
    let lastUse: [Int: Int]

    /// - Parameter taps: nodes whose values are to be handed out while running.
    public init(_ graph: Graph, taps: Set<Int>) {
        var fusion = Fusion(graph: graph, taps: taps)
        steps = fusion.steps()
        self.taps = taps
        inputShape = graph.inputShape
        outputNode = graph.nodes.count - 1
        var lastUse: [Int: Int] = [:]
        for (index, step) in steps.enumerated() {
            for input in step.inputs { lastUse[input] = index }
        }
        lastUse[outputNode] = steps.count
        self.lastUse = lastUse
    }

    /// Multiply-adds of one sample through the whole network.
    public var cost: Int { steps.reduce(0) { $0 + $1.cost } }

    /// Bytes of activations that exist at once when so many samples go through, at the worst step; nil where too many to count.
    public func peakBytes(samples: Int) -> Int? {
        func bytes(_ shape: [Int]) -> Int? {
            FeatureMatrix.byteCount(rows: samples, columns: shape.reduce(1, *))
        }
        guard var live = bytes(inputShape) else { return nil }
        var sizes = [0: live]
        var peak = live
        for (index, step) in steps.enumerated() {
            guard let size = bytes(step.outputShape) else { return nil }
            if let reused = reusedInput(of: index) {
                sizes[reused] = nil
            } else {
                let (sum, overflow) = live.addingReportingOverflow(size)
                guard !overflow else { return nil }
                live = sum
            }
            sizes[step.output] = size
            peak = max(peak, live)
            for (node, size) in sizes where lastUse[node, default: index] <= index {
                live -= size
                sizes[node] = nil
            }
        }
        return peak
    }

    /// The input whose memory a step's output takes over: the summand of a convolution, where nobody reads it afterwards.
    func reusedInput(of index: Int) -> Int? {
        let step = steps[index]
        guard case .convolution(_, accumulate: true, _) = step.kind, step.inputs[0] != step.inputs[1],
            lastUse[step.inputs[1]] == index
        else { return nil }
        return step.inputs[1]
    }
}

/// Finds which nodes of a graph go together.
private struct Fusion {
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
        case .convolution(let convolution):
            var folded = convolution
            if let next = follower(of: last), case .batchNormalization(let norm) = graph.nodes[next].operation {
                folded.fold(norm)
                last = take(next)
            }
            if let next = follower(of: last), case .add = graph.nodes[next].operation,
                let other = graph.nodes[next].inputs.first(where: { $0 != last }), other < index
            {
                inputs.append(other)
                last = take(next)
            }
            kind = .convolution(folded, accumulate: inputs.count == 2, relu: takeRelu(after: &last))
        case .batchNormalization(let norm):
            let (scale, shift) = norm.affine
            kind = .affine(scale: scale, shift: shift, relu: takeRelu(after: &last))
        case .add: kind = .add(relu: takeRelu(after: &last))
        case .relu: kind = .relu
        case .subsample(let stride, let before, _): kind = .subsample(stride: stride, channelsBefore: before)
        case .globalAveragePool: kind = .globalAveragePool
        case .linear(let linear): kind = .linear(linear)
        }
        return Step(
            kind: kind, inputs: inputs, output: last, inputShape: graph.nodes[inputs[0]].shape,
            outputShape: graph.nodes[last].shape)
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
        guard let next = follower(of: last), case .relu = graph.nodes[next].operation else { return false }
        last = take(next)
        return true
    }
}

extension BatchNormalization {
    /// The same map as y = x · scale + shift, reckoned in float64.
    var affine: (scale: [Float], shift: [Float]) {
        let factors = scale.indices.map { Double(scale[$0]) / (Double(variance[$0]) + Double(epsilon)).squareRoot() }
        let shifts = factors.indices.map { Float(Double(shift[$0]) - Double(mean[$0]) * factors[$0]) }
        return (factors.map(Float.init), shifts)
    }
}

extension Convolution {
    /// Lets the convolution do what a batch normalisation behind it does.
    mutating func fold(_ norm: BatchNormalization) {
        let (scale, shift) = norm.affine
        let perChannel = weight.count / max(1, outputChannels)
        for channel in 0..<outputChannels {
            for index in (channel * perChannel)..<((channel + 1) * perChannel) { weight[index] *= scale[channel] }
        }
        let before = bias ?? Array(repeating: 0, count: outputChannels)
        bias = before.indices.map { before[$0] * scale[$0] + shift[$0] }
    }
}
