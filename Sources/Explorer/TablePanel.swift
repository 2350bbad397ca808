import Cells
import Plots
import Separation
import Settings

/// All layers of the level with their figures, sorted.
struct TablePanel {
    let model: ExplorerModel

    func draw(into painter: inout Painter, rect: Rect) {
        let isFocused = model.focus == .table
        let title = painter.title("Layers", isFocused: isFocused)
        let order = "  by \(model.tableOrder.rawValue)"
        painter.panel(
            rect, isFocused: isFocused, titles: [[title, painter.span(order, .muted)], [title]],
            notes: [[painter.span("o sorts", .muted)]])
        let inner = rect.inset(columns: 2, rows: 1)
        let rows = model.tableRows
        guard !rows.isEmpty else { return painter.drawWaiting(in: inner) }
        let columns = columns(width: inner.columns)
        painter.write([head(columns, painter, width: inner.columns)], in: inner)
        for (row, layer) in lines(rows, in: inner) {
            painter.write(
                cells(layer, columns, painter, width: inner.columns), column: inner.minColumn, row: row,
                width: inner.columns)
        }
    }

    /// The layers that there is room for, the one looked at among them, each with its row.
    private func lines(_ rows: [Int], in inner: Rect) -> [(row: Int, layer: Int)] {
        let room = max(0, inner.rows - 1)
        let place = model.cursor.flatMap { rows.firstIndex(of: $0) } ?? 0
        let first = max(0, min(place - room / 2, rows.count - room))
        return rows.dropFirst(first).prefix(room).enumerated().map { (inner.minRow + 1 + $0.offset, $0.element) }
    }

    /// The layer on a row of the panel; nil where there is none.
    func layer(atRow row: Int, rect: Rect) -> Int? {
        lines(model.tableRows, in: rect.inset(columns: 2, rows: 1)).first { $0.row == row }?.layer
    }

    /// A column behind the name.
    private struct Column {
        let title: String
        let width: Int
        let value: (Int) -> String?
        var order: TableOrder?
    }

    /// As many as there is room for, those that matter most first.
    private func columns(width: Int) -> [Column] {
        func figure(_ order: TableOrder, _ value: @escaping (LayerResult) -> Double) -> Column {
            Column(
                title: order.rawValue, width: width >= 34 ? 9 : 7,
                value: { layer in model.run[layer].map { Numbers.fixed(value($0)) } },
                order: order)
        }
        let wished = [
            figure(.modularity) { $0.figures.modularity },
            Column(
                title: TableOrder.change.rawValue, width: 9,
                value: { layer in model.change(ofLayer: layer).map { Numbers.signed($0) } }, order: .change),
            figure(.share) { $0.figures.r }, figure(.correct) { $0.figures.correctModularity },
            figure(.wrong) { $0.figures.wrongModularity }, figure(.luModularity) { $0.luModularity },
            figure(.clustering) { $0.clustering.global },
            Column(title: "± M", width: 9) { layer in
                model.run[layer].map { Numbers.fixed($0.figures.standardError) }
            },
            Column(title: "shape", width: 13) { layer in
                model.run.layers[layer].shape.map(String.init).joined(separator: "×")
            },
            Column(title: "parameters", width: 13) { layer in Numbers.grouped(model.run.layers[layer].parameters) },
        ]
        // M is always there; beyond it names stay whole, unless they are very long.
        var room = width - leadWidth(width) - min(24, longestName) - flagWidth(width)
        return wished.enumerated().prefix { index, column in
            room -= column.width
            return index == 0 || room >= 0
        }.map(\.element)
    }

    /// Columns of the mark and the number before a name, and of the flags behind the figures; a very narrow table has the
    /// mark alone.
    private func leadWidth(_ width: Int) -> Int { width >= 34 ? 6 : 2 }
    private func flagWidth(_ width: Int) -> Int { width >= 34 ? 4 : 0 }

