import Foundation
import Plots
import Text

/// Writes sheets as SVG 1.1. Cairo's own SVG turns letters into outlines; here text stays text, to be searched and edited.
enum SVGWriter {
    /// Families of like width, the first that a reader has. That of `TextMeasure` comes first.
    static let families = "\(TextMeasure.family), Arial, 'Liberation Sans', 'DejaVu Sans', sans-serif"

    /// - Throws: `FigureError.drawing` where a picture can't be packed.
    static func bytes(_ sheet: Sheet) throws(FigureError) -> [UInt8] {
        let (width, height) = (number(sheet.width), number(sheet.height))
        let start = [
            #"<?xml version="1.0" encoding="UTF-8"?>"#,
            #"<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" version="1.1""#
                + #" xml:space="preserve" width="\#(width)pt" height="\#(height)pt" viewBox="0 0 \#(width) \#(height)""#
                + #" font-family="\#(families)">"#,
        ]
        return Array((start + (try content(sheet)) + [""]).joined(separator: "\n").utf8)
    }

    /// A piece of HTML rather than a file: as wide as its surroundings, without the words of XML.
    static func inline(_ sheet: Sheet) throws(FigureError) -> String {
        let start =
            #"<svg role="img" aria-label="\#(sheet.title.markup)" xml:space="preserve""#
            + #" viewBox="0 0 \#(number(sheet.width)) \#(number(sheet.height))" font-family="\#(families)">"#
        return ([start] + (try content(sheet))).joined(separator: "\n")
    }

    private static func content(_ sheet: Sheet) throws(FigureError) -> [String] {
        var lines = [
            "<title>\(sheet.title.markup)</title>",
            #"<rect width="\#(number(sheet.width))" height="\#(number(sheet.height))" fill="white"/>"#,
        ]
        for item in sheet.items {
            switch item {
            case .shape(let path, let fill, let stroke): lines.append(shape(path, fill, stroke))
            case .text(let text): lines.append(element(text))
            case .picture(let picture) where picture.side > 0:
                let data = Data(try CairoRenderer.png(picture, of: sheet.name)).base64EncodedString()
                let extent = number(picture.extent)
                lines.append(
                    #"<image x="\#(number(picture.x))" y="\#(number(picture.y))" width="\#(extent)""#
                        + #" height="\#(extent)" xlink:href="data:image/png;base64,\#(data)"/>"#)
            case .picture: break
            case .open(let words): lines.append("<g><title>\(words.markup)</title>")
            case .close: lines.append("</g>")
            }
        }
        return lines + ["</svg>"]
    }

    private static func shape(_ path: [Sheet.Segment], _ fill: Ink?, _ stroke: Sheet.Stroke?) -> String {
        var attributes = [#"d="\#(path.map(text).joined(separator: " "))""#, #"fill="\#(fill.map(color) ?? "none")""#]
        if let stroke {
            attributes += [
                #"stroke="\#(color(stroke.ink))""#, #"stroke-width="\#(number(stroke.width))""#,
                #"stroke-linejoin="round""#,
            ]
            if !stroke.dash.isEmpty {
                attributes.append(#"stroke-dasharray="\#(stroke.dash.map(number).joined(separator: " "))""#)
            }
        }
        return "<path \(attributes.joined(separator: " "))/>"
    }

    private static func text(_ segment: Sheet.Segment) -> String {
        switch segment {
        case .move(let x, let y): "M\(number(x)) \(number(y))"
        case .line(let x, let y): "L\(number(x)) \(number(y))"
        case .curve(let ax, let ay, let bx, let by, let x, let y):
            "C" + [ax, ay, bx, by, x, y].map(number).joined(separator: " ")
        case .close: "Z"
        }
    }

    private static func element(_ text: Sheet.Text) -> String {
        let (x, y) = (number(text.x), number(text.y))
        var attributes = [
            #"x="\#(x)""#, #"y="\#(y)""#, #"font-size="\#(number(text.size))""#, #"fill="\#(color(text.ink))""#,
        ]
        if text.anchor != .start { attributes.append(#"text-anchor="\#(text.anchor.rawValue)""#) }
        if text.isBold { attributes.append(#"font-weight="bold""#) }
        if text.isUpright { attributes.append(#"transform="rotate(-90 \#(x) \#(y))""#) }
        return "<text \(attributes.joined(separator: " "))>\(text.string.markup)</text>"
    }

    /// Hundredths of a point, without zeros at the end.
    static func number(_ value: Double) -> String {
        var text = NumberText.fixed(value, decimals: 2)
        while text.hasSuffix("0"), text.contains(".") { text.removeLast() }
        if text.hasSuffix(".") { text.removeLast() }
        return text
    }

    private static func color(_ ink: Ink) -> String {
        let digits = String(ink.rgb, radix: 16)
        return "#" + String(repeating: "0", count: 6 - digits.count) + digits
    }
}
