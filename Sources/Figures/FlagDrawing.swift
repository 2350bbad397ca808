import Plots
import Separation

extension FlagMark {
    /// Below a plot: bars of plateaus, then the other flags.
    static let strip = (bars: 5.0, marks: 12.0, height: 17.0)

    private var words: String {
        flag.rawValue + (support.map { ", support \(FigureRun.fixed($0, 1))" } ?? "")
            + (isProvisional ? ", provisional" : "")
    }

    /// A plateau: a bar of one or more pieces, with a thin line across what is between them.
    func drawBar(_ pieces: [ClosedRange<Double>], y: Double, _ sheet: inout Sheet) {
        let ink = isProvisional ? Ink.rule : .muted
        sheet.group(words) {
            for (piece, next) in zip(pieces, pieces.dropFirst()) {
                $0.stroke(.line(piece.upperBound, y, next.lowerBound, y), ink, width: 0.6, dash: Sheet.dots)
            }
            for piece in pieces {
                let width = piece.upperBound - piece.lowerBound
                $0.mark(.rect(piece.lowerBound, y - 1.4, width, 2.8), ink, isHollow: isHollow)
            }
        }
    }

    /// A flag of one layer, about 5 points wide. Its shape tells it without colour.
    func draw(x: Double, y: Double, _ sheet: inout Sheet) {
        sheet.group(words) { sheet in
            switch flag {
            case .peak:
                sheet.mark(
                    .polygon([(x - 2.6, y + 2.2), (x + 2.6, y + 2.2), (x, y - 2.6)]),
                    isProvisional ? .rule : .green, isHollow: isHollow)
            case .decline:
                sheet.mark(
                    .polygon([(x - 2.6, y - 2.2), (x + 2.6, y - 2.2), (x, y + 2.6)]),
                    isProvisional ? .rule : .vermilion, isHollow: isHollow)
            case .pastPeak:
                sheet.stroke(
                    .polyline([(x - 1.2, y - 2.2), (x + 1.2, y), (x - 1.2, y + 2.2)]),
                    isProvisional || isHollow ? .rule : .text, width: isHollow ? 0.6 : 1)
            case .plateau: break
            }
        }
    }

    /// What the marks mean, in a line.
    static func drawKey(y: Double, _ measure: TextMeasure, _ sheet: inout Sheet) {
        let size = 6.5
        var x = 2.0
        func item(_ words: String, width: Double, _ draw: (Double, inout Sheet) -> Void) {
            draw(x, &sheet)
            sheet.write(Sheet.Text(string: words, x: x + width + 3, y: y + 2.2, size: size))
            x += width + 3 + measure.width(words, size: size) + 14
        }
        item("plateau", width: 14) { x, sheet in FlagMark(.plateau).drawBar([x...x + 14], y: y, &sheet) }
        for (flag, words) in [(Flag.peak, "peak"), (.decline, "decline"), (.pastPeak, "past the peak")] {
            item(words, width: 6) { x, sheet in FlagMark(flag).draw(x: x + 3, y: y, &sheet) }
        }
        item("hollow: support below \(FigureRun.fixed(Flag.firmSupport, 1))", width: 24) { x, sheet in
            FlagMark(.plateau, support: 0).drawBar([x...x + 10], y: y, &sheet)
            FlagMark(.peak, support: 0).draw(x: x + 14.5, y: y, &sheet)
            FlagMark(.decline, support: 0).draw(x: x + 22, y: y, &sheet)
        }
    }
}

extension Sheet {
    /// The dashes of a line across what isn't there.
    static let dots = [0.8, 1.6]
}
