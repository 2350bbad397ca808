import Separation

/// The places on the circle where curves end, about a dot apart: samples closer than that share one.
struct RingSlots {
    /// The slots of arc a are `firstOfArc[a]..<firstOfArc[a + 1]`.
    private(set) var firstOfArc = [0]
    /// The arc of each slot.
    private(set) var arc: [Int] = []
    private var ends: [SIMD2<Double>] = []
    private var correctControls: [SIMD2<Double>] = []
    private var wrongControls: [SIMD2<Double>] = []
    private let chords: ChordStyle

    var count: Int { arc.count }

    init(geometry: RingGeometry, diameter: Int, chords: ChordStyle) {
        self.chords = chords
        let center = Double(diameter) / 2 - 0.5
        // Clear of the circle's own line.
        let radius = max(1, RingDensity.radius(diameter: diameter) - 1.5)
        func dots(_ point: RingPoint) -> SIMD2<Double> { center + radius * SIMD2(point.x, point.y) }
        // Beyond that, finer ends can't be seen for the dither but cost.
        let spacing = max(1, Double(diameter) / 160)
        for (index, span) in geometry.arcs.enumerated() {
            let length = (span.end - span.start) * radius / spacing
            let count = max(1, min(span.count, Int(length.rounded(.up))))
            for slot in 0..<count {
                let angle = span.angle(of: slot, among: count)
                arc.append(index)
                ends.append(dots(RingPoint(angle: angle, radius: 1)))
                correctControls.append(dots(geometry.control(angle: angle, arc: span, isCorrect: true)))
                wrongControls.append(dots(geometry.control(angle: angle, arc: span, isCorrect: false)))
            }
            firstOfArc.append(arc.count)
        }
    }

    /// The slot of a sample with a rank among the samples of an arc.
    func slot(arc: Int, rank: Int, of samples: Int) -> Int {
        firstOfArc[arc] + rank * (firstOfArc[arc + 1] - firstOfArc[arc]) / samples
    }

    func curve(_ first: Int, _ second: Int, isCorrect: Bool) -> RingCurve {
        let (start, end) = (ends[first], ends[second])
        guard chords == .bundled else {
            return RingCurve(
                start: start, firstControl: (2 * start + end) / 3, secondControl: (start + 2 * end) / 3, end: end)
        }
        let controls = isCorrect ? correctControls : wrongControls
        return RingCurve(start: start, firstControl: controls[first], secondControl: controls[second], end: end)
    }
}

/// The edges to be drawn, each as a pair of slots, gathered by the lower one.
struct EdgeBuckets {
    /// Edges that would be drawn without a filter or a focus.
    let edgeCount: Int
    private var starts: [Int]
    private var seconds: [Int32]

    /// A counting sort: O(|E| + slots). Edges with samples beyond the labels are left out.
    init(request: RingRequest, geometry: RingGeometry, slots: RingSlots, edges: [Edge]) {
        let slotOfSample = geometry.arcOfSample.enumerated().map { sample, arc in
            arc < 0
                ? Int32(-1)
                : Int32(slots.slot(arc: arc, rank: geometry.rankOfSample[sample], of: geometry.arcs[arc].count))
        }
        let focus = request.focus.map { focus in geometry.arcs.firstIndex { $0.label == focus } ?? -1 }
        var pairs: [(first: Int32, second: Int32)] = []
        let thinning = max(1, request.thinning)
        pairs.reserveCapacity(edges.count / thinning + 1)
        var seen = 0
        for index in stride(from: 0, to: edges.count, by: thinning) {
            let (source, target) = (Int(edges[index].source), Int(edges[index].target))
            guard slotOfSample.indices.contains(source), slotOfSample.indices.contains(target) else { continue }
            let (first, second) = (slotOfSample[source], slotOfSample[target])
            guard first >= 0, second >= 0 else { continue }
            seen += 1
            if let threshold = request.threshold, edges[index].similarity < threshold { continue }
            let (firstArc, secondArc) = (slots.arc[Int(first)], slots.arc[Int(second)])
            if request.filter != .all, (request.filter == .correct) != (firstArc == secondArc) { continue }
            if let focus, firstArc != focus, secondArc != focus { continue }
            pairs.append((min(first, second), max(first, second)))
        }
        edgeCount = seen
        starts = Array(repeating: 0, count: slots.count + 1)
        for pair in pairs { starts[Int(pair.first) + 1] += 1 }
        for slot in 0..<slots.count { starts[slot + 1] += starts[slot] }
        seconds = Array(repeating: 0, count: pairs.count)
        var next = starts
        for pair in pairs {
            seconds[next[Int(pair.first)]] = pair.second
            next[Int(pair.first)] += 1
        }
    }

    /// The upper slots of the edges whose lower slot is this one.
    func partners(of first: Int) -> ArraySlice<Int32> { seconds[starts[first]..<starts[first + 1]] }
}
