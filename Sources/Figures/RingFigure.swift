import Plots
import Separation

/// The ring graphs of layers, twenty a sheet at most: samples on a circle by class, edges within a class (correct) and
/// between two (wrong) as curves, r and M below.
///
/// Edges are too many for a curve each: they are a picture of the shades that the screen dithers, 360 dots an inch;
/// circle, names and figures are lines and text.
public struct RingFigure {
    /// Rings of a sheet.
    public static let ringsPerSheet = 20
    private static let header = 26.0

    private let run: FigureRun
    private let measure: TextMeasure
    /// Dots of the picture in an inch.
    private let resolution: Double

    /// - Throws: `drawing` where Cairo has no memory.
    ///
    /// - Parameter resolution: Dots of the edges' picture in an inch.
    public init(_ run: FigureRun, resolution: Double = 360) throws(FigureError) {
        self.run = run
        self.resolution = resolution
        measure = try TextMeasure()
    }

    /// How the rings of a sheet stand.
    private struct Grid {
        let columns: Int
        /// Points of a ring with its names and words.
        let width: Double
        let height: Double
        let radius: Double
        let nameSize: Double

        /// - Parameter share: the radius as a share of the largest.
        init(rings: Int, share: Double = 1) {
            columns = rings <= 2 ? max(1, rings) : rings <= 4 ? 2 : rings <= 9 ? 3 : 4
            width = columns == 1 ? 255 : 510 / Double(columns)
            nameSize = columns <= 2 ? 7 : columns == 3 ? 6 : 5.5
            // Beside the circle is room for five letters, as on the screen.
            radius = share * (width - 8 * nameSize) / 2
            height = 2 * radius + 2 * nameSize + 28
        }
    }

    /// - Parameters:
    ///   - layers: finished layers; nil: all of them.
    ///   - edges: those of a layer; asked for one layer after the other.
    /// - Complexity: O(|E| · dots along a side) a layer.
    public func sheets(layers: [Int]? = nil, edges: (Int) throws -> [Edge]) throws -> [Sheet] {
        let layers = (layers ?? run.finished).filter { run.results[$0] != nil }
        let groups = layers.groups(of: Self.ringsPerSheet)
        return try groups.enumerated().map { index, group in
            try sheet(group, name: FigureRun.name("rings", index, of: groups.count), like: groups[0].count, edges)
        }
    }

    /// - Parameter rings: of the first sheet: rings on the last one are as large.
    private func sheet(_ layers: [Int], name: String, like rings: Int, _ edges: (Int) throws -> [Edge]) throws -> Sheet
    {
        let geometry = RingGeometry(labels: run.header.labels)
        // A smaller circle, but not much, leaves names more room.
        let whole = [1, 0.95, 0.9, 0.85, 0.8].lazy.map { Grid(rings: rings, share: $0) }.first {
            self.names(geometry, $0, atMost: ClassNames.lengths[0]).count == geometry.arcs.count
        }
        let grid = whole ?? Grid(rings: rings)
        let columns = min(grid.columns, rings)
        let rows = (layers.count + columns - 1) / columns
        var sheet = Sheet(
            name: name, title: "Ring graphs: \(run.origin)", width: Double(columns) * grid.width,
            height: Self.header + Double(rows) * grid.height)
        drawHeader(&sheet)
        let names = self.names(geometry, grid)
        for (index, layer) in layers.enumerated() {
            guard let result = run.results[layer] else { continue }
            let edges = try edges(layer)
            let x = (Double(index % columns) + 0.5) * grid.width
            let y = Self.header + Double(index / columns) * grid.height
            sheet.group("\(run.title(layer)): ring graph") {
                drawRing(result, layer, edges, geometry, names, grid, x: x, y: y, &$0)
            }
        }
        return sheet
    }

    private func drawHeader(_ sheet: inout Sheet) {
        let size = 6.5
        let counts =
            " · N \(NumberText.grouped(run.header.samples)) · |E| \(NumberText.grouped(run.header.edges))"
        sheet.write(
            Sheet.Text(
                string: measure.fitting(run.origin + counts, width: sheet.width - 4, size: size), x: 2, y: 8,
                size: size,
                ink: .muted))
        var x = 2.0
        for (ink, words) in [(Ink.blue, "correct edges: within a class"), (.orange, "wrong edges: between two")] {
            sheet.fill(.rect(x, 14.8, 10, 2), ink)
            sheet.write(Sheet.Text(string: words, x: x + 13, y: 18.2, size: size))
            x += 13 + measure.width(words, size: size) + 14
        }
    }

