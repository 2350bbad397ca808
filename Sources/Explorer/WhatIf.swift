import Pruning
import Separation

/// What would be if some units of a run's network were gone: which ones, and what has come of trying it.
public struct WhatIf: Equatable, Sendable {
    /// Indices of the units that are taken out, ascending.
    public private(set) var cut: [Int] = []
    /// Earlier choices, the latest last, and those that were taken back.
    private var earlier: [[Int]] = []
    private var later: [[Int]] = []
    /// What the network does without units, the latest choices last.
    private(set) var trials: [CutTrial] = []

    /// Choices that can be taken back, and trials that are kept.
    static let kept = 64
    static let keptTrials = 16

    public init() {}

    var canUndo: Bool { !earlier.isEmpty }
    var canRedo: Bool { !later.isEmpty }

    /// What has come of the present choice; nil before anything has.
    public var trial: CutTrial? { trials.last { $0.cut == cut } }

    mutating func choose(_ units: [Int]) {
        guard units != cut else { return }
        earlier = (earlier + [cut]).suffix(Self.kept)
        later = []
        cut = units
    }

    mutating func toggle(_ unit: Int) {
        choose(cut.contains(unit) ? cut.filter { $0 != unit } : (cut + [unit]).sorted())
    }

    mutating func undo() {
        guard let last = earlier.popLast() else { return }
        later.append(cut)
        cut = last
    }

    mutating func redo() {
        guard let next = later.popLast() else { return }
        earlier.append(cut)
        cut = next
    }

    /// Begins with a choice that was kept.
    mutating func begin(with units: [Int]) { if cut.isEmpty, earlier.isEmpty { cut = units } }

    mutating func take(_ outcome: CutOutcome, of cut: [Int], layers: Int) {
        var trial = trials.first { $0.cut == cut } ?? CutTrial(cut: cut, layers: layers)
        trials.removeAll { $0.cut == cut }
        trial.take(outcome)
        trials = (trials + [trial]).suffix(Self.keptTrials)
    }
}

/// What a network does without some of its units, before any training.
public struct CutTrial: Equatable, Sendable {
    /// The units that are gone.
    public let cut: [Int]
    /// Nil while unknown.
    public private(set) var accuracy: CutAccuracy?
    /// A result for each layer of the whole network, without edges; nil where the layer is gone or not known yet.
    public private(set) var results: [LayerResult?]
    public private(set) var isFinished = false
    /// Why nothing will come of it.
    public private(set) var failure: String?

    init(cut: [Int], layers: Int) {
        self.cut = cut
        results = Array(repeating: nil, count: layers)
    }

    fileprivate mutating func take(_ outcome: CutOutcome) {
        switch outcome {
        case .accuracy(let found): accuracy = found
        case .layer(let layer, let result): if results.indices.contains(layer) { results[layer] = result }
        case .finished: isFinished = true
        case .failed(let reason): failure = reason
        }
    }
}

/// Shares of images, on which nothing is fitted, that networks are right about.
public struct CutAccuracy: Equatable, Sendable {
    public var images: Int
    public var whole, cut: Double
    /// What is left, fitted to the whole network.
    public var reconstructed: Reconstructed

    public enum Reconstructed: Equatable, Sendable {
        case underWay
        case share(Double)
        /// There are too few images, or no layer can be fitted.
        case impossible
    }

    public init(images: Int, whole: Double, cut: Double, reconstructed: Reconstructed) {
        (self.images, self.whole, self.cut, self.reconstructed) = (images, whole, cut, reconstructed)
    }
}

/// What comes of trying a cut, piece by piece.
public enum CutOutcome: Equatable, Sendable {
    case accuracy(CutAccuracy)
    /// A layer behind the cut, by its index in the whole network.
    case layer(Int, LayerResult)
    case finished
    case failed(String)
}

extension ExplorerModel {
    /// The plan of the run on the screen; nil where its network isn't known.
    var plan: PruningPlan? {
        guard let header = run.header, let network = header.network else { return nil }
        return PruningPlan(
            units: network.units, cut: run.whatIf.cut, parameters: header.parameters,
            multiplyAdds: network.multiplyAdds)
    }

