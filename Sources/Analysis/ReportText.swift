import Separation

extension Report {
    /// The report for terminals and pipes: what was analysed, a table of the layers of the header's level, and in words what
    /// Criterion I says of the curve. No line is longer than `width`; where that is short of room, the table leaves columns
    /// out, first those that follow from others.
    ///
    /// - Parameters:
    ///   - width: Columns of the screen; taken as 40 to 100.
    ///   - ascii: Whether to do without any character beyond ASCII.
    public func text(width: Int = 100, ascii: Bool = false) -> String {
        let columns = max(40, min(width, 100))
        let table = ReportTable(self, ascii: ascii)
        let parts = [
            headerLines(ascii: ascii), table.lines(width: columns), table.legend, curveSentences(),
            criterionSentences(),
            warnings.map { "Warning: \($0)." },
        ]
        let paragraphs = parts.enumerated().map { index, lines in
            // Only the table may not be broken anew.
            index == 1 ? lines : lines.flatMap { TextWrap.wrap($0, width: columns) }
        }
        let text = paragraphs.filter { !$0.isEmpty }.map { $0.joined(separator: "\n") }.joined(separator: "\n\n")
        return TextWrap.printable(text, ascii: ascii) + "\n"
    }

    /// The closing sentences alone: where the curve peaks, lies flat and falls, and what Criterion I says may be cut.
    public func findings(width: Int = 100, ascii: Bool = false) -> [String] {
        let lines = (curveSentences() + criterionSentences() + redundancySentences).flatMap {
            TextWrap.wrap($0, width: max(40, width))
        }
        return lines.map { TextWrap.printable($0, ascii: ascii) }
    }

    private func headerLines(ascii: Bool) -> [String] {
        let dot = ascii ? "," : " ·"
        let accuracy = header.accuracy.map { "accuracy \(NumberFormat.fixed(100 * $0, 2)) %" } ?? "accuracy unknown"
        // Features come without their network, and without having been normalised here.
        let parameters = header.parameters > 0 ? "\(dot) \(NumberFormat.grouped(header.parameters)) parameters" : ""
        let normalized = header.mean.isEmpty ? "" : "\(dot) normalised as \(header.normName)"
        var lines = [
            "\(header.checkpoint): \(header.architecture)\(parameters)",
            "\(header.data): \(NumberFormat.grouped(header.classes.count)) classes\(dot) order \(header.order)"
                + "\(normalized)\(dot) \(accuracy)",
            "N = \(NumberFormat.grouped(header.samples))\(dot) |E| = \(NumberFormat.grouped(header.edges))"
                + "\(dot) histogram over \(NumberFormat.grouped(header.histogramSamples))\(dot) k = \(header.k)"
                + "\(dot) \(header.normalization.rawValue) normalization",
        ]
        if let seconds {
            let parts = [
                ("load", seconds.load), ("forward", seconds.forward), ("similarity", seconds.similarity),
                ("statistics", seconds.statistics),
            ].map { "\($0.0) \(NumberFormat.fixed($0.1, 1))" }
            var line = "\(NumberFormat.fixed(seconds.total, 1)) s (\(parts.joined(separator: ", ")))"
            if let peakMemoryBytes {
                line += "\(dot) at most \(NumberFormat.fixed(Double(peakMemoryBytes) / 1e9, 2)) GB of memory"
            }
            lines.append(line)
        }
        return lines
    }

    /// Where the curve peaks, lies flat and falls.
    private func curveSentences() -> [String] {
        let level = flags[header.level]
        let curve = level.modularity
        let known = level.layers.filter { results[$0] != nil }
        guard let peak = curve.peak, let top = results[peak] else { return ["No layer is finished yet."] }
        let after = known.count { $0 > peak }
        let place: String
        switch after {
        case 0: place = "in the last layer"
        case 1: place = "one layer before the last"
        default: place = "\(after) layers before the last"
        }
        var text = "M peaks at \(top.name) (\(NumberFormat.fixed(top.figures.modularity, 4))), \(place)"
        let plateaus = curve.plateaus.map { range in
            let length = known.count { range.contains($0) }
            return "\(name(range.lowerBound)) to \(name(range.upperBound)) (\(length) layers)"
        }
        let share = NumberFormat.fixed(100 * header.tolerance, 1)
        if plateaus.isEmpty {
            text += "; it has no plateau of \(header.minLength) layers or more within \(share) % of its range"
        } else {
            let which = plateaus.count == 1 ? "a plateau" : "plateaus"
            text += "; it lies on \(which), within \(share) % of its range, from \(Self.list(plateaus))"
        }
        let declines = Self.list(curve.declines.map(name))
        text += declines.isEmpty ? ", and nowhere declines." : ". It declines at \(declines)."
        var sentences = [text]
        if let lu = level.luModularity.peak, let result = results[lu] {
            sentences.append("Lu et al.'s Q peaks at \(result.name) (\(NumberFormat.fixed(result.luModularity, 4))).")
        }
        return sentences
    }

    /// What may be cut: past the peak, on a plateau but for its first layer, in decline.
    private func criterionSentences() -> [String] {
        let level = flags[header.level]
        guard level.modularity.peak != nil else { return [] }
        let flagged = candidates
        let kind = header.level == .conv ? "layers" : "layers of the block level"
        if flagged.isEmpty {
            return ["Criterion I finds nothing that may be cut: the curve climbs from layer to layer."]
        }
        return [
            "By Criterion I, \(flagged.count) of \(level.layers.count) \(kind) may be cut where their shapes allow it: "
                + "those past the peak, in decline, or on a plateau and not its first. Whether the network keeps its "
                + "accuracy without them has to be measured."
        ]
    }

    private func name(_ layer: Int) -> String { header.layers[layer].name }

    /// `a`, `a and b`, `a, b and c`.
    private static func list(_ items: [String]) -> String {
        guard let last = items.last, items.count > 1 else { return items.first ?? "" }
        return items.dropLast().joined(separator: ", ") + " and " + last
    }
}
