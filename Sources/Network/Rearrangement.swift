/// Values put elsewhere within one tensor, in logical row-major order: nothing is computed.
public enum Rearrangement: Equatable, Sendable {
    /// The values seen as an array of extents `split`, its axes permuted (as numpy's transpose does), seen as `shape`.
    /// Reshaping alone has the identity for a permutation; a channel shuffle is split, permutation and shape in one.
    case permute(split: [Int], permutation: [Int], shape: [Int])
    /// `count` places along an axis from `start` on, `step` apart (which may be negative).
    case slice(axis: Int, start: Int, count: Int, step: Int)
    /// Room before and after each axis, filled with a number.
    case pad(before: [Int], after: [Int], value: Float)
    /// Option A of He et al.: every `stride`-th row and column of C×H×W, zero channels before and after.
    case subsample(stride: Int, channelsBefore: Int, channelsAfter: Int)

    /// The values of `input` in a new shape.
    public static func reshape(_ input: [Int], to shape: [Int]) -> Rearrangement {
        .permute(split: [input.reduce(1, *)], permutation: [0], shape: shape)
    }

    public static func transpose(_ input: [Int], _ permutation: [Int]) -> Rearrangement {
        .permute(split: input, permutation: permutation, shape: permutation.map { input[$0] })
    }

    /// What stands where nothing is put.
    public var fill: Float { if case .pad(_, _, let value) = self { value } else { 0 } }

    /// For each element of the output, in row-major order, the element of the input that it is, or −1 for `fill`.
    /// The shapes must be those that shape inference lets pass. O(output).
    public func sources(input: [Int], output: [Int]) -> [Int32] {
        let strides = Self.strides(input)
        func gather(_ place: ([Int]) -> Int) -> [Int32] {
            var index = [Int](repeating: 0, count: output.count)
            return (0..<output.reduce(1, *)).map { _ in
                let source = place(index)
                var axis = output.count - 1
                while axis >= 0 {
                    index[axis] += 1
                    if index[axis] < output[axis] { break }
                    index[axis] = 0
                    axis -= 1
                }
                return Int32(source)
            }
        }
        switch self {
        case .permute(let split, let permutation, _):
            let splitStrides = Self.strides(split)
            let extents = permutation.map { split[$0] }
            let steps = permutation.map { splitStrides[$0] }
            let inner = Self.strides(extents)
            return (0..<output.reduce(1, *)).map { element in
                var source = 0
                for axis in extents.indices { source += element / inner[axis] % extents[axis] * steps[axis] }
                return Int32(source)
            }
        case .slice(let sliced, let start, _, let step):
            return gather { index in
                index.indices.reduce(0) { sum, axis in
                    sum + (axis == sliced ? start + index[axis] * step : index[axis]) * strides[axis]
                }
            }
        case .subsample(let stride, let before, _):
            return gather { index in
                let channel = index[0] - before
                guard channel >= 0, channel < input[0] else { return -1 }
                return channel * strides[0] + index[1] * stride * strides[1] + index[2] * stride
            }
        case .pad(let before, _, _):
            return gather { index in
                var sum = 0
                for axis in index.indices {
                    let place = index[axis] - before[axis]
                    guard place >= 0, place < input[axis] else { return -1 }
                    sum += place * strides[axis]
                }
                return sum
            }
        }
    }

    static func strides(_ dims: [Int]) -> [Int] {
        var strides = [Int](repeating: 1, count: dims.count)
        for axis in dims.indices.dropLast().reversed() { strides[axis] = strides[axis + 1] * dims[axis + 1] }
        return strides
    }
}
