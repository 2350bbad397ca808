import Separation

/// How many curves pass each dot of a ring: the expensive part of a picture.
struct RingDensity {
    /// Dots along a side.
    let diameter: Int
    /// Curves within a class, row by row.
    private(set) var correct: [UInt32]
    /// Curves between two classes.
    private(set) var wrong: [UInt32]
    /// For each dot with curves within a class, the index of the arc that has the most of them.
    private(set) var owner: [Int32]
    /// Curves that would be drawn without a filter or a focus.
    private(set) var edgeCount = 0

    /// Dots the circle's radius takes, to the middle of its line.
    static func radius(diameter: Int) -> Double { Double(diameter) / 2 - 1 }

    /// O(|E| · diameter) at most; curves that start and end in the same dots are drawn once.
    ///
    /// - Parameter edgeCount: the curves of the whole, where `edges` are a part of it.
    init(request: RingRequest, geometry: RingGeometry, edges: [Edge], edgeCount: Int? = nil) {
        diameter = request.diameter
        let dots = diameter * diameter
        correct = Array(repeating: 0, count: dots)
        wrong = correct
        owner = Array(repeating: -1, count: dots)
        guard diameter >= 6, !geometry.arcs.isEmpty else { return }
        let slots = RingSlots(geometry: geometry, diameter: diameter, chords: request.chords)
        let buckets = EdgeBuckets(request: request, geometry: geometry, slots: slots, edges: edges)
        self.edgeCount = edgeCount ?? buckets.edgeCount
        accumulate(buckets, slots)
    }

    /// Class by class, so that a class's curves can be told from the others' without a plane for each.
    private mutating func accumulate(_ buckets: EdgeBuckets, _ slots: RingSlots) {
        var own = [UInt32](repeating: 0, count: diameter * diameter + 1)
        var best = own
        var wrong = own
        var weights = [UInt32](repeating: 0, count: slots.count)
        var touched: [Int] = []
        touched.reserveCapacity(slots.count)
        own.withUnsafeMutableBufferPointer { own in
            wrong.withUnsafeMutableBufferPointer { wrong in
                for arc in slots.firstOfArc.indices.dropLast() {
                    var reach = DotBounds()
                    for first in slots.firstOfArc[arc]..<slots.firstOfArc[arc + 1] {
                        for second in buckets.partners(of: first) {
                            if weights[Int(second)] == 0 { touched.append(Int(second)) }
                            weights[Int(second)] += 1
                        }
                        for second in touched {
                            let isCorrect = slots.arc[second] == arc
                            let curve = slots.curve(first, second, isCorrect: isCorrect)
                            if isCorrect { reach.include(curve) }
                            curve.trace(in: isCorrect ? own : wrong, stride: diameter, weight: weights[second])
                            weights[second] = 0
                        }
                        touched.removeAll(keepingCapacity: true)
                    }
                    merge(own, arc: arc, within: reach.clipped(to: diameter), best: &best)
                }
            }
        }
        wrong.removeLast()
        self.wrong = wrong
    }

    /// Adds a class's own curves to those of all classes, and empties its plane for the next class.
    private mutating func merge(
        _ own: UnsafeMutableBufferPointer<UInt32>, arc: Int, within reach: DotBounds, best: inout [UInt32]
    ) {
        guard reach.minX <= reach.maxX, reach.minY <= reach.maxY else { return }
        for y in reach.minY...reach.maxY {
            for index in (y * diameter + reach.minX)...(y * diameter + reach.maxX) where own[index] > 0 {
                correct[index] += own[index]
                if own[index] > best[index] {
                    best[index] = own[index]
                    owner[index] = Int32(arc)
                }
                own[index] = 0
            }
        }
    }
}

/// A rectangle of dots, empty at first.
private struct DotBounds {
    var minX = Int.max
    var minY = Int.max
    var maxX = -1
    var maxY = -1

    /// A curve stays within the hull of its ends and control points.
    mutating func include(_ curve: RingCurve) {
        for point in [curve.start, curve.firstControl, curve.secondControl, curve.end] {
            minX = min(minX, Int(point.x) - 1)
            maxX = max(maxX, Int(point.x) + 2)
            minY = min(minY, Int(point.y) - 1)
            maxY = max(maxY, Int(point.y) + 2)
        }
    }

    func clipped(to side: Int) -> DotBounds {
        DotBounds(minX: max(0, minX), minY: max(0, minY), maxX: min(side - 1, maxX), maxY: min(side - 1, maxY))
    }
}
