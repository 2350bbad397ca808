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

    /// A cut name is shown as long as no more classes' names than this begin like it.
    private static let mostBearers = 3
    /// Longer names are cut anyway.
    private static let maxLength = 16
    /// How many names begin with these letters.
    private var bearers: [ArraySlice<Unicode.Scalar>: Int] = [:]

    private let picture: RingPicture
    private let rect: Rect
    /// Cells that names must keep off: the circle's disc, names and the blanks beside them.
    private var taken: [Bool]

    /// Names stand outside the circle beside the middle of their arc: as much of each as fits, none where not a letter
    /// does. O(classes · name length² + cells).
    init(picture: RingPicture, rect: Rect, names: [String]) {
        self.picture = picture
        self.rect = rect
        taken = Array(repeating: false, count: rect.columns * rect.rows)
        guard rect.size == picture.request.size, picture.request.diameter >= 6 else { return }
        takeDisc()
        let arcs = picture.geometry.arcs.filter { names.indices.contains($0.label) }
        let lettered = arcs.map { (arc: $0, letters: Self.letters(names[$0.label], picture.request.glyphs)) }
        for (_, letters) in lettered where !letters.isEmpty {
            for length in 1...letters.count { bearers[letters.prefix(length), default: 0] += 1 }
        }
        for (arc, letters) in lettered { place(letters, of: arc) }
    }

    /// What a name is shown by: scalars that take a cell each, so that its room is reckoned in letters.
    private static func letters(_ name: String, _ glyphs: GlyphSet) -> [Unicode.Scalar] {
        name.unicodeScalars.lazy.filter { $0.cellWidth == 1 && !$0.isControl }
            .prefix(maxLength).map { glyphs.isASCII && !$0.isASCII ? "?" : $0 }
    }

    private mutating func takeDisc() {
        let size = picture.request.circleSize
        let origin = picture.origin(in: Rect(rect.size))
        let half = Double(size.columns) / 2
        for row in 0..<size.rows {
            // The widest the disc is within the row; a cell is twice as high as wide.
            let offset = max(0, abs(Double(row) + 0.5 - Double(size.rows) / 2) - 0.5) * 2
            let reach = Int(max(0, half * half - offset * offset).squareRoot().rounded(.up))
            for column in (size.columns / 2 - reach)..<(size.columns / 2 + reach + size.columns % 2) {
                take(column + origin.column, row + origin.row)
            }
        }
    }

    private mutating func take(_ column: Int, _ row: Int) {
        guard column >= 0, row >= 0, column < rect.columns, row < rect.rows else { return }
        taken[row * rect.columns + column] = true
    }

    private func isFree(_ columns: Range<Int>, _ row: Int) -> Bool {
        guard row >= 0, row < rect.rows, columns.lowerBound >= 0, columns.upperBound <= rect.columns else {
            return false
        }
        return !taken[(row * rect.columns + columns.lowerBound)..<(row * rect.columns + columns.upperBound)]
            .contains(true)
    }

    /// Puts a name down in the first place that takes all of it, else as much of it as finds a place.
    private mutating func place(_ letters: [Unicode.Scalar], of arc: RingGeometry.Arc) {
        let anchors = Self.anchors(of: arc, picture: picture, rect: rect)
        for length in stride(from: letters.count, to: 0, by: -1) {
            let shown = letters.prefix(length)
            if length < letters.count, bearers[shown, default: 0] > Self.mostBearers { continue }
            for anchor in anchors {
                // To the right of the circle a name begins at its anchor, to the left it ends there, above it is centred.
                let start = Int((anchor.x - Double(length) * (1 - anchor.direction) / 2).rounded())
                for shift in [0, 1, -1, 2, -2] {
                    let columns = (start + shift)..<(start + shift + length)
                    guard isFree(columns, anchor.row) else { continue }
                    placed.append(
                        Placed(
                            label: arc.label, text: String(String.UnicodeScalarView(shown)),
                            column: rect.minColumn + columns.lowerBound, row: rect.minRow + anchor.row))
                    for column in (columns.lowerBound - 1)...columns.upperBound { take(column, anchor.row) }
                    return
                }
            }
        }
    }

    /// Where a name can be tied to its arc, best first: a little outside the arc's middle, or farther along the arc or
    /// outwards, where there may be more room.
    private static func anchors(
        of arc: RingGeometry.Arc, picture: RingPicture, rect: Rect
    ) -> [(x: Double, row: Int, direction: Double)] {
        let size = picture.request.circleSize
        let origin = picture.origin(in: Rect(rect.size))
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
