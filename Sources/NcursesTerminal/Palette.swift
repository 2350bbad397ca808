import CNcurses
import Cells

/// Colour numbers of the open terminal, and the pairs of them that ncurses wants, made on demand.
struct Palette {
    let depth: ColorDepth
    /// Indices 0...7 only: a bright foreground is the plain one in bold.
    private let hasBoldBrights: Bool
    /// Whether −1 stands for the terminal's own colours.
    private let hasDefaults: Bool
    /// On a direct terminal, values below this are indices of a palette.
    private let overlay: Int32
    /// The last pair that may be made; pair 0 is the terminal's own colours. A pair has to fit a short.
    private let lastPair: Int16

    private var pairs: [ColorPair: Int16] = [:]
    private var resolved: [Style: Resolved] = [:]
    /// Pairs ran out since the last ``forget()``.
    private(set) var isExhausted = false

    struct Resolved {
        var attributes: attr_t
        var pair: Int16
    }

    private struct ColorPair: Hashable {
        var foreground: Int32
        var background: Int32
    }

    /// Asks the open terminal. `wanted` nil means all that it has.
    init(type: TerminalType, wanted: ColorDepth?) {
        let isColored = wanted != .never && has_colors() && start_color() == OK && sepal_colors() >= 8
        let available: ColorDepth =
            !isColored
            ? .never
            : type.isDirect && sepal_colors() >= 1 << 24 ? .truecolor : sepal_colors() >= 256 ? .ansi256 : .ansi16
        // A direct terminal has no palette but its first indices, so 256 is more than it can do and 16 is not.
        depth = available == .ansi256 && wanted == .ansi16 || type.isDirect && wanted == .ansi16 ? .ansi16 : available
        overlay = type.isDirect ? max(8, tigetnum("CO")) : 0
        hasBoldBrights = depth == .ansi16 && (type.isDirect ? overlay < 16 : sepal_colors() < 16)
        hasDefaults = depth != .never && use_default_colors() == OK
        lastPair = depth == .never ? 0 : Int16(clamping: sepal_color_pairs() - 1)
    }

    /// What to draw a style with. `canvas` stands in for colours that the style leaves open.
    mutating func resolve(_ style: Style, canvas: Style) -> Resolved {
        if let known = resolved[style] { return known }
        let result = make(style, canvas: canvas)
        // Bounded: a long session can come by any number of styles.
        if resolved.count >= 1 << 16 { resolved = [:] }
        resolved[style] = result
        return result
    }

    /// Drops all pairs, so that their numbers can be used anew. Everything has to be drawn again.
    mutating func forget() {
        (pairs, resolved, isExhausted) = ([:], [:], false)
    }

    private mutating func make(_ style: Style, canvas: Style) -> Resolved {
        var attributes = style.attributes.curses
        guard depth != .never else { return Resolved(attributes: attributes, pair: 0) }
        var pair = ColorPair(foreground: hasDefaults ? -1 : 7, background: hasDefaults ? -1 : 0)
        if let color = style.foreground ?? canvas.foreground {
            (pair.foreground, attributes) = foreground(color, attributes)
        }
        if let color = style.background ?? canvas.background { pair.background = index(of: color) }
        return Resolved(attributes: attributes, pair: number(of: pair))
    }

    private mutating func number(of pair: ColorPair) -> Int16 {
        if let number = pairs[pair] { return number }
        if pair == ColorPair(foreground: -1, background: -1) { return 0 }
        let number = Int16(clamping: pairs.count + 1)
        guard number <= lastPair, init_extended_pair(Int32(number), pair.foreground, pair.background) == OK else {
            isExhausted = true
            return pairs[ColorPair(foreground: pair.foreground, background: hasDefaults ? -1 : 0)] ?? 0
        }
        pairs[pair] = number
        return number
    }

    private func foreground(_ color: Color, _ attributes: attr_t) -> (Int32, attr_t) {
        guard hasBoldBrights else { return (index(of: color), attributes) }
        let index = Int32(color.nearestOf16)
        // Bold black is black on some of these, so dark grey is white there.
        if index == 8 { return (7, attributes) }
        return index < 8 ? (index, attributes) : (index - 8, attributes | sepal_bold())
    }

    private func index(of color: Color) -> Int32 {
        switch depth {
        case .never: -1
        case .ansi16: Int32(hasBoldBrights ? color.nearestOf8 : color.nearestOf16)
        case .ansi256: Int32(color.nearestOf256)
        case .truecolor: color.directValue(overlay: overlay)
        }
    }
}

extension Color {
    /// The value that a direct terminal takes for this colour. Values below `overlay` would be taken for indices of a
    /// palette; one step of green leads out of them.
    func directValue(overlay: Int32) -> Int32 {
        let value = Int32(red) << 16 | Int32(green) << 8 | Int32(blue)
        return value < overlay ? value | 0x100 : value
    }
}

extension Style.Attributes {
    fileprivate var curses: attr_t {
        var result: attr_t = 0
        if contains(.bold) { result |= sepal_bold() }
        if contains(.dim) { result |= sepal_dim() }
        if contains(.underline) { result |= sepal_underline() }
        if contains(.reverse) { result |= sepal_reverse() }
        if contains(.italic) { result |= sepal_italic() }
        return result
    }
}
