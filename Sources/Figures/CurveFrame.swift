import Plots

/// The rectangle of a plot over the layers.
struct CurveFrame {
    static let pageWidth = 510.0
    /// Between the axes' outer ends and the page's edges.
    private static let margin = (left: 36.0, right: 12.0)

    // Half a mark on either side of the layers.
    let left = Self.margin.left + 6
    let width = Self.pageWidth - Self.margin.left - Self.margin.right - 12
    let top: Double
    let height: Double
    var bottom: Double { top + height }
    /// The axes' outer ends.
    var edge: (left: Double, right: Double) { (left - 6, left + width + 6) }

    /// Points for a place on both axes, 0 to 1 each. Least and greatest values stand clear of the frame.
    func point(_ x: Double, _ y: Double) -> (x: Double, y: Double) {
        let inset = min(3, height / 2)
        return (left + x * width, bottom - inset - y * (height - 2 * inset))
    }

    /// The frame, its vertical axis, and what that shows.
    func draw(_ scale: Scale, symbol: String, _ ink: Ink, _ sheet: inout Sheet) {
        for tick in scale.ticks(atMost: height > 100 ? 7 : 5) {
            let y = point(0, tick.position).y
            sheet.stroke(.line(edge.left, y, edge.right, y), .grid, width: 0.4)
            sheet.write(Sheet.Text(string: tick.label, x: edge.left - 3, y: y + 2.2, size: 6, anchor: .end))
        }
        sheet.write(
            Sheet.Text(
                string: symbol, x: 9, y: top + height / 2, size: 7.5, ink: ink, anchor: .middle, isBold: true,
                isUpright: true))
        sheet.stroke(.rect(edge.left, top, edge.right - edge.left, height), .rule, width: 0.6)
    }
}

/// What stands below curves: the layers' names upright where they have room beside one another, else numbers.
struct CurveLayers {
    private static let nameSize = 5.5

    let height: Double
    private let run: FigureRun
    private let layers: [Int]
    private let names: [String]?
    private let measure: TextMeasure

    init(_ run: FigureRun, _ layers: [Int], _ measure: TextMeasure) {
        self.run = run
        self.layers = layers
        self.measure = measure
        let width = CurveFrame(top: 0, height: 0).width
        let step = layers.count > 1 ? width / Double(layers.count - 1) : width
        guard step >= 1.25 * Self.nameSize else {
            names = nil
            height = 22
            return
        }
        let names = layers.map { measure.fitting(run.header.layers[$0].name, width: 84, size: Self.nameSize) }
        let longest = names.map { measure.width($0, size: Self.nameSize) }.max() ?? 0
        self.names = names
        height = 12 + longest + 10
    }

    /// The first, the last, and those at a round step that stand clear of both.
    static func numbers(_ places: LayerAxis, atMost count: Int) -> [Int] {
        let numbers = places.numbers(atMost: max(1, count - 1))
        guard numbers.count > 2 else { return places.layers > 1 ? [1, places.layers] : numbers }
        let clear = 4 * (numbers[2] - numbers[1])
        return [1] + numbers.filter { 5 * ($0 - 1) >= clear && 5 * (places.layers - $0) >= clear } + [places.layers]
    }

    func draw(y: Double, _ sheet: inout Sheet) {
        let frame = CurveFrame(top: y, height: 0)
        let places = LayerAxis(layers: layers.count, places: 0)
        let widest = measure.width(String(run.header.layers.count), size: 6) + 5
        for number in Self.numbers(places, atMost: Int(frame.width / widest)) {
            guard let position = places.position(of: number - 1) else { continue }
            let x = frame.point(position, 0).x
            let size = names == nil ? 6 : Self.nameSize
            sheet.write(Sheet.Text(string: String(layers[number - 1] + 1), x: x, y: y + 6, size: size, anchor: .middle))
        }
        for (layer, name) in (names ?? []).enumerated() {
            guard let position = places.position(of: layer) else { continue }
            let x = frame.point(position, 0).x + 0.36 * Self.nameSize
            sheet.write(Sheet.Text(string: name, x: x, y: y + 10, size: Self.nameSize, anchor: .end, isUpright: true))
        }
        sheet.write(
            Sheet.Text(
                string: "layer", x: frame.left + frame.width / 2, y: y + height - 1, size: 6.5, ink: .muted,
                anchor: .middle))
    }
}
