import Separation
import Text

extension Report {
    /// The finished layers as CSV (RFC 4180): a header row, a row a layer, lines ended by CR LF. Flags of a layer are
    /// separated by spaces, the sides of its shape by `x`; names are those of the JSON, with what is not printable escaped and
    /// an apostrophe before what a spreadsheet would compute.
    public func csv() -> String {
        let bins = 0..<SimilarityHistogram.binCount
        let histograms = ["histogram", "sameHistogram", "differentHistogram"]
        let names =
            ["layer", "name", "shape", "parameters", "block", "correct", "wrong", "r", "AQ", "EQ", "M", "Mse", "luQ"]
            + ["gamma", "gammaMean", "minEdge", "maxEdge", "zeroRows"]
            + ["flags", "luFlags", "blockFlags", "blockLuFlags", "seconds", "negative"]
            + histograms.flatMap { name in bins.map { "\(name)\($0)" } }
        let rows = finished.map { index, result in
            row(LayerDocument(result, index: index, flags: flags), index: index)
        }
        return ([names] + rows).map { $0.map(Self.field).joined(separator: ",") + "\r\n" }.joined()
    }

    private func row(_ layer: LayerDocument, index: Int) -> [String] {
        let words = [layer.flags, layer.luFlags, layer.blockFlags ?? [], layer.blockLuFlags ?? []]
            .map { $0.map(\.rawValue).joined(separator: " ") }
        let figures = [
            layer.r, layer.AQ, layer.EQ, layer.M, layer.Mse, layer.luQ, layer.gamma, layer.gammaMean, layer.minEdge,
            layer.maxEdge,
        ]
        let counts = layer.histogram + layer.sameHistogram + layer.differentHistogram
        return [
            "\(index)", Self.word(layer.name), layer.shape.map(String.init).joined(separator: "x"),
            "\(layer.parameters)",
        ]
            + ["\(layer.block)", "\(layer.correct)", "\(layer.wrong)"] + figures.map { "\($0)" } + ["\(layer.zeroRows)"]
            + words + ["\(layer.seconds)", "\(layer.negative)"] + counts.map(String.init)
    }

    /// A name, which may be anything, as a field: what is not printable is escaped, and an apostrophe keeps a spreadsheet
    /// from taking it for a formula.
    private static func word(_ name: String) -> String {
        let name = name.printable
        let isFormula = name.unicodeScalars.first.map("=+-@＝＋－＠".unicodeScalars.contains) ?? false
        return isFormula ? "'" + name : name
    }

    /// Quoted where the text holds a quote or a comma.
    private static func field(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: { $0 == "\"" || $0 == "," }) else { return text }
        return "\"" + text.replacingScalars { $0 == "\"" ? "\"\"" : nil } + "\""
    }
}
