import Cells
import Separation

/// A ring, all but its colours and names: samples on a circle grouped by class, edges as curves between them.
///
/// The expensive part of drawing one, apart from it so that it can be computed on any thread and cached by layer and
/// request. Densities are measured against the number of edges and dots alone, so the rings of different layers compare.
public struct RingPicture: Equatable, Sendable {
    /// What a group of dots that share a colour shows.
    enum Owner: Hashable, Sendable {
        case nothing, wrong
        /// Edges within the class of this label.
        case correct(Int)
        /// Edges that the layer before hasn't, and those that only it has.
        case gained, lost
        /// The circle's line along the samples of this label.
        case arc(Int)
    }

    /// The dots of a cell; only half blocks have two owners.
    struct RingCell: Equatable, Sendable {
        var dots: UInt8 = 0
        var upper = Owner.nothing
        var lower = Owner.nothing
    }

    public let request: RingRequest
    let geometry: RingGeometry
    /// Row by row over `request.circleSize`.
    private(set) var cells: [RingCell]

    /// - Parameters:
    ///   - edges: edges with samples beyond the labels are left out.
    ///   - labels: the class of each sample; samples with a negative one are left out.
    /// - Complexity: O(|E| · dots along a side), less where many edges start and end in the same dots.
    public init(request: RingRequest, edges: [Edge], labels: [Int]) {
        let geometry = RingGeometry(labels: labels)
        let density = RingDensity(request: request, geometry: geometry, edges: edges)
        let tones = RingTones(density: density, request: request, arcs: geometry.arcs)
        self.init(request: request, geometry: geometry) { tones.cell(column: $0, row: $1) }
    }

    /// - Parameter cell: what stands at a column and row of the circle's square.
    init(request: RingRequest, geometry: RingGeometry, cell: (Int, Int) -> RingCell) {
        self.request = request
        self.geometry = geometry
        let size = request.circleSize
        cells = []
        cells.reserveCapacity(size.columns * size.rows)
        for row in 0..<size.rows { for column in 0..<size.columns { cells.append(cell(column, row)) } }
    }

    /// The cell at a place of the circle's square; a blank one outside.
    func cell(column: Int, row: Int) -> RingCell {
        let size = request.circleSize
        guard column >= 0, row >= 0, column < size.columns, row < size.rows else { return RingCell() }
        return cells[row * size.columns + column]
    }
}
