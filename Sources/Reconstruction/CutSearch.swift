import Execution
import Foundation
import Kernels
import Network

/// Which units a network can do without, found by taking them out: one after the other the one whose loss is least.
///
/// The loss is how far the fitted network's scores are from the whole one's on images whose labels nobody looks at: the mean
/// Kullback–Leibler divergence of their softmax, in nats. A unit is tried on what is left after those before it, where all
/// that follows is fitted anew, on few images.
public struct CutSearch: Sendable {
    /// A unit that was taken out.
    public struct Step: Sendable, Equatable {
        public var unit: Int
        /// Without it and all before it.
        public var loss: Double
        /// Share of the images of which the network says the same as the whole one.
        public var agreement: Double
    }

    /// For each unit, the loss without it alone; nil where it can't be cut.
    public private(set) var losses: [Double?]
    public private(set) var steps: [Step] = []

    /// Images that units are tried on.
    public static let images = 128
    /// Units that are tried in each step but the first, as long as others may be better.
    static let tries = 6

    /// How layers are fitted while trying: on fewer rows, and less often.
    static var options: ReconstructionOptions {
        var options = ReconstructionOptions()
        (options.rounds, options.rowsPerUnknown, options.leastRows) = (2, 32, 8192)
        return options
    }

    /// - Parameters:
    ///   - images: how many there are; the first of them are taken.
    ///   - saving: what a unit saves, above 0; then the loss counts that comes for each of it. Nil: the loss alone.
    ///   - isEnough: asked after each step, with all of them and the network as it is fitted now; true ends the search.
    ///   - progress: called with how many units have been tried in all, and how many are out.
    /// - Throws: as `Reconstruction`; what `isEnough` throws.
    /// - Complexity: a reconstruction for each unit tried: all that can be cut, and then a few for each step.
    public init(
        of network: Network, images: Int, pool: WorkerPool, store: ActivationStore, cancellation: Cancellation? = nil,
        fill: @escaping ForwardPass.Fill, saving: ((_ unit: Int) -> Double)? = nil,
        isEnough: ([Step], Reconstruction) throws -> Bool, progress: (_ tried: Int, _ out: Int) -> Void
    ) throws {
        let (whole, units) = (network.graph, network.units)
        let images = min(images, Self.images)
        losses = units.map { _ in nil }
        var start = Reconstruction.Start()
        var chosen: [Int] = []
        var (loss, tried) = (0.0, 0)
        /// By how much the loss grew when a unit was tried last, for each of what it saves.
        var price: [Int: Double] = [:]
        func attempt(_ unit: Int) throws -> Reconstruction {
            let fit = try Reconstruction(
                of: whole, cut: CutGraph(whole, cutting: (chosen + [unit]).sorted().map { units[$0] }), from: start,
                images: images, options: Self.options, pool: pool, store: store, cancellation: cancellation, fill: fill)
            start.wanted = fit.wanted
            tried += 1
            progress(tried, chosen.count)
            return fit
        }
        while true {
            let taken = Set(chosen.flatMap { units[$0].layers })
            let left = units.indices.filter {
                units[$0].isCuttable && !chosen.contains($0) && taken.isDisjoint(with: units[$0].layers)
            }.sorted { (price[$0] ?? 0, $0) < (price[$1] ?? 0, $1) }
            var best: (unit: Int, fit: Reconstruction, loss: Double, price: Double)?
            for (place, unit) in left.enumerated() {
                if let best, let expected = price[unit], place >= Self.tries || expected >= best.price { break }
                let fit = try attempt(unit)
                let found = fit.divergence
                let saved = saving?(unit) ?? 1
                // What gains and saves much comes before what gains and saves little.
                let asked = found > loss ? (found - loss) / saved : (found - loss) * saved
                price[unit] = asked
                if chosen.isEmpty { losses[unit] = found }
                if asked < best?.price ?? .infinity { best = (unit, fit, found, asked) }
            }
            guard let best else { return }
            chosen.append(best.unit)
            loss = best.loss
            steps.append(Step(unit: best.unit, loss: loss, agreement: best.fit.agreement))
            start.operations = best.fit.operations
            if try isEnough(steps, best.fit) { return }
        }
    }
}

extension Reconstruction {
    /// Mean Kullback–Leibler divergence of the scores' softmax from the whole network's, in nats; infinite where scores are
    /// no numbers.
    public var divergence: Double {
        let classes = scores.columns
        let sum = (0..<scores.rows).reduce(0.0) { sum, row in
            let (p, q) = (Self.logarithms(wanted.row(row), classes), Self.logarithms(scores.row(row), classes))
            return sum + zip(p, q).reduce(0) { $0 + exp($1.0) * ($1.0 - $1.1) }
        }
        let mean = sum / Double(max(1, scores.rows))
        return mean.isFinite ? max(0, mean) : .infinity
    }

    /// Share of the images that get the same class from both.
    public var agreement: Double {
        func best(_ row: UnsafeMutablePointer<Float>) -> Int {
            (1..<max(1, scores.columns)).reduce(0) { row[$1] > row[$0] ? $1 : $0 }
        }
        let same = (0..<scores.rows).count { best(scores.row($0)) == best(wanted.row($0)) }
        return Double(same) / Double(max(1, scores.rows))
    }

    private static func logarithms(_ scores: UnsafeMutablePointer<Float>, _ count: Int) -> [Double] {
        let values = (0..<count).map { Double(scores[$0]) }
        let most = values.max() ?? 0
        let sum = log(values.reduce(0) { $0 + exp($1 - most) }) + most
        return values.map { $0 - sum }
    }
}
