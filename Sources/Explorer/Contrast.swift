/// What the figures of a layer are compared with.
public enum Contrast: String, Sendable, CaseIterable {
    /// The layer before.
    case layer
    /// The same layer of the other run; of several, the one before.
    case run
}
