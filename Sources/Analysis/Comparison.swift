import Separation

/// Two runs side by side, such as a network before and after pruning, or two of its epochs.
public struct Comparison: Sendable {
    /// How layers are brought together.
    public enum Alignment: String, Sendable, Codable {
        /// Layers of one name, in the order that both have.
        case name
        /// Each layer of the deeper run with the one of the other at the same share of the depth.
        case depth
    }

    public let first, second: Report
    public let alignment: Alignment
    /// Indices of the layers that stand beside each other; nil where there is none.
    public let rows: [(first: Int?, second: Int?)]

    /// - Parameter level: of the layers; the first run's where nil.
    /// - Throws: `AnalysisError.notComparable` where N, |E|, k or the normalisation of the modularities differ: figures
    ///   depend on them.
    public init(_ first: Report, _ second: Report, level: Level? = nil) throws(AnalysisError) {
        func require(_ what: String, _ value: (RunHeader) -> String, _ advice: String) throws(AnalysisError) {
            let (a, b) = (value(first.header), value(second.header))
            if a != b { throw .notComparable(what: what, a, b, advice: "analyse both with the same \(advice)") }
        }
        try require("N is", { NumberFormat.grouped($0.samples) }, "--samples")
        try require("|E| is", { NumberFormat.grouped($0.edges) }, "--edges")
        try require("k is", { "\($0.k)" }, "--neighbors")
        try require("normalization is", { $0.normalization.rawValue }, "--normalization")
        try require("Lu et al.'s protocol is", { $0.luProtocol ? "kept" : "not kept" }, "--lu-protocol")
        let level = level ?? first.header.level
        let (a, b) = (first.flags[level].layers, second.flags[level].layers)
        let names = (a.map { first.header.layers[$0].name }, b.map { second.header.layers[$0].name })
        let common = Set(names.0).intersection(names.1)
        if 2 * common.count >= min(a.count, b.count), !common.isEmpty {
            alignment = .name
            rows = Self.byName(a, b, names)
        } else {
            alignment = .depth
            rows = Self.byDepth(a, b)
        }
        var (left, right) = (first.header, second.header)
        (left.level, right.level) = (level, level)
        self.first = Report(header: left, results: first.results, seconds: first.seconds)
        self.second = Report(header: right, results: second.results, seconds: second.seconds)
    }

    /// The longest sequence that both have, with what only one of them has in between.
    private static func byName(
        _ a: [Int], _ b: [Int], _ names: ([String], [String])
    ) -> [(first: Int?, second: Int?)] {
        var removed: Set<Int> = []
        var inserted: Set<Int> = []
        for change in names.1.difference(from: names.0) {
            switch change {
            case .remove(let offset, _, _): removed.insert(offset)
            case .insert(let offset, _, _): inserted.insert(offset)
            }
        }
        var rows: [(first: Int?, second: Int?)] = []
        var (i, j) = (0, 0)
        while i < a.count || j < b.count {
            if i < a.count, removed.contains(i) {
                rows.append((a[i], nil))
                i += 1
            } else if j < b.count, inserted.contains(j) {
                rows.append((nil, b[j]))
                j += 1
            } else {
                rows.append((i < a.count ? a[i] : nil, j < b.count ? b[j] : nil))
                (i, j) = (i + 1, j + 1)
            }
        }
        return rows
    }

    private static func byDepth(_ a: [Int], _ b: [Int]) -> [(first: Int?, second: Int?)] {
        let count = max(a.count, b.count)
        func layer(_ layers: [Int], _ row: Int) -> Int? {
            guard layers.count > 1, count > 1 else { return layers.first }
            return layers[Int((Double(row * (layers.count - 1)) / Double(count - 1)).rounded())]
        }
        return (0..<count).map { (layer(a, $0), layer(b, $0)) }
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
            alignment == .name
            ? "Layers are aligned by name." : "Layers have other names: they are aligned by relative depth."
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
            _ title: String, drop: Int? = nil, isWord: Bool = false, _ cell: ((first: Int?, second: Int?)) -> String
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
    private func difference(_ row: (first: Int?, second: Int?)) -> String {
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
        var alignment: Alignment
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
