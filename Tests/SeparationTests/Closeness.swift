import Testing

/// Expects |a − b| ≤ `tolerance`; NaN is close to nothing.
func expectClose(
    _ actual: Double, _ expected: Double, within tolerance: Double = 1e-12, _ comment: Comment? = nil,
    sourceLocation: SourceLocation = #_sourceLocation
) {
    let message = comment ?? "\(actual) is not within \(tolerance) of \(expected)"
    #expect(abs(actual - expected) <= tolerance, message, sourceLocation: sourceLocation)
}
