/// Batch normalisation with fixed statistics: y = (x − mean) / √(variance + epsilon) · scale + shift, per channel.
public struct BatchNormalization: Equatable, Sendable {
    public var scale, shift, mean, variance: [Float]
    public var epsilon: Float

    public init(scale: [Float], shift: [Float], mean: [Float], variance: [Float], epsilon: Float = 1e-5) {
        self.scale = scale
        self.shift = shift
        self.mean = mean
        self.variance = variance
        self.epsilon = epsilon
    }
}

/// Layer normalisation over the channels of each place (or over a whole row): y = (x − mean) / √(variance + epsilon) · scale + shift.
public struct LayerNormalization: Equatable, Sendable {
    /// One number per channel.
    public var scale, shift: [Float]
    public var epsilon: Float

    public init(scale: [Float], shift: [Float], epsilon: Float) {
        self.scale = scale
        self.shift = shift
        self.epsilon = epsilon
    }
}

/// y = x · scale + shift, with a number for each channel: what is left of a product or a sum with constants.
public struct Affine: Equatable, Sendable {
    public var scale, shift: [Float]

    public init(scale: [Float], shift: [Float]) {
        self.scale = scale
        self.shift = shift
    }
}

extension BatchNormalization {
    /// The same map as y = x · scale + shift, reckoned in float64.
    public var affine: Affine {
        let factors = scale.indices.map { Double(scale[$0]) / (Double(variance[$0]) + Double(epsilon)).squareRoot() }
        let shifts = factors.indices.map { Float(Double(shift[$0]) - Double(mean[$0]) * factors[$0]) }
        return Affine(scale: factors.map(Float.init), shift: shifts)
    }
}
