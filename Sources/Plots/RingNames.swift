import Cells

/// Where the names of the classes stand around a ring.
struct RingNames {
    struct Placed: Equatable {
        var label: Int
        var text: String
        var column: Int
        var row: Int
    }

    private(set) var placed: [Placed] = []

    private let picture: RingPicture
    private let rect: Rect
    /// Cells that names must keep off: the circle's disc, what else stands in the rectangle, names and the blanks beside
    /// them.
    private var taken: [Bool]

    /// Names stand outside the circle beside the middle of their arc: all of them whole where there is room, else all cut
    /// alike, to three letters or one. Where no length suits all, the one that most names find room with; a class whose
    /// name finds none has none. O(classes · cells of a name + cells).
    ///
    /// - Parameter reserved: cells of the buffer to keep off.
    init(picture: RingPicture, rect: Rect, names: [String], reserved: [Rect] = []) {
        self.picture = picture
        self.rect = rect
        taken = Array(repeating: false, count: rect.columns * rect.rows)
        guard rect.size == picture.request.size, picture.request.diameter >= 6 else { return }
        takeDisc()
        // With a blank on either side.
        for part in reserved {
            take(Rect(column: part.minColumn - 1, row: part.minRow, columns: part.columns + 2, rows: part.rows))
        }
        let arcs = picture.geometry.arcs.filter { names.indices.contains($0.label) }
            .map { (arc: $0, letters: Self.letters(names[$0.label], picture.request.glyphs)) }
            .filter { !$0.letters.isEmpty }
        let free = taken
        for length in ClassNames.lengths where ClassNames.tellsClasses(arcs.map(\.letters), cutTo: length) {
            let earlier = placed
            (placed, taken) = ([], free)
            for (arc, letters) in arcs { place(letters.prefix(length), of: arc) }
            if placed.count == arcs.count { return }
            if placed.count <= earlier.count { placed = earlier }
        }
    }

    /// What a name is shown by: scalars that take cells of their own, so that its room can be reckoned.
    private static func letters(_ name: String, _ glyphs: GlyphSet) -> [Unicode.Scalar] {
        name.unicodeScalars.lazy.filter { $0.cellWidth > 0 && !$0.isControl }
            .prefix(ClassNames.lengths[0]).map { glyphs.isASCII && !$0.isASCII ? "?" : $0 }
    }

    private mutating func takeDisc() {
        let size = picture.request.circleSize
        let origin = picture.origin(in: rect)
        let half = Double(size.columns) / 2
        for row in 0..<size.rows {
            // The widest the disc is within the row; a cell is twice as high as wide.
            let offset = max(0, abs(Double(row) + 0.5 - Double(size.rows) / 2) - 0.5) * 2
            let reach = Int(max(0, half * half - offset * offset).squareRoot().rounded(.up))
            let left = origin.column + size.columns / 2 - reach
            take(Rect(column: left, row: origin.row + row, columns: 2 * reach + size.columns % 2, rows: 1))
        }
    }

    private mutating func take(_ part: Rect) {
        let part = part.intersection(rect)
        for row in part.minRow..<part.maxRow {
            for column in part.minColumn..<part.maxColumn { taken[index(column, row)] = true }
        }
    }

    private func index(_ column: Int, _ row: Int) -> Int {
        (row - rect.minRow) * rect.columns + column - rect.minColumn
    }

    private func isFree(_ columns: Range<Int>, _ row: Int) -> Bool {
        guard row >= rect.minRow, row < rect.maxRow, columns.lowerBound >= rect.minColumn,
            columns.upperBound <= rect.maxColumn
        else { return false }
        let first = index(columns.lowerBound, row)
        return !taken[first..<(first + columns.count)].contains(true)
    }

    /// Puts a name down in the first place that takes all of it.
    private mutating func place(_ letters: ArraySlice<Unicode.Scalar>, of arc: RingGeometry.Arc) {
        let width = letters.reduce(0) { $0 + $1.cellWidth }
        for anchor in anchors(of: arc) {
            // To the right of the circle a name begins at its anchor, to the left it ends there, above it is centred.
            let start = Int((anchor.x - Double(width) * (1 - anchor.direction) / 2).rounded())
            for shift in [0, 1, -1, 2, -2] {
                let columns = (start + shift)..<(start + shift + width)
                guard isFree(columns, anchor.row) else { continue }
                let text = String(String.UnicodeScalarView(letters))
                placed.append(Placed(label: arc.label, text: text, column: columns.lowerBound, row: anchor.row))
                take(Rect(column: columns.lowerBound - 1, row: anchor.row, columns: width + 2, rows: 1))
                return
            }
        }
    }

    /// Where a name can be tied to its arc, best first: a little outside the arc's middle, or farther along the arc or
    /// outwards, where there may be more room.
    private func anchors(of arc: RingGeometry.Arc) -> [(x: Double, row: Int, direction: Double)] {
        let size = picture.request.circleSize
        let origin = picture.origin(in: rect)
        return [0, -0.3, 0.3, -0.6, 0.6].flatMap { part in
            let direction = RingPoint(angle: arc.middle + part * (arc.end - arc.start) / 2, radius: 1)
            let x = Double(origin.column) + Double(size.columns) / 2 * (1 + direction.x) + 1.2 * direction.x
            let y = Double(origin.row) + Double(size.rows) / 2 * (1 + direction.y) + 0.6 * direction.y
            let row = Int(y.rounded(.down))
            let outwards = direction.y < 0 ? -1 : 1
            return (direction.y.magnitude > 0.5 ? [row, row + outwards] : [row]).map { (x, $0, direction.x) }
        }
    }
}
