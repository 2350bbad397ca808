import Kernels
import Network

/// Values put elsewhere: runs of them that stand side by side before and after are copied in one go.
struct CopyWork: StepWork {
    /// Values of one input's row and where in the output's row they go.
    private struct Run {
        var input: Int
        var from: Int
        var to: Int
        var count: Int
    }

    private let runs: [Run]
    private let fill: Float
    /// Values of a sample: of each input, and of the output.
    private let sizes: [Int]
    private let columns: Int
    /// Whether the runs leave nothing out.
    private let isWhole: Bool

    init(_ rearrangement: Rearrangement, shape: [Int], outputShape: [Int], order: StoredOrder) {
        let stored = order.places(of: shape)
        let sources = rearrangement.sources(input: shape, output: outputShape).map { $0 < 0 ? -1 : stored[Int($0)] }
        let runs = Self.runs(of: 0, sources: sources, targets: order.places(of: outputShape))
        self.init(runs: runs, fill: rearrangement.fill, shapes: [shape], outputShape: outputShape)
    }

    /// From row-major order to another.
    init(shape: [Int], to order: StoredOrder) {
        let targets = order.places(of: shape)
        self.init(
            runs: Self.runs(of: 0, sources: Array(0..<Int32(targets.count)), targets: targets), fill: 0,
            shapes: [shape],
            outputShape: shape)
    }

    init(concatenating shapes: [[Int]], axis: Int, outputShape: [Int], order: StoredOrder) {
        var offset = 0
        var runs: [Run] = []
        for (input, shape) in shapes.enumerated() {
            runs += Self.runs(
                of: input, sources: order.places(of: shape),
                targets: order.places(of: shape, in: outputShape, axis: axis, offset: offset))
            offset += shape[axis]
        }
        self.init(runs: runs, fill: 0, shapes: shapes, outputShape: outputShape)
    }

    private init(runs: [Run], fill: Float, shapes: [[Int]], outputShape: [Int]) {
        self.runs = runs
        self.fill = fill
        sizes = shapes.map { $0.reduce(1, *) }
        columns = outputShape.reduce(1, *)
        isWhole = runs.reduce(0) { $0 + $1.count } == columns
    }

    /// - Parameter sources: where the values that go to `targets` come from; −1 for none.
    private static func runs(of input: Int, sources: [Int32], targets: [Int32]) -> [Run] {
        var ordered = [Int32](repeating: -1, count: Int((targets.max() ?? -1) + 1))
        for (source, target) in zip(sources, targets) { ordered[Int(target)] = source }
        var runs: [Run] = []
        for (target, source) in ordered.enumerated() where source >= 0 {
            if let last = runs.last, last.to + last.count == target, last.from + last.count == Int(source) {
                runs[runs.count - 1].count += 1
            } else {
                runs.append(Run(input: input, from: Int(source), to: target, count: 1))
            }
        }
        return runs
    }

    func run(_ inputs: [UnsafeMutablePointer<Float>], into output: UnsafeMutablePointer<Float>, worker: Int) {
        for sample in 0..<Executor.batch {
            let result = output + sample * columns
            if !isWhole { result.update(repeating: fill, count: columns) }
            for run in runs {
                let source = inputs[run.input] + sample * sizes[run.input] + run.from
                let target = result + run.to
                if run.count < 8 {
                    for index in 0..<run.count { target[index] = source[index] }
                } else {
                    target.update(from: source, count: run.count)
                }
            }
        }
    }
}
