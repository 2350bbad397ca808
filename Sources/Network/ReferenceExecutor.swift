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
            outputs.append(
                node.inputs.isEmpty
                    ? input : node.operation.evaluate(values, shapes: shapes, outputShape: node.shape))
        }
        return outputs
    }
}