    /// The unit that the layer looked at belongs to: of several the innermost.
    var chosenUnit: Int? {
        guard let cursor, let units = run.header?.network?.units else { return nil }
        return units.indices.filter { units[$0].layers.contains(cursor) }
            .min { (units[$0].layers.count, $0) < (units[$1].layers.count, $1) }
    }

    /// What the curves say of each unit, at the present τ and L.
    var unitReadings: [UnitReading] {
        guard let header = run.header, let network = header.network, let flags else { return [] }
        return UnitReading.all(network.units, layers: header.layers, results: run.results, flags: flags)
    }

    // MARK: Keys

    mutating func switchPlanning() -> [Effect] {
        guard !isPlanning else {
            isPlanning = false
            return []
        }
        guard plan != nil else {
            let reason = run.header?.mean.isEmpty == true ? "features have no network" : "analyse its network again"
            notice = Notice("no unit of this run is known: \(reason)", isError: true)
            return []
        }
        isPlanning = true
        focus = .curve
        if isZoomed, layout.panels[.curve] == nil { isZoomed = false }
        return []
    }

    /// Takes the unit under the cursor out, or puts it back.
    mutating func toggleUnit() -> [Effect] {
        guard let plan, let unit = chosenUnit else { return [] }
        if let obstacle = plan.units[unit].obstacle {
            notice = Notice("\(plan.units[unit].name) stays: it \(obstacle)", isError: true)
            return []
        }
        run.whatIf.toggle(unit)
        return [keptPlan]
    }

    /// What M's flags say, then what Q's do, then nothing.
    mutating func suggestPlan() -> [Effect] {
        guard isPlanning, let plan else { return [] }
        let readings = unitReadings
        func redundant(_ says: (UnitReading) -> Bool) -> [Int] {
            readings.indices.filter { plan.units[$0].isCuttable && says(readings[$0]) }
        }
        let (byM, byQ) = (redundant(\.isRedundant), redundant(\.isLuRedundant))
        let suggestions: [(units: [Int], words: String)] = [
            (byM, "what Criterion I says of M"), (byQ, "what it says of Lu et al.'s Q"), ([], "the whole network"),
        ]
        let place = suggestions.firstIndex { $0.units == run.whatIf.cut } ?? suggestions.count - 1
        // Where both say the same, or nothing, one step does for two.
        let next = (1...3).map { suggestions[(place + $0) % 3] }.first { $0.units != run.whatIf.cut }
        guard let next else {
            notice = Notice("no unit that can be cut is flagged")
            return []
        }
        run.whatIf.choose(next.units)
        notice = Notice(next.words)
        return [keptPlan]
    }

    mutating func stepPlan(back: Bool) -> [Effect] {
        guard isPlanning else { return [] }
        guard back ? run.whatIf.canUndo : run.whatIf.canRedo else {
            notice = Notice(back ? "nothing to undo" : "nothing to redo")
            return []
        }
        if back { run.whatIf.undo() } else { run.whatIf.redo() }
        return [keptPlan]
    }

    private var keptPlan: Effect { .keepPlan(plan?.names ?? [], run: shownRun) }

    // MARK: Trials

    /// Asks for a trial of the present cut where there is none yet, and ends one that nobody waits for any longer. Only a
    /// finished run can be compared with.
    mutating func trialEffects() -> [Effect] {
        let cut = run.whatIf.cut
        let wanted = isPlanning && !cut.isEmpty && run.isFinished ? TrialKey(run: shownRun, cut: cut) : nil
        let isKnown = run.whatIf.trial.map { $0.isFinished || $0.failure != nil } ?? false
        guard wanted != runningTrial else { return isKnown ? end() : [] }
        guard let wanted, !isKnown else { return end() }
        runningTrial = wanted
        return [.tryCut(run: shownRun, cut: cut)]
    }

    private mutating func end() -> [Effect] {
        guard runningTrial != nil else { return [] }
        runningTrial = nil
        return [.stopTrial]
    }

    mutating func begin(with names: [String], plans: [[String]], run index: Int) {
        guard runs.indices.contains(index), let units = runs[index].header?.network?.units else { return }
        runs[index].plans = plans
        let known = units.indices.filter { units[$0].isCuttable && names.contains(units[$0].name) }
        runs[index].whatIf.begin(with: known)
    }
}

/// Which cut of which run is being tried.
struct TrialKey: Equatable, Sendable {
    var run: Int
    var cut: [Int]
}
