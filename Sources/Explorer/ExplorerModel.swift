import Cells
import Plots
import Separation
import Settings

/// How the explorer starts.
public struct ExplorerOptions: Equatable, Sendable {
    /// The themes that `t` goes through.
    public var themes: [Theme]
    /// The name of the first one shown; the first of all where there is none of that name.
    public var theme: String
    public var glyphs: GlyphSet
    /// Paints the theme's background, or leaves the terminal's; nil: as the theme says.
    public var paintsBackground: Bool?
    public var level: Level
    public var criterion: CriterionOptions
    /// How long autoplay stays at a layer.
    public var dwellSeconds: Double
    /// Whether autoplay begins again behind the last layer.
    public var loops: Bool
    /// Whether the ring moves from one layer's edges to the next one's.
    public var hasMotion: Bool
    /// Whether a newly finished run comes on the screen by itself.
    public var followsRuns: Bool
    /// Whether pictures can be shown in their own colours: 256 colours or more.
    public var hasPictureColors: Bool
    public var keymap: Keymap

    public init(
        themes: [Theme] = [.plain], theme: String = "dusk", glyphs: GlyphSet = .braille,
        paintsBackground: Bool? = nil, level: Level = .conv, criterion: CriterionOptions = CriterionOptions(),
        dwellSeconds: Double = 1, loops: Bool = false, hasMotion: Bool = true,
        followsRuns: Bool = false, hasPictureColors: Bool = true, keymap: Keymap = .standard
    ) {
        self.themes = themes
        self.theme = theme
        self.glyphs = glyphs
        self.paintsBackground = paintsBackground
        self.level = level
        self.criterion = criterion
        self.dwellSeconds = dwellSeconds
        self.loops = loops
        self.hasMotion = hasMotion
        self.followsRuns = followsRuns
        self.hasPictureColors = hasPictureColors
        self.keymap = keymap
    }
}

/// All that the screen depends on. `update` changes it, `view` draws it.
public struct ExplorerModel: Equatable, Sendable {
    public internal(set) var size: Size
    /// The runs that can be looked at: one, those that are compared, or one for each epoch of a training.
    public internal(set) var runs = [Run()]
    /// Which of them is on the screen.
    public internal(set) var shownRun = 0
    /// Whether the newest finished run comes on the screen by itself.
    var followsRuns: Bool
    /// Whether that was asked for.
    let mayFollowRuns: Bool
    /// What figures are compared with.
    public internal(set) var contrast = Contrast.layer
    /// The two runs that stand side by side; nil: one has the screen.
    public internal(set) var split: Split?
    /// Whether this is one of the two.
    var isHalf = false
    /// What the program is busy with beside the run, in a few words.
    public internal(set) var status: String?
    /// What became of the last wish; gone with the next key.
    public internal(set) var notice: Notice?
    /// The layer looked at, an index into the header's layers; nil before the first result.
    public internal(set) var cursor: Int?
    /// Whether the cursor goes along with the newest layer.
    public internal(set) var isFollowing = true

    public internal(set) var focus = Panel.ring
    /// Which panels stand where several may.
    public internal(set) var choice = PanelChoice()
    public internal(set) var isZoomed = false
    public internal(set) var isHelpShown = false
    /// Lines of the help scrolled away at the top.
    public internal(set) var helpOffset = 0

    public internal(set) var level: Level
    public internal(set) var criterion: CriterionOptions
    /// The class looked at, an index; nil: all of them.
    public internal(set) var classFocus: Int?
    public internal(set) var classOrder = ClassOrder.number
    public internal(set) var tableOrder = TableOrder.layer
    /// The number typed so far, for the key behind it.
    public internal(set) var count: Int?
    /// Keys of a sequence typed so far.
    var pendingKeys: [Key] = []
    /// The line being typed; nil: keys are actions.
    public internal(set) var prompt: Prompt?
    /// What layers were last looked for by.
    public internal(set) var pattern = ""
    public internal(set) var chords = ChordStyle.bundled
    public internal(set) var filter = EdgeFilter.all
    /// The least similarity of edges shown in the ring; nil: all of them.
    public internal(set) var threshold: Float?
    public internal(set) var scale = ScaleKind.linear
    public internal(set) var curve = CurveKind.modularity
    public internal(set) var glyphs: GlyphSet
    public internal(set) var themes: [Theme]
    public internal(set) var themeIndex: Int
    public internal(set) var paintsBackground: Bool?

