import Execution
import Kernels
import Network

/// Fits one layer by ridge regression: of all maps with its shape the one that on the images comes nearest to what it is to
/// put out, and does not go further than it must from what it was.
///
///     X = argmin  Σ over images and places |x · X + shortcut − target|² + μ |X − X₀|²,   μ = ridge · mean diagonal of Σ xᵀx
///
/// Behind a ReLU only what it lets through counts.
struct LayerFit {
    /// How a layer comes out.
    enum Outcome {
        case fitted([Int: Operation])
        /// It stays as it was.
        case left(Reason)
    }

    enum Reason: Equatable, Sendable {
        case tooManyUnknowns(Int)
        /// The normal equations have no solution in finite numbers.
        case unsolvable
    }

    let rows: RowSource
    let site: FitSite
    let graph: Graph
    let options: ReconstructionOptions
    let pool: WorkerPool
    let scratch: GramScratch
    let cancellation: Cancellation?

    /// - Parameter images: how many there are.
    /// - Throws: `KernelError`.
    /// - Complexity: O(rows · unknowns² + unknowns³) for each group.
    func run(images: Int) throws -> Outcome {
        let map = rows.map
        guard map.unknowns + map.outputs <= options.mostColumns else { return .left(.tooManyUnknowns(map.unknowns)) }
        var solutions: [[Double]] = []
        var moments: [(mean: Double, variance: Double)] = []
        let draw = RowDraw(
            images: images, places: map.places, most: max(options.leastRows, options.rowsPerUnknown * map.unknowns))
        for group in 0..<map.groups {
            switch try fit(group: group, draw) {
            case .failure(let reason): return .left(reason)
            case .success(let found):
                solutions.append(found.solution)
                moments += found.moments
            }
        }
        return .fitted(map.operations(site, in: graph, solutions: solutions, moments: moments))
    }

    private struct Found {
        var solution: [Double]
        var moments: [(mean: Double, variance: Double)]
    }

    private enum Result {
        case success(Found)
        case failure(Reason)
    }

    private func fit(group: Int, _ draw: RowDraw) throws -> Result {
        let (map, rows) = (rows.map, rows)
        let (unknowns, outputs, columns) = (map.unknowns, map.outputs, rows.columns)
        let gram = GramMatrix(columns: columns, cut: unknowns, scratch: scratch)
        let before = map.solution(group: group)
        let isFitted = options.fitsInner || !site.isInner
        let aims = isFitted && rows.bounds != nil ? options.rounds : 0
        var (solution, right) = (before, before)
        var system: NormalEquations?
        var factor: Cholesky?
        for round in 0..<max(1, aims) {
            let now = aims > 0 ? solution.map { Float($0) } : nil
            try gram.add(
                rows: draw.count, from: round == 0 ? 0 : unknowns, pool: pool, cancellation: cancellation
            ) { range, values in
                for (index, row) in range.enumerated() {
                    let (image, place) = draw[row]
                    rows.writeInputs(image: image, place: place, group: group, values + index * columns)
                }
                var found = [Float](repeating: 0, count: now == nil ? 0 : range.count * outputs)
                if let now {
                    try multiplyTransposed(
                        values, now, into: &found, rows: range.count, columns: outputs, depth: unknowns,
                        inputStride: columns)
                }
                found.withUnsafeBufferPointer { found in
                    for (index, row) in range.enumerated() {
                        let (image, place) = draw[row]
                        rows.writeTargets(
                            image: image, place: place, group: group,
                            found: now == nil ? nil : found.baseAddress.map { $0 + index * outputs },
                            values + index * columns + unknowns)
                    }
                }
            }
            guard isFitted else {
                let images = NormalEquations(gram, unknowns: unknowns, ridge: 0).product(before)
                return .success(Found(solution: before, moments: moments(of: before, images, rows: gram.rows)))
            }
            if round == 0 {
                let equations = NormalEquations(gram, unknowns: unknowns, ridge: options.ridge)
                (system, factor) = (equations, equations.factor)
            }
            guard let system, let factor else { return .failure(.unsolvable) }
            right = system.right(gram, outputs: outputs, towards: before)
            solution = factor.solve(right, sides: outputs)
            if round + 1 < aims { gram.restart(from: unknowns) }
        }
        let weight = system?.weight ?? 0
        guard solution.allSatisfy({ Float($0).isFinite }) else { return .failure(.unsolvable) }
        // By A · X = B + μ (X₀ − X) it is had without another product.
        let images = zip(right, solution).map { $0 - weight * $1 }
        return .success(Found(solution: solution, moments: moments(of: solution, images, rows: gram.rows)))
    }

    /// Mean and variance of what a solution X puts out, bias included.
    /// - Parameter images: A · X.
    private func moments(
        of solution: [Double], _ images: [Double], rows count: Int
    ) -> [(mean: Double, variance: Double)] {
        let (unknowns, count) = (rows.map.unknowns, Double(count))
        return (0..<rows.map.outputs).map { output in
            let own = output * unknowns..<(output + 1) * unknowns
            // Nobody asks where there is no normalisation, and hence perhaps no bias.
            let mean = images[own.upperBound - 1] / count
            return (mean, zip(solution[own], images[own]).reduce(0) { $0 + $1.0 * $1.1 } / count - mean * mean)
        }
    }
}

/// A + μ·1, of the normal equations A · X = B that rows make.
struct NormalEquations {
    let unknowns: Int
    /// μ.
    let weight: Double
    private let matrix: [Double]

    init(_ gram: GramMatrix, unknowns: Int, ridge: Double) {
        self.unknowns = unknowns
        var matrix = Array(repeating: 0.0, count: unknowns * unknowns)
        var trace = 0.0
        for row in 0..<unknowns {
            for column in row..<unknowns { matrix[row * unknowns + column] = gram.values[row * gram.columns + column] }
            trace += matrix[row * unknowns + row]
        }
        weight = ridge * trace / Double(max(1, unknowns))
        for row in 0..<unknowns { matrix[row * unknowns + row] += weight }
        self.matrix = matrix
    }

    var factor: Cholesky? { Cholesky(matrix, order: unknowns) }

    /// B + μ X₀ of the first outputs, one after the other.
    func right(_ gram: GramMatrix, outputs: Int, towards before: [Double]) -> [Double] {
        var right = Array(repeating: 0.0, count: outputs * unknowns)
        for output in 0..<outputs {
            for row in 0..<unknowns {
                right[output * unknowns + row] =
                    gram.values[row * gram.columns + unknowns + output] + weight * before[output * unknowns + row]
            }
        }
        return right
    }

    /// A · X of several outputs, one after the other.
    func product(_ solution: [Double]) -> [Double] {
        var product = Array(repeating: 0.0, count: solution.count)
        for start in stride(from: 0, to: solution.count, by: unknowns) {
            for row in 0..<unknowns {
                product[start + row] += matrix[row * unknowns + row] * solution[start + row]
                for column in (row + 1)..<max(row + 1, unknowns) {
                    let value = matrix[row * unknowns + column]
                    product[start + row] += value * solution[start + column]
                    product[start + column] += value * solution[start + row]
                }
            }
        }
        return product
    }
}