    private func drawRing(
        _ result: LayerResult, _ layer: Int, _ edges: [Edge], _ geometry: RingGeometry, _ names: [Sheet.Text],
        _ grid: Grid, x: Double, y: Double, _ sheet: inout Sheet
    ) {
        sheet.write(
            Sheet.Text(
                string: measure.fitting(run.title(layer), width: grid.width - 6, size: 7, isBold: true), x: x, y: y + 8,
                size: 7, anchor: .middle, isBold: true))
        let middle = y + 12 + grid.nameSize + 1 + grid.radius
        let side = min(1000, Int((2 * grid.radius / 72 * resolution).rounded()))
        let shades = RingShades(side: side, edges: edges, labels: run.header.labels)
        let extent = shades.rim > 0 ? 2 * grid.radius / shades.rim : 2 * grid.radius
        sheet.show(
            Sheet.Picture(
                side: shades.side, pixels: Self.pixels(shades), x: x - extent / 2, y: middle - extent / 2,
                extent: extent))
        for arc in geometry.arcs {
            sheet.stroke(
                .arc(x: x, y: middle, radius: grid.radius, from: arc.start, to: arc.end), .text, width: 0.9)
        }
        for var name in names {
            name.x += x
            name.y += middle
            sheet.write(name)
        }
        let figures = result.figures
        let words =
            "r \(FigureRun.fixed(figures.r))   M \(FigureRun.fixed(figures.modularity))"
            + " ± \(FigureRun.fixed(figures.standardError))"
        sheet.write(
            Sheet.Text(string: words, x: x, y: middle + grid.radius + grid.nameSize + 9, size: 6, anchor: .middle))
    }

    /// White, darkened by the shade of those edges that are darker there, correct ones on a tie, as on the screen: mixed,
    /// blue and orange would be a third colour. In steps that the eye doesn't tell apart, which makes smaller files.
    private static func pixels(_ shades: RingShades) -> [UInt32] {
        let steps: Float = 24
        func colors(_ ink: Ink) -> [UInt32] {
            let (red, green, blue) = ink.parts
            return (0...Int(steps)).map { step in
                let cover = Double(step) / Double(steps)
                func part(_ value: Double) -> UInt32 { UInt32(((1 - cover + cover * value) * 255).rounded()) }
                return part(red) << 16 | part(green) << 8 | part(blue)
            }
        }
        let (right, other) = (colors(.blue), colors(.orange))
        return zip(shades.correct, shades.wrong).map { correct, wrong in
            correct >= wrong ? right[Int((correct * steps).rounded())] : other[Int((wrong * steps).rounded())]
        }
    }

    // MARK: Names

    /// The classes' names about a ring's middle at (0, 0): whole where they have room beside one another, else all cut alike.
    /// Where no length suits all, that which most find room with; a class whose name finds none has none.
    private func names(_ geometry: RingGeometry, _ grid: Grid) -> [Sheet.Text] {
        let arcs = geometry.arcs.filter { run.header.classes.indices.contains($0.label) }
        let letters = arcs.map { Array(Sheet.printable(run.header.classes[$0.label]).unicodeScalars) }
        var best: [Sheet.Text] = []
        for length in ClassNames.lengths where ClassNames.tellsClasses(letters, cutTo: length) {
            let placed = names(geometry, grid, atMost: length)
            if placed.count > best.count { best = placed }
            if placed.count == arcs.count { break }
        }
        return best
    }

    /// The names, cut to a length, that find room.
    private func names(_ geometry: RingGeometry, _ grid: Grid, atMost length: Int) -> [Sheet.Text] {
        let arcs = geometry.arcs.filter { run.header.classes.indices.contains($0.label) }
        return place(
            arcs.map { arc in
                let letters = Sheet.printable(run.header.classes[arc.label]).unicodeScalars.prefix(length)
                return (arc, String(String.UnicodeScalarView(letters)))
            }, grid)
    }

    private func place(_ names: [(arc: RingGeometry.Arc, text: String)], _ grid: Grid) -> [Sheet.Text] {
        var placed: [Sheet.Text] = []
        for (arc, string) in names where !string.isEmpty {
            let point = RingPoint(angle: arc.middle, radius: 1)
            // To the right of the circle a name begins at its arc, to the left it ends there, above and below it is centred.
            let anchor: Sheet.Anchor = point.x > 0.2 ? .start : point.x < -0.2 ? .end : .middle
            let distance = grid.radius + 3
            let text = Sheet.Text(
                string: string, x: point.x * distance,
                y: point.y * (distance + 0.3 * grid.nameSize) + 0.36 * grid.nameSize, size: grid.nameSize,
                anchor: anchor)
            let box = measure.box(text)
            // Not up to the page's edge, nor to the next ring's names.
            let room = grid.width / 2 - 2
            let isInside = box.minX >= -room && box.maxX <= room
            let isFree = placed.allSatisfy { other in
                let taken = measure.box(other)
                return box.maxX + 1 < taken.minX || taken.maxX + 1 < box.minX || box.maxY <= taken.minY
                    || taken.maxY <= box.minY
            }
            if isInside && isFree { placed.append(text) }
        }
        return placed
    }
}
