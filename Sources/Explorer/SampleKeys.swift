import Separation

// What the keys do to the choice of samples and edges.
extension ExplorerModel {
    /// Shows a sample by its number, counted from 1, or the one looked at.
    mutating func showSample(number: Int?) {
        if let number {
            guard labels.indices.contains(number - 1) else { return }
            go(toSample: number - 1)
        }
        samples.origin = nil
        focus = .sample
        choice.show(.sample)
    }

    /// Opens what is chosen in the panel with the focus; where nothing can be, the panel is zoomed.
    mutating func openChoice() {
        switch focus {
        case .matrix where comparedClass != nil:
            (samples.edge, samples.isSecondOfEdge) = (0, false)
            focus = .pairs
            choice.show(.pairs)
        case .pairs:
            guard let edge = chosenEdge else { return }
            open(Int(samples.isSecondOfEdge ? edge.target : edge.source))
        case .map where samples.sample != nil:
            guard let sample = shownSample else { return }
            open(sample)
        case .table:
            // The layer is looked at already: what is left is to leave the list.
            focus = choice.picture
            isZoomed = false
        case .sample:
            guard let place = chosenNeighbor else { return }
            go(toSample: shownNeighbors[place].sample)
        default: isZoomed.toggle()
        }
    }

    /// Opens a sample in its panel, from which Esc leads back to this one.
    mutating func open(_ sample: Int) {
        samples.sample = sample
        samples.neighbor = 0
        samples.trail = []
        samples.origin = focus
        focus = .sample
        choice.show(.sample)
    }

    /// Goes to a sample, so that one can go back.
    private mutating func go(toSample sample: Int) {
        if let before = shownSample, before != sample { samples.leaveTrail(before) }
        samples.sample = sample
        samples.neighbor = 0
    }

    /// The edge chosen in the panel of pairs.
    var chosenEdge: Edge? {
        guard let edges = shownWrongEdges?.edges, edges.indices.contains(samples.edge) else { return nil }
        return edges[samples.edge]
    }

    /// To the sample come from.
    mutating func goBackToSample() {
        guard focus == .sample, let sample = samples.trail.popLast(), labels.indices.contains(sample) else { return }
        samples.sample = sample
        samples.neighbor = 0
    }

    /// From the panel of pairs to the matrix, and from a sample to the panel that it was opened from.
    ///
    /// - Returns: whether there was anywhere to go.
    mutating func leaveSamples() -> Bool {
        switch (focus, samples.origin) {
        case (.pairs, _): focus = .matrix
        case (.sample, let origin?): focus = origin
        default: return false
        }
        if focus != .pairs { samples.origin = nil }
        choice.show(focus)
        return true
    }

    /// Up and down through samples or edges.
    ///
    /// - Returns: whether the panel with the focus has any.
    mutating func stepThroughSamples(by step: Int) -> Bool {
        switch focus {
        case .sample: stepSample(by: step)
        case .pairs: samples.edge = min(max(0, samples.edge + step), max(0, (shownWrongEdges?.edges.count ?? 0) - 1))
        default: return false
        }
        return true
    }

    /// To the next sample of the class looked at, or of all.
    private mutating func stepSample(by step: Int) {
        let labels = labels
        func counts(_ sample: Int) -> Bool { classFocus == nil || labels[sample] == classFocus }
        guard let start = shownSample else { return }
        var sample = samples.sample == nil && focus == .map ? (step > 0 ? -1 : labels.count) : start
        repeat { sample += step } while labels.indices.contains(sample) && !counts(sample)
        guard labels.indices.contains(sample) else { return }
        samples.sample = sample
        samples.neighbor = 0
    }

    /// Chooses what the panel with the focus has to choose from: the column of the matrix, the sample of the map, the
    /// neighbour, the side of a pair.
    mutating func stepChoice(by step: Int) {
        switch focus {
        case .matrix: stepComparedClass(by: step)
        case .map: stepSample(by: step)
        case .sample:
            guard let place = chosenNeighbor else { return }
            samples.neighbor = min(max(0, place + step), shownNeighbors.count - 1)
        case .pairs: samples.isSecondOfEdge = step > 0
        default: break
        }
    }

    /// Along the row of the class looked at, past that class itself.
    private mutating func stepComparedClass(by step: Int) {
        guard let label = classFocus, let other = comparedClass else { return }
        let order = classesInOrder.filter { $0 != label }
        guard let place = order.firstIndex(of: other), order.indices.contains(place + step) else { return }
        samples.comparison = .init(label: label, other: order[place + step])
    }
}
