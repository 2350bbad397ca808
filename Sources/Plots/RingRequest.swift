import Cells

/// Which edges a ring shows.
public enum EdgeFilter: String, Sendable, CaseIterable {
    case all
    /// Those within a class.
    case correct
    /// Those between two classes.
    case wrong
}

/// All that a ring depends on beside edges and labels: with the layer, the key of a cache of pictures.
public struct RingRequest: Hashable, Sendable {
    /// Cells of the rectangle that the ring is to fill.
    public var size: Size
    public var glyphs: GlyphSet
    public var chords: ChordStyle
    public var filter: EdgeFilter
    /// Only edges that touch this class; nil: all.
    public var focus: Int?
    /// Only edges of at least this similarity; nil: all.
    public var threshold: Float?
    /// Every n-th edge only, densities scaled accordingly; 1 and less draw all.
    public var thinning: Int
    /// Whether room for the names of the classes is left around the circle, where the rectangle is large enough.
    public var hasNames: Bool

    public init(
        size: Size, glyphs: GlyphSet = .braille, chords: ChordStyle = .bundled, filter: EdgeFilter = .all,
        focus: Int? = nil, threshold: Float? = nil, thinning: Int = 1, hasNames: Bool = true
    ) {
        self.size = size
        self.glyphs = glyphs
        self.chords = chords
        self.filter = filter
        self.focus = focus
        self.threshold = threshold
        self.thinning = thinning
        self.hasNames = hasNames
    }

    /// Columns left free on each side, and rows above and below. Names at the far left and right have no more room than
    /// that: five letters ("horse"), or three to which all names are cut.
    private var margin: Size {
        guard hasNames, size.columns >= 20, size.rows >= 11 else { return Size(columns: 0, rows: 0) }
        return Size(columns: size.columns >= 36 ? 5 : size.columns >= 24 ? 3 : 2, rows: 1)
    }

    /// Dots along a side of the circle's square: whole cells both ways.
    var diameter: Int {
        let columns = min(size.columns, 2048) - 2 * margin.columns
        let rows = min(size.rows, 1024) - 2 * margin.rows
        let dots = max(0, min(columns * glyphs.dotColumns, rows * glyphs.dotRows))
        return dots - dots % glyphs.dotRows
    }

    /// Cells of that square, which is centred in the rectangle.
    var circleSize: Size {
        Size(columns: diameter / glyphs.dotColumns, rows: diameter / glyphs.dotRows)
    }
}
