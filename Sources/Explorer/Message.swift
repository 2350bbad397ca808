import Cells
import Plots
import Separation

/// Everything that can happen to the explorer.
public enum Message: Equatable, Sendable {
    case terminal(TerminalEvent)
    /// An action that no key asks for: what the program is started with.
    case perform(Action)
    /// A run that can be looked at, beside those there are: the next one, counted from 0; the first is always there.
    case opened(run: Int, title: String)
    /// What concerns one of several runs; by itself it would concern the first.
    indirect case of(run: Int, Message)
    /// What the program is busy with beside; nil: nothing.
    case status(String?)
    /// What became of something that an effect asked for.
    case notice(Notice)
    /// What the run is: before its first layer, and again when more is known (the accuracy).
    case header(RunHeader)
    /// A layer's result; that of the full pass replaces the preview's.
    case layer(index: Int, LayerResult, isPreview: Bool)
    /// How a layer's samples lie, and how alike it is to each layer; empty: unknown.
    case geometry(layer: Int, PrincipalMap?, alignments: [Double?])
    case progress(JobProgress)
    /// The analysis stopped; one line that says why.
    case jobFailed(String)
    case jobFinished
    /// A ring that `Effect.computeRing` asked for.
    case ringReady(RingKey, RingPicture)
    /// A ring's way, that `Effect.computeMotion` asked for.
    case motionReady(RingKey, RingWay)
    /// Whether the mouse is listened to.
    case mouse(isOn: Bool)
    /// The view that was kept with the run.
    case view(SavedView, takesTheme: Bool)
    /// The picture that `Effect.readPicture` asked for; nil: the sample has none.
    case picture(run: Int, sample: Int, Thumbnail?)
    /// Plans that were kept with a run, by the names of units: the one that was chosen when it was last looked at, and all.
    case plans(run: Int, chosen: [String], all: [[String]])
    /// What has come of a cut that `Effect.tryCut` asked for.
    case cutTried(run: Int, cut: [Int], CutOutcome)
    /// What has come of a cut that `Effect.cutAutomatically` asked for.
    case cutAutomatically(run: Int, AutomaticOutcome)
    /// The time, on a clock that never goes back; answers `Effect.wake`.
    case tick(nowSeconds: Double)
}

/// What the explorer wants done; it does nothing itself.
public enum Effect: Equatable, Sendable {
    case quit
    /// Leave because a signal asked for it, or the terminal is gone.
    case leaveInterrupted
    /// Stop as Ctrl-Z asks, terminal given back; a `resized` event follows on return.
    case suspend
    /// Compute a ring away from the main thread, then send `Message.ringReady`. One is asked for at a time.
    case computeRing(RingJob)
    /// Compute a ring's way from one layer to the next away from the main thread, then send `Message.motionReady`.
    case computeMotion(MotionJob)
    /// Keep a view with the run; a notice says what became of it.
    case save(SavedView, run: Int)
    /// Listen to the mouse, or leave it to the terminal; `Message.mouse` says what has come of it.
    case mouse(isOn: Bool)
    /// Write what is on the screen to files; a notice says where.
    case export(Export)
    /// Read a sample's picture away from the main thread, then send `Message.picture`. One is asked for at a time.
    case readPicture(run: Int, sample: Int)
    /// Try a run's network without some units away from the main thread, in the place of what is being tried, then send
    /// `Message.cutTried` as often as there is news: indices of the network's units.
    case tryCut(run: Int, cut: [Int])
    /// Take units out of a run's network as long as it loses no more than so many points of accuracy, away from the main
    /// thread and in the place of what is being tried, and send `Message.cutAutomatically` as often as there is news.
    case cutAutomatically(run: Int, points: Int)
    /// Leave off trying.
    case stopTrial
    /// Keep the names of the units that are taken out with the run.
    case keepPlan([String], run: Int)
    /// Send `Message.tick` after so many seconds.
    case wake(afterSeconds: Double)
}

/// Which ring of which layer: what a computed ring is kept by.
public struct RingKey: Hashable, Sendable {
    public var run: Int
    public var layer: Int
    public var isPreview: Bool
    public var request: RingRequest

    public init(run: Int = 0, layer: Int, isPreview: Bool, request: RingRequest) {
        self.run = run
        self.layer = layer
        self.isPreview = isPreview
        self.request = request
    }
}

/// A ring to be computed, with everything that it takes.
public struct RingJob: Equatable, Sendable {
    public var key: RingKey
    public var edges: [Edge]
    public var labels: [Int]

    /// Computes the ring: about 10 ms for 40,000 edges. Pure; any thread will do.
    public func message() -> Message {
        .ringReady(key, RingPicture(request: key.request, edges: edges, labels: labels))
    }
}

/// What is seen while one layer's ring becomes the next one's, and how many edges change.
public struct RingWay: Equatable, Sendable {
    public var pictures: [RingPicture]
    public var gained: Int
    public var lost: Int
}

/// A ring's way from one layer's edges to the next one's.
public struct MotionJob: Equatable, Sendable {
    /// The ring that it leads to.
    public var key: RingKey
    public var before: [Edge]
    public var after: [Edge]
    public var labels: [Int]

    /// Computes the pictures on the way: about 30 ms for 40,000 edges. Pure; any thread will do.
    public func message() -> Message {
        let transition = RingTransition(request: key.request, from: before, to: after, labels: labels)
        return .motionReady(
            key,
            RingWay(
                pictures: Motion.places.map { transition.picture(at: $0) }, gained: transition.counts.gained,
                lost: transition.counts.lost))
    }
}
