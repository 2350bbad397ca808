import Separation
import Tensors

/// Which units are cut.
public enum PruningPolicy: Equatable, Sendable {
    /// All that Criterion I says may be cut, on M.
    case criterion
    /// The same on Lu et al.'s Q.
    case lu
    /// The last ones.
    case tail(Amount)
    /// Those across which M gains the least.
    case budget(Amount)
    /// Drawn at random.
    case random(Amount, seed: UInt64)
    /// Those without which the fitted network's scores stay nearest to the whole one's, as measured.
    case measured(Amount)
    /// Nothing: the whole network, as a control that others are compared with.
    case none
    /// What was taken out in the explorer, and kept with the run.
    case explorer
    /// These, by name.
    case units([String])

    /// How much is cut.
    public enum Amount: Equatable, Sendable {
        case units(Int)
        /// Units until so much is saved of all parameters, or of all multiply-adds, 0 to 1.
        case share(Double, of: Saving = .parameters)
        /// As many as may go with an accuracy of so much less at most, in shares of the images, or with the whole network's
        /// class for such a share of them at least.
        case losing(Double)
        case agreeing(Double)
    }

    /// What is saved.
    public enum Saving: String, Equatable, Sendable, CaseIterable {
        case parameters
        case multiplyAdds = "multiply-adds"

        /// So many of a unit's.
        public func count(_ unit: UnitDescription) -> Int { self == .parameters ? unit.parameters : unit.multiplyAdds }
    }

    /// Whether it goes by what an analysis has found.
    public var needsCurves: Bool {
        switch self {
        case .criterion, .lu, .budget: true
        case .tail, .random, .measured, .none, .explorer, .units: false
        }
    }

    /// Whether it goes by what comes of taking units out.
    public var isMeasured: Bool { if case .measured = self { true } else { false } }

    /// As on the command line: `criterion`, `budget 30 %`.
    public var description: String {
        switch self {
        case .criterion: "criterion"
        case .lu: "lu"
        case .tail(let amount): "tail \(amount)"
        case .budget(let amount): "budget \(amount)"
        case .random(let amount, let seed): "random \(amount), seed \(seed)"
        case .measured(let amount): "measured \(amount)"
        case .none: "none"
        case .explorer: "explorer"
        case .units: "by name"
        }
    }

    /// What a plan made by it is kept under with its run.
    public var planName: String {
        if case .units(let names) = self { "cut \(names.joined(separator: ","))" } else { description }
    }

    /// The units to cut, ascending.
    ///
    /// - Parameters:
    ///   - network: units and all parameters.
    ///   - readings: one for each unit; nil where no analysis has been made.
    ///   - taken: names of the units that were taken out in the explorer.
    ///   - measured: units as they were taken out one after the other while measuring; as far as it was gone.
    /// - Throws: `PruningError`: unknown units, units that can't be cut, more than there is, nothing at all.
    /// - Complexity: O(units²), and O(units · log units) for those that go by M.
    public func choose(
        _ units: [UnitDescription], parameters: Int, multiplyAdds: Int = 0, readings: [UnitReading]?,
        taken: [String] = [], measured: [Int] = [], advice: String = "give --data"
    ) throws(PruningError) -> [Int] {
        let cuttable = units.indices.filter { units[$0].isCuttable }
        func known() throws(PruningError) -> [UnitReading] {
            guard let readings else { throw .unknownFlags(policy: description, advice: advice) }
            return readings
        }
        func take(_ order: [Int], _ amount: Amount) throws(PruningError) -> [Int] {
            try amount.take(order, units, parameters: parameters, multiplyAdds: multiplyAdds)
        }
        let chosen: [Int]
        switch self {
        case .criterion:
            let readings = try known()
            chosen = cuttable.filter { readings[$0].isRedundant }
        case .lu:
            let readings = try known()
            chosen = cuttable.filter { readings[$0].isLuRedundant }
        case .tail(let amount): chosen = try take(cuttable.reversed(), amount)
        case .random(let amount, let seed):
            var order = cuttable
            SplitMix64.shuffle(&order, seed: seed)
            chosen = try take(order, amount)
        case .budget(let amount):
            let readings = try known()
            guard cuttable.allSatisfy({ readings[$0].change != nil }) else {
                throw .unknownFlags(policy: description, advice: "let it finish first")
            }
            // Later units first on ties.
            let order = cuttable.reversed().enumerated()
                .map { (place: $0.offset, unit: $0.element, gain: max(0, readings[$0.element].change ?? 0)) }
                .sorted { ($0.gain, $0.place) < ($1.gain, $1.place) }
            chosen = try take(order.map(\.unit), amount)
        case .measured(let amount):
            switch amount {
            case .units, .share: chosen = try take(measured, amount)
            // How many of them is for their accuracy to say.
            case .losing, .agreeing: return measured.sorted()
            }
        case .none: return []
        case .explorer: chosen = try Self.named(taken, units)
        case .units(let names): chosen = try Self.named(names, units)
        }
        guard !chosen.isEmpty else { throw .nothingToCut(emptiness) }
        return chosen.sorted()
    }

