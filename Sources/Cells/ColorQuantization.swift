#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

// Colours brought down to what a terminal has. Nearness is meant as the eye sees it, so it is measured in OKLab
// (B. Ottosson, "A perceptual color space for image processing", 2020).

extension Color {
    /// The index, 16...255, of the nearest colour of xterm's palette: the 6×6×6 cube (16...231) and the 24 greys
    /// (232...255). The first 16 are left out since users change them. The lower index wins a tie.
    /// - Complexity: one distance to each of the 240 colours.
    public var nearestOf256: Int {
        let wanted = OKLab(self)
        var nearest = 16
        var least = Double.infinity
        for (offset, candidate) in OKLab.xterm240.enumerated() {
            let distance = wanted.squaredDistance(to: candidate)
            if distance < least { (least, nearest) = (distance, 16 + offset) }
        }
        return nearest
    }

    /// The index, 0...15, of the ANSI colour that keeps what matters when so few are left: the hue.
    ///
    /// The distance alone turns most muted colours grey. Here a colour with next to no chroma takes the grey of its
    /// lightness (0, 8, 7, 15); any other takes the nearest of the six hues, the bright one (9...14) from half-way
    /// between the lightness of the pair on. What the 16 look like is the terminal's choice; xterm's defaults are assumed.
    public var nearestOf16: Int {
        let color = OKLab(self)
        if color.chroma < 0.07 {
            return color.lightness < 0.28 ? 0 : color.lightness < 0.68 ? 8 : color.lightness < 0.95 ? 7 : 15
        }
        let nearest = OKLab.hues.max { color.alignment(with: $0.color) < color.alignment(with: $1.color) }
        guard let nearest else { return 7 }
        return color.lightness < nearest.brightFrom ? nearest.index : nearest.index + 8
    }

    /// The index, 0...7, where a terminal has no bright colours: the hue as in ``nearestOf16``, greys either black or white.
    public var nearestOf8: Int {
        switch nearestOf16 {
        case 0: 0
        case 8, 15: 7
        case let index: index % 8
        }
    }

    /// The colour at an index of xterm's palette of 256. The first 16 are xterm's defaults. Nil outside 0...255.
    public static func xterm(_ index: Int) -> Color? {
        switch index {
        case 0..<16: return Color(rgb: ansi[index])
        case 16..<232:
            func level(_ step: Int) -> UInt8 { step == 0 ? 0 : UInt8(55 + 40 * step) }
            let cube = index - 16
            return Color(red: level(cube / 36), green: level(cube / 6 % 6), blue: level(cube % 6))
        case 232..<256:
            let grey = UInt8(8 + 10 * (index - 232))
            return Color(red: grey, green: grey, blue: grey)
        default: return nil
        }
    }

    private static let ansi: [UInt32] = [
        0x000000, 0xCD0000, 0x00CD00, 0xCDCD00, 0x0000EE, 0xCD00CD, 0x00CDCD, 0xE5E5E5,
        0x7F7F7F, 0xFF0000, 0x00FF00, 0xFFFF00, 0x5C5CFF, 0xFF00FF, 0x00FFFF, 0xFFFFFF,
    ]
}

/// A colour by lightness (0...1) and two opponent axes, green–red and blue–yellow.
struct OKLab {
    var lightness: Double
    var a: Double
    var b: Double

    init(_ color: Color) {
        func linear(_ byte: UInt8) -> Double {
            let value = Double(byte) / 255
            return value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
        }
        let (red, green, blue) = (linear(color.red), linear(color.green), linear(color.blue))
        let long = cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
        let medium = cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
        let short = cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
        lightness = 0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short
        a = 1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short
        b = 0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short
    }

    var chroma: Double { (a * a + b * b).squareRoot() }

    /// Lightness counts half, or dark and muted colours would lose their hue to a grey of the same lightness.
    func squaredDistance(to other: OKLab) -> Double {
        let (dl, da, db) = (lightness - other.lightness, a - other.a, b - other.b)
        return dl * dl / 2 + da * da + db * db
    }

    /// The cosine of the angle between two hues, times this colour's chroma.
    func alignment(with other: OKLab) -> Double { (a * other.a + b * other.b) / other.chroma }

    static let xterm240: [OKLab] = (16..<256).compactMap { Color.xterm($0).map(OKLab.init) }

    /// The six hues, each with its ANSI index and the lightness from which on its bright form is nearer.
    static let hues: [(index: Int, brightFrom: Double, color: OKLab)] = [
        (1, 0.57, OKLab(Color(rgb: 0xFF0000))), (2, 0.80, OKLab(Color(rgb: 0x00FF00))),
        (3, 0.88, OKLab(Color(rgb: 0xFFFF00))), (4, 0.55, OKLab(Color(rgb: 0x0000FF))),
        (5, 0.67, OKLab(Color(rgb: 0xFF00FF))), (6, 0.83, OKLab(Color(rgb: 0x00FFFF))),
    ]
}
