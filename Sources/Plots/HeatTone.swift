import Cells

/// How a value from 0 to 1 looks on a heat map.
public enum HeatTone {
    /// Its place on a gradient of two colours or more.
    public static func color(_ value: Double, _ gradient: [Color]) -> Color {
        let place = (value > 0 ? min(1, value) : 0) * Double(gradient.count - 1)
        let index = min(Int(place), gradient.count - 2)
        return gradient[index].mixed(with: gradient[index + 1], place - Double(index))
    }

    /// Its sign where there are no colours; something is told from nothing.
    public static func sign(_ value: Double, _ glyphs: GlyphSet) -> Unicode.Scalar {
        let ramp: [Unicode.Scalar] =
            glyphs.isASCII ? [" ", ".", ":", "-", "=", "+", "*", "#", "%", "@"] : [" ", "░", "▒", "▓", "█"]
        guard value > 0 else { return ramp[0] }
        return ramp[max(1, Int((min(1, value) * Double(ramp.count - 1)).rounded()))]
    }
}
