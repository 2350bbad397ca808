import Cells

/// A curve in a line of text, a character a layer.
public enum Sparkline {
    /// Levels from low to high.
    private static func levels(_ glyphs: GlyphSet) -> [Unicode.Scalar] {
        switch glyphs {
        case .braille: ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]
        case .blocks: ["_", "▄", "█"]
        case .ascii: ["_", ".", "-", "=", "+", "*", "#", "@"]
        }
    }

    /// A character for each value, from the least to the greatest of them; a blank where there is none. Equal values are all
    /// drawn low.
    public static func text(_ values: [Double?], glyphs: GlyphSet) -> String {
        let present = values.compactMap { $0 }.filter(\.isFinite)
        guard let least = present.min(), let greatest = present.max() else {
            return String(repeating: " ", count: values.count)
        }
        // Halved, the span of any two numbers is one.
        let span = greatest / 2 - least / 2
        let scalars = values.map { value -> Unicode.Scalar in
            guard let value, value.isFinite else { return " " }
            let part = span > 0 ? (value / 2 - least / 2) / span : 0
            return level(part, glyphs)
        }
        return String(String.UnicodeScalarView(scalars))
    }

    /// A character for each share, on a scale from 0 to 1.
    public static func shares(_ values: [Double?], glyphs: GlyphSet) -> String {
        let scalars = values.map { value -> Unicode.Scalar in
            guard let value, value.isFinite else { return " " }
            return level(min(1, max(0, value)), glyphs)
        }
        return String(String.UnicodeScalarView(scalars))
    }

    /// The character for a part between 0 and 1.
    static func level(_ part: Double, _ glyphs: GlyphSet) -> Unicode.Scalar {
        let levels = levels(glyphs)
        return levels[min(levels.count - 1, Int(part * Double(levels.count)))]
    }

    /// The line to stand below: the foremost flag of each value. Blanks at the end are dropped.
    public static func marks(_ flags: [[FlagMark]], glyphs: GlyphSet) -> String {
        let scalars = flags.map { FlagMark.foremost(of: $0)?.glyph(glyphs) ?? " " }
        let kept = scalars.lastIndex { $0 != " " }.map { scalars[...$0] } ?? []
        return String(String.UnicodeScalarView(kept))
    }
}
