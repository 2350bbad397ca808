import Cells
import Separation

/// How dark the edges of a ring are at each dot: densities, tone-mapped. What cells dither and paper shades.
public struct RingShades: Equatable, Sendable {
    /// Shades along a side of the ring's square.
    public let side: Int
    /// The radius of the circle's line, as a share of half the square's side.
    public let rim: Double
    /// From edges within a class, 0 (none) to 1, row by row from the top left.
    public let correct: [Float]
    /// From edges between two classes.
    public let wrong: [Float]

    /// The shades of a square that isn't made of cells.
    ///
    /// - Parameters:
    ///   - side: shades along a side, at most 1,024.
    ///   - edges: edges with samples beyond the labels are left out.
    ///   - labels: the class of each sample; samples with a negative one are left out.
    /// - Complexity: O(|E| · side).
    public init(side: Int, chords: ChordStyle = .bundled, edges: [Edge], labels: [Int]) {
        // Two dots a side for each shade: their mean smooths the curves.
        let side = max(0, min(1024, side))
        let request = RingRequest(
            size: Size(columns: 2 * side, rows: side), glyphs: .blocks, chords: chords, hasNames: false)
        let geometry = RingGeometry(labels: labels)
        let density = RingDensity(request: request, geometry: geometry, edges: edges)
        self.init(density: density, request: request, arcs: geometry.arcs.count, dotsPerShade: 2)
    }

    init(density: RingDensity, request: RingRequest, arcs: Int, dotsPerShade: Int = 1) {
        // The density that counts as one: what every dot has if each curve crosses the square once, straight.
        let touching = request.focus == nil ? 1 : min(1, 2 / Float(max(1, arcs)))
        let unit = max(1e-6, Float(density.edgeCount) * touching / Float(max(1, density.diameter)))
        side = density.diameter / dotsPerShade
        rim = density.diameter > 2 ? RingDensity.radius(diameter: density.diameter) * 2 / Double(density.diameter) : 0
        // Nothing, then rising, then levelling off, so that one edge in twenty still shows. Correct edges rise sooner: the
        // petals are what a late layer is to show.
        correct = Self.means(density.correct, side: density.diameter, of: dotsPerShade).map {
            0.95 * $0 / ($0 + 0.5 * unit)
        }
        wrong = Self.means(density.wrong, side: density.diameter, of: dotsPerShade).map { 0.9 * $0 / ($0 + unit) }
    }

    /// The mean of each square of so many dots a side.
    private static func means(_ dots: [UInt32], side: Int, of count: Int) -> [Float] {
        if count == 1 { return dots.map { Float($0) } }
        let shades = side / count
        var sums = [Float](repeating: 0, count: shades * shades)
        for y in 0..<shades * count {
            for x in 0..<shades * count { sums[y / count * shades + x / count] += Float(dots[y * side + x]) }
        }
        return sums.map { $0 / Float(count * count) }
    }
}