    /// Why there may be nothing to cut.
    private var emptiness: String {
        switch self {
        case .criterion, .lu, .budget:
            "no unit that can be cut is flagged; choose another --policy, or --cut NAMES"
        case .explorer: "no unit of this run was taken out in the explorer (p, then Enter)"
        case .tail, .random, .measured, .none, .units: "no unit is named"
        }
    }

    private static func named(_ names: [String], _ units: [UnitDescription]) throws(PruningError) -> [Int] {
        var chosen: Set<Int> = []
        for name in names {
            guard let index = units.firstIndex(where: { $0.name == name }) else {
                // Outer units come behind inner ones that end where they do; the innermost is meant.
                if let unit = units.first(where: { name.hasPrefix($0.name + ".") }) {
                    throw .insideUnit(name, unit: unit.name)
                }
                throw .unknownUnit(name, near: near(name, units))
            }
            chosen.insert(index)
        }
        let refused = chosen.sorted().compactMap { index in
            units[index].obstacle.map { "\(units[index].name) \($0)" }
        }
        guard refused.isEmpty else { throw .notCuttable(refused) }
        return chosen.sorted()
    }

    /// Units that a name may stand for: of the same parent.
    private static func near(_ name: String, _ units: [UnitDescription]) -> [String] {
        let parent = name.split(separator: ".").first.map(String.init) ?? name
        let found = units.filter { $0.isCuttable && $0.name.hasPrefix(parent + ".") }.map(\.name)
        return found.count > 6 ? Array(found.prefix(5)) + ["…"] : found
    }
}

extension PruningPolicy.Amount: CustomStringConvertible {
    /// `3`, `30%`; nil for anything else, 0 and more than all included.
    public init?(_ text: String) {
        if text.hasSuffix("%") {
            guard let percent = Double(text.dropLast()), percent > 0, percent <= 100 else { return nil }
            self = .share(percent / 100)
        } else {
            guard let count = Int(text), count > 0 else { return nil }
            self = .units(count)
        }
    }

    public var description: String {
        switch self {
        case .units(let count): "\(count) unit\(count == 1 ? "" : "s")"
        case .share(let share, let saving):
            Self.percent(share) + (saving == .parameters ? "" : " of the \(saving.rawValue)")
        case .losing(let points): "losing \(Self.percent(points)) of accuracy at most"
        case .agreeing(let share): "agreeing on \(Self.percent(share)) of the images"
        }
    }

    /// 30 %, 12.5 %
    private static func percent(_ share: Double) -> String {
        (share * 1000).rounded() == (share * 100).rounded() * 10
            ? "\(Int((share * 100).rounded())) %" : "\((share * 1000).rounded() / 10) %"
    }

    /// Whether so many units in an order are enough.
    public func isReached(_ chosen: [Int], of units: [UnitDescription], parameters: Int, multiplyAdds: Int) -> Bool {
        switch self {
        case .units(let count): return chosen.count >= count
        case .share(let share, let saving):
            let saved = PruningPlan.outermost(chosen, of: units).reduce(0) { $0 + saving.count(units[$1]) }
            return Double(saved) >= share * Double(saving == .parameters ? parameters : multiplyAdds)
        case .losing, .agreeing: return false
        }
    }

    /// Whether a network that is quickly fitted, and agrees with the whole one on such a share of images, has lost far more
    /// than may be lost however well it is fitted.
    public func isFarBeyond(_ agreement: Double) -> Bool {
        switch self {
        case .units, .share: false
        case .losing(let points): agreement < 0.85 - 2 * points
        case .agreeing(let share): agreement < share - 0.15
        }
    }

    /// The first units of an order that make up the amount.
    fileprivate func take(
        _ order: [Int], _ units: [UnitDescription], parameters: Int, multiplyAdds: Int
    ) throws(PruningError) -> [Int] {
        for count in order.indices {
            let chosen = Array(order[...count])
            if isReached(chosen, of: units, parameters: parameters, multiplyAdds: multiplyAdds) { return chosen }
        }
        switch self {
        case .units, .losing, .agreeing: throw .tooMuch(asked: "\(self)", most: "\(order.count)")
        case .share(_, let saving):
            let all = PruningPlan.outermost(order, of: units).reduce(0) { $0 + saving.count(units[$1]) }
            let whole = saving == .parameters ? parameters : multiplyAdds
            let most = (10_000 * Double(all) / Double(max(1, whole))).rounded(.down) / 100
            let asked = saving == .parameters ? "\(self) of the parameters" : "\(self)"
            throw .tooMuch(asked: asked, most: "\(most) %")
        }
    }
}
