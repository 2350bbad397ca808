import Synchronization
import Testing

@testable import Kernels

@Suite struct ConvolutionKernelTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var shape: ConvolutionShape
        var accumulate = false
        var relu = false
        var testDescription: String { name }
    }

    static let cases: [Case] = [
        Case(name: "3×3", shape: shape(3, 6, 5, 4, kernel: 3, stride: 1, pad: 1)),
        Case(
            name: "stride 2 with sum and ReLU", shape: shape(16, 8, 8, 32, kernel: 3, stride: 2, pad: 1),
            accumulate: true, relu: true),
        Case(name: "1×1", shape: shape(8, 4, 4, 16, kernel: 1, stride: 1, pad: 0), relu: true),
        Case(
            name: "grouped and dilated", shape: shape(8, 9, 9, 8, kernel: 3, stride: 1, pad: 2, dilation: 2, groups: 4)),
        Case(name: "one channel", shape: shape(1, 8, 8, 16, kernel: 3, stride: 1, pad: 1)),
        Case(name: "blocks from an image", shape: shape(3, 6, 5, 16, kernel: 3, stride: 1, pad: 1, order: .blocked)),
        Case(
            name: "blocks with stride, sum and ReLU",
            shape: shape(16, 8, 7, 32, kernel: 3, stride: 2, pad: 1, order: .blocked), accumulate: true, relu: true),
        Case(
            name: "blocks in depth",
            shape: shape(16, 7, 7, 16, kernel: 3, stride: 1, pad: 1, groups: 16, order: .blocked)),
        Case(
            name: "blocks in groups",
            shape: shape(32, 7, 7, 32, kernel: 3, stride: 1, pad: 1, groups: 2, order: .blocked)),
        Case(name: "minimal filtering", shape: shape(16, 8, 8, 32, kernel: 3, stride: 1, pad: 1, order: .blocked)),
        Case(
            name: "minimal filtering, odd extents, sum and ReLU",
            shape: shape(32, 7, 5, 16, kernel: 3, stride: 1, pad: 1, order: .blocked), accumulate: true, relu: true),
        Case(
            name: "minimal filtering, one pixel",
            shape: shape(16, 1, 1, 16, kernel: 3, stride: 1, pad: 1, order: .blocked)),
        Case(
            name: "minimal filtering without padding, several chunks",
            shape: shape(16, 33, 36, 16, kernel: 3, stride: 1, pad: 0, order: .blocked), relu: true),
        Case(
            name: "minimal filtering with wide padding",
            shape: shape(16, 3, 4, 16, kernel: 3, stride: 1, pad: 4, order: .blocked)),
    ]

    private static func shape(
        _ channels: Int, _ height: Int, _ width: Int, _ out: Int, kernel: Int, stride: Int, pad: Int,
        dilation: Int = 1, groups: Int = 1, order: ChannelOrder = .last
    ) -> ConvolutionShape {
        let extent = (kernel - 1) * dilation + 1
        return ConvolutionShape(
            channels: channels, height: height, width: width, outputChannels: out,
            outputHeight: (height + 2 * pad - extent) / stride + 1,
            outputWidth: (width + 2 * pad - extent) / stride + 1,
            kernel: (kernel, kernel), stride: (stride, stride), dilation: (dilation, dilation),
            padding: (pad, pad, pad, pad), groups: groups, order: order)
    }

    /// Eight small whole numbers in a cycle of prime length: every product and sum is exact in float32.
    private func values(_ count: Int, _ offset: Int) -> [Float] {
        (0..<count).map { Float(($0 + offset) * 7 % 11 - 5) }
    }

    @Test(arguments: cases) func agreesWithTheDefinition(_ test: Case) throws {
        let s = test.shape
        let batch = 2
        let weights = values(s.outputChannels * s.channels / s.groups * s.kernelHeight * s.kernelWidth, 1)
        let bias = values(s.outputChannels, 2)
        let images = values(batch * s.inputFeatures, 3)
        let before = values(batch * s.outputFeatures, 4)
        let functions: [ElementFunction] = test.relu ? [.relu] : []
        let kernel = try ConvolutionKernel(
            shape: s, batch: batch, weights: weights, bias: bias, accumulate: test.accumulate,
            functions: functions, workers: 1)
        // What stands there before is of no matter.
        let workspace = ConvolutionKernel.workspace(shape: s, batch: batch, functions: functions)
        #expect((workspace > 0) == test.name.contains("minimal filtering"))
        let expected = naive(test, batch: batch, images: images, weights: weights, bias: bias, before: before)
        for level in workspace > 0 ? VectorLoops.levels : [VectorLoops.level] {
            let memory = Mutex([Float](repeating: .nan, count: max(1, workspace)))
            let result = Mutex(before)
            try WorkerPool(threads: 1).run(items: 1) { _, worker in
                try result.withLock { output in
                    try memory.withLock { memory in
                        try kernel.run(images, into: &output, workspace: &memory, worker: worker, level: level)
                    }
                }
            }
            #expect(result.withLock { $0 } == expected, "\(level)")
        }
    }

    @Test(arguments: [(35, 4), (37, 4), (36, 3), (36, 5)])
    func weightsAndBiasOfAnotherSizeAreRefused(weights: Int, bias: Int) {
        let shape = Self.shape(1, 4, 4, 4, kernel: 3, stride: 1, pad: 1)
        #expect(throws: KernelError.library(operation: "weights or bias of that size", status: 2)) {
            try ConvolutionKernel(
                shape: shape, batch: 1, weights: Array(repeating: 0, count: weights),
                bias: Array(repeating: 0, count: bias), accumulate: false, functions: [], workers: 1)
        }
    }

    private func naive(
        _ test: Case, batch: Int, images: [Float], weights: [Float], bias: [Float], before: [Float]
    ) -> [Float] {
        let s = test.shape
        let (groupIn, groupOut) = (s.channels / s.groups, s.outputChannels / s.groups)
        func place(_ n: Int, _ c: Int, _ y: Int, _ x: Int, of extents: (Int, Int, Int)) -> Int {
            let block = s.order.block(of: extents.0)
            return (((n * extents.0 / block + c / block) * extents.1 + y) * extents.2 + x) * block + c % block
        }
        var output = before
        for n in 0..<batch {
            for y in 0..<s.outputHeight {
                for x in 0..<s.outputWidth {
                    for o in 0..<s.outputChannels {
                        var sum = bias[o]
                        for i in 0..<groupIn {
                            for ky in 0..<s.kernelHeight {
                                for kx in 0..<s.kernelWidth {
                                    let row = y * s.strideHeight + ky * s.dilationHeight - s.padTop
                                    let column = x * s.strideWidth + kx * s.dilationWidth - s.padLeft
                                    guard (0..<s.height).contains(row), (0..<s.width).contains(column) else { continue }
                                    let channel = o / groupOut * groupIn + i
                                    sum +=
                                        images[place(n, channel, row, column, of: (s.channels, s.height, s.width))]
                                        * weights[((o * groupIn + i) * s.kernelHeight + ky) * s.kernelWidth + kx]
                                }
                            }
                        }
                        let index = place(n, o, y, x, of: (s.outputChannels, s.outputHeight, s.outputWidth))
                        if test.accumulate { sum += before[index] }
                        output[index] = test.relu ? max(0, sum) : sum
                    }
                }
            }
        }
        return output
    }
}
