import Foundation
import Synchronization
import Testing

@testable import Kernels

/// oneDNN's functions against their definitions in float64.
@Suite struct ElementKernelTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var function: ElementFunction
        var definition: @Sendable (Double) -> Double
        var testDescription: String { "\(function.kind) \(function.alpha) \(function.beta)" }

        init(
            _ kind: ElementFunction.Kind, _ alpha: Float = 0, _ beta: Float = 0,
            definition: @escaping @Sendable (Double) -> Double
        ) {
            function = ElementFunction(kind, alpha: alpha, beta: beta)
            self.definition = definition
        }
    }

    static let cases: [Case] = [
        Case(.relu) { max($0, 0) },
        Case(.relu, 0.25) { $0 > 0 ? $0 : 0.25 * $0 },
        Case(.elu, 0.5) { $0 > 0 ? $0 : 0.5 * (exp($0) - 1) },
        Case(.linear, 2, -1) { 2 * $0 - 1 },
        Case(.clip, -1, 2) { min(max($0, -1), 2) },
        Case(.power, 2, 2) { 2 * $0 * $0 },
        Case(.swish, 1) { $0 / (1 + exp(-$0)) },
        Case(.hardSwish) { $0 * min(max($0 + 3, 0), 6) / 6 },
        Case(.logistic) { 1 / (1 + exp(-$0)) },
        Case(.tanh) { tanh($0) },
        Case(.exponential) { exp($0) },
        Case(.squareRoot) { $0.squareRoot() },
        Case(.absolute) { abs($0) },
        Case(.gelu) { $0 * 0.5 * (1 + erf($0 * 0.5.squareRoot())) },
        Case(.geluTanh) { $0 * 0.5 * (1 + tanh((2 / Double.pi).squareRoot() * ($0 + 0.044715 * $0 * $0 * $0))) },
    ]

    @Test(arguments: cases) func agreesWithTheDefinition(_ test: Case) throws {
        // From −6 to 6; a square root is asked of what has one.
        let inputs = (0...48).map { Float($0 - 24) / 4 }.map { test.function.kind == .squareRoot ? abs($0) : $0 }
        let kernel = try ElementKernel(test.function, count: inputs.count, workers: 1)
        let result = Mutex(inputs)
        try WorkerPool(threads: 1).run(items: 1) { _, worker in
            try result.withLock { values in
                try values.withUnsafeMutableBufferPointer { try kernel.run($0.baseAddress!, worker: worker) }
            }
        }
        for (input, found) in zip(inputs, result.withLock { $0 }) {
            let expected = test.definition(Double(input))
            #expect(abs(Double(found) - expected) <= 2e-6 * max(1, abs(expected)), "at \(input)")
        }
    }
}
