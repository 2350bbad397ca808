import Separation
import Settings

/// What there is to say of a layer in words: flags, confused classes, costs, oddities. Each fact is a list of items
/// that stand beside one another where there is room.
struct LayerWords {
    let model: ExplorerModel
    let painter: Painter

    private var isDim: Bool { model.isCurrentPreview }

    private func text(_ words: String, _ role: Role = .text) -> Span { painter.span(words, role, isDim: isDim) }

    // MARK: Flags

    /// Criterion I on the curve of M, with support: the first flag says what the number behind it is.
    ///
    /// - Parameter isShort: whether the number stands alone.
    func flags(isShort: Bool) -> [[Span]] {
        guard let layer = model.cursor, let level = model.flags?[model.level] else { return [] }
        let provisional = model.run.isProvisional
        let items = level.modularity.items(of: layer, on: level.layers).enumerated().map { index, item in
            let (flag, words) = item
            var spans = [painter.span(words, Self.role(of: flag), isDim: provisional)]
            if let support = level.modularity.support[layer][flag] {
                let firm = support < Flag.firmSupport ? ", weak" : ""
                let word = index == 0 && !isShort ? "support " : ""
                spans.append(painter.span(" (\(word)\(Numbers.fixed(support, 1))\(firm))", .muted, isDim: provisional))
            }
            return spans
        }
        if items.isEmpty { return [[painter.span(unflagged, .muted, isDim: provisional)]] }
        return provisional ? items + [[painter.span("provisional", .muted, isDim: true)]] : items
    }

    /// Criterion I on Lu et al.'s curve.
    var luFlags: [[Span]] {
        guard let layer = model.cursor, let level = model.flags?[model.level] else { return [] }
        let items = level.luModularity.items(of: layer, on: level.layers)
        if items.isEmpty { return [[painter.span("none", .muted, isDim: model.run.isProvisional)]] }
        return items.map { flag, words in [painter.span(words, Self.role(of: flag), isDim: model.run.isProvisional)] }
    }

    private var unflagged: String {
        guard let before = model.before, let current = model.current else { return "none" }
        return current.figures.modularity > before.figures.modularity ? "none: M climbs here" : "none"
    }

    private static func role(of flag: Flag) -> Role {
        switch flag {
        case .peak: .peak
        case .pastPeak: .pastPeak
        case .plateau: .text
        case .decline: .decline
        }
    }

    // MARK: Classes, costs, oddities

    /// The most confused pairs of classes, at most so many, with their wrong edges.
    func confused(_ limit: Int) -> [[Span]] {
        guard let layer = model.cursor, model.run.confusions.indices.contains(layer) else { return [] }
        let pairs = model.run.confusions[layer].prefix(limit)
        if pairs.isEmpty { return [[text("none", .muted)]] }
        return pairs.map { pair in
            let (first, second) = (model.run.className(pair.first), model.run.className(pair.second))
            return [text("\(first) ↔ \(second) "), text(Numbers.grouped(pair.count), .muted)]
        }
    }

    /// What the layer costs.
    func costs(_ result: LayerResult) -> [[Span]] {
        let description = result.description
        let all = model.run.multiplyAdds
        let total = model.run.header?.parameters ?? 0
        // Features that come without their network tell nothing of it.
        guard total > 0 || all > 0 else { return [[text("unknown", .muted)]] }
        let ofTotal = total > 0 ? " (\(Numbers.percent(Double(description.parameters) / Double(total))))" : ""
        let parameters = [text(Numbers.grouped(description.parameters)), text(" parameters\(ofTotal)", .muted)]
        guard all > 0 else { return [parameters] }
        let share = Numbers.percent(Double(description.multiplyAdds) / Double(all))
        return [parameters, [text(share), text(" of multiply-adds", .muted)]]
    }

    /// The costs in one line of a panel, in as many words as fit.
    func costLine(_ result: LayerResult, width: Int) -> [[Span]] {
        let items = costs(result)
        let line = Array(items.joined(separator: [text(" · ", .frame)]))
        let label = text("costs", .muted)
        let blanks = text(String(repeating: " ", count: Painter.factLabelWidth - label.width), .muted)
        let variants = [[label, blanks] + line, line, items[0]]
        return [painter.fitting(variants, width: width)]
    }

    /// What isn't as it should be; usually nothing.
    func oddities(_ result: LayerResult) -> [[Span]] {
        var items: [[Span]] = []
        if result.zeroRows > 0 {
            items.append([text("\(Numbers.grouped(result.zeroRows)) samples are zero throughout")])
        }
        if result.figures.isDegenerate { items.append([text("no positive similarity: M is 0 by definition")]) }
        return items
    }
}

extension CurveFlags {
    /// A layer's flags in words, with the plateau's extent as positions on the level.
    fileprivate func items(of layer: Int, on level: [Int]) -> [(Flag, String)] {
        guard flags.indices.contains(layer) else { return [] }
        func place(_ layer: Int) -> Int { (level.firstIndex(of: layer) ?? 0) + 1 }
        return flags[layer].flags.map { flag in
            switch flag {
            case .peak: return (flag, "peak")
            case .pastPeak: return (flag, "past the peak" + (peak.map { " at \(place($0))" } ?? ""))
            case .plateau:
                let range = plateaus.first { $0.contains(layer) }
                return (flag, "plateau" + (range.map { " \(place($0.lowerBound))–\(place($0.upperBound))" } ?? ""))
            case .decline: return (flag, "decline")
            }
        }
    }
}
