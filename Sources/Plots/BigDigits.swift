import Cells

/// A figure in digits several rows high, made of half blocks, for people far away.
public struct BigDigits: Equatable, Sendable {
    /// Digits, a point, minus, plus and percent signs; what else there is, is left blank.
    public var text: String

    public init(_ text: String) { self.text = text }

    /// Three dots wide and five high, row by row from the top left; a point takes one.
    private static let shapes: [Character: [String]] = [
        "0": ["###", "# #", "# #", "# #", "###"], "1": [" # ", "## ", " # ", " # ", "###"],
        "2": ["###", "  #", "###", "#  ", "###"], "3": ["###", "  #", "###", "  #", "###"],
        "4": ["# #", "# #", "###", "  #", "  #"], "5": ["###", "#  ", "###", "  #", "###"],
        "6": ["###", "#  ", "###", "# #", "###"], "7": ["###", "  #", "  #", "  #", "  #"],
        "8": ["###", "# #", "###", "# #", "###"], "9": ["###", "# #", "###", "  #", "###"],
        ".": [" ", " ", " ", " ", "#"], "−": ["   ", "   ", "###", "   ", "   "],
        "-": ["   ", "   ", "###", "   ", "   "], "+": ["   ", " # ", "###", " # ", "   "],
    ]

    private static func shape(_ character: Character) -> [String] {
        shapes[character] ?? Array(repeating: "   ", count: 5)
    }

    /// Dots across at the smallest size, one between every two characters.
    private var columns: Int {
        text.isEmpty ? 0 : text.reduce(-1) { $0 + 1 + (Self.shape($1).first?.count ?? 0) }
    }

    /// How many times the smallest size fits into cells, a dot being half a cell; 0 where it doesn't fit at all.
    public func scale(fitting size: Size) -> Int {
        guard columns > 0 else { return 0 }
        return min(size.columns / columns, 2 * size.rows / 5)
    }

    /// The cells that it takes.
    public func size(scale: Int) -> Size { Size(columns: columns * scale, rows: (5 * scale + 1) / 2) }

    /// Draws it from a rectangle's top left corner as large as fits; nothing where it doesn't. Returns the cells taken.
    @discardableResult
    public func draw(into buffer: inout CellBuffer, rect: Rect, glyphs: GlyphSet, style: Style) -> Size {
        let scale = min(scale(fitting: rect.size), 40)
        guard scale > 0 else { return Size(columns: 0, rows: 0) }
        var canvas = DotCanvas(size: size(scale: scale), glyphs: glyphs == .ascii ? .ascii : .blocks)
        var left = 0
        for character in text {
            let shape = Self.shape(character)
            for (y, line) in shape.enumerated() {
                for (x, dot) in line.enumerated() where dot == "#" {
                    for dy in 0..<scale {
                        for dx in 0..<scale {
                            canvas.set(x: (left + x) * scale + dx, y: y * scale + dy, style: style)
                        }
                    }
                }
            }
            left += 1 + (shape.first?.count ?? 0)
        }
        canvas.draw(into: &buffer, at: rect.origin)
        return canvas.size
    }
}
