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

    /// The input whose memory a step's output takes over, where nobody reads it afterwards.
    func reusedInput(of index: Int) -> Int? {
        steps[index].replaceableInputs.first { lastUse[$0] == index }
    }
}
