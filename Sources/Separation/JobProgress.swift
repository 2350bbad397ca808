/// How far an analysis is; a new value only when something worth drawing has changed.
public struct JobProgress: Equatable, Sendable {
    public enum Phase: String, Sendable, Equatable {
        case loading, preview, full, finished
    }

    public var phase: Phase
    /// The layer at work, an index into the header's layers; nil before the first.
    public var layer: Int?
    /// Share of the phase's work that is done, 0 to 1.
    public var fraction: Double
    /// Estimated seconds to the end of the phase; nil while unknown.
    public var secondsLeft: Double?

    public init(phase: Phase, layer: Int? = nil, fraction: Double, secondsLeft: Double? = nil) {
        self.phase = phase
        self.layer = layer
        self.fraction = fraction
        self.secondsLeft = secondsLeft
    }
}
