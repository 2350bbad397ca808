import Cells
import Plots

/// A screen of character cells as SVG: text stays text, each word at its cell; braille dots, blocks and frames become shapes,
/// so that they look alike whatever fonts there are.
public enum ScreenPicture {
    /// A cell's width and height, and the letters' size, in points.
    private static let cell = (width: 7.2, height: 15.0, letters: 12.0)

    /// - Parameters:
    ///   - background: stands behind cells that have none.
    ///   - foreground: of cells that have none.
    /// - Complexity: O(cells).
    public static func svg(_ cells: CellBuffer, title: String, background: Color, foreground: Color) -> [UInt8] {
        let (width, height) = (
            number(Double(cells.size.columns) * cell.width), number(Double(cells.size.rows) * cell.height)
        )
        var lines = [
            #"<?xml version="1.0" encoding="UTF-8"?>"#,
            #"<svg xmlns="http://www.w3.org/2000/svg" version="1.1" xml:space="preserve" width="\#(width)pt""#
                + #" height="\#(height)pt" viewBox="0 0 \#(width) \#(height)" font-size="\#(number(cell.letters))""#
                + #" shape-rendering="crispEdges" font-family="'DejaVu Sans Mono', Menlo, Consolas, monospace">"#,
            "<title>\(title.markup)</title>",
            #"<rect width="\#(width)" height="\#(height)" fill="\#(hex(background))"/>"#,
        ]
        for row in 0..<cells.size.rows {
            for run in runs(cells, row: row) {
                lines += elements(run, row: row, background: background, foreground: foreground)
            }
        }
        lines.append("</svg>\n")
        return Array(lines.joined(separator: "\n").utf8)
    }

    /// Neighbouring cells of one style.
    private struct Run {
        var column: Int
        var width = 0
        var style: Style
        var scalars: [(column: Int, scalar: Unicode.Scalar)] = []
    }

    private static func runs(_ cells: CellBuffer, row: Int) -> [Run] {
        var runs: [Run] = []
        for column in 0..<cells.size.columns {
            let cell = cells[column, row]
            if !cell.isContinuation, runs.last?.style != cell.style {
                runs.append(Run(column: column, style: cell.style))
            }
            guard !runs.isEmpty else { continue }
            runs[runs.count - 1].width += 1
            if !cell.isContinuation, cell.scalar != " " { runs[runs.count - 1].scalars.append((column, cell.scalar)) }
        }
        return runs
    }

