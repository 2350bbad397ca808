import Text

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// A colour of print; sheets have no transparency, which not every journal takes.
struct Ink: Hashable, Sendable {
    let rgb: UInt32

    init(_ rgb: UInt32) { self.rgb = rgb }

    /// Red, green, blue, 0 to 1.
    var parts: (Double, Double, Double) {
        (Double(rgb >> 16 & 0xFF) / 255, Double(rgb >> 8 & 0xFF) / 255, Double(rgb & 0xFF) / 255)
    }

    static let white = Ink(0xFFFFFF)
    static let text = Ink(0x1A1A1A)
    static let muted = Ink(0x5C5C5C)
    static let rule = Ink(0x8A8A8A)
    static let grid = Ink(0xE2E2E2)
    // Okabe and Ito's colours (2008), told apart by colour-blind eyes; blue is darker than orange in grey as well.
    static let blue = Ink(0x0072B2)
    static let paleBlue = Ink(0xB9DAEC)
    static let orange = Ink(0xE69F00)
    static let vermilion = Ink(0xD55E00)
    static let green = Ink(0x009E73)
}

/// A page of a figure as a value: what is drawn on it, in order. Lengths are points (1/72 inch), y grows downwards.
public struct Sheet: Equatable, Sendable {
    /// A piece of a path.
    enum Segment: Equatable, Sendable {
        case move(Double, Double)
        case line(Double, Double)
        /// A cubic: both control points, then the end.
        case curve(Double, Double, Double, Double, Double, Double)
        case close
    }

    struct Stroke: Equatable, Sendable {
        var ink: Ink
        var width: Double
        /// Lengths of dashes and gaps; empty: a whole line.
        var dash: [Double] = []
    }

    enum Anchor: String, Sendable {
        case start, middle, end
    }

    /// One line of text.
    struct Text: Equatable, Sendable {
        var string: String
        /// Where the baseline is anchored.
        var x: Double
        var y: Double
        var size: Double
        var ink = Ink.text
        var anchor = Anchor.start
        var isBold = false
        /// Read from bottom to top.
        var isUpright = false
    }

    /// An opaque picture.
    struct Picture: Equatable, Sendable {
        /// Pixels along a side.
        var side: Int
        /// 0xRRGGBB, row by row from the top left.
        var pixels: [UInt32]
        /// Where its left upper corner is, and how long a side.
        var x: Double
        var y: Double
        var extent: Double
    }

    enum Item: Equatable, Sendable {
        case shape([Segment], fill: Ink?, stroke: Stroke?)
        case text(Text)
        case picture(Picture)
        /// What follows up to `close` belongs together; the words say what it is, for SVG's readers.
        case open(String)
        case close
    }

    /// Of the file, without its ending.
    public let name: String
    /// What it shows, in words.
    public let title: String
    public let width: Double
    public let height: Double
    private(set) var items: [Item] = []

    init(name: String, title: String, width: Double, height: Double) {
        self.name = name
        self.title = Self.printable(title)
        self.width = width
        self.height = height
    }

    mutating func fill(_ path: [Segment], _ ink: Ink) { items.append(.shape(path, fill: ink, stroke: nil)) }

    mutating func stroke(_ path: [Segment], _ ink: Ink, width: Double, dash: [Double] = []) {
        items.append(.shape(path, fill: nil, stroke: Stroke(ink: ink, width: width, dash: dash)))
    }

    /// Filled with white inside where it is hollow.
    mutating func mark(_ path: [Segment], _ ink: Ink, isHollow: Bool) {
        items.append(.shape(path, fill: isHollow ? .white : ink, stroke: Stroke(ink: ink, width: 0.6)))
    }

    mutating func write(_ text: Text) {
        var text = text
        text.string = Self.printable(text.string)
        if !text.string.isEmpty { items.append(.text(text)) }
    }

    mutating func show(_ picture: Picture) { items.append(.picture(picture)) }

    /// Draws what belongs together.
    mutating func group(_ words: String, _ draw: (inout Sheet) -> Void) {
        items.append(.open(Self.printable(words)))
        draw(&self)
        items.append(.close)
    }

    /// Without what XML doesn't take and no font has: names of files and classes hold anything.
    static func printable(_ text: String) -> String {
        text.replacingScalars { $0.isUnprintable || $0.properties.generalCategory == .unassigned ? "?" : nil }
    }
}

extension [Sheet.Segment] {
    static func rect(_ x: Double, _ y: Double, _ width: Double, _ height: Double) -> Self {
        [.move(x, y), .line(x + width, y), .line(x + width, y + height), .line(x, y + height), .close]
    }

    static func line(_ x: Double, _ y: Double, _ toX: Double, _ toY: Double) -> Self { [.move(x, y), .line(toX, toY)] }

    static func polygon(_ points: [(x: Double, y: Double)]) -> Self {
        points.enumerated().map { $0 == 0 ? .move($1.x, $1.y) : .line($1.x, $1.y) } + [.close]
    }

    static func polyline(_ points: [(x: Double, y: Double)]) -> Self { polygon(points).dropLast() }

    /// A circle's arc, clockwise from the right; cubics of an eighth of a circle at most, true to 1e-5 of the radius.
    static func arc(x: Double, y: Double, radius: Double, from start: Double, to end: Double) -> Self {
        let count = Swift.max(1, Int(((end - start) / (Double.pi / 4)).rounded(.up)))
        let step = (end - start) / Double(count)
        let reach = 4.0 / 3 * tan(step / 4)
        func point(_ angle: Double) -> (cos: Double, sin: Double) { (cos(angle), sin(angle)) }
        var path: Self = []
        for part in 0..<count {
            let (a, b) = (point(start + Double(part) * step), point(start + Double(part + 1) * step))
            if part == 0 { path.append(.move(x + radius * a.cos, y + radius * a.sin)) }
            path.append(
                .curve(
                    x + radius * (a.cos - reach * a.sin), y + radius * (a.sin + reach * a.cos),
                    x + radius * (b.cos + reach * b.sin), y + radius * (b.sin - reach * b.cos), x + radius * b.cos,
                    y + radius * b.sin))
        }
        return path
    }

    static func circle(x: Double, y: Double, radius: Double) -> Self {
        arc(x: x, y: y, radius: radius, from: 0, to: 2 * .pi) + [.close]
    }
}
