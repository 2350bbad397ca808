import Network

extension Pool {
    /// nil where PyTorch has no such pool.
    func torchExpression(_ x: TorchExpression, input: [Int], output: [Int]) -> TorchExpression? {
        let isPlain =
            padding.isEven && 2 * padding.top <= dilation.height * (kernel.height - 1) + 1
            && 2 * padding.left <= dilation.width * (kernel.width - 1) + 1
        var arguments = [Python.pair(kernel)]
        if stride != kernel || dilation != (1, 1) { arguments.append(Python.pair(stride)) }
        switch kind {
        case .maximum:
            if dilation != (1, 1) { arguments.append("dilation=\(Python.pair(dilation))") }
            guard isPlain else {
                let room = room(input: input, output: output)
                return x.called(by: "F.pad", [Python.tuple(room.listed), "value=-float(\"inf\")"])
                    .called(by: "F.max_pool2d", arguments)
            }
            return x.called(by: "F.max_pool2d", arguments + paddingArguments)
        case .average(let countsPadding):
            guard dilation == (1, 1) else { return nil }
            if isPlain {
                let ignores = !countsPadding && padding != .init() ? ["count_include_pad=False"] : []
                return x.called(by: "F.avg_pool2d", arguments + paddingArguments + ignores)
            }
            return unevenMean(x, arguments, input: input, output: output, countsPadding: countsPadding)
        }
    }

    private var paddingArguments: [String] {
        (padding == .init() ? [] : ["padding=\(Python.pair((padding.top, padding.left)))"])
            + (roundsUp ? ["ceil_mode=True"] : [])
    }

    /// Padding with which the windows end where the map does, whatever rounding would make of them; negative behind a
    /// map that no window reaches to the end of.
    private func room(input: [Int], output: [Int]) -> Convolution.Padding {
        func behind(_ axis: Int, _ before: Int, _ kernel: Int, _ stride: Int, _ dilation: Int) -> Int {
            (output[axis] - 1) * stride + dilation * (kernel - 1) + 1 - input[axis] - before
        }
        return .init(
            top: padding.top, left: padding.left,
            bottom: behind(1, padding.top, kernel.height, stride.height, dilation.height),
            right: behind(2, padding.left, kernel.width, stride.width, dilation.width))
    }

    /// Means over the padded map, over the shares of the windows that count.
    private func unevenMean(
        _ x: TorchExpression, _ arguments: [String], input: [Int], output: [Int], countsPadding: Bool
    ) -> TorchExpression {
        let room = room(input: input, output: output)
        let means = x.called(by: "F.pad", [Python.tuple(room.listed)]).called(by: "F.avg_pool2d", arguments)
        var ones = TorchExpression(["torch.ones(1, 1, \(input[1]), \(input[2]))"])
        var rest = room
        if countsPadding {
            ones = ones.called(by: "F.pad", [Python.tuple(padding.listed), "value=1"])
            rest = .init(bottom: room.bottom - padding.bottom, right: room.right - padding.right)
        }
        let shares = ones.called(by: "F.pad", [Python.tuple(rest.listed)]).called(by: "F.avg_pool2d", arguments)
        // On the device that the parameters are on.
        return .binary(means, "/", shares.method("to", ["next(self.parameters(), x)"]))
    }
}

extension Rearrangement {
    func torchExpression(_ x: TorchExpression, input: [Int], output: [Int]) -> TorchExpression {
        switch self {
        case .permute(let split, let permutation, let shape):
            return Self.permuted(x, input, split, permutation, shape)
        case .slice(let axis, let start, let count, let step):
            return Self.sliced(x, axis: axis, start: start, count: count, step: step, extent: input[axis])
        case .pad(let before, let after, let value):
            let pairs = zip(before, after).reversed().flatMap { [$0, $1] }
            return x.called(
                by: "F.pad", [Python.tuple(pairs)] + (value == 0 ? [] : ["value=\(Python.number(value))"]))
        case .subsample(let stride, let before, let after):
            let every = stride == 1 ? x : x.at([":", ":", "::\(stride)", "::\(stride)"])
            return before == 0 && after == 0
                ? every : every.called(by: "F.pad", [Python.tuple([0, 0, 0, 0, before, after])])
        }
    }

    private static func permuted(
        _ x: TorchExpression, _ input: [Int], _ split: [Int], _ permutation: [Int], _ shape: [Int]
    ) -> TorchExpression {
        func reshaped(_ x: TorchExpression, _ from: [Int], _ to: [Int]) -> TorchExpression {
            if from == to { return x }
            return to.count == 1 ? x.method("flatten", ["1"]) : x.method("reshape", ["-1"] + to.map(String.init))
        }
        if permutation == Array(split.indices) { return reshaped(x, input, shape) }
        let permuted = reshaped(x, input, split)
            .method("permute", ["0"] + permutation.map { String($0 + 1) })
        return reshaped(permuted, permutation.map { split[$0] }, shape)
    }

    private static func sliced(
        _ x: TorchExpression, axis: Int, start: Int, count: Int, step: Int, extent: Int
    ) -> TorchExpression {
        let last = start + (count - 1) * step
        let (low, high) = (min(start, last), max(start, last))
        let stride = count > 1 ? max(abs(step), 1) : 1
        let end = high + stride >= extent ? "" : "\(high + 1)"
        let every = stride > 1 ? ":\(stride)" : ""
        let places = Array(repeating: ":", count: axis + 1) + ["\(low == 0 ? "" : "\(low)"):\(end)\(every)"]
        let taken = places.last == ":" ? x : x.at(places)
        if step < 0, count > 1 { return taken.method("flip", ["\(axis + 1)"]) }
        // A step of 0 takes one place over and over.
        if step == 0, count > 1 { return taken.method("repeat_interleave", ["\(count)", "\(axis + 1)"]) }
        return taken
    }
}
