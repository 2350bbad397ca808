/// What Criterion I (section 4.4 of the paper) says of a layer.
public enum Flag: String, Sendable, Codable, CaseIterable {
    case peak
    case pastPeak = "past-peak"
    case plateau
    case decline
}

/// The two numbers that turn Criterion I's words into a rule.
public struct CriterionOptions: Hashable, Sendable {
    /// τ: the share of the curve's range that counts as no change.
    public var tolerance: Double
    /// L: the least number of layers that make a plateau.
    public var minLength: Int

    public init(tolerance: Double = 0.02, minLength: Int = 3) {
        self.tolerance = tolerance
        self.minLength = minLength
    }
}
