import Cells
import Plots
import Settings

/// Draws the model at its size. Pure: the same model gives the same cells.
public func view(_ model: ExplorerModel) -> CellBuffer {
    guard let halves = model.halves else { return viewOfOne(model) }
    var buffer = CellBuffer(size: model.size)
    let (left, right) = (viewOfOne(halves.left), viewOfOne(halves.right))
    buffer.copy(left, to: Point(column: 0, row: 0))
    buffer.copy(right, to: Point(column: model.size.columns - right.size.columns, row: 0))
    // One line of keys does for both.
    let footer = Rect(column: 0, row: model.size.rows - 1, columns: model.size.columns, rows: 1)
    var painter = Painter(buffer: buffer, theme: model.theme, glyphs: model.glyphs)
    painter.buffer.fill(footer)
    FooterView(model: model).draw(into: &painter, rect: footer)
    painter.finish(model)
    return painter.buffer
}

private func viewOfOne(_ model: ExplorerModel) -> CellBuffer {
    let layout = model.layout
    var painter = Painter(buffer: CellBuffer(size: model.size), theme: model.theme, glyphs: model.glyphs)
    if layout.isTooSmall {
        painter.drawTooSmall()
    } else {
        HeaderView(model: model).draw(into: &painter, rect: layout.header)
        if let failure = model.run.failure { painter.drawNotice(failure, rect: layout.notice) }
        if model.isHelpShown {
            let body = Rect(
                column: 0, row: layout.notice.maxRow, columns: model.size.columns,
                rows: layout.footer.minRow - layout.notice.maxRow)
            Help(model: model).draw(into: &painter, rect: body)
        } else {
            for (panel, rect) in layout.panels where model.isRevealed(panel) {
                panel.draw(model, into: &painter, rect: rect)
            }
            if let prompt = model.prompt, prompt.kind == .command {
                PaletteView(model: model, prompt: prompt).draw(into: &painter, above: layout.footer)
            }
        }
        FooterView(model: model).draw(into: &painter, rect: layout.footer)
    }
    painter.finish(model)
    return painter.buffer
}

extension Panel {
    func draw(_ model: ExplorerModel, into painter: inout Painter, rect: Rect) {
        switch self {
        case .ring: RingPanel(model: model).draw(into: &painter, rect: rect)
        case .histogram: HistogramPanel(model: model).draw(into: &painter, rect: rect)
        case .figures: FiguresPanel(model: model).draw(into: &painter, rect: rect)
        case .curve: CurvePanel(model: model).draw(into: &painter, rect: rect)
        case .matrix: MatrixPanel(model: model).draw(into: &painter, rect: rect)
        case .map: MapPanel(model: model).draw(into: &painter, rect: rect)
        case .alignment: AlignmentPanel(model: model).draw(into: &painter, rect: rect)
        case .headline: HeadlinePanel(model: model).draw(into: &painter, rect: rect)
        case .sample: SamplePanel(model: model).draw(into: &painter, rect: rect)
        case .pairs: PairsPanel(model: model).draw(into: &painter, rect: rect)
        case .table: TablePanel(model: model).draw(into: &painter, rect: rect)
        }
    }
}

extension Painter {
    fileprivate mutating func drawTooSmall() {
        let least = Layout.leastSize
        let (columns, rows) = (buffer.size.columns, buffer.size.rows)
        let variants = [
            "sepal needs \(least.columns)×\(least.rows) cells, this screen has \(columns)×\(rows); q quits",
            "needs \(least.columns)×\(least.rows), has \(columns)×\(rows); q quits",
            "needs \(least.columns)×\(least.rows); q quits",
            "too small; q", "q",
        ].map { [span($0, .text)] }
        write(fitting(variants, width: columns), column: 0, row: rows / 2, width: columns)
    }

    fileprivate mutating func drawNotice(_ text: String, rect: Rect) {
        let line = fitting([[span(" \(text) ", .error)]], width: rect.columns)
        write(line, column: rect.minColumn, row: rect.minRow, width: rect.columns)
    }

    /// Spells with the characters there are, and paints what is left.
    fileprivate mutating func finish(_ model: ExplorerModel) {
        Spelling.apply(to: &buffer, glyphs: model.glyphs, except: verbatimRows)
        if model.paintsBackground ?? model.theme.paintsBackground { paintBackground() }
    }

    /// Gives cells without a background that of the theme, and what has no colour the text's.
    fileprivate mutating func paintBackground() {
        let (background, foreground) = (theme.background, theme[.text].foreground)
        buffer.restyle(buffer.bounds) { style in
            if style.background == nil { style.background = background }
            if style.foreground == nil { style.foreground = foreground }
        }
    }
}
