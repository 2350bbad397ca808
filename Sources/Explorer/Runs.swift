import Separation

extension ExplorerModel {
    /// Runs that one can go through; more aren't taken.
    static let mostRuns = 10_000

    /// Adds a run, or says what one of them is called.
    mutating func open(run index: Int, title: String) {
        guard (0...runs.count).contains(index), index < Self.mostRuns else { return }
        if index == runs.count {
            runs.append(Run())
            // Before and after, or two networks: it is the other one that figures are compared with.
            if runs.count == 2, !followsRuns { contrast = .run }
        }
        runs[index].title = title
    }

    /// Edges kept of all runs together; those of the oldest are let go beyond that, their figures stay.
    static let mostEdges = 40_000_000

    mutating func forgetOldEdges() {
        var left = Self.mostEdges
        for index in runs.indices.reversed() {
            left -= runs[index].edgeCount
            if left < 0, index != shownRun { runs[index].forgetEdges() }
        }
    }

    // MARK: Going from run to run

    /// To the run so many further on, at the layer that corresponds to the one looked at; at the newest one, the next that
    /// comes is followed again.
    mutating func stepRun(by count: Int) {
        let index = min(max(0, shownRun + count), runs.count - 1)
        followsRuns = mayFollowRuns && count > 0 && index == runs.count - 1
        select(run: index)
    }

    /// Where the other run lacks the layer looked at, its last one before that is.
    mutating func select(run index: Int) {
        guard runs.indices.contains(index), index != shownRun else { return }
        let position = cursor.flatMap { run.layers(on: level).firstIndex(of: $0) }
        let partner = position.flatMap { partners(in: index).prefix($0 + 1).compactMap(\.self).last }
        forgetSamples(unlessOf: runs[index].header)
        split?.show(index, insteadOf: shownRun)
        shownRun = index
        let known = run.known(on: level)
        // From a run without any layer one comes to the end, as where a run begins.
        cursor = partner ?? (cursor == nil ? known.last : known.first)
        if let label = classFocus, label >= run.classCount { classFocus = nil }
        readFlags()
    }

    /// The layer of another run beside one of the run on the screen: that of its name or, where the networks have other
    /// names, the one at the same share of the depth; nil where there is none, or it isn't known yet.
    func counterpart(ofLayer layer: Int, in index: Int) -> Int? {
        guard let position = run.layers(on: level).firstIndex(of: layer) else { return nil }
        let partners = partners(in: index)
        return partners.indices.contains(position) ? partners[position] : nil
    }

    /// For each layer on the level, the known one of another run beside it.
    func partners(in index: Int) -> [Int?] {
        let other = runs[index]
        let (own, others) = (run.layers(on: level), other.layers(on: level))
        guard let header = run.header, let otherHeader = other.header else { return own.map { _ in nil } }
        let pairing = LayerPairing(header, otherHeader, level: level, cuts: run.plans + other.plans)
        return pairing.partners(count: own.count).map { position in
            position.map { others[$0] }.flatMap { other.isKnown($0) ? $0 : nil }
        }
    }

    /// The run that the one on the screen is compared with: the one beside it, else of two the other, of several the one
    /// before.
    var otherRun: Int? {
        if let split { return split.left == shownRun ? split.right : split.left }
        if shownRun > 0 { return shownRun - 1 }
        return runs.count == 2 ? 1 : nil
    }

    /// The other run's result at the layer looked at; nil where it is of another sample.
    private var resultOfOtherRun: LayerResult? {
        guard let cursor, let otherRun, let layer = counterpart(ofLayer: cursor, in: otherRun),
            runs[otherRun].previews.contains(layer) == isCurrentPreview
        else { return nil }
        return runs[otherRun][layer]
    }

    /// What the figures' differences are taken to.
    var reference: LayerResult? { contrast == .run && runs.count > 1 ? resultOfOtherRun : before }

    /// Samples of another run have other edges and, unless it is of the same images, are others.
    private mutating func forgetSamples(unlessOf header: RunHeader?) {
        (samples.ownEdges, samples.wrongEdges) = (nil, nil)
        let own = run.header
        if own?.dataHash != header?.dataHash || own?.labels != header?.labels { samples = SampleChoice() }
    }

    // MARK: Side by side

    /// The two halves of a screen on which two runs stand side by side; nil where one has it alone.
    var halves: (left: ExplorerModel, right: ExplorerModel)? {
        guard let split, !isHalf, !isHelpShown, size.columns >= 2 * Layout.leastSize.columns, let otherRun else {
            return nil
        }
        var (own, other) = (self, self)
        let left = size.columns / 2
        own.size.columns = split.left == shownRun ? left : size.columns - left
        other.size.columns = size.columns - own.size.columns
        other.prompt = nil
        other.select(run: otherRun)
        other.lookThroughEdges()
        (own.isHalf, other.isHalf) = (true, true)
        return split.left == shownRun ? (own, other) : (other, own)
    }
}

/// Two runs side by side.
public struct Split: Equatable, Sendable {
    public internal(set) var left: Int
    public internal(set) var right: Int

    /// Lets a run that isn't there yet stand in another's place.
    mutating func show(_ run: Int, insteadOf old: Int) {
        guard run != left, run != right else { return }
        if old == left { left = run } else { right = run }
    }
}
