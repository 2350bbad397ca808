import Cells
import Plots
import Separation
import Settings

/// The samples of the layer in the plane of their first two principal components, in the colours of their classes.
///
/// Each layer's map is turned onto that of the layer before and has the same scale, so that stepping shows the classes drift.
struct MapPanel {
    let model: ExplorerModel

    func draw(into painter: inout Painter, rect: Rect) {
        let isFocused = model.focus == .map
        let inner = rect.inset(columns: 1, rows: 1)
        guard let layer = model.cursor, let map = model.run.maps[layer], let header = model.run.header else {
            painter.panel(rect, isFocused: isFocused, titles: [[painter.title("Map", isFocused: isFocused)]])
            let isOver = model.run.isFinished || model.run.failure != nil
            if isOver {
                painter.drawMissing("no map of this layer in the run", in: inner)
            } else {
                painter.drawWaiting(in: inner)
            }
            return
        }
        let share = map.shares.x + map.shares.y
        painter.panel(
            rect, isFocused: isFocused, titles: [[painter.title(model.run.layers[layer].name, isFocused: isFocused)]],
            notes: ["\(Numbers.percent(share)) of variance", Numbers.percent(share, 0)].map {
                [painter.span($0, .muted)]
            })
        let plane = Plane(rect: inner, glyphs: model.glyphs)
        var canvas = DotCanvas(size: inner.size, glyphs: model.glyphs)
        let samples = zip(map.points, header.labels)
        let styles = (0..<model.run.classCount).map { style($0, painter) }
        // The class looked at stands above the others.
        for isAbove in [false, true] {
            for (point, label) in samples
            where (label == model.classFocus) == isAbove && styles.indices.contains(label) {
                let (x, y) = plane.dot(point)
                canvas.set(x: x, y: y, style: styles[label])
            }
        }
        canvas.draw(into: &painter.buffer, at: inner.origin)
        let sample = model.samples.sample.flatMap { map.points.indices.contains($0) ? $0 : nil }
        let marked = sample.map { ($0, plane.cell(map.points[$0])) }
        // Names give way to what is marked.
        let reserved = marked.map { sample, cell in
            [
                label(of: sample, at: cell, painter, rect: inner).rect,
                Rect(column: cell.column - 2, row: cell.row - 1, columns: 5, rows: 3),
            ]
        }
        drawNames(map, header.labels, into: &painter, rect: inner, reserved: reserved ?? [], place: plane.cell)
        if let (sample, cell) = marked { mark(sample, at: cell, into: &painter, rect: inner) }
    }

    /// Where points stand.
    struct Plane {
        let rect: Rect
        let glyphs: GlyphSet

        /// Units of root mean square distance from the middle to the edge; what lies farther out stands at the edge.
        private static let reach: Float = 2.1

        /// The dot of a point, from the top left.
        func dot(_ point: SIMD2<Float>) -> (x: Int, y: Int) {
            let (columns, rows) = (rect.columns * glyphs.dotColumns, rect.rows * glyphs.dotRows)
            let scale = Float(min(columns, rows) - 1) / 2 / Self.reach
            let bounded = point.clamped(
                lowerBound: SIMD2(repeating: -Self.reach), upperBound: SIMD2(repeating: Self.reach))
            return (
                Int((Float(columns - 1) / 2 + bounded.x * scale).rounded()),
                Int((Float(rows - 1) / 2 - bounded.y * scale).rounded())
            )
        }

        /// The cell of a point.
        func cell(_ point: SIMD2<Float>) -> Point {
            let (x, y) = dot(point)
            return Point(column: rect.minColumn + x / glyphs.dotColumns, row: rect.minRow + y / glyphs.dotRows)
        }
    }

    private func style(_ label: Int, _ painter: Painter) -> Style {
        model.classFocus == nil || model.classFocus == label ? painter.theme.classStyle(label) : painter.theme[.frame]
    }

    /// Each class's name at the middle of its samples; one that has no room there is left out.
    private func drawNames(
        _ map: PrincipalMap, _ labels: [Int], into painter: inout Painter, rect: Rect, reserved: [Rect],
        place: (SIMD2<Float>) -> Point
    ) {
        var sums = Array(repeating: SIMD2<Float>.zero, count: model.run.classCount)
        var counts = Array(repeating: Float(0), count: model.run.classCount)
        for (point, label) in zip(map.points, labels) where sums.indices.contains(label) {
            sums[label] += point
            counts[label] += 1
        }
        var taken = reserved
        let order = sums.indices.filter { counts[$0] > 0 }.sorted {
            ($0 != model.classFocus ? 1 : 0, $0) < ($1 != model.classFocus ? 1 : 0, $1)
        }
        for label in order.prefix(40) {
            let name = " \(model.run.className(label).truncated(toCells: 10, ellipsis: model.glyphs.ellipsis)) "
            let middle = place(sums[label] / counts[label])
            let width = name.cellWidth
            let column = max(rect.minColumn, min(middle.column - width / 2, rect.maxColumn - width))
            for row in [middle.row, middle.row - 1, middle.row + 1, middle.row - 2, middle.row + 2]
            where row >= rect.minRow && row < rect.maxRow {
                let own = Rect(column: column, row: row, columns: width, rows: 1)
                guard taken.allSatisfy({ $0.intersection(own).isEmpty }), own.intersection(rect) == own else {
                    continue
                }
                taken.append(own)
                let isNamed = model.classFocus == nil || model.classFocus == label
                var nameStyle = isNamed ? painter.theme.classStyle(label) : painter.theme[.muted]
                nameStyle.attributes.insert(.bold)
                painter.write([Span(text: name, style: nameStyle)], column: column, row: row, width: width)
                break
            }
        }
    }
}

extension Painter {
    /// Said where there will be nothing.
    mutating func drawMissing(_ text: String, in rect: Rect) {
        write(
            fitting([[span(text, .muted)]], width: rect.columns), column: rect.minColumn + 1, row: rect.minRow,
            width: rect.columns - 1)
    }
}
