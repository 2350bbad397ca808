import Cells
import Explorer

/// Keys that the explorer is asked to answer.
enum ExplorerKey: CaseIterable {
    case next, previous, curve, logScale, raise, lower, chords, filter, zoom

    /// What the key does to the screen: the groups that are reported apart.
    enum Group: String, CaseIterable {
        case step = "layer steps ← →"
        case curve = "curve keys v y + −"
        case ring = "ring keys c a z"
    }

    var bytes: [UInt8] {
        switch self {
        case .next: Array("\u{1B}OC".utf8)
        case .previous: Array("\u{1B}OD".utf8)
        case .curve: Array("v".utf8)
        case .logScale: Array("y".utf8)
        case .raise: Array("+".utf8)
        case .lower: Array("-".utf8)
        case .chords: Array("c".utf8)
        case .filter: Array("a".utf8)
        case .zoom: Array("z".utf8)
        }
    }

    var group: Group {
        switch self {
        case .next, .previous: .step
        case .curve, .logScale, .raise, .lower: .curve
        case .chords, .filter, .zoom: .ring
        }
    }
}

/// A key to press, how its answer is told from other frames, and how long to wait after it.
struct PlannedKey {
    var key: ExplorerKey
    /// Cells that nothing but this key changes: the ring's title for a step, the curve's for its keys, the ring itself.
    var answer: Rect
    /// The cells of the ring after the key.
    var ring: Rect
    var pause: Double

    /// Cells that have to change for a ring to count as drawn anew.
    static let leastRingCells = 20
    var leastCells: Int { key.group == .ring ? Self.leastRingCells : 1 }
    /// Whether another ring is called for than those of the layers beside, which are computed in advance.
    var mayBeThinned: Bool { key.group == .ring }

    /// So many keys as somebody in a hurry may press them: the same at every call.
    /// - Parameter layers: the first layers, among which the steps stay.
    static func plan(count: Int, layers: Int, size: Size) -> [PlannedKey] {
        var random = RandomSteps()
        var plan: [PlannedKey] = []
        var (layer, isZoomed, isRaised) = (0, false, false)
        while plan.count < count {
            let key: ExplorerKey
            switch random.next(below: 100) {
            case ..<50: key = layer == 0 || layer < layers - 1 && random.next(below: 3) > 0 ? .next : .previous
            case ..<58 where !isZoomed: key = .curve
            case ..<66 where !isZoomed: key = .logScale
            case ..<78 where !isZoomed: key = isRaised ? .lower : .raise
            case ..<85: key = .chords
            case ..<92: key = .filter
            default: key = .zoom
            }
            switch key {
            case .next: layer += 1
            case .previous: layer -= 1
            case .raise, .lower: isRaised.toggle()
            case .zoom: isZoomed.toggle()
            default: break
            }
            // A ring that is still being refined must not be taken for the answer to the next key.
            if key.group == .ring, let last = plan.indices.last { plan[last].pause = max(0.2, plan[last].pause) }
            let pause = 0.02 + 0.001 * Double(random.next(below: 100))
            plan.append(PlannedKey(key, pause: pause, size: size, isZoomed: isZoomed))
        }
        return plan
    }

    /// Layer by layer to the last one of so many, and back to the first.
    static func wayAndBack(layers: Int, size: Size) -> [PlannedKey] {
        let steps = Array(repeating: ExplorerKey.next, count: layers - 1)
        return (steps + steps.map { _ in .previous }).map { PlannedKey($0, pause: 0.2, size: size, isZoomed: false) }
    }

    private init(_ key: ExplorerKey, pause: Double, size: Size, isZoomed: Bool) {
        let panels = Layout(size: size, isZoomed: isZoomed).panels
        let (ring, curve) = (panels[.ring] ?? Rect(size), panels[.curve] ?? Rect(size))
        self.key = key
        self.pause = pause
        self.ring = ring.inset(columns: 1, rows: 1)
        answer =
            switch key.group {
            case .step: ring.topRow
            case .curve: curve.topRow
            case .ring: self.ring
            }
    }
}

extension Rect {
    fileprivate var topRow: Rect { Rect(column: minColumn, row: minRow, columns: columns, rows: min(1, rows)) }
}

/// Numbers in no apparent order, the same each time.
private struct RandomSteps {
    private var state: UInt64 = 20

    mutating func next(below limit: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int(state >> 33) % limit
    }
}
