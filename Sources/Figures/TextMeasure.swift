import CCairo

/// How wide text is in the font that Cairo finds; points.
final class TextMeasure {
    /// The family that is asked for. Where the system has none of that name, its font service takes the nearest.
    static let family = "Helvetica"

    private let context: OpaquePointer

    /// - Throws: `FigureError.drawing` where Cairo has no memory.
    init() throws(FigureError) {
        let surface = cairo_image_surface_create(CAIRO_FORMAT_A8, 1, 1)
        defer { cairo_surface_destroy(surface) }
        guard let context = cairo_create(surface) else { throw .drawing(sheet: "text", reason: "no context") }
        self.context = context
        try CairoRenderer.check(cairo_status(context), "text")
    }

    deinit { cairo_destroy(context) }

    func width(_ string: String, size: Double, isBold: Bool = false) -> Double {
        // Fonts are measured large, since small ones would be rounded.
        CairoRenderer.setFont(context, size: 100, isBold: isBold)
        var extents = cairo_text_extents_t()
        cairo_text_extents(context, string, &extents)
        return extents.x_advance * size / 100
    }

    /// The text, or as much of its beginning as fits with an ellipsis; nothing where not even one letter does.
    func fitting(_ string: String, width room: Double, size: Double, isBold: Bool = false) -> String {
        if width(string, size: size, isBold: isBold) <= room { return string }
        var letters = Array(string)
        while letters.count > 1 {
            letters.removeLast()
            let cut = String(letters) + "…"
            if width(cut, size: size, isBold: isBold) <= room { return cut }
        }
        return ""
    }

    /// The rectangle that a text's letters stay within, whatever they are.
    func box(_ text: Sheet.Text) -> (minX: Double, minY: Double, maxX: Double, maxY: Double) {
        let width = width(text.string, size: text.size, isBold: text.isBold)
        let before = text.anchor == .start ? 0 : text.anchor == .middle ? width / 2 : width
        let (ascent, descent) = (0.76 * text.size, 0.22 * text.size)
        return text.isUpright
            ? (text.x - ascent, text.y + before - width, text.x + descent, text.y + before)
            : (text.x - before, text.y - ascent, text.x - before + width, text.y + descent)
    }
}
