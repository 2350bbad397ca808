import Cells
import Separation
import Testing

@testable import Plots

@Suite struct PictureTests {
    /// A grey picture from rows of digits, 0 black to 9 white.
    private func grey(_ rows: String...) throws -> Thumbnail {
        let pixels = rows.joined().compactMap(\.wholeNumberValue).map { UInt8($0 * 255 / 9) }
        return try #require(Thumbnail(channels: 1, height: rows.count, width: rows[0].count, pixels: pixels))
    }

    private func draw(
        _ picture: Thumbnail, columns: Int, rows: Int, _ glyphs: GlyphSet, hasColors: Bool = false,
        isInkLight: Bool = true
    ) -> CellBuffer {
        var buffer = CellBuffer(size: Size(columns: columns, rows: rows))
        PicturePlot(picture).draw(
            into: &buffer, rect: buffer.bounds, glyphs: glyphs,
            styles: PictureStyles(hasColors: hasColors, isInkLight: isInkLight))
        return buffer
    }

    /// A ramp from black to white: no dots at the left, all at the right, in between by Bayer's order.
    @Test func braille() throws {
        let picture = try grey("02468", "02468", "02468", "99999")
        #expect(draw(picture, columns: 5, rows: 2, .braille).picture == " ⠅⠕⢽⢿\n⣤⣥⣵⣽⣿")
        #expect(draw(picture, columns: 5, rows: 2, .braille, isInkLight: false).picture == "⣿⢽⢝⠅⠁\n⠛⠙⠙⠁⠁")
    }

    @Test func signs() throws {
        let picture = try grey("0369", "0369", "9630", "9630")
        #expect(draw(picture, columns: 4, rows: 2, .blocks).picture == " ░▓█\n█▓░")
        #expect(draw(picture, columns: 4, rows: 2, .ascii).picture == " -*@\n@*-")
        #expect(draw(picture, columns: 4, rows: 2, .ascii, isInkLight: false).picture == "@*-\n -*@")
    }

    /// Weak contrast is stretched, next to none is left alone.
    @Test func contrast() throws {
        #expect(try draw(grey("3456"), columns: 4, rows: 1, .ascii).picture == " -*@")
        #expect(try draw(grey("4545"), columns: 4, rows: 1, .ascii).picture == "=+=+")
        #expect(try draw(grey("00", "00"), columns: 2, rows: 1, .braille).picture == "")
        #expect(try draw(grey("99", "99"), columns: 2, rows: 1, .braille).picture == "⣿⣿")
    }

    @Test func halfBlocksHaveTwoPixelsACell() throws {
        let red: [UInt8] = [255, 0, 0, 0], green: [UInt8] = [0, 255, 0, 0], blue: [UInt8] = [0, 0, 255, 0]
        let picture = try #require(Thumbnail(channels: 3, height: 2, width: 2, pixels: red + green + blue))
        for glyphs in [GlyphSet.braille, .blocks] {
            let buffer = draw(picture, columns: 2, rows: 1, glyphs, hasColors: true)
            #expect(
                buffer[0, 0] == Cell("▀", Style(foreground: Color(rgb: 0xFF0000), background: Color(rgb: 0x0000FF))))
            #expect(buffer[1, 0] == Cell("▀", Style(foreground: Color(rgb: 0x00FF00), background: Color(rgb: 0))))
        }
        // A cell is one colour: the mean of both pixels.
        let buffer = draw(picture, columns: 2, rows: 1, .ascii, hasColors: true)
        #expect(buffer[0, 0] == Cell(" ", Style(background: Color(rgb: 0x800080))))
    }

    @Test func areasAreAveraged() throws {
        let picture = try grey("0909", "9090", "0900", "9000")
        let half = picture.averaged(columns: 2, rows: 2).map(\.x)
        #expect(zip(half, [127.5, 127.5, 127.5, 0]).allSatisfy { abs($0 - $1) < 0.01 })
        // Thirds of a pixel: 0, half of each, 255.
        let wide = try grey("09").averaged(columns: 3, rows: 1).map(\.x)
        #expect(zip(wide, [0, 127.5, 255]).allSatisfy { abs($0 - $1) < 0.01 })
        // Nothing gets lost: the mean stays, whatever the size.
        for (columns, rows) in [(1, 1), (3, 2), (7, 5), (40, 9)] {
            let colors = picture.averaged(columns: columns, rows: rows)
            let mean = colors.reduce(0) { $0 + $1.x } / Float(colors.count)
            #expect(abs(mean - 255 * 6 / 16) < 0.05)
        }
        #expect(picture.averaged(columns: 0, rows: 3).isEmpty)
    }

    @Test func theAspectIsKept() throws {
        let (square, wide, high) = try (grey("00", "00"), grey("00000000", "00000000"), grey("0", "0", "0", "0"))
        func size(_ picture: Thumbnail, _ columns: Int, _ rows: Int) -> [Int] {
            let size = PicturePlot(picture).size(within: Size(columns: columns, rows: rows))
            return [size.columns, size.rows]
        }
        #expect(size(square, 20, 20) == [20, 10])
        #expect(size(square, 50, 7) == [14, 7])
        #expect(size(wide, 20, 20) == [20, 3])
        #expect(size(high, 20, 20) == [10, 20])
        #expect(size(wide, 1, 1) == [1, 1])
        #expect(size(square, 3, 2) == [3, 2])
        #expect(size(square, 0, 5) == [0, 0])
        // It stands in the middle.
        let buffer = try draw(grey("99", "99"), columns: 8, rows: 1, .ascii)
        #expect(buffer.picture == "   @@")
    }

    @Test func sweep() throws {
        let pictures = try [grey("0"), grey("09", "45", "63"), grey("0123456789", "9876543210")]
        for (index, size) in sweptSizes.enumerated() {
            for glyphs in size.rows < 3 ? GlyphSet.allCases : [GlyphSet.allCases[index % 3]] {
                let plot = PicturePlot(pictures[index % 3])
                let styles = PictureStyles(hasColors: index % 2 == 0, isInkLight: index % 5 > 0)
                #expect(staysInside(size) { plot.draw(into: &$0, rect: $1, glyphs: glyphs, styles: styles) })
                // Half outside of the buffer, and all of it.
                var small = CellBuffer(size: Size(columns: 3, rows: 2))
                for origin in [(-2, -1), (2, 1), (9, 9)] {
                    let rect = Rect(column: origin.0, row: origin.1, columns: size.columns, rows: size.rows)
                    plot.draw(into: &small, rect: rect, glyphs: glyphs, styles: styles)
                }
            }
        }
    }
}
