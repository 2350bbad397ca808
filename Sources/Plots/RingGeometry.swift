#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// How the edges of a ring are drawn.
public enum ChordStyle: String, Sendable, CaseIterable {
    /// Cubic curves bent towards the centre: those within a class fill a petal, those between two gather in a bundle.
    case bundled
    /// Straight lines, as the paper draws them.
    case straight
}

/// A place in the ring's own coordinates: the circle has radius 1 about (0, 0); x grows to the right, y downwards.
public struct RingPoint: Equatable, Sendable {
    public var x: Double
    public var y: Double

    public init(x: Double, y: Double) {
        self.x = x
        self.y = y
    }

    /// - Parameter angle: radians, clockwise from the right.
    public init(angle: Double, radius: Double) {
        self.init(x: radius * cos(angle), y: radius * sin(angle))
    }
}

/// The samples on a circle, grouped by class with gaps in between, clockwise from the top.
public struct RingGeometry: Equatable, Sendable {
    /// The stretch of the circle that a class's samples share evenly; radians, clockwise from the right.
    public struct Arc: Equatable, Sendable {
        /// The class: a label that occurs.
        public let label: Int
        public let start: Double
        public let end: Double
        /// Its samples.
        public let count: Int
        public var middle: Double { (start + end) / 2 }

        /// The middle of the place that one of `count` equal parts of the arc takes.
        public func angle(of part: Int, among count: Int) -> Double {
            start + (end - start) * (Double(part) + 0.5) / Double(max(1, count))
        }
    }

    /// The share of the circle that the gaps take together.
    public static let gap = 0.14

    /// The classes that have samples, by label.
    public let arcs: [Arc]
    /// The index in `arcs` of each sample; -1 for a sample with a negative label, which isn't drawn.
    public let arcOfSample: [Int]
    /// The place of each sample among its class's samples, in the order of the samples.
    public let rankOfSample: [Int]

    /// Classes without samples take no room. O(N log C).
    public init(labels: [Int]) {
        var counts: [Int: Int] = [:]
        rankOfSample = labels.map { label in
            defer { counts[label, default: 0] += 1 }
            return counts[label, default: 0]
        }
        let present = counts.keys.filter { $0 >= 0 }.sorted()
        let drawn = present.reduce(0) { $0 + (counts[$1] ?? 0) }
        let gap = 2 * Double.pi * Self.gap / Double(max(1, present.count))
        var angle = -Double.pi / 2 + gap / 2
        arcs = present.map { label in
            let count = counts[label] ?? 0
            let start = angle
            let end = start + 2 * Double.pi * (1 - Self.gap) * Double(count) / Double(drawn)
            angle = end + gap
            return Arc(label: label, start: start, end: end, count: count)
        }
        let indices = Dictionary(uniqueKeysWithValues: present.enumerated().map { ($1, $0) })
        arcOfSample = labels.map { indices[$0] ?? -1 }
    }

    /// The control point on the side of an end that stands at `angle` on an arc: towards the centre, and towards the
    /// middle of its class. Within the arc's sector, so that the curves of a class stay in its petal.
    public func control(angle: Double, arc: Arc, isCorrect: Bool) -> RingPoint {
        RingPoint(
            angle: angle + (arc.middle - angle) * (isCorrect ? 0.35 : 0.55), radius: isCorrect ? 0.39 : 0.30)
    }
}
