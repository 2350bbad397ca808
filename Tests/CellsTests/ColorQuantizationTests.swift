import Testing

@testable import Cells

@Suite struct ColorQuantizationTests {
    @Test func thePaletteIsXterms() {
        #expect(Color.xterm(16) == Color(rgb: 0x000000))
        #expect(Color.xterm(16 + 36 * 1 + 6 * 2 + 3) == Color(rgb: 0x5F87AF))
        #expect(Color.xterm(231) == Color(rgb: 0xFFFFFF))
        #expect(Color.xterm(232) == Color(rgb: 0x080808))
        #expect(Color.xterm(255) == Color(rgb: 0xEEEEEE))
        #expect(Color.xterm(-1) == nil && Color.xterm(256) == nil)
    }

    /// Every colour of the palette is its own nearest; of equal ones (#808080 is there twice) the lower index.
    @Test func paletteColorsMapToThemselves() throws {
        for index in 16..<256 {
            let color = try #require(Color.xterm(index))
            let first = (16..<256).first { Color.xterm($0) == color }
            #expect(color.nearestOf256 == first)
        }
    }

    @Test func nearColorsMapToTheirNeighbour() {
        #expect(Color(rgb: 0xFE0102).nearestOf256 == 196)
        #expect(Color(rgb: 0x5E88AE).nearestOf256 == 67)
        #expect(Color(rgb: 0x131211).nearestOf256 == 233)
        // A dark blue stays blue rather than become the grey of its lightness, #303030.
        #expect(Color(rgb: 0x003060).nearestOf256 == 17)
    }

    /// A grey may pick up no hue on the way.
    @Test func greysStayGrey() throws {
        for level in UInt8.min...UInt8.max {
            let grey = Color(red: level, green: level, blue: level)
            let mapped = try #require(Color.xterm(grey.nearestOf256))
            #expect(mapped.red == mapped.green && mapped.green == mapped.blue)
            #expect(abs(Int(mapped.red) - Int(level)) <= 10)
            #expect([0, 7, 8, 15].contains(grey.nearestOf16))
        }
    }

    @Test func theSixteenMapToThemselves() throws {
        for index in 0..<16 {
            let color = try #require(Color.xterm(index))
            #expect(color.nearestOf16 == index)
        }
    }

    /// The colour-blind-safe colours of Okabe and Ito keep their hues, and stay apart from each other.
    @Test func okabeAndItosColorsStayApart() {
        let colors: [UInt32] = [0xE69F00, 0x56B4E9, 0x009E73, 0xF0E442, 0x0072B2, 0xD55E00, 0xCC79A7, 0x000000]
        #expect(colors.map { Color(rgb: $0).nearestOf16 } == [3, 12, 2, 11, 4, 9, 13, 0])
    }

    @Test func eightColorsKeepTheHueAndNoGreyIsInvisible() {
        #expect(Color(rgb: 0xFF0000).nearestOf8 == 1)
        #expect(Color(rgb: 0x56B4E9).nearestOf8 == 4)
        #expect([0x000000, 0x7F7F7F, 0xE5E5E5, 0xFFFFFF].map { Color(rgb: $0).nearestOf8 } == [0, 7, 7, 7])
    }

    /// Values of the formula's publication: white is lightness 1 without chroma, red (0.628, 0.225, 0.126).
    @Test func okLabOfKnownColors() {
        let white = OKLab(Color(rgb: 0xFFFFFF))
        #expect(abs(white.lightness - 1) < 1e-6 && white.chroma < 1e-6)
        let red = OKLab(Color(rgb: 0xFF0000))
        #expect(abs(red.lightness - 0.62796) < 1e-4 && abs(red.a - 0.22486) < 1e-4 && abs(red.b - 0.12585) < 1e-4)
    }
}
