import Cells

/// The looks of a ring.
public struct RingStyles: Equatable, Sendable {
    /// A colour for each class, cycled where there are more classes; empty: classes in the terminal's own colour.
    public var classColors: [Color]
    /// Edges between two classes.
    public var wrong: Style
    /// The circle's line along the samples of a class; nil: in the class's colour.
    public var circle: Style?
    /// Edges that the layer before hasn't, and those that only it has, while one ring becomes another.
    public var gained: Style
    public var lost: Style
    /// The classes' names; without a foreground each in its class's colour.
    public var label: Style

    public init(
        classColors: [Color], wrong: Style, circle: Style? = nil, label: Style = .plain,
        gained: Style = Style(attributes: .bold), lost: Style = Style(attributes: .dim)
    ) {
        self.classColors = classColors
        self.wrong = wrong
        self.circle = circle
        self.label = label
        self.gained = gained
        self.lost = lost
    }

    /// The colour of a class; nil where there are no colours.
    public func color(ofClass label: Int) -> Color? {
        label < 0 || classColors.isEmpty ? nil : classColors[label % classColors.count]
    }
}

extension RingPicture {
    /// Draws the ring in the middle of a rectangle, and the classes' names around it where there is room. O(cells).
    ///
    /// - Parameters:
    ///   - names: by label; classes without one get none.
    ///   - reserved: cells of the buffer that names keep off.
    ///   - isDim: everything dim, as for a preview.
    public func draw(
        into buffer: inout CellBuffer, rect: Rect, styles: RingStyles, names: [String] = [], reserved: [Rect] = [],
        isDim: Bool = false
    ) {
        func shown(_ style: Style) -> Style {
            var style = style
            if isDim { style.attributes.insert(.dim) }
            return style
        }
        let origin = origin(in: rect)
        let size = request.circleSize
        let seen = rect.intersection(buffer.bounds)
            .intersection(Rect(column: origin.column, row: origin.row, columns: size.columns, rows: size.rows))
        for row in seen.minRow..<seen.maxRow {
            for column in seen.minColumn..<seen.maxColumn {
                let cell = cell(column: column - origin.column, row: row - origin.row)
                guard cell.dots != 0 else { continue }
                let upper = shown(style(of: cell.upper, styles))
                let lower = cell.lower == cell.upper ? upper : shown(style(of: cell.lower, styles))
                buffer.overlay(
                    request.glyphs.cell(dots: cell.dots, upper: upper, lower: lower), column: column, row: row)
            }
        }
        guard request.hasNames else { return }
        for name in RingNames(picture: self, rect: rect, names: names, reserved: reserved).placed {
            var style = styles.label
            style.foreground = style.foreground ?? styles.color(ofClass: name.label)
            buffer.write(name.text, column: name.column, row: name.row, style: shown(style))
        }
    }

    /// Where the circle's square begins when drawn in a rectangle.
    func origin(in rect: Rect) -> Point {
        let size = request.circleSize
        return Point(
            column: rect.minColumn + (rect.columns - size.columns) / 2,
            row: rect.minRow + (rect.rows - size.rows) / 2)
    }

    private func style(of owner: Owner, _ styles: RingStyles) -> Style {
        switch owner {
        case .nothing: .plain
        case .wrong: styles.wrong
        case .gained: styles.gained
        case .lost: styles.lost
        case .correct(let label): Style(foreground: styles.color(ofClass: label))
        case .arc(let label): styles.circle ?? Style(foreground: styles.color(ofClass: label))
        }
    }
}
