import Cells
import Plots
import Separation

/// Everything that can happen to the explorer.
public enum Message: Equatable, Sendable {
    case terminal(TerminalEvent)
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
    /// Send `Message.tick` after so many seconds.
    case wake(afterSeconds: Double)
}

/// Which ring of which layer: what a computed ring is kept by.
public struct RingKey: Hashable, Sendable {
    public var layer: Int
    public var isPreview: Bool
    public var request: RingRequest

    public init(layer: Int, isPreview: Bool, request: RingRequest) {
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