    /// Columns left for a layer's name.
    private func nameWidth(_ columns: [Column], width: Int) -> Int {
        let room = width - leadWidth(width) - flagWidth(width) - columns.reduce(0) { $0 + $1.width }
        return max(0, min(room, longestName))
    }

    /// Columns of the longest name and a blank.
    private var longestName: Int { max(8, model.run.layers.map(\.name.cellWidth).max() ?? 0) + 1 }

    private func head(_ columns: [Column], _ painter: Painter, width: Int) -> [Span] {
        let name = nameWidth(columns, width: width)
        let isByLayer = model.tableOrder == .layer
        let lead = leadWidth(width)
        let first = Numbers.padded(lead > 2 ? "# " : "", to: lead) + "layer"
        return [painter.span(first.filled(to: lead + name), isByLayer ? .accent : .muted)]
            + columns.map { column in
                painter.span(
                    Numbers.padded(column.title, to: column.width),
                    column.order == model.tableOrder ? .accent : .muted)
            }
    }

    private func cells(_ layer: Int, _ columns: [Column], _ painter: Painter, width: Int) -> [Span] {
        let isCurrent = layer == model.cursor
        let isDim = model.run.previews.contains(layer)
        let number = (model.run.layers(on: model.level).firstIndex(of: layer) ?? 0) + 1
        let (lead, name) = (leadWidth(width), nameWidth(columns, width: width))
        let shown = model.run.layers[layer].name.truncated(toCells: name, ellipsis: painter.glyphs.ellipsis)
        let marks = model.shownFlags?.marks(ofLayer: layer, isPreview: model.run.isProvisional) ?? []
        let signs = marks.map { String($0.glyph(painter.glyphs)) }.joined()
        return [
            painter.span(isCurrent ? "▸" : " ", .cursor),
            painter.span(Numbers.padded(lead > 2 ? "\(number) " : "", to: lead - 1), isCurrent ? .cursor : .muted),
            painter.span(shown.filled(to: name), isCurrent ? .cursor : .text, isDim: isDim && !isCurrent),
        ]
            + columns.map { column in
                painter.span(
                    Numbers.padded(column.value(layer) ?? "", to: column.width), isCurrent ? .cursor : .text,
                    isDim: isDim && !isCurrent)
            } + (flagWidth(width) > 0 ? [painter.span(" " + signs, isCurrent ? .cursor : .peak)] : [])
    }
}

extension String {
    /// With blanks behind it up to a width.
    func filled(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - cellWidth)) }
}

extension ExplorerModel {
    /// Known layers of the level, in the order of the table.
    var tableRows: [Int] {
        let layers = run.known(on: level)
        guard let key = tableKey else { return layers }
        let keys = Dictionary(uniqueKeysWithValues: layers.map { ($0, key($0)) })
        return layers.sorted { (keys[$1] ?? 0, $0) < (keys[$0] ?? 0, $1) }
    }

    private var tableKey: ((Int) -> Double)? {
        func figure(_ value: @escaping (LayerResult) -> Double) -> (Int) -> Double {
            { [run] in run[$0].map(value) ?? 0 }
        }
        return switch tableOrder {
        case .layer: nil
        case .modularity: figure { $0.figures.modularity }
        case .correct: figure { $0.figures.correctModularity }
        case .wrong: figure { $0.figures.wrongModularity }
        case .share: figure { $0.figures.r }
        case .luModularity: figure { $0.luModularity }
        case .clustering: figure { $0.clustering.global }
        case .change: { [self] in change(ofLayer: $0) ?? -.infinity }
        }
    }

    /// How far M rises from the layer before on the level; nil where there is none, or one of another sample.
    func change(ofLayer layer: Int) -> Double? {
        guard let before = run.known(on: level).last(where: { $0 < layer }), let result = run[layer],
            let earlier = run[before], run.previews.contains(before) == run.previews.contains(layer)
        else { return nil }
        return result.figures.modularity - earlier.figures.modularity
    }
}