    public internal(set) var autoplay = Autoplay.off
    public internal(set) var dwellSeconds: Double
    public internal(set) var loops: Bool
    let hasPictureColors: Bool

    /// Samples and edges looked at one by one.
    public internal(set) var samples = SampleChoice()
    /// Criterion I at the present τ and L; nil before the header.
    public internal(set) var flags: RunFlags?
    var rings = RingCache()
    var pictures = PictureCache()
    /// The ring's way from one layer to the next; off where there is to be no motion.
    var motion = Motion.still
    /// Whether a way is being computed: one at a time.
    var isWayPending = false
    let hasMotion: Bool
    /// Whether clicks are for the explorer, and not for selecting text.
    public internal(set) var isMouseOn = false
    /// Whether units are taken out below the curve.
    public internal(set) var isPlanning = false
    /// The cut that is being tried.
    var runningTrial: TrialKey?
    /// How much of the screen is revealed, step by step; nil: all of it.
    public internal(set) var reveal: Int?
    /// Which keys ask for what.
    let keymap: Keymap
    /// Goes up whenever something has changed that could be seen.
    public internal(set) var revision = 0

    public init(size: Size, options: ExplorerOptions = ExplorerOptions()) {
        self.size = size
        themes = options.themes.isEmpty ? [.plain] : options.themes
        themeIndex = themes.firstIndex { $0.name == options.theme } ?? 0
        glyphs = options.glyphs
        paintsBackground = options.paintsBackground
        level = options.level
        criterion = options.criterion
        dwellSeconds = max(0.05, options.dwellSeconds)
        loops = options.loops
        hasMotion = options.hasMotion
        followsRuns = options.followsRuns
        mayFollowRuns = options.followsRuns
        hasPictureColors = options.hasPictureColors
        keymap = options.keymap
    }

    /// The run on the screen.
    public internal(set) var run: Run {
        get { runs[shownRun] }
        _modify { yield &runs[shownRun] }
    }

    public var theme: Theme { themes[themeIndex] }
    /// The result under the cursor.
    public var current: LayerResult? { cursor.flatMap { run[$0] } }
    public var isCurrentPreview: Bool { cursor.map(run.previews.contains) ?? false }

    var layout: Layout {
        Layout(
            size: size, focus: focus, choice: choice, isZoomed: isZoomed, hasNotice: run.failure != nil,
            curveRows: isPlanning ? PlanStrip.rows : 0)
    }

    /// Flags of the curve that is shown: Lu et al.'s where their curve stands alone, else those of M.
    var shownFlags: CurveFlags? {
        curve == .luModularity ? flags?[level].luModularity : flags?[level].modularity
    }

    /// The result that differences are taken to: the last known layer of the level before the cursor, of the same
    /// sample as the layer under it.
    var before: LayerResult? {
        guard let cursor else { return nil }
        let earlier = run.layers(on: level).last { $0 < cursor }
        guard let earlier, run.previews.contains(earlier) == isCurrentPreview else { return nil }
        return run[earlier]
    }
}

/// What became of a wish, in a line.
public struct Notice: Equatable, Sendable {
    public var text: String
    public var isError: Bool

    public init(_ text: String, isError: Bool = false) {
        self.text = text
        self.isError = isError
    }
}

/// Stepping by itself.
public enum Autoplay: Equatable, Sendable {
    case off
    /// Asked for; the next tick says what time it is.
    case starting
    /// The next step is due at a time of the tick's clock.
    case running(nextStepSeconds: Double)
}
