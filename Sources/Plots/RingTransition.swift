import Cells
import Separation

/// A ring on its way from one layer's edges to the next one's: those that both have stay as they are, those lost fade away,
/// those gained appear, each in a look of its own.
public struct RingTransition: Sendable {
    /// Edges that both layers have, that only the second has, and that only the first has.
    public let counts: (kept: Int, gained: Int, lost: Int)
    private let request: RingRequest
    private let geometry: RingGeometry
    private let kept, gained, lost: RingTones

    /// - Parameters:
    ///   - from: the first layer's edges, ascending by (source, target).
    ///   - to: the second layer's, likewise.
    ///   - labels: the class of each sample; samples with a negative one are left out.
    /// - Complexity: O(|E| · dots along a side), as for a picture.
    public init(request: RingRequest, from: [Edge], to: [Edge], labels: [Int]) {
        self.request = request
        let geometry = RingGeometry(labels: labels)
        self.geometry = geometry
        let parts = EdgeChange(from: from, to: to)
        counts = (parts.kept.count, parts.gained.count, parts.lost.count)
        func tones(_ edges: [Edge]) -> RingTones {
            // As dark as among all edges of a layer.
            let density = RingDensity(request: request, geometry: geometry, edges: edges, edgeCount: to.count)
            return RingTones(density: density, request: request, arcs: geometry.arcs)
        }
        kept = tones(parts.kept)
        gained = tones(parts.gained)
        lost = tones(parts.lost)
    }

    /// - Parameter progress: 0: nothing is gained yet; 1: all that is lost has gone.
    public func picture(at progress: Double) -> RingPicture {
        let share = Float(min(1, max(0, progress)))
        return RingPicture(request: request, geometry: geometry) { column, row in
            var cell = kept.cell(column: column, row: row)
            if share > 0 { cell.add(gained.cell(column: column, row: row, share: share), as: .gained) }
            if share < 1 { cell.add(lost.cell(column: column, row: row, share: 1 - share), as: .lost) }
            return cell
        }
    }
}

extension RingPicture.RingCell {
    /// Adds the dots of changing edges. The cell shows them where they have more dots than what is there already.
    fileprivate mutating func add(_ other: Self, as owner: RingPicture.Owner) {
        func isEdge(_ owner: RingPicture.Owner) -> Bool {
            switch owner {
            case .nothing, .arc: false
            default: true
            }
        }
        // The circle's line stands alone in its cells.
        if case .arc = upper { return }
        if case .arc = lower { return }
        let wins = other.dots.nonzeroBitCount > dots.nonzeroBitCount
        if isEdge(other.upper), wins || !isEdge(upper) { upper = owner }
        if isEdge(other.lower), wins || !isEdge(lower) { lower = owner }
        dots |= other.dots
    }
}

/// What becomes of the edges between two layers.
struct EdgeChange: Equatable {
    private(set) var kept: [Edge] = []
    private(set) var gained: [Edge] = []
    private(set) var lost: [Edge] = []

    /// Both lists ascend by (source, target). O(|E|).
    init(from: [Edge], to: [Edge]) {
        kept.reserveCapacity(to.count)
        var (i, j) = (0, 0)
        while i < from.count, j < to.count {
            let (a, b) = ((from[i].source, from[i].target), (to[j].source, to[j].target))
            if a == b {
                kept.append(to[j])
                (i, j) = (i + 1, j + 1)
            } else if a < b {
                lost.append(from[i])
                i += 1
            } else {
                gained.append(to[j])
                j += 1
            }
        }
        lost += from[i...]
        gained += to[j...]
    }
}
