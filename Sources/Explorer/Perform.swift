import Cells
import Plots
import Separation

extension Action {
    /// Whether the key works while the help covers the screen.
    var worksUnderHelp: Bool {
        switch self {
        case .help, .back, .quit, .theme, .glyphs: true
        default: false
        }
    }
}

extension ExplorerModel {
    /// - Parameter number: the one typed before the key.
    mutating func perform(_ action: Action, number: Int? = nil) -> [Effect] {
        switch action {
        case .quit: return [.quit]
        case .play: return togglePlay()
        case .previousLayer: move { $0.step(by: -(number ?? 1)) }
        case .nextLayer: move { $0.step(by: number ?? 1) }
        case .firstLayer: move { $0.cursor = $0.run.known(on: $0.level).first ?? $0.cursor }
        case .lastLayer: move { $0.go(toLayer: number) }
        case .nextMatch, .previousMatch: move { $0.find(after: $0.cursor, forwards: action == .nextMatch) }
        case .previousFlag:
            move { model in model.cursor = model.landmarks.last { $0 < model.cursor ?? 0 } ?? model.cursor }
        case .nextFlag:
            move { model in model.cursor = model.landmarks.first { $0 > model.cursor ?? .max } ?? model.cursor }
        case .previousClass, .nextClass: moveDown(action == .nextClass ? 1 : -1)
        case .focusClass: focusClass(number)
        case .find: prompt = Prompt(.find, cursor: cursor)
        case .command: prompt = Prompt(.command, cursor: cursor)
        case .nextPanel, .previousPanel: focusPanel(action == .nextPanel ? 1 : -1)
        case .ring, .matrix, .map, .alignment, .table, .headline: show(panel: action)
        case .previousRun: stepRun(by: -(number ?? 1))
        case .nextRun: stepRun(by: number ?? 1)
        case .split: switchSplit()
        case .reveal: revealMore()
        case .mouse: return [.mouse(isOn: !isMouseOn)]
        case .save: return [.save(savedView, run: shownRun)]
        case .export: return [.export(Export(self))]
        case .zoom: isZoomed.toggle()
        case .sample: showSample(number: number)
        case .plan: return switchPlanning()
        case .suggest: return suggestPlan()
        case .undo, .redo: return stepPlan(back: action == .undo)
        case .open: if isPlanning, focus == .curve { return toggleUnit() } else { openChoice() }
        case .previousItem, .nextItem: stepChoice(by: action == .nextItem ? 1 : -1)
        case .stepBack: goBackToSample()
        case .back: goBack()
        case .help: (isHelpShown, helpOffset) = (!isHelpShown, 0)
        case .raiseTolerance, .lowerTolerance: turnTolerance(by: action == .raiseTolerance ? 1 : -1)
        case .raiseLength, .lowerLength: turnLength(by: action == .raiseLength ? 1 : -1)
        case .level: switchLevel()
        case .filter: filter = filter.next
        case .showAll: filter = .all
        case .showCorrect: filter = .correct
        case .showWrong: filter = .wrong
        case .raiseThreshold, .lowerThreshold: turnThreshold(by: action == .raiseThreshold ? 1 : -1)
        case .chords: chords = chords.next
        case .contrast: if runs.count > 1 { contrast = contrast.next }
        case .curve: curve = curve.next
        case .logScale: scale = scale.next
        case .theme: themeIndex = (themeIndex + 1) % themes.count
        case .glyphs: glyphs = glyphs.next
        case .order: if isPlanning, focus == .curve { return cutAutomatically(points: number) } else { changeOrder() }
        }
        return []
    }

    /// The table's where that has the focus, or is alone in having an order; else the matrix's.
    private mutating func changeOrder() {
        if focus == .table || (choice.picture != .matrix && choice.figures == .table) {
            tableOrder = tableOrder.next
        } else {
            classOrder = classOrder.next
        }
    }

    /// Shows the panel of that name and lets it have the focus; one in the figures' place gives way to them once more.
    private mutating func show(panel action: Action) {
        guard let panel = Panel(rawValue: action.rawValue) else { return }
        focus = panel.place == .figures && focus == panel ? .figures : panel
        choice.show(focus)
    }

    /// The threshold of edges goes in steps of 0.01 from the least similarity there is; below it all are shown.
    private mutating func turnThreshold(by steps: Int) {
        guard let current else { return }
        let least = (current.leastSimilarity * 100).rounded(.down)
        let step = (threshold.map { ($0 * 100).rounded() } ?? least) + Float(steps)
        threshold = step <= least ? nil : min(100, step) / 100
    }

    private mutating func switchSplit() {
        guard runs.count > 1 else {
            notice = Notice("only one run is open: sepal explore A B opens two", isError: true)
            return
        }
        guard split == nil else {
            split = nil
            return
        }
        guard size.columns >= 2 * Layout.leastSize.columns else {
            notice = Notice("two runs need \(2 * Layout.leastSize.columns) columns", isError: true)
            return
        }
        let other = otherRun ?? shownRun + 1
        split = Split(left: min(shownRun, other), right: max(shownRun, other))
    }

    /// Panels in the order in which a talk has them.
    static let revealed: [Panel] = [.histogram, .ring, .curve, .figures]

