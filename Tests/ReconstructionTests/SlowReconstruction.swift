import Network
import Testing

/// The definition of a fit, put down again in the plainest way: every image on its own, sums in float64, elimination.
struct SlowReconstruction {
    let whole: Graph
    private(set) var cut: Graph
    let images: [[Float]]
    let ridge: Double
    let rounds: Int

    init(whole: Graph, cut: Graph, images: [[Float]], ridge: Double, rounds: Int) {
        (self.whole, self.cut, self.images) = (whole, cut, images)
        (self.ridge, self.rounds) = (ridge, rounds)
    }

    var logits: [[Float]] {
        get throws { try images.map { try ReferenceExecutor.run(cut, input: $0)[cut.nodes.count - 1] } }
    }

    private func index(_ name: String, in graph: Graph) throws -> Int {
        try #require(graph.nodes.firstIndex { $0.name == name }, "\(name)")
    }

    /// Fits a convolution without bias, its BatchNorm and what is added to it, so that node `end` gets the values of the
    /// whole network's node `target`.
    mutating func fit(_ name: String, _ norm: String, end: String, target: String, relu: Bool = true) throws {
        let (layer, normal) = (try index(name, in: cut), try index(norm, in: cut))
        let (last, aim) = (try index(end, in: cut), try index(target, in: whole))
        guard case .convolution(var convolution) = cut.nodes[layer].operation,
            case .batchNormalization(var batch) = cut.nodes[normal].operation
        else { throw NetworkError.shape(node: name, problem: "no convolution with a BatchNorm") }
        let shortcut = last == normal ? nil : cut.nodes[last].inputs.first { $0 != normal }
        let shape = cut.nodes[cut.nodes[layer].inputs[0]].shape
        let (outputs, height, width) = (cut.nodes[layer].shape[0], cut.nodes[layer].shape[1], cut.nodes[layer].shape[2])
        let kernel = convolution.kernel
        var rows: [[Double]] = []
        var wanted: [[Double]] = []
        var added: [[Double]] = []
        for image in images {
            let values = try ReferenceExecutor.run(cut, input: image)
            let (input, goal) = (
                values[cut.nodes[layer].inputs[0]], try ReferenceExecutor.run(whole, input: image)[aim]
            )
            for y in 0..<height {
                for x in 0..<width {
                    var row: [Double] = []
                    for channel in 0..<shape[0] {
                        for ky in 0..<kernel.height {
                            for kx in 0..<kernel.width {
                                let sy = y * convolution.stride.height + ky - convolution.padding.top
                                let sx = x * convolution.stride.width + kx - convolution.padding.left
                                let isInside = (0..<shape[1]).contains(sy) && (0..<shape[2]).contains(sx)
                                row.append(isInside ? Double(input[(channel * shape[1] + sy) * shape[2] + sx]) : 0)
                            }
                        }
                    }
                    rows.append(row + [1])
                    let place = y * width + x
                    wanted.append((0..<outputs).map { Double(goal[$0 * height * width + place]) })
                    added.append(
                        (0..<outputs).map { output in
                            shortcut.map { Double(values[$0][output * height * width + place]) } ?? 0
                        })
                }
            }
        }
        let scale = (0..<outputs).map {
            Double(batch.scale[$0]) / (Double(batch.variance[$0]) + Double(batch.epsilon)).squareRoot()
        }
        let size = rows[0].count - 1
        let before = (0..<outputs).map { output in
            (0..<size).map { Double(convolution.weight[output * size + $0]) * scale[output] } + [
                Double(batch.shift[output]) - Double(batch.mean[output]) * scale[output]
            ]
        }
        let found = Self.solve(
            rows, wanted, added, before: before, ridge: ridge, rounds: relu ? rounds : 0)
        for output in 0..<outputs {
            for place in 0..<size { convolution.weight[output * size + place] = Float(found[output][place]) }
            batch.shift[output] = Float(found[output][size])
            (batch.scale[output], batch.mean[output], batch.variance[output]) = (1, 0, 1 - batch.epsilon)
        }
        cut = try cut.replacing([layer: .convolution(convolution), normal: .batchNormalization(batch)])
    }

    mutating func fitClassifier() throws {
        let last = cut.nodes.count - 1
        guard case .linear(var linear) = cut.nodes[last].operation else { return }
        let before = (0..<linear.outputs).map { output in
            (0..<linear.inputs).map { Double(linear.weight[output * linear.inputs + $0]) } + [
                Double(linear.bias?[output] ?? 0)
            ]
        }
        let rows = try images.map { image in
            try ReferenceExecutor.run(cut, input: image)[cut.nodes[last].inputs[0]].map { Double($0) } + [1]
        }
        let wanted = try images.map {
            try ReferenceExecutor.run(whole, input: $0)[whole.nodes.count - 1].map { Double($0) }
        }
        let none = wanted.map { $0.map { _ in 0.0 } }
        let found = Self.solve(rows, wanted, none, before: before, ridge: ridge, rounds: 0)
        for output in 0..<linear.outputs {
            for place in 0..<linear.inputs {
                linear.weight[output * linear.inputs + place] = Float(found[output][place])
            }
            linear.bias?[output] = Float(found[output][linear.inputs])
        }
        cut = try cut.replacing([last: .linear(linear)])
    }

    private static func solve(
        _ rows: [[Double]], _ wanted: [[Double]], _ added: [[Double]], before: [[Double]], ridge: Double, rounds: Int
    ) -> [[Double]] {
        let size = rows[0].count
        var matrix = (0..<size).map { a in (0..<size).map { b in rows.reduce(0) { $0 + $1[a] * $1[b] } } }
        let weight = ridge * (0..<size).reduce(0) { $0 + matrix[$1][$1] } / Double(size)
        for place in 0..<size { matrix[place][place] += weight }
        var found = before
        for _ in 0..<max(1, rounds) {
            let aims = rows.indices.map { row in
                wanted[row].indices.map { output -> Double in
                    let goal = wanted[row][output]
                    guard rounds > 0, goal <= 0 else { return goal - added[row][output] }
                    let now = zip(rows[row], found[output]).reduce(added[row][output]) { $0 + $1.0 * $1.1 }
                    return min(0, now) - added[row][output]
                }
            }
            found = before.indices.map { output in
                let right = (0..<size).map { place in
                    rows.indices.reduce(weight * before[output][place]) {
                        $0 + rows[$1][place] * aims[$1][output]
                    }
                }
                return eliminate(matrix, right)
            }
        }
        return found
    }

    private static func eliminate(_ matrix: [[Double]], _ right: [Double]) -> [Double] {
        let size = right.count
        var rows = zip(matrix, right).map { $0 + [$1] }
        for pivot in 0..<size {
            for row in (pivot + 1)..<max(pivot + 1, size) {
                let factor = rows[row][pivot] / rows[pivot][pivot]
                for place in pivot...size { rows[row][place] -= factor * rows[pivot][place] }
            }
        }
        var solution = Array(repeating: 0.0, count: size)
        for row in (0..<size).reversed() {
            let known = ((row + 1)..<max(row + 1, size)).reduce(0) { $0 + rows[row][$1] * solution[$1] }
            solution[row] = (rows[row][size] - known) / rows[row][row]
        }
        return solution
    }
}