    private static func elements(_ run: Run, row: Int, background: Color, foreground: Color) -> [String] {
        let style = run.style
        let isReverse = style.attributes.contains(.reverse)
        var ink = (isReverse ? style.background : style.foreground) ?? (isReverse ? background : foreground)
        let paper = isReverse ? style.foreground ?? foreground : style.background
        if style.attributes.contains(.dim) { ink = (paper ?? background).mixed(with: ink, 0.6) }
        var elements: [String] = []
        let (x, y) = (Double(run.column) * cell.width, Double(row) * cell.height)
        if let paper, paper != background {
            elements.append(
                #"<rect x="\#(number(x))" y="\#(number(y))" width="\#(number(Double(run.width) * cell.width))""#
                    + #" height="\#(number(cell.height))" fill="\#(hex(paper))"/>"#)
        }
        var path = ""
        var letters: [(column: Int, scalar: Unicode.Scalar)] = []
        for (column, scalar) in run.scalars {
            let parts = shapes(scalar)
            if parts.isEmpty { letters.append((column, scalar)) }
            for part in parts {
                let (left, top) = (Double(column) * cell.width, y)
                path +=
                    "M\(number(left + part.x * cell.width)) \(number(top + part.y * cell.height))"
                    + "h\(number(part.width * cell.width))v\(number(part.height * cell.height))"
                    + "h\(number(-part.width * cell.width))z"
            }
        }
        if !path.isEmpty { elements.append(#"<path d="\#(path)" fill="\#(hex(ink))"/>"#) }
        return elements + words(letters).map { text($0, y: y, ink: ink, style: style) }
    }

    /// A run of letters without a gap.
    private struct Word {
        var column: Int
        var width: Int
        var text: String
    }

    private static func words(_ letters: [(column: Int, scalar: Unicode.Scalar)]) -> [Word] {
        var words: [Word] = []
        for (column, scalar) in letters {
            let width = max(1, scalar.cellWidth)
            if let last = words.last, last.column + last.width == column {
                words[words.count - 1].text.unicodeScalars.append(scalar)
                words[words.count - 1].width += width
            } else {
                words.append(Word(column: column, width: width, text: String(scalar)))
            }
        }
        return words
    }

    /// As wide as its cells, whatever the font.
    private static func text(_ word: Word, y: Double, ink: Color, style: Style) -> String {
        let weight = style.attributes.contains(.bold) ? #" font-weight="bold""# : ""
        return #"<text x="\#(number(Double(word.column) * cell.width))" y="\#(number(y + 0.78 * cell.height))""#
            + #" textLength="\#(number(Double(word.width) * cell.width))" fill="\#(hex(ink))"\#(weight)>"#
            + word.text.markup + "</text>"
    }

    /// A part of a cell, in shares of it.
    struct Part: Equatable {
        var x, y, width, height: Double
    }

    /// What a character consists of where it is one of rectangles; empty for all others.
    static func shapes(_ scalar: Unicode.Scalar) -> [Part] {
        switch scalar.value {
        case 0x2580: return [Part(x: 0, y: 0, width: 1, height: 0.5)]
        case 0x2581...0x2588:
            let height = Double(scalar.value - 0x2580) / 8
            return [Part(x: 0, y: 1 - height, width: 1, height: height)]
        case 0x2589...0x258F: return [Part(x: 0, y: 0, width: Double(0x2590 - scalar.value) / 8, height: 1)]
        case 0x2801...0x28FF:
            // Bits 0–2 and 6 are the left column from the top, 3–5 and 7 the right one.
            let places = [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2), (0, 3), (1, 3)]
            return places.enumerated().filter { scalar.value & (1 << $0.offset) != 0 }.map { _, place in
                Part(x: 0.5 * Double(place.0) + 0.1, y: 0.25 * Double(place.1) + 0.05, width: 0.3, height: 0.15)
            }
        default: return frame(scalar)
        }
    }

    /// Lines of frames: the arms that a character has.
    private static func frame(_ scalar: Unicode.Scalar) -> [Part] {
        let (left, right) = (
            Part(x: 0, y: 0.47, width: 0.55, height: 0.06), Part(x: 0.45, y: 0.47, width: 0.55, height: 0.06)
        )
        let (up, down) = (
            Part(x: 0.44, y: 0, width: 0.12, height: 0.53), Part(x: 0.44, y: 0.47, width: 0.12, height: 0.53)
        )
        switch scalar {
        case "─": return [Part(x: 0, y: 0.47, width: 1, height: 0.06)]
        case "━": return [Part(x: 0, y: 0.44, width: 1, height: 0.12)]
        case "═": return [0.36, 0.56].map { Part(x: 0, y: $0, width: 1, height: 0.06) }
        case "│": return [Part(x: 0.44, y: 0, width: 0.12, height: 1)]
        case "╭", "┌": return [right, down]
        case "╮", "┐": return [left, down]
        case "╰", "└": return [right, up]
        case "╯", "┘": return [left, up]
        default: return []
        }
    }

    private static func number(_ value: Double) -> String { SVGWriter.number(value) }

    private static func hex(_ color: Color) -> String {
        let digits = String(Int(color.red) << 16 | Int(color.green) << 8 | Int(color.blue), radix: 16)
        return "#" + String(repeating: "0", count: 6 - digits.count) + digits
    }
}
