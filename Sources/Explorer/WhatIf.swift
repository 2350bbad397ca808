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
    /// Set while the program itself takes units out.
    private(set) var automatic: AutomaticCut?

    /// Choices that can be taken back, and trials that are kept.
    static let kept = 64
    static let keptTrials = 16

    public init() {}

    var canUndo: Bool { !earlier.isEmpty }
    var canRedo: Bool { !later.isEmpty }

    /// What has come of the present choice; nil before anything has.
    public var trial: CutTrial? { trials.last { $0.cut == cut } }

    /// Whoever chooses, undoes or redoes takes over from the program.
    mutating func choose(_ units: [Int]) {
        automatic = nil
        guard units != cut else { return }
        earlier = (earlier + [cut]).suffix(Self.kept)
        later = []
        cut = units
    }

    mutating func toggle(_ unit: Int) {
        choose(cut.contains(unit) ? cut.filter { $0 != unit } : (cut + [unit]).sorted())
    }

    mutating func undo() {
        automatic = nil
        guard let last = earlier.popLast() else { return }
        later.append(cut)
        cut = last
    }

    mutating func redo() {
        automatic = nil
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

    // MARK: By itself

    mutating func beginAutomatically(points: Int) {
        choose([])
        automatic = AutomaticCut(points: points)
    }

    mutating func endAutomatically() { automatic = nil }

    mutating func tell(tried: Int) { automatic?.tried = tried }

    /// A step of the program's: one that can be taken back like any other.
    mutating func step(to units: [Int], _ accuracy: CutAccuracy, layers: Int) {
        guard let automatic else { return }
        choose(units)
        self.automatic = automatic
        take(.accuracy(accuracy), of: units, layers: layers)
    }
}

/// A cut that the program makes by itself: the unit whose loss is least, then the next, as long as the accuracy lasts.
struct AutomaticCut: Equatable, Sendable {
    /// By how many points accuracy may fall.
    let points: Int
    /// Units that were tried so far.
    var tried = 0
}

/// What comes of a cut that the program makes by itself.
public enum AutomaticOutcome: Equatable, Sendable {
    /// So many units have been tried in all.
    case tried(Int)
    /// These units are out.
    case step([Int], CutAccuracy)
    /// No more may go: without this one as well accuracy would fall by so much, a share of the images; nil where none is left.
    case stopped(unit: Int?, loss: Double)
    case failed(String)
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
    public var whole: Double
    /// Nil where nobody has counted.
    public var cut: Double?
    /// What is left, fitted to the whole network.
    public var reconstructed: Reconstructed

    public enum Reconstructed: Equatable, Sendable {
        case underWay
        case share(Double)
        /// There are too few images, or no layer can be fitted.
        case impossible
    }

    public init(images: Int, whole: Double, cut: Double?, reconstructed: Reconstructed) {
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

    /// Lets the program take units out by itself, or has it leave off.
    /// - Parameter points: of accuracy that may be lost; 1 without a number.
    mutating func cutAutomatically(points: Int?) -> [Effect] {
        guard run.whatIf.automatic == nil else {
            run.whatIf.endAutomatically()
            return []
        }
        guard run.isFinished else {
            notice = Notice("the program takes units out by itself once the run is finished", isError: true)
            return []
        }
        run.whatIf.beginAutomatically(points: min(points ?? 1, 99))
        return [keptPlan]
    }

    mutating func take(_ outcome: AutomaticOutcome, ofRun index: Int) -> [Effect] {
        guard runs.indices.contains(index), runs[index].whatIf.automatic != nil else { return [] }
        switch outcome {
        case .tried(let count): runs[index].whatIf.tell(tried: count)
        case .step(let units, let accuracy):
            runs[index].whatIf.step(to: units, accuracy, layers: runs[index].layers.count)
            return index == shownRun ? [keptPlan] : []
        case .stopped(let unit, let loss):
            notice = Notice(words(unit: unit, loss: loss, runs[index]))
            runs[index].whatIf.endAutomatically()
        case .failed(let reason):
            runs[index].whatIf.endAutomatically()
            notice = Notice(reason, isError: true)
        }
        return []
    }

    /// Why the program leaves off.
    private func words(unit: Int?, loss: Double, _ run: Run) -> String {
        let units = run.header?.network?.units ?? []
        guard let unit, units.indices.contains(unit) else { return "no other unit can be cut" }
        let name = units[unit].name
        guard run.whatIf.cut.isEmpty, let points = run.whatIf.automatic?.points else {
            return "\(name) stays: without it as well accuracy falls by \(Numbers.points(loss))"
        }
        return
            "no unit can go: without \(name) accuracy falls by \(Numbers.points(loss)); \(points + 1)o allows \(points + 1)"
    }

    private var keptPlan: Effect { .keepPlan(plan?.names ?? [], run: shownRun) }

    // MARK: Trials

    /// Asks for a trial of the present cut where there is none yet, and ends one that nobody waits for any longer. Only a
    /// finished run can be compared with.
    mutating func trialEffects() -> [Effect] {
        if let runningTrial, runningTrial.points != nil, !isPlanning || runningTrial.run != shownRun {
            runs[runningTrial.run].whatIf.endAutomatically()
        }
        let (cut, automatic) = (run.whatIf.cut, run.whatIf.automatic)
        if let automatic {
            let wanted = TrialKey(run: shownRun, points: automatic.points)
            guard wanted != runningTrial else { return [] }
            runningTrial = wanted
            return [.cutAutomatically(run: shownRun, points: automatic.points)]
        }
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

/// Which cut of which run is being tried, or looked for.
struct TrialKey: Equatable, Sendable {
    var run: Int
    var cut: [Int] = []
    /// Of accuracy that a cut may cost which the program makes by itself; nil for one that was chosen.
    var points: Int?
}
