extension EvaluationReport {
    /// Confusions that are listed where there is no room for the matrix.
    private static let confusionsListed = 10
    /// Names of classes longer than this lose their end.
    private static let longestName = 24

    /// The evaluation for terminals and pipes: what was evaluated, a table of the classes, and which are confused with
    /// which: a matrix where it has room, else the strongest pairs. No line is longer than `width`.
    ///
    /// - Parameters:
    ///   - width: Columns of the screen; taken as 40 or more.
    ///   - ascii: Whether to do without any character beyond ASCII.
    public func text(width: Int = 100, ascii: Bool = false) -> String {
        let columns = max(40, width)
        let names = provenance.classes.map { Self.shortened($0, ascii: ascii) }
        let parts = [
            headerLines(ascii: ascii).flatMap { TextWrap.wrap($0, width: min(columns, 100)) },
            classTable(names).lines(width: columns),
            confusionLines(names, width: columns, ascii: ascii),
        ]
        let text = parts.map { $0.joined(separator: "\n") }.joined(separator: "\n\n")
        return TextWrap.printable(text, ascii: ascii) + "\n"
    }

    private func headerLines(ascii: Bool) -> [String] {
        let dot = ascii ? "," : " ·"
        let (right, images) = (NumberFormat.grouped(evaluation.right), NumberFormat.grouped(evaluation.images))
        return [
            "\(provenance.checkpoint): \(provenance.architecture)\(dot) "
                + "\(NumberFormat.grouped(provenance.parameters)) parameters",
            "\(provenance.data): \(NumberFormat.grouped(provenance.classes.count)) classes\(dot) "
                + "order \(provenance.order)\(dot) normalised as \(provenance.normalization.name)",
            "accuracy \(NumberFormat.fixed(100 * evaluation.accuracy, 2)) % (\(right) of \(images) images)\(dot) "
                + "\(NumberFormat.fixed(seconds.total, 1)) s",
        ]
    }

    private func classTable(_ names: [String]) -> TextTable {
        let classes = evaluation.perClass
        let worst = Dictionary(evaluation.confusions.map { ($0.label, $0) }) { first, _ in first }
        func column(
            _ title: String, drop: Int? = nil, isWord: Bool = false, _ cell: (Int) -> String
        ) -> TextTable.Column {
            TextTable.Column(title: title, cells: classes.indices.map(cell), drop: drop, isWord: isWord)
        }
        return TextTable(columns: [
            column("class", isWord: true) { names[$0] },
            column("images", drop: 1) { NumberFormat.grouped(classes[$0].images) },
            column("right", drop: 0) { NumberFormat.grouped(classes[$0].right) },
            column("accuracy") { Self.percent(classes[$0].accuracy) },
            column("most confused with", drop: 2, isWord: true) { label in
                worst[label].map { "\(names[$0.prediction]) \(NumberFormat.grouped($0.images))" } ?? "-"
            },
        ])
    }

    private func confusionLines(_ names: [String], width: Int, ascii: Bool) -> [String] {
        guard evaluation.right < evaluation.images else { return ["No image is taken for one of another class."] }
        if let matrix = matrix(names, width: width, ascii: ascii) {
            return ["A row for each class, a column for each that its images are taken for:", ""]
                .flatMap { $0.isEmpty ? [""] : TextWrap.wrap($0, width: width) } + matrix.lines(width: width)
        }
        let listed = evaluation.confusions.prefix(Self.confusionsListed)
        let classes = evaluation.perClass
        let table = TextTable(columns: [
            TextTable.Column(title: "class", cells: listed.map { names[$0.label] }, isWord: true),
            TextTable.Column(title: "is taken for", cells: listed.map { names[$0.prediction] }, isWord: true),
            TextTable.Column(title: "images", cells: listed.map { NumberFormat.grouped($0.images) }),
            TextTable.Column(
                title: "of its images",
                cells: listed.map { Self.percent(Double($0.images) / Double(max(1, classes[$0.label].images))) },
                drop: 0),
        ])
        return ["The strongest confusions:", ""] + table.lines(width: width)
    }

    /// The confusion matrix; nil where it is wider than the screen.
    private func matrix(_ names: [String], width: Int, ascii: Bool) -> TextTable? {
        // A column takes three cells and more, which spares counting what can't have room.
        guard names.count <= width / 3 else { return nil }
        let counts = evaluation.confusion
        let nothing = ascii ? "." : "·"
        let cells = counts.map { row in row.map { $0 == 0 ? nothing : NumberFormat.grouped($0) } }
        func table(_ rows: [String], _ titles: [String]) -> TextTable? {
            // All as wide as the widest.
            let widest = (titles + cells.joined()).map(\.count).max() ?? 0
            let columns = titles.enumerated().map { column, title in
                let space = String(repeating: " ", count: widest - title.count)
                return TextTable.Column(title: space + title, cells: cells.map { $0[column] })
            }
            let table = TextTable(columns: [TextTable.Column(title: "", cells: rows, isWord: true)] + columns)
            return table.width <= width ? table : nil
        }
        // Titles are as long as the widest numbers at least, and as long as it takes to tell the classes apart.
        for length in 4...8 {
            let titles = names.map { String($0.prefix(length)) }
            if Set(titles).count == names.count { return table(names, titles) ?? numbered() }
        }
        func numbered() -> TextTable? {
            let digits = String(names.count).count
            let rows = names.enumerated().map { index, name in
                let number = String(index + 1)
                return String(repeating: " ", count: digits - number.count) + "\(number) \(name)"
            }
            return table(rows, names.indices.map { String($0 + 1) })
        }
        return numbered()
    }

    private static func percent(_ share: Double?) -> String {
        share.map { "\(NumberFormat.fixed(100 * $0, 2)) %" } ?? "-"
    }

    private static func shortened(_ name: String, ascii: Bool) -> String {
        guard name.count > longestName else { return name }
        let ellipsis = ascii ? "..." : "…"
        return name.prefix(longestName - ellipsis.count) + ellipsis
    }
}
