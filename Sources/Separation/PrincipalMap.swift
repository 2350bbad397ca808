/// A layer's samples in the plane of their first two principal components.
public struct PrincipalMap: Equatable, Sendable {
    /// Scores on the first and the second component, in the units of the features, one point per sample; their mean is 0.
    public var points: [SIMD2<Float>]
    /// Shares of the whole variance that the two components explain, 0 to 1; 0 where there is no variance.
    public var shares: SIMD2<Double>

    public init(points: [SIMD2<Float>], shares: SIMD2<Double>) {
        self.points = points
        self.shares = shares
    }

    /// The map with √(Σ‖p‖²/N) = 1; as it is where all points lie at 0.
    ///
    /// - Complexity: O(N).
    public var unitRMS: PrincipalMap {
        let squares = points.reduce(0.0) { $0 + (SIMD2<Double>($1) * SIMD2<Double>($1)).sum() }
        guard squares > 0 else { return self }
        let scale = (Double(points.count) / squares).squareRoot()
        return PrincipalMap(points: points.map { SIMD2(SIMD2<Double>($0) * scale) }, shares: shares)
    }

    /// The map turned, and mirrored if need be, so that its points come as near as can be to the same samples of another
    /// map, and scaled to unit RMS: orthogonal Procrustes, argmin ‖A·R − B‖ over RᵀR = I.
    ///
    /// With M = AᵀB the best rotation reaches tr(RᵀM) = |(M₁₁ + M₂₂, M₁₂ − M₂₁)|, the best reflection
    /// |(M₁₁ − M₂₂, M₁₂ + M₂₁)|; the greater wins, the rotation on a tie. `shares` stay those of the components.
    /// - Parameter other: The map before, as it is shown; only its first points count where it has more, and none beyond.
    /// - Complexity: O(N).
    /// - Source: Schönemann, Psychometrika 31 (1966) 1–10, doi:10.1007/BF02289451.
    public func aligned(to other: PrincipalMap) -> PrincipalMap {
        var map = unitRMS
        // The columns of M.
        var (first, second) = (SIMD2<Double>.zero, SIMD2<Double>.zero)
        for (own, target) in zip(map.points, other.points) {
            first += SIMD2<Double>(own) * Double(target.x)
            second += SIMD2<Double>(own) * Double(target.y)
        }
        let rotation = SIMD2(first.x + second.y, second.x - first.y)
        let reflection = SIMD2(first.x - second.y, second.x + first.y)
        let isRotation = (rotation * rotation).sum() >= (reflection * reflection).sum()
        let best = isRotation ? rotation : reflection
        let length = (best * best).sum().squareRoot()
        guard length > 0 else { return map }
        let (cosine, sine) = (best.x / length, best.y / length)
        let sign: Double = isRotation ? 1 : -1
        for index in map.points.indices {
            let (x, y) = (Double(map.points[index].x), Double(map.points[index].y))
            map.points[index] = SIMD2(
                Float(x * cosine - sign * y * sine), Float(x * sine + sign * y * cosine))
        }
        return map
    }
}