    /// From nothing but the first panel to all of them. The newest has the focus, so that it is there on small screens.
    private mutating func revealMore() {
        let next = (reveal ?? 0) + 1
        reveal = next < Self.revealed.count ? next : nil
        if next == 1 { isZoomed = false }
        focus = reveal.map { choice[Self.revealed[$0 - 1]] } ?? choice.picture
    }

    /// To the panel so many further round that has been revealed.
    private mutating func focusPanel(_ step: Int) {
        let panels = (1...4).map { choice.panel(step * $0, after: focus) }
        focus = panels.first(where: isRevealed) ?? focus
    }

    /// Whether a panel has been revealed.
    func isRevealed(_ panel: Panel) -> Bool {
        guard let reveal else { return true }
        return Self.revealed.prefix(reveal).contains(panel.place)
    }

    // MARK: Classes

    /// To the next class, or in the table to the next line; before the first class and behind the last there are all.
    private mutating func moveDown(_ step: Int) {
        if focus == .table { return stepThroughTable(by: step) }
        if stepThroughSamples(by: step) { return }
        guard run.classCount > 0 else { return }
        let order = classesInOrder
        let place = classFocus.flatMap { order.firstIndex(of: $0) } ?? (step > 0 ? -1 : order.count)
        classFocus = order.indices.contains(place + step) ? order[place + step] : nil
    }

    /// Classes are counted from 1, as people do.
    private mutating func focusClass(_ number: Int?) {
        guard let number else {
            classFocus = nil
            return
        }
        if (1...max(1, run.classCount)).contains(number), run.classCount > 0 { classFocus = number - 1 }
    }

    private mutating func stepThroughTable(by step: Int) {
        isFollowing = false
        autoplay = .off
        let rows = tableRows
        guard let cursor, let index = rows.firstIndex(of: cursor), rows.indices.contains(index + step) else { return }
        self.cursor = rows[index + step]
    }

    // MARK: Layers

    /// Moves by hand, so that nothing moves by itself any more.
    private mutating func move(_ step: (inout ExplorerModel) -> Void) {
        isFollowing = false
        autoplay = .off
        step(&self)
    }

    /// Goes that many known layers of the level on; false where there aren't any more.
    @discardableResult
    mutating func step(by count: Int) -> Bool {
        let known = run.known(on: level)
        guard let cursor, let index = known.firstIndex(of: cursor) else { return false }
        let place = min(max(0, index + count), known.count - 1)
        self.cursor = known[place]
        return place != index
    }

    /// To a layer of the level by its number, counted from 1; without one to the last that is known.
    private mutating func go(toLayer number: Int?) {
        guard let number else {
            cursor = run.known(on: level).last ?? cursor
            return
        }
        let layers = run.layers(on: level)
        guard layers.indices.contains(number - 1), run[layers[number - 1]] != nil else { return }
        cursor = layers[number - 1]
    }

    /// Layers to jump to: where a plateau begins, the peak, declines.
    private var landmarks: [Int] {
        guard let shown = shownFlags else { return [] }
        return Set(shown.plateaus.map(\.lowerBound) + shown.declines + (shown.peak.map { [$0] } ?? [])).sorted()
    }

    private mutating func togglePlay() -> [Effect] {
        guard autoplay == .off else {
            autoplay = .off
            return []
        }
        let known = run.known(on: level)
        guard known.count > 1 else { return [] }
        isFollowing = false
        if cursor == known.last { cursor = known.first }
        autoplay = .starting
        return [.wake(afterSeconds: 0)]
    }

    private mutating func switchLevel() {
        level = level == .conv ? .block : .conv
        let known = run.known(on: level)
        guard let cursor, !known.contains(cursor) else { return }
        self.cursor = known.last { $0 <= cursor } ?? known.first
    }

    // MARK: Criterion I

    /// τ goes from 0 to 0.5 in steps of 0.005.
    private mutating func turnTolerance(by steps: Int) {
        let step = (criterion.tolerance * 200).rounded() + Double(steps)
        criterion.tolerance = min(100, max(0, step)) / 200
        readFlags()
    }

    private mutating func turnLength(by steps: Int) {
        criterion.minLength = min(99, max(2, criterion.minLength + steps))
        readFlags()
    }

    // MARK: Help and zoom

    private mutating func goBack() {
        if isHelpShown {
            isHelpShown = false
        } else if isPlanning, run.whatIf.automatic != nil {
            run.whatIf.endAutomatically()
        } else if isPlanning, focus == .curve, !isZoomed {
            isPlanning = false
        } else if leaveSamples() {
            return
        } else if isZoomed {
            isZoomed = false
        } else if reveal != nil {
            reveal = nil
        } else if classFocus != nil {
            classFocus = nil
        } else {
            autoplay = .off
        }
    }

    /// Whether the key was one that scrolls.
    mutating func scrollHelp(_ key: Key) -> Bool {
        let page = max(1, size.rows - 4)
        let step: Int =
            switch key {
            case .up: -1
            case .down: 1
            case .pageUp: -page
            case .pageDown: page
            default: 0
            }
        if step == 0 { return false }
        helpOffset = min(max(0, helpOffset + step), Help.greatestOffset(size: size))
        return true
    }
}
