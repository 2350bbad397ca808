import Cells

extension ExplorerModel {
    mutating func tellMouse(_ isOn: Bool) {
        notice =
            isOn == isMouseOn
            ? Notice("this terminal has no mouse", isError: true)
            : Notice(isOn ? "mouse on: click a layer, wheel steps; hold Shift to select text" : "mouse off")
        isMouseOn = isOn
    }

    /// A click looks at what it hits, the wheel steps through the layers.
    mutating func take(_ event: MouseEvent) {
        notice = nil
        guard prompt == nil, !layout.isTooSmall else { return }
        switch event.kind {
        case .wheelUp, .wheelDown:
            let isDown = event.kind == .wheelDown
            if isHelpShown, scrollHelp(isDown ? .down : .up) { return }
            isFollowing = false
            autoplay = .off
            step(by: isDown ? 1 : -1)
        case .press:
            guard !isHelpShown else { return }
            press(at: Point(column: event.column, row: event.row))
        }
    }

    private mutating func press(at point: Point) {
        guard let halves else { return look(at: point) }
        let isLeft = point.column < halves.left.size.columns
        // What is hit is of the run on that side.
        select(run: isLeft ? halves.left.shownRun : halves.right.shownRun)
        var half = isLeft ? halves.left : halves.right
        half.look(at: isLeft ? point : Point(column: point.column - halves.left.size.columns, row: point.row))
        followsRuns = false
        (focus, choice, cursor, autoplay) = (half.focus, half.choice, half.cursor, half.autoplay)
        (classFocus, samples) = (half.classFocus, half.samples)
        isFollowing = false
    }

    private mutating func look(at point: Point) {
        guard let (panel, rect) = layout.panels.first(where: { $0.value.contains(point) }), isRevealed(panel) else {
            return
        }
        focus = panel
        choice.show(panel)
        switch panel {
        case .curve: look(atLayer: CurvePanel(model: self).layer(atColumn: point.column, rect: rect))
        case .table: look(atLayer: TablePanel(model: self).layer(atRow: point.row, rect: rect))
        case .matrix:
            guard let (row, column) = MatrixPanel(model: self).classes(at: point, rect: rect) else { return }
            classFocus = row
            if row != column { samples.comparison = .init(label: row, other: column) }
        case .map: if let sample = MapPanel(model: self).sample(at: point) { open(sample) }
        default: break
        }
    }

    private mutating func look(atLayer layer: Int?) {
        guard let layer, run.isKnown(layer) else { return }
        isFollowing = false
        autoplay = .off
        cursor = layer
    }
}
