/// Where a run's layers stand on an axis of another's.
struct PairedLayers {
    /// A layer at one place of the axis, or across several where it stands for all of them.
    struct Place {
        var layer: Int
        var positions: ClosedRange<Int>

        func isNext(to other: Place) -> Bool { other.positions.upperBound + 1 == positions.lowerBound }
    }

    let places: [Place]
    private let count: Int

    /// - Parameter layers: the layer at each position of the axis; nil where there is none.
    init(_ layers: [Int?]) {
        count = layers.count
        var places: [Place] = []
        for (position, layer) in layers.enumerated() {
            guard let layer else { continue }
            if let last = places.last, last.layer == layer, last.positions.upperBound + 1 == position {
                places[places.count - 1].positions = last.positions.lowerBound...position
            } else {
                places.append(Place(layer: layer, positions: position...position))
            }
        }
        self.places = places
    }

    /// Of a position on the axis: 0 at the left end, 1 at the right, a single one in the middle.
    func share(_ position: Double) -> Double { count > 1 ? position / Double(count - 1) : 0.5 }

    /// Where a layer's point stands: at the axis's end where it reaches one, else amid its positions.
    func point(_ place: Int) -> Double {
        let positions = places[place].positions
        let (isFirst, isLast) = (positions.lowerBound == 0, positions.upperBound == count - 1)
        if isFirst != isLast { return isFirst ? 0 : 1 }
        return share(Double(positions.lowerBound + positions.upperBound) / 2)
    }

    /// Places side by side that all count, as long as they go on.
    func stretches(_ counts: (Int) -> Bool) -> [ClosedRange<Int>] {
        var stretches: [ClosedRange<Int>] = []
        for place in places.indices where counts(place) {
            if let last = stretches.last, last.upperBound + 1 == place, places[place].isNext(to: places[place - 1]) {
                stretches[stretches.count - 1] = last.lowerBound...place
            } else {
                stretches.append(place...place)
            }
        }
        return stretches
    }
}
