import Separation

/// Two runs side by side, such as a network before and after pruning, or two of its epochs.
public struct Comparison: Sendable {
    public let first, second: Report
    public let alignment: LayerPairing.Kind
    /// Indices of the layers that stand beside each other; nil where there is none.
    public let rows: [LayerPairing.Row]

    /// Whether two runs' figures may be set beside each other.
    ///
    /// - Throws: `AnalysisError.notComparable` where N, |E|, k or the normalisation of the modularities differ: figures
    ///   depend on them.
    public static func check(_ first: RunHeader, _ second: RunHeader) throws(AnalysisError) {
        func require(_ what: String, _ value: (RunHeader) -> String, _ advice: String) throws(AnalysisError) {
            let (a, b) = (value(first), value(second))
            if a != b { throw .notComparable(what: what, a, b, advice: "analyse both with the same \(advice)") }
        }
        try require("N is", { NumberFormat.grouped($0.samples) }, "--samples")
        try require("|E| is", { NumberFormat.grouped($0.edges) }, "--edges")
        try require("k is", { "\($0.k)" }, "--neighbors")
        try require("normalization is", { $0.normalization.rawValue }, "--normalization")
        try require("Lu et al.'s protocol is", { $0.luProtocol ? "kept" : "not kept" }, "--lu-protocol")
    }

    /// - Parameters:
    ///   - level: of the layers; the first run's where nil.
    ///   - cuts: plans that were kept with the runs, by the names of units: one may have made one network of the other.
    /// - Throws: What `check` throws.
    public init(
        _ first: Report, _ second: Report, level: Level? = nil, cuts: [[String]] = []
    ) throws(AnalysisError) {
        try Self.check(first.header, second.header)
        let level = level ?? first.header.level
        let (a, b) = (first.flags[level].layers, second.flags[level].layers)
        let pairing = LayerPairing(first.header, second.header, level: level, cuts: cuts)
        alignment = pairing.kind
        rows = pairing.rows.map { row in
            LayerPairing.Row(first: row.first.map { a[$0] }, second: row.second.map { b[$0] })
        }
        var (left, right) = (first.header, second.header)
        (left.level, right.level) = (level, level)
        self.first = Report(header: left, results: first.results, seconds: first.seconds)
        self.second = Report(header: right, results: second.results, seconds: second.seconds)
    }

    /// What a reader has to know before trusting the differences, a sentence each.
    public var warnings: [String] {
        let (a, b) = (first.header, second.header)
        var warnings: [String] = []
        if a.dataHash != b.dataHash { warnings.append("the runs are of different data: \(a.data) and \(b.data)") }
        if a.order != b.order || a.seed != b.seed { warnings.append("the runs took samples in different orders") }
        if !first.isComplete || !second.isComplete { warnings.append("layers are missing: flags are provisional") }
        return warnings
    }
}

// MARK: - Text and JSON

extension Comparison {
    /// The comparison for terminals and pipes; no line is longer than `width`, taken as 40 to 100.
    public func text(width: Int = 100, ascii: Bool = false) -> String {
        let columns = max(40, min(width, 100))
        let words = [head("A", first), head("B", second)]
        let note = "A difference of M with * is more than twice its error."
        let how =
            switch alignment {
            case .name: "Layers are aligned by name."
            case .depth: "Layers have other names: they are aligned by relative depth."
            case .cut: "One network is the other without some units: layers are aligned with what they have become."
            }
        let table = table(ascii: ascii)
        let hasMark = table.columns.contains { $0.cells.contains { $0.hasSuffix("*") } }
        let parts: [[String]] =
            [words.flatMap { TextWrap.wrap($0, width: columns) }, table.lines(width: columns)]
            + [([how] + (hasMark ? [note] : [])).flatMap { TextWrap.wrap($0, width: columns) }]
            + [warnings.flatMap { TextWrap.wrap("Warning: \($0).", width: columns) }]
        let text = parts.filter { !$0.isEmpty }.map { $0.joined(separator: "\n") }.joined(separator: "\n\n")
        return TextWrap.printable(text, ascii: ascii) + "\n"
    }

