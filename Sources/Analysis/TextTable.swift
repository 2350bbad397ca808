/// Columns of equal width, numbers to the right, words to the left.
struct TextTable {
    struct Column {
        var title: String
        var cells: [String]
        /// Columns are left out in the order of this number where the screen is narrow; nil: never.
        var drop: Int?
        var isWord = false

        /// O(cells).
        var width: Int { max(title.count, cells.map(\.count).max() ?? 0) }
    }

    var columns: [Column]
    private static let gap = "  "

    /// What all columns take.
    var width: Int { Self.width(of: columns) }

    private static func width(of columns: [Column]) -> Int {
        columns.reduce(-gap.count) { $0 + $1.width + gap.count }
    }

    /// Title and rows, none longer than `width`.
    func lines(width: Int) -> [String] {
        var kept = columns
        while Self.width(of: kept) > width, let least = kept.compactMap(\.drop).min() {
            kept.removeAll { $0.drop == least }
        }
        let widths = kept.map(\.width)
        let rows = columns.first?.cells.count ?? 0
        guard rows > 0 else { return [] }
        return (-1..<rows).map { row in
            let cells = zip(kept, widths).map { column, width in
                let text = row < 0 ? column.title : column.cells[row]
                let space = String(repeating: " ", count: width - text.count)
                return column.isWord ? text + space : space + text
            }
            return TextWrap.withoutTrailingSpaces(String(cells.joined(separator: Self.gap).prefix(width)))
        }
    }
}
