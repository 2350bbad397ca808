import Separation

/// The table of layers of the text report.
struct ReportTable {
    /// Names longer than this lose their beginning, which tells layers apart the least.
    private static let longestName = 24

    private let table: TextTable
    /// What the signs in the table mean, where they occur.
    let legend: [String]

    init(_ report: Report, ascii: Bool) {
        let level = report.flags[report.header.level]
        let rows = level.layers.compactMap { index in report.results[index].map { (index, $0) } }
        let plusMinus = ascii ? "+-" : "±"
        func column(
            _ title: String, drop: Int?, isWord: Bool = false, _ cell: (Int, LayerResult) -> String
        ) -> TextTable.Column {
            TextTable.Column(title: title, cells: rows.map { cell($0.0, $0.1) }, drop: drop, isWord: isWord)
        }
        table = TextTable(columns: [
            column("layer", drop: nil, isWord: true) { Self.shortened($1.name, ascii: ascii) },
            column("shape", drop: 2, isWord: true) { $1.description.shape.map(String.init).joined(separator: "x") },
            column("M \(plusMinus) se", drop: nil) { _, result in
                let error = NumberFormat.fixed(result.figures.standardError, 4)
                return NumberFormat.fixed(result.figures.modularity, 4)
                    + (result.figures.replicates.isEmpty ? "" : plusMinus + error)
            },
            column("AQ", drop: 5) { NumberFormat.fixed($1.figures.correctModularity, 4) },
            column("EQ", drop: 4) { NumberFormat.fixed($1.figures.wrongModularity, 4) },
            column("r", drop: 6) { NumberFormat.fixed($1.figures.r, 3) },
            column(ascii ? "gamma" : "γ", drop: 3) { NumberFormat.fixed($1.clustering.global, 3) },
            column("Q", drop: 7) { NumberFormat.fixed($1.luModularity, 4) },
            column("correct", drop: 1) { NumberFormat.grouped($1.figures.correct) },
            column("wrong", drop: 0) { NumberFormat.grouped($1.figures.wrong) },
            column("flags", drop: nil, isWord: true) { index, _ in
                level.modularity.flags[index].flags.map { flag in
                    let support = level.modularity.support[index][flag] ?? 1
                    return flag.rawValue + (support < Flag.firmSupport ? "?" : "")
                }.joined(separator: " ")
            },
        ])
        let doubted = table.columns.last?.cells.contains { $0.contains("?") } ?? false
        let meaning = "A flag with ? is within M's error: fewer than 8 of the 10 replicate curves raise it too."
        legend = doubted ? [meaning] : []
    }

    /// Title and rows, none longer than `width`.
    func lines(width: Int) -> [String] { table.lines(width: width) }

    static func shortened(_ name: String, ascii: Bool) -> String {
        guard name.count > longestName else { return name }
        let ellipsis = ascii ? "..." : "…"
        return ellipsis + name.suffix(longestName - ellipsis.count)
    }
}
