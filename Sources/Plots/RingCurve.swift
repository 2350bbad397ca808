/// A cubic Bézier curve, in dots.
struct RingCurve {
    var start: SIMD2<Double>
    var firstControl: SIMD2<Double>
    var secondControl: SIMD2<Double>
    var end: SIMD2<Double>

    /// Adds a weight to every dot that the curve passes, once for each time it enters it. All four points must lie within
    /// the plane, half a dot from its edge at least; then so does the curve. The last element of `plane` is a spare one.
    ///
    /// Forward differences in 32.32 fixed point: three additions a step, and exact enough (an error of n³/6 · 2⁻³³ dots
    /// after n steps, 0.02 for the longest curve on a plane of 2,000 dots).
    func trace(in plane: UnsafeMutableBufferPointer<UInt32>, stride: Int, weight: UInt32) {
        guard let dots = plane.baseAddress else { return }
        let steps = max(1, Int(length))
        let step = 1 / Double(steps)
        let cubic = end - start + 3 * (firstControl - secondControl)
        let square = 3 * (start - 2 * firstControl + secondControl)
        let linear = 3 * (firstControl - start)
        let unit = 4_294_967_296.0
        let third = 6 * step * step * step * cubic * unit
        let second = third + 2 * step * step * square * unit
        let first = step * step * step * cubic * unit + step * step * square * unit + step * linear * unit
        var (x, y) = (Int((start.x + 0.5) * unit), Int((start.y + 0.5) * unit))
        var (stepX, stepY) = (Int(first.x), Int(first.y))
        var (bendX, bendY) = (Int(second.x), Int(second.y))
        let (twistX, twistY) = (Int(third.x), Int(third.y))
        // A dot just written is slow to read again, so a step that stays in it goes to the spare one.
        let spare = plane.count - 1
        var last = -1
        var left = steps &+ 1
        while left > 0 {
            left &-= 1
            let index = (y >> 32) &* stride &+ (x >> 32)
            dots[index == last ? spare : index] &+= weight
            last = index
            x &+= stepX
            y &+= stepY
            stepX &+= bendX
            stepY &+= bendY
            bendX &+= twistX
            bendY &+= twistY
        }
    }

    /// About its length: the mean of its chord and its control polygon.
    private var length: Double {
        func distance(_ a: SIMD2<Double>, _ b: SIMD2<Double>) -> Double {
            let span = b - a
            return (span.x * span.x + span.y * span.y).squareRoot()
        }
        let polygon =
            distance(start, firstControl) + distance(firstControl, secondControl) + distance(secondControl, end)
        return (distance(start, end) + polygon) / 2
    }
}
