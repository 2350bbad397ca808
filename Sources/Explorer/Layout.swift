import Cells

/// Where everything stands on a screen of a given size. Panels are shed as it shrinks; the one with the focus stays.
public struct Layout: Equatable, Sendable {
    /// Below this there is only a line that says so.
    public static let leastSize = Size(columns: 40, rows: 12)

    public let header: Rect
    /// The line for what went wrong; empty where nothing did.
    public let notice: Rect
    public let footer: Rect
    public let panels: [Panel: Rect]
    public let isTooSmall: Bool

    public init(
        size: Size, focus: Panel = .ring, choice: PanelChoice = PanelChoice(), isZoomed: Bool = false,
        hasNotice: Bool = false, curveRows: Int = 0
    ) {
        var choice = choice
        choice.show(focus)
        let columns = size.columns
        isTooSmall = columns < Self.leastSize.columns || size.rows < Self.leastSize.rows
        guard !isTooSmall else {
            header = Rect(Size(columns: 0, rows: 0))
            (notice, footer, panels) = (header, header, [:])
            return
        }
        let top = hasNotice ? 2 : 1
        header = Rect(column: 0, row: 0, columns: columns, rows: 1)
        notice = Rect(column: 0, row: 1, columns: columns, rows: top - 1)
        footer = Rect(column: 0, row: size.rows - 1, columns: columns, rows: 1)
        let body = Rect(column: 0, row: top, columns: columns, rows: size.rows - 1 - top)
        let places = isZoomed ? [focus.place: body] : Self.places(in: body, focus: focus.place, curveRows)
        panels = Dictionary(uniqueKeysWithValues: places.map { (choice[$0], $1) })
    }

    /// - Parameter more: rows that the curve has beyond its share, where the other panels can spare them.
    private static func places(in body: Rect, focus: Panel, _ more: Int) -> [Panel: Rect] {
        if body.columns >= 76 && body.rows >= 32 { return twoColumns(body, more) }
        if body.columns >= 76 && body.rows >= 18 { return threeColumns(body, more) }
        if body.rows >= 46 { return stack(body) }
        return shed(body, focus: focus, more)
    }

    /// Ring at the left, histogram above figures at the right, the curve below all.
    private static func twoColumns(_ body: Rect, _ more: Int) -> [Panel: Rect] {
        let curveRows = min(24, max(9, body.rows * 29 / 100)) + more
        let (upper, curve) = body.cut(rowsBelow: curveRows)
        // Names stand to the left and right of the ring.
        let ringColumns = min((upper.rows - 2) * 2 + 14, body.columns * 49 / 100)
        let (ring, right) = upper.cut(columnsLeft: ringColumns, gap: 1)
        // With many rows every bin of the histogram takes two.
        let histogramRows = upper.rows >= 38 ? 24 : min(16, max(12, upper.rows * 52 / 100))
        let (histogram, figures) = right.cut(rowsAbove: histogramRows)
        return [.ring: ring, .histogram: histogram, .figures: figures, .curve: curve]
    }

    /// Ring, histogram and figures side by side, the curve below all.
    private static func threeColumns(_ body: Rect, _ more: Int) -> [Panel: Rect] {
        let (upper, curve) = body.cut(rowsBelow: max(7, body.rows * 38 / 100) + more)
        let share = body.columns >= 96 ? 38 : 35
        let (ring, right) = upper.cut(
            columnsLeft: min((upper.rows - 2) * 2 + 4, body.columns * share / 100), gap: 1)
        let figuresColumns = max(29, right.columns * 52 / 100)
        let (histogram, figures) = right.cut(columnsLeft: right.columns - figuresColumns - 1, gap: 1)
        return [.ring: ring, .histogram: histogram, .figures: figures, .curve: curve]
    }

    /// All four above one another, on a tall and narrow screen.
    private static func stack(_ body: Rect) -> [Panel: Rect] {
        let (ring, afterRing) = body.cut(rowsAbove: min(body.columns / 2, body.rows - 34))
        let (histogram, afterHistogram) = afterRing.cut(rowsAbove: 12)
        let (figures, curve) = afterHistogram.cut(rowsAbove: 13)
        return [.ring: ring, .histogram: histogram, .figures: figures, .curve: curve]
    }

    /// The few that fit: curve below where there are the rows, above it one panel to three, the focus's among them.
    private static func shed(_ body: Rect, focus: Panel, _ more: Int) -> [Panel: Rect] {
        var panels: [Panel: Rect] = [:]
        var upper = body
        if body.rows >= 16 { (upper, panels[.curve]) = body.cut(rowsBelow: body.rows * 38 / 100 + more) }
        var shown: [Panel] =
            body.columns >= 100 ? [.ring, .histogram, .figures] : body.columns >= 56 ? [.ring, .figures] : [.ring]
        if !shown.contains(focus) && panels[focus] == nil { shown[shown.count - 1] = focus }
        let ringColumns = min((upper.rows - 2) * 2 + 4, body.columns / shown.count)
        for (index, panel) in shown.enumerated() {
            let left = shown.count - index
            let columns =
                left == 1 ? upper.columns : panel == .ring ? ringColumns : (upper.columns - left + 1) / left
            let (rect, rest) = upper.cut(columnsLeft: columns, gap: left == 1 ? 0 : 1)
            (panels[panel], upper) = (rect, rest)
        }
        return panels
    }
}

extension Rect {
    /// The upper rows and the rest below them.
    func cut(rowsAbove count: Int) -> (Rect, Rect) {
        let count = min(max(0, count), rows)
        return (
            Rect(column: minColumn, row: minRow, columns: columns, rows: count),
            Rect(column: minColumn, row: minRow + count, columns: columns, rows: rows - count)
        )
    }

    /// The upper rest and so many rows below it.
    func cut(rowsBelow count: Int) -> (Rect, Rect) { cut(rowsAbove: rows - count) }

    /// The left columns and the rest, with a gap between them.
    func cut(columnsLeft count: Int, gap: Int = 0) -> (Rect, Rect) {
        let count = min(max(0, count), columns)
        return (
            Rect(column: minColumn, row: minRow, columns: count, rows: rows),
            Rect(column: minColumn + count + gap, row: minRow, columns: columns - count - gap, rows: rows)
        )
    }
}
