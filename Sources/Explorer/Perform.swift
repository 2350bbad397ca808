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
    mutating func perform(_ action: Action) -> [Effect] {
        switch action {
        case .quit: return [.quit]
        case .play: return togglePlay()
        case .previousLayer, .nextLayer, .firstLayer, .lastLayer, .previousFlag, .nextFlag: move(action)
        case .nextPanel: focus = focus.advanced(by: 1)
        case .previousPanel: focus = focus.advanced(by: -1)
        case .zoom: isZoomed.toggle()
        case .back: goBack()
        case .help:
            isHelpShown.toggle()
            helpOffset = 0
        case .raiseTolerance: turnTolerance(by: 1)
        case .lowerTolerance: turnTolerance(by: -1)
        case .raiseLength: turnLength(by: 1)
        case .lowerLength: turnLength(by: -1)
        case .level: switchLevel()
        default: show(action)
        }
        return []
    }

    /// Actions that only choose between ways of showing the same.
    private mutating func show(_ action: Action) {
        switch action {
        case .filter: filter = filter.next
        case .showAll: filter = .all
        case .showCorrect: filter = .correct
        case .showWrong: filter = .wrong
        case .chords: chords = chords.next
        case .curve: curve = curve.next
        case .logScale: scale = scale.next
        case .theme: themeIndex = (themeIndex + 1) % themes.count
        case .glyphs: glyphs = glyphs.next
        default: break
        }
    }

    // MARK: Layers

    private mutating func move(_ action: Action) {
        isFollowing = false
        autoplay = .off
        let known = run.known(on: level)
        switch action {
        case .previousLayer: step(by: -1)
        case .nextLayer: step(by: 1)
        case .firstLayer: cursor = known.first ?? cursor
        case .lastLayer: cursor = known.last ?? cursor
        case .previousFlag: cursor = landmarks.last { $0 < cursor ?? 0 } ?? cursor
        case .nextFlag: cursor = landmarks.first { $0 > cursor ?? .max } ?? cursor
        default: break
        }
    }

    /// Goes that many known layers of the level on; false where there aren't any more.
    @discardableResult
    mutating func step(by count: Int) -> Bool {
        let known = run.known(on: level)
        guard let cursor, let index = known.firstIndex(of: cursor), known.indices.contains(index + count) else {
            return false
        }
        self.cursor = known[index + count]
        return true
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
        } else if isZoomed {
            isZoomed = false
        } else {
            autoplay = .off
        }
    }

    mutating func scrollHelp(_ key: Key) {
        let page = max(1, size.rows - 4)
        let step: Int =
            switch key {
            case .up: -1
            case .down: 1
            case .pageUp: -page
            case .pageDown: page
            default: 0
            }
        helpOffset = min(max(0, helpOffset + step), Help.greatestOffset(size: size))
    }
}
