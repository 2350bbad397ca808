import Cells
import Separation

/// Turns densities into dots: tone mapping, dither, and which of correct and wrong a cell shows.
struct RingTones {
    private let density: RingDensity
    private let arcs: [RingGeometry.Arc]
    private let shades: RingShades
    /// The arc of the circle's line at a dot, -1 where it doesn't pass.
    private var line: [Int32]

    // What is asked of the glyphs for every dot.
    private let dotColumns: Int
    private let dotRows: Int
    /// Rows of dots that share a colour: all of a cell's, but with half blocks each row has one of its own.
    private let sharedRows: Int
    /// By row and column of a dot in its cell.
    private let bits: [UInt8]

    init(density: RingDensity, request: RingRequest, arcs: [RingGeometry.Arc]) {
        self.density = density
        self.arcs = arcs
        let glyphs = request.glyphs
        (dotColumns, dotRows) = (glyphs.dotColumns, glyphs.dotRows)
        sharedRows = glyphs == .blocks ? 1 : glyphs.dotRows
        bits = (0..<glyphs.dotRows).flatMap { row in
            (0..<glyphs.dotColumns).map { glyphs.bit(dotColumn: $0, dotRow: row) }
        }
        shades = RingShades(density: density, request: request, arcs: arcs.count)
        line = Array(repeating: -1, count: density.diameter * density.diameter)
        drawLine()
    }

    private mutating func drawLine() {
        let side = density.diameter
        let radius = RingDensity.radius(diameter: side)
        let center = Double(side) / 2 - 0.5
        for (index, arc) in arcs.enumerated() {
            let count = max(1, Int(((arc.end - arc.start) * radius * 2).rounded(.up)))
            for part in 0..<count {
                let point = RingPoint(angle: arc.angle(of: part, among: count), radius: max(0, radius))
                let (x, y) = (Int((center + point.x).rounded()), Int((center + point.y).rounded()))
                if x >= 0, y >= 0, x < side, y < side { line[y * side + x] = Int32(index) }
            }
        }
    }

    /// Interleaved gradient noise (Jimenez 2014): neighbouring dots get thresholds far apart, without clusters.
    private static func threshold(x: Int, y: Int) -> Float {
        // Truncation, since a call of floor for every dot would take longer than all the rest.
        func fraction(_ value: Float) -> Float { value - Float(Int32(value)) }
        return fraction(52.9829189 * fraction(0.06711056 * Float(x) + 0.00583715 * Float(y))) * 0.95 + 0.03
    }

    /// - Parameter share: how much of its tone is shown.
    func cell(column: Int, row: Int, share: Float = 1) -> RingPicture.RingCell {
        var cell = RingPicture.RingCell()
        for first in stride(from: 0, to: dotRows, by: sharedRows) {
            let owner = fill(
                &cell.dots, left: column * dotColumns, top: row * dotRows, rows: first..<(first + sharedRows),
                share: share)
            if first == 0 { cell.upper = owner }
            cell.lower = owner
        }
        return cell
    }

    /// Lights the dots that share a colour and tells what they show.
    private func fill(
        _ dots: inout UInt8, left: Int, top: Int, rows: Range<Int>, share: Float
    ) -> RingPicture.Owner {
        var (right, other) = (Float(0), Float(0))
        var (owner, strongest, arc) = (Int32(-1), UInt32(0), Int32(-1))
        for row in rows {
            for column in 0..<dotColumns {
                let index = (top + row) * density.diameter + left + column
                if line[index] >= 0 {
                    arc = line[index]
                    dots |= bits[row * dotColumns + column]
                }
                right += shades.correct[index]
                other += shades.wrong[index]
                let curves = density.correct[index]
                if curves > strongest { (strongest, owner) = (curves, density.owner[index]) }
            }
        }
        // The circle's line stands alone in its cells, or its colour would spill into the edges beside it.
        if arc >= 0 { return .arc(arcs[Int(arc)].label) }
        let isCorrect = right >= other && owner >= 0
        var isLit = false
        for row in rows {
            for column in 0..<dotColumns {
                let index = (top + row) * density.diameter + left + column
                let tone = isCorrect ? shades.correct[index] : shades.wrong[index]
                guard share * tone > Self.threshold(x: left + column, y: top + row) else { continue }
                dots |= bits[row * dotColumns + column]
                isLit = true
            }
        }
        guard isLit else { return .nothing }
        return isCorrect ? .correct(arcs[Int(owner)].label) : .wrong
    }
}
