import Cells
import Separation

/// The looks of a picture.
public struct PictureStyles: Equatable, Sendable {
    /// Whether cells can have the picture's own colours; else `ink` draws it.
    public var hasColors: Bool
    /// Of the characters where there are no colours.
    public var ink: Style
    /// Whether the ink is lighter than what it stands on.
    public var isInkLight: Bool

    public init(hasColors: Bool, ink: Style = .plain, isInkLight: Bool = true) {
        self.hasColors = hasColors
        self.ink = ink
        self.isInkLight = isInkLight
    }
}

/// A sample's picture on cells: two pixels a cell in its own colours; without colours dots whose density is its lightness,
/// or characters that are as dense.
public struct PicturePlot: Equatable, Sendable {
    public var picture: Thumbnail

    public init(_ picture: Thumbnail) { self.picture = picture }

    /// The cells that a picture takes as large as fits, its aspect kept; a cell is twice as high as wide.
    public func size(within room: Size) -> Size {
        let (columns, rows) = pixels(within: room)
        return Size(columns: columns, rows: (rows + 1) / 2)
    }

    /// Half cells, which are square.
    private func pixels(within room: Size) -> (columns: Int, rows: Int) {
        guard room.columns > 0, room.rows > 0 else { return (0, 0) }
        let (width, height) = (picture.width, picture.height)
        // Which side the room ends at first.
        if room.columns * height <= 2 * room.rows * width {
            return (room.columns, min(2 * room.rows, max(1, (room.columns * height + width / 2) / width)))
        }
        return (min(room.columns, max(1, (2 * room.rows * width + height / 2) / height)), 2 * room.rows)
    }

    /// Draws the picture into the middle of a rectangle, as large as fits. What doesn't lie in the buffer is left out.
    public func draw(into buffer: inout CellBuffer, rect: Rect, glyphs: GlyphSet, styles: PictureStyles) {
        let (columns, rows) = pixels(within: rect.size)
        guard columns > 0, rows > 0 else { return }
        let cells = Rect(
            column: rect.minColumn + (rect.columns - columns) / 2, row: rect.minRow + (rect.rows - (rows + 1) / 2) / 2,
            columns: columns, rows: (rows + 1) / 2)
        guard !cells.intersection(buffer.bounds).isEmpty else { return }
        switch (styles.hasColors, glyphs) {
        case (true, .ascii): drawBlanks(into: &buffer, cells)
        case (true, _): drawHalves(into: &buffer, cells, rows: rows)
        case (false, .braille): drawDots(into: &buffer, cells, rows: rows, styles)
        case (false, _): drawSigns(into: &buffer, cells, glyphs, styles)
        }
    }

    /// The upper pixel as the sign's colour, the lower one as the background.
    private func drawHalves(into buffer: inout CellBuffer, _ cells: Rect, rows: Int) {
        let colors = picture.averaged(columns: cells.columns, rows: rows).map(Color.init)
        for row in 0..<cells.rows {
            for column in 0..<cells.columns {
                let upper = colors[2 * row * cells.columns + column]
                let hasLower = 2 * row + 1 < rows
                let lower = hasLower ? colors[(2 * row + 1) * cells.columns + column] : nil
                let cell =
                    upper == lower
                    ? Cell(" ", Style(background: upper)) : Cell("▀", Style(foreground: upper, background: lower))
                buffer.overlay(cell, column: cells.minColumn + column, row: cells.minRow + row)
            }
        }
    }

    /// One colour a cell.
    private func drawBlanks(into buffer: inout CellBuffer, _ cells: Rect) {
        let colors = picture.averaged(columns: cells.columns, rows: cells.rows).map(Color.init)
        for (index, color) in colors.enumerated() {
            buffer[cells.minColumn + index % cells.columns, cells.minRow + index / cells.columns] =
                Cell(" ", Style(background: color))
        }
    }

    private func drawDots(into buffer: inout CellBuffer, _ cells: Rect, rows: Int, _ styles: PictureStyles) {
        var canvas = DotCanvas(size: cells.size, glyphs: .braille)
        let tones = tones(columns: canvas.columns, rows: 2 * rows, styles)
        for (index, tone) in tones.enumerated() {
            let (x, y) = (index % canvas.columns, index / canvas.columns)
            if tone > Self.thresholds[y % 4 * 4 + x % 4] { canvas.set(x: x, y: y, style: styles.ink) }
        }
        buffer.fill(cells, with: Cell(" ", styles.ink))
        canvas.draw(into: &buffer, at: cells.origin)
    }

    private func drawSigns(into buffer: inout CellBuffer, _ cells: Rect, _ glyphs: GlyphSet, _ styles: PictureStyles) {
        for (index, tone) in tones(columns: cells.columns, rows: cells.rows, styles).enumerated() {
            buffer[cells.minColumn + index % cells.columns, cells.minRow + index / cells.columns] =
                Cell(HeatTone.sign(Double(tone), glyphs), styles.ink)
        }
    }

    /// Bayer's ordered dither: which part of the dots of a 4 × 4 square is set up to which tone.
    private static let thresholds: [Float] = [0, 8, 2, 10, 12, 4, 14, 6, 3, 11, 1, 9, 15, 7, 13, 5].map {
        (Float($0) + 0.5) / 16
    }

    /// How much ink each pixel takes, 0 to 1, stretched from the darkest pixel to the lightest one unless they are nearly
    /// alike: few signs must make the most of what contrast there is.
    private func tones(columns: Int, rows: Int, _ styles: PictureStyles) -> [Float] {
        let lightness = picture.averaged(columns: columns, rows: rows).map {
            ($0 * SIMD3(0.299, 0.587, 0.114)).sum() / 255
        }
        let (least, greatest) = (lightness.min() ?? 0, lightness.max() ?? 1)
        return lightness.map { value in
            let tone = greatest - least >= 0.125 ? (value - least) / (greatest - least) : value
            return styles.isInkLight ? tone : 1 - tone
        }
    }
}

extension Color {
    /// - Parameter channels: 0 to 255.
    fileprivate init(_ channels: SIMD3<Float>) {
        let whole = SIMD3<UInt8>(
            channels.rounded(.toNearestOrAwayFromZero).clamped(lowerBound: .zero, upperBound: SIMD3(repeating: 255)))
        self.init(red: whole.x, green: whole.y, blue: whole.z)
    }
}
