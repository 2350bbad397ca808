import Cells
import Plots
import Pruning
import Separation
import Settings

/// What stands below the curve while units are taken out: the units as a strip, the one under the cursor in words, and what
/// the plan saves and costs.
struct PlanStrip {
    let model: ExplorerModel
    let plan: PruningPlan

    static let rows = 3

    /// - Parameters:
    ///   - column: of a layer of the level, by its index among all layers; nil where there is none.
    func draw(into painter: inout Painter, rect: Rect, column: (Int) -> Int?) {
        guard rect.rows >= Self.rows else { return }
        drawUnits(into: &painter, row: rect.minRow, rect: rect, column)
        painter.write(
            painter.fitting(unitWords(painter), width: rect.columns), column: rect.minColumn, row: rect.minRow + 1,
            width: rect.columns)
        painter.write(
            painter.fitting(planWords(painter), width: rect.columns), column: rect.minColumn, row: rect.minRow + 2,
            width: rect.columns)
    }

    // MARK: The strip

    /// Each unit over the columns of its layers, a blank between two where there is room; those taken out are crossed.
    private func drawUnits(into painter: inout Painter, row: Int, rect: Rect, _ column: (Int) -> Int?) {
        let chosen = model.chosenUnit
        var start: Int?
        for (index, unit) in plan.units.enumerated() {
            // On the block level only a unit's last layer has a column: it reaches back to the one before.
            let columns = unit.layers.compactMap(column)
            guard let last = columns.max() else { continue }
            let first = min(columns.min() ?? last, max(rect.minColumn, start ?? last))
            let isCut = plan.cuts(index)
            let sign: Character = !unit.isCuttable ? "─" : isCut ? "✗" : "█"
            var style =
                !unit.isCuttable
                ? painter.style(.muted, isDim: true) : isCut ? painter.theme[.wrong] : painter.theme[.correct]
            if index == chosen { style.attributes.insert([.reverse, .bold]) }
            let hasGap = last > first
            for place in first...last where place < rect.maxColumn && !(hasGap && place == first && index > 0) {
                painter.buffer.write(String(sign), column: place, row: row, style: style, width: 1)
            }
            start = last + 1
        }
    }

    // MARK: Words

    private func unitWords(_ painter: Painter) -> [[Span]] {
        if let automatic = model.run.whatIf.automatic { return words(automatic, painter) }
        guard let index = model.chosenUnit else { return [[painter.span("no unit here", .muted)]] }
        let unit = plan.units[index]
        let name = painter.layerName(unit.name, .text)
        if let obstacle = unit.obstacle {
            return [[name, painter.span(" stays: it \(obstacle)", .muted)], [name, painter.span(" stays", .muted)]]
        }
        let isCut = plan.cuts(index)
        let state = painter.span(isCut ? " out" : " in", isCut ? .wrong : .correct)
        let share = Numbers.percent(Double(unit.parameters) / Double(max(1, plan.parameters)), 2)
        let flops = Numbers.percent(Double(unit.multiplyAdds) / Double(max(1, plan.multiplyAdds)), 1)
        let count = painter.span("  \(Numbers.grouped(unit.parameters)) parameters", .muted)
        let saving = painter.span("  \(share), FLOPs \(flops)", .text)
        let readings = model.unitReadings
        let reading = readings.indices.contains(index) ? readings[index] : UnitReading()
        let change = reading.change.map { [painter.span("  ΔM \(Numbers.signed($0))", .muted)] } ?? []
        let flags = words(reading, painter)
        return [
            [name, state, count, saving] + change + flags, [name, state, saving] + change + flags,
            [name, state, saving] + flags, [name, state, saving], [name, state],
        ]
    }

    /// How far the program is that takes units out by itself.
    private func words(_ automatic: AutomaticCut, _ painter: Painter) -> [[Span]] {
        let limit = painter.span("cutting to \(Numbers.points(Double(automatic.points) / 100)) less", .accent)
        let order = painter.span(", least loss first", .muted)
        let tried = painter.span("  \(automatic.tried) tried", .text)
        let key = painter.span("  o stops", .muted)
        return [[limit, order, tried, key], [limit, tried, key], [limit, tried]]
    }

    private func words(_ reading: UnitReading, _ painter: Painter) -> [Span] {
        func list(_ set: FlagSet) -> String { set.flags.map(\.rawValue).joined(separator: " ") }
        var spans: [Span] = []
        if !reading.flags.flags.isEmpty { spans.append(painter.span("  M: \(list(reading.flags))", .plateau)) }
        if !reading.luFlags.flags.isEmpty { spans.append(painter.span("  Q: \(list(reading.luFlags))", .second)) }
        return spans
    }

    private func planWords(_ painter: Painter) -> [[Span]] {
        let cuttable = plan.units.count(where: \.isCuttable)
        guard !plan.cut.isEmpty else {
            return [
                [
                    painter.span(
                        "the whole network: Enter takes a unit out, w flagged ones, o all that 1 point pays", .muted)
                ],
                [painter.span("Enter takes a unit out, w flagged ones, o all that 1 point pays", .muted)],
            ]
        }
        let count = painter.span("\(plan.cut.count) of \(cuttable) units out", .text)
        let saving = painter.span("−\(Numbers.percent(plan.savedParameterShare, 2)) parameters", .correct)
        let flops = painter.span("−\(Numbers.percent(plan.savedMultiplyAddShare, 1)) FLOPs", .correct)
        let accuracy = accuracyWords(painter)
        func line(_ items: [[Span]]) -> [Span] {
            Array(items.filter { !$0.isEmpty }.joined(separator: [painter.span("  ", .muted)]))
        }
        return [
            line([[count], [saving], [flops], accuracy.long, accuracy.images]),
            line([[count], [saving], [flops], accuracy.long]), line([[count], [saving], [flops], accuracy.short]),
            line([[saving], [flops], accuracy.short]), accuracy.short,
        ]
    }

    /// What the cut costs before any training, or why that isn't known.
    private func accuracyWords(_ painter: Painter) -> (long: [Span], short: [Span], images: [Span]) {
        guard model.run.isFinished else {
            let waiting = painter.span("accuracy once the run is finished", .muted)
            return ([waiting], [], [])
        }
        let trial = model.run.whatIf.trial
        if let failure = trial?.failure {
            let words = painter.span("\(failure)", .error)
            return ([words], [words], [])
        }
        guard let accuracy = trial?.accuracy else {
            let whole = model.run.header?.accuracy.map { Numbers.percent($0) } ?? "?"
            return (
                [painter.span("accuracy \(whole) whole, … cut", .text), painter.span(" (being measured)", .muted)],
                [painter.span("\(whole), … cut", .text)], []
            )
        }
        let whole = Numbers.percent(accuracy.whole)
        let cut = accuracy.cut.map { ", \(Numbers.percent($0)) cut" } ?? ""
        let long = painter.span("accuracy \(whole) whole\(cut)", .text)
        let short = painter.span("\(whole)\(cut)", .text)
        let images = painter.span("of \(Numbers.grouped(accuracy.images)) images", .muted)
        switch accuracy.reconstructed {
        case .underWay:
            let words = painter.span(", … reconstructed", .muted)
            return ([long, words], [short, words], [images])
        case .share(let share):
            let words = [painter.span(", ", .text), painter.span("\(Numbers.percent(share)) reconstructed", .correct)]
            return ([long] + words, [short] + words, [images])
        case .impossible: return ([long, painter.span(" before fine-tuning", .muted)], [short], [images])
        }
    }
}
