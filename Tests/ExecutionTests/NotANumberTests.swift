import Kernels
import Network
import Testing

@testable import Execution

/// A ReLU must not make a zero of NaN: what overflowed before it has to be found behind it.
@Suite struct NotANumberTests {
    @Test(arguments: [true, false]) func reluLetsItThrough(isFused: Bool) throws {
        var builder = try GraphBuilder(inputShape: [2, 1, 1])
        let norm = BatchNormalization(scale: [1, 1], shift: [0, 0], mean: [0, 0], variance: [1, 1], epsilon: 0)
        let normalized = try builder.append("bn", .batchNormalization(norm), to: 0)
        let first = try builder.append("relu", .relu, to: normalized)
        let sum = try builder.append("add", .add, to: first, 0)
        let second = try builder.append("relu2", .relu, to: sum)
        try builder.append("pool", .globalAveragePool, to: second)
        let graph = try builder.graph()
        let taps = isFused ? [first, second] : Set(graph.nodes.indices)
        let executor = Executor(
            plan: ExecutionPlan(graph, taps: taps), pool: WorkerPool(threads: 1), store: ActivationStore())
        var found: [Int: Float] = [:]
        _ = try executor.run(
            samples: 2,
            fill: { range, values in
                for row in range.indices {
                    values[2 * row] = row == 1 ? .nan : -3
                    values[2 * row + 1] = 5
                }
            },
            tapped: { node, matrix in
                found[node] = matrix.row(1)[0]
                // The sample beside it, and the channel beside it, are as ever.
                #expect(matrix.row(0)[1] == (node < sum ? 5 : 10) && matrix.row(1)[1] == matrix.row(0)[1])
                if node == first || node == second { #expect(matrix.row(0)[0] == 0) }
            })
        #expect(Set(found.keys).isSuperset(of: taps.subtracting([0])))
        #expect(found.values.allSatisfy { $0.isNaN })
    }
}
