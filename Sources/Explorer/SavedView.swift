import Cells
import Plots
import Separation

/// All that says what is looked at, and how: kept with a run, so that it opens as it was left.
public struct SavedView: Equatable, Sendable, Codable {
    /// The layer's name.
    public var layer: String?
    public var focus: String
    /// What stands in the ring's place and in the figures'.
    public var picture: String
    public var figures: String
    public var isZoomed: Bool
    public var level: Level
    public var tolerance: Double
    public var minLength: Int
    public var classFocus: Int?
    public var classOrder: String
    public var tableOrder: String
    public var filter: String
    public var chords: String
    public var threshold: Float?
    public var curve: String
    public var isLogarithmic: Bool
    public var theme: String
}

extension ExplorerModel {
    var savedView: SavedView {
        SavedView(
            layer: cursor.map { run.layers[$0].name }, focus: focus.rawValue, picture: choice.picture.rawValue,
            figures: choice.figures.rawValue, isZoomed: isZoomed, level: level, tolerance: criterion.tolerance,
            minLength: criterion.minLength, classFocus: classFocus, classOrder: classOrder.rawValue,
            tableOrder: tableOrder.rawValue, filter: filter.rawValue, chords: chords.rawValue, threshold: threshold,
            curve: curve.rawValue, isLogarithmic: scale == .logarithmic, theme: theme.name)
    }

    /// Takes over a view. What this program or run doesn't know, from a newer one or another, stays as it is.
    mutating func restore(_ view: SavedView, takesTheme: Bool) {
        func known<Value: RawRepresentable<String>>(_ name: String, _ value: Value) -> Value {
            Value(rawValue: name) ?? value
        }
        choice.show(known(view.picture, choice.picture))
        choice.show(known(view.figures, choice.figures))
        focus = known(view.focus, focus)
        choice.show(focus)
        isZoomed = view.isZoomed
        level = view.level
        if (0...0.5).contains(view.tolerance) { criterion.tolerance = view.tolerance }
        if (2...99).contains(view.minLength) { criterion.minLength = view.minLength }
        classFocus = view.classFocus.flatMap { (0..<run.classCount).contains($0) ? $0 : nil }
        classOrder = known(view.classOrder, classOrder)
        tableOrder = known(view.tableOrder, tableOrder)
        filter = known(view.filter, filter)
        chords = known(view.chords, chords)
        threshold = view.threshold.flatMap { $0.isFinite ? min(1, max(-1, $0)) : nil }
        curve = known(view.curve, curve)
        scale = view.isLogarithmic ? .logarithmic : .linear
        if takesTheme { themeIndex = themes.firstIndex { $0.name == view.theme } ?? themeIndex }
        if let layer = run.known(on: level).first(where: { run.layers[$0].name == view.layer }) { cursor = layer }
        isFollowing = false
        readFlags()
    }
}

/// What is on the screen, to be written to files.
///
/// It is drawn when it is asked for, since most of many wishes are overtaken by later ones.
public struct Export: Equatable, Sendable {
    private var model: ExplorerModel

    init(_ model: ExplorerModel) {
        self.model = model
        self.model.notice = nil
        self.model.motion = .still
    }

    /// A file's name without its extension.
    public var name: String {
        let layer = model.cursor.map { model.run.layers[$0].name } ?? "empty"
        let plain = layer.unicodeScalars.map { scalar in
            ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) || ("0"..."9").contains(scalar)
                || "._-".unicodeScalars.contains(scalar) ? Character(scalar) : "-"
        }
        return "sepal-\(String(plain.prefix(80)))-\(model.isZoomed ? model.focus.rawValue : "screen")"
    }

    /// The zoomed panel, or all of the screen.
    public var cells: CellBuffer {
        let cells = view(model)
        guard model.isZoomed, model.halves == nil, let rect = model.layout.panels[model.focus] else { return cells }
        return cells.cropped(to: rect)
    }

    /// What cells without a background stand on, and the colour of what has none.
    public var background: Color { model.theme.background }
    public var foreground: Color { model.theme[.text].foreground ?? Color(rgb: 0xD0D0D0) }
}
