import Cells

/// What a style is for. A theme has one for each.
public enum Role: String, Sendable, CaseIterable {
    /// Figures and words that are read first.
    case text
    /// What explains them: captions, units, axes.
    case muted
    /// Lines around panels.
    case frame
    /// Lines around the panel that has the focus.
    case focus
    /// Titles of panels, and the title of the panel that has the focus.
    case title
    case focusTitle = "focus-title"
    /// The program's name, progress, what is switched on.
    case accent
    /// Keys in the footer and the help.
    case key
    /// The one line that says what went wrong.
    case error
    /// Edges and pairs within a class, and those between two.
    case correct, wrong
    case same, different
    /// A figure that went up for the better, or down for the worse.
    case better, worse
    /// The curve of the paper, the band of its error, and the curve beside it.
    case curve, band, second
    /// What Criterion I says of layers.
    case peak
    case pastPeak = "past-peak"
    case plateau, decline
    /// Where one is on the curve and the heat strip.
    case cursor
    /// The circle that samples stand on, where it isn't in the colours of the classes.
    case rim
}

/// How the explorer looks: a style for each role, colours for the classes, and a gradient for heat maps.
public struct Theme: Equatable, Sendable {
    /// The fewest class colours a theme with colours may have.
    public static let leastClassColors = 10

    public var name: String
    /// One line for people who choose.
    public var summary: String
    /// The background it was made for.
    public var background: Color
    /// Whether that background is painted; otherwise the terminal's own stays.
    public var paintsBackground: Bool
    /// In the order of the classes, cycled; empty: the classes are told apart by their place alone.
    public var classColors: [Color]
    /// From none to all; empty: characters are used instead.
    public var heatGradient: [Color]
    private var styles: [Role: Style]

    init(
        name: String, summary: String, background: Color, paintsBackground: Bool, classColors: [Color],
        heatGradient: [Color], styles: [Role: Style]
    ) {
        self.name = name
        self.summary = summary
        self.background = background
        self.paintsBackground = paintsBackground
        self.classColors = classColors
        self.heatGradient = heatGradient
        self.styles = styles
    }

    /// All attributes and no file: what is left when nothing can be read.
    public static let plain = Theme(
        name: "plain", summary: "the terminal's own colours", background: Color(rgb: 0), paintsBackground: false,
        classColors: [], heatGradient: [], styles: [.title: Style(attributes: .bold)])

    /// The style of a role.
    public subscript(role: Role) -> Style { styles[role] ?? .plain }

    /// The style of a class's name; its colour is cycled.
    public func classStyle(_ index: Int) -> Style {
        guard !classColors.isEmpty, index >= 0 else { return self[.text] }
        return Style(foreground: classColors[index % classColors.count])
    }
}