    private func head(_ letter: String, _ report: Report) -> String {
        let header = report.header
        let accuracy = header.accuracy.map { ", accuracy \(NumberFormat.fixed(100 * $0, 2)) %" } ?? ""
        let parameters =
            header.parameters > 0 ? ", \(NumberFormat.grouped(header.parameters)) parameters" : ""
        let peak = report.flags[header.level].modularity.peak.flatMap { report.results[$0] }
        let top = peak.map { ", M peaks at \($0.name) (\(NumberFormat.fixed($0.figures.modularity, 4)))" } ?? ""
        return "\(letter): \(header.checkpoint), \(header.architecture)\(parameters)\(accuracy)\(top)"
    }

    private func table(ascii: Bool) -> TextTable {
        func name(_ report: Report, _ layer: Int?) -> String {
            layer.map { ReportTable.shortened(report.header.layers[$0].name, ascii: ascii) } ?? "-"
        }
        func figure(_ report: Report, _ layer: Int?, _ value: (LayerResult) -> Double) -> String {
            layer.flatMap { report.results[$0] }.map { NumberFormat.fixed(value($0), 4) } ?? "-"
        }
        func flags(_ report: Report, _ layer: Int?) -> String {
            guard let layer else { return "" }
            return report.flags[report.header.level].modularity.flags[layer].flags.map(\.rawValue)
                .joined(separator: " ")
        }
        func column(
            _ title: String, drop: Int? = nil, isWord: Bool = false, _ cell: (LayerPairing.Row) -> String
        ) -> TextTable.Column {
            TextTable.Column(title: title, cells: rows.map(cell), drop: drop, isWord: isWord)
        }
        func pair(_ symbol: String, drop: Int?, _ value: @escaping (LayerResult) -> Double) -> [TextTable.Column] {
            [
                column("\(symbol) A", drop: drop) { figure(first, $0.first, value) },
                column("\(symbol) B", drop: drop) { figure(second, $0.second, value) },
            ]
        }
        let layers =
            alignment == .name
            ? [column("layer", isWord: true) { $0.first == nil ? name(second, $0.second) : name(first, $0.first) }]
            : [
                column("layer of A", isWord: true) { name(first, $0.first) },
                column("layer of B", isWord: true) { name(second, $0.second) },
            ]
        return TextTable(
            columns: layers + pair("M", drop: nil) { $0.figures.modularity } + [column("M B-A", drop: nil, difference)]
                + pair("r", drop: 0) { $0.figures.r } + pair("Q", drop: 1) { $0.luModularity } + [
                    column("flags A", drop: 2, isWord: true) { flags(first, $0.first) },
                    column("flags B", drop: 2, isWord: true) { flags(second, $0.second) },
                ])
    }

    /// M of B less M of A, marked where that is more than twice the error of both.
    private func difference(_ row: LayerPairing.Row) -> String {
        guard let a = row.first.flatMap({ first.results[$0]?.figures }),
            let b = row.second.flatMap({ second.results[$0]?.figures })
        else { return "" }
        let difference = b.modularity - a.modularity
        let error = (a.standardError * a.standardError + b.standardError * b.standardError).squareRoot()
        let text = NumberFormat.fixed(difference, 4)
        return (difference > 0 && !text.hasPrefix("-") ? "+" : "") + text + (abs(difference) > 2 * error ? "*" : " ")
    }

    private struct Document: Encodable {
        struct Row: Encodable {
            var first: LayerDocument?
            var second: LayerDocument?
        }

        var first: String
        var second: String
        var alignment: LayerPairing.Kind
        var samples: Int
        var edges: Int
        var layers: [Row]
        var warnings: [String]
    }

    /// Both runs' layers row by row, each as in the report's JSON; a layer that the other run lacks stands alone.
    /// - Throws: `EncodingError` where a figure is NaN or infinite, which the analysis doesn't produce.
    public func json() throws -> String {
        let layers = (ReportDocument(first).layers, ReportDocument(second).layers)
        func document(_ documents: [LayerDocument], _ report: Report, _ layer: Int?) -> LayerDocument? {
            layer.flatMap { layer in documents.first { $0.name == report.header.layers[layer].name } }
        }
        return try Report.encoded(
            Document(
                first: first.header.checkpoint, second: second.header.checkpoint, alignment: alignment,
                samples: first.header.samples, edges: first.header.edges,
                layers: rows.map {
                    .init(
                        first: document(layers.0, first, $0.first), second: document(layers.1, second, $0.second))
                }, warnings: warnings))
    }
}
