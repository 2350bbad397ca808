import CCairo

/// Draws sheets through Cairo: as PDF, where text stays text, and as PNG.
enum CairoRenderer {
    /// A PDF of one page, without dates: equal sheets give equal bytes.
    static func pdf(_ sheet: Sheet) throws(FigureError) -> [UInt8] {
        let sink = ByteSink()
        let surface = cairo_pdf_surface_create_for_stream(
            ByteSink.write, Unmanaged.passUnretained(sink).toOpaque(), sheet.width, sheet.height)
        defer { cairo_surface_destroy(surface) }
        try check(cairo_surface_status(surface), sheet.name)
        cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_TITLE, sheet.title)
        // Else Cairo takes the clock's.
        cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATE_DATE, "1970-01-01T00:00:00Z")
        try draw(sheet, on: surface, scale: 1)
        cairo_surface_finish(surface)
        try check(cairo_surface_status(surface), sheet.name)
        return withExtendedLifetime(sink) { sink.bytes }
    }

    /// A PNG on white that says its resolution.
    static func png(_ sheet: Sheet, dotsPerInch: Double) throws(FigureError) -> [UInt8] {
        let scale = dotsPerInch / 72
        let surface = cairo_image_surface_create(
            CAIRO_FORMAT_RGB24, Int32((sheet.width * scale).rounded(.up)), Int32((sheet.height * scale).rounded(.up)))
        defer { cairo_surface_destroy(surface) }
        try check(cairo_surface_status(surface), sheet.name)
        try draw(sheet, on: surface, scale: scale)
        return PNGResolution.set(try bytes(of: surface, sheet.name), dotsPerInch: dotsPerInch)
    }

    /// A picture as PNG.
    static func png(_ picture: Sheet.Picture, of sheet: String) throws(FigureError) -> [UInt8] {
        let surface = try image(picture, of: sheet)
        defer { cairo_surface_destroy(surface) }
        return try bytes(of: surface, sheet)
    }

    static func check(_ status: cairo_status_t, _ sheet: String) throws(FigureError) {
        guard status != CAIRO_STATUS_SUCCESS else { return }
        throw .drawing(sheet: sheet, reason: cairo_status_to_string(status).map { String(cString: $0) } ?? "unknown")
    }

    /// Without hinting, so that text is as wide in all sizes and formats.
    static func setFont(_ context: OpaquePointer, size: Double, isBold: Bool) {
        let options = cairo_font_options_create()
        cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE)
        cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF)
        cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY)
        cairo_set_font_options(context, options)
        cairo_font_options_destroy(options)
        cairo_select_font_face(
            context, TextMeasure.family, CAIRO_FONT_SLANT_NORMAL,
            isBold ? CAIRO_FONT_WEIGHT_BOLD : CAIRO_FONT_WEIGHT_NORMAL)
        cairo_set_font_size(context, size)
    }

    // MARK: Drawing

    private static func draw(_ sheet: Sheet, on surface: OpaquePointer?, scale: Double) throws(FigureError) {
        guard let context = cairo_create(surface) else { throw .drawing(sheet: sheet.name, reason: "no context") }
        defer { cairo_destroy(context) }
        cairo_scale(context, scale, scale)
        setSource(context, .white)
        cairo_paint(context)
        let measure = try TextMeasure()
        for item in sheet.items {
            switch item {
            case .shape(let path, let fill, let stroke): draw(path, fill, stroke, on: context)
            case .text(let text): draw(text, measure, on: context)
            case .picture(let picture): try draw(picture, of: sheet.name, on: context)
            case .open, .close: break
            }
        }
        cairo_show_page(context)
        try check(cairo_status(context), sheet.name)
    }

    private static func setSource(_ context: OpaquePointer, _ ink: Ink) {
        let (red, green, blue) = ink.parts
        cairo_set_source_rgb(context, red, green, blue)
    }

    private static func draw(
        _ path: [Sheet.Segment], _ fill: Ink?, _ stroke: Sheet.Stroke?, on context: OpaquePointer
    ) {
        cairo_new_path(context)
        for segment in path {
            switch segment {
            case .move(let x, let y): cairo_move_to(context, x, y)
            case .line(let x, let y): cairo_line_to(context, x, y)
            case .curve(let ax, let ay, let bx, let by, let x, let y): cairo_curve_to(context, ax, ay, bx, by, x, y)
            case .close: cairo_close_path(context)
            }
        }
        if let fill {
            setSource(context, fill)
            cairo_fill_preserve(context)
        }
        if let stroke {
            setSource(context, stroke.ink)
            cairo_set_line_width(context, stroke.width)
            cairo_set_line_join(context, CAIRO_LINE_JOIN_ROUND)
            cairo_set_dash(context, stroke.dash, Int32(stroke.dash.count), 0)
            cairo_stroke_preserve(context)
        }
        // Or it would be part of what is filled next.
        cairo_new_path(context)
    }

    private static func draw(_ text: Sheet.Text, _ measure: TextMeasure, on context: OpaquePointer) {
        let width = measure.width(text.string, size: text.size, isBold: text.isBold)
        cairo_save(context)
        cairo_translate(context, text.x, text.y)
        if text.isUpright { cairo_rotate(context, -.pi / 2) }
        setSource(context, text.ink)
        setFont(context, size: text.size, isBold: text.isBold)
        cairo_move_to(context, text.anchor == .start ? 0 : text.anchor == .middle ? -width / 2 : -width, 0)
        cairo_show_text(context, text.string)
        cairo_restore(context)
    }

    private static func draw(
        _ picture: Sheet.Picture, of sheet: String, on context: OpaquePointer
    ) throws(FigureError) {
        guard picture.side > 0 else { return }
        let image = try image(picture, of: sheet)
        defer { cairo_surface_destroy(image) }
        cairo_save(context)
        cairo_translate(context, picture.x, picture.y)
        cairo_scale(context, picture.extent / Double(picture.side), picture.extent / Double(picture.side))
        cairo_set_source_surface(context, image, 0, 0)
        // Else the square's edge would be mixed with black.
        cairo_pattern_set_extend(cairo_get_source(context), CAIRO_EXTEND_PAD)
        cairo_rectangle(context, 0, 0, Double(picture.side), Double(picture.side))
        cairo_fill(context)
        cairo_restore(context)
    }

    private static func image(_ picture: Sheet.Picture, of sheet: String) throws(FigureError) -> OpaquePointer {
        let side = picture.side
        guard let surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, Int32(side), Int32(side)) else {
            throw .drawing(sheet: sheet, reason: "no picture")
        }
        guard cairo_surface_status(surface) == CAIRO_STATUS_SUCCESS, let rows = cairo_image_surface_get_data(surface)
        else {
            defer { cairo_surface_destroy(surface) }
            throw .drawing(sheet: sheet, reason: "no memory for a picture")
        }
        cairo_surface_flush(surface)
        let stride = Int(cairo_image_surface_get_stride(surface))
        for y in 0..<side {
            for x in 0..<side {
                UnsafeMutableRawPointer(rows + y * stride + 4 * x).storeBytes(
                    of: picture.pixels[y * side + x], as: UInt32.self)
            }
        }
        cairo_surface_mark_dirty(surface)
        return surface
    }

    private static func bytes(of surface: OpaquePointer?, _ sheet: String) throws(FigureError) -> [UInt8] {
        let sink = ByteSink()
        let status = cairo_surface_write_to_png_stream(
            surface, ByteSink.write, Unmanaged.passUnretained(sink).toOpaque())
        try check(status, sheet)
        return withExtendedLifetime(sink) { sink.bytes }
    }
}

/// Takes what Cairo writes.
private final class ByteSink {
    var bytes: [UInt8] = []

    static let write: cairo_write_func_t = { closure, data, count in
        guard let closure, let data else { return CAIRO_STATUS_WRITE_ERROR }
        let sink = Unmanaged<ByteSink>.fromOpaque(closure).takeUnretainedValue()
        sink.bytes += UnsafeBufferPointer(start: data, count: Int(count))
        return CAIRO_STATUS_SUCCESS
    }
}
