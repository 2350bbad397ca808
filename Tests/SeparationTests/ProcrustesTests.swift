import Foundation
import Separation
import Tensors
import Testing

@Suite struct ProcrustesTests {
    private func map(_ points: [(Float, Float)]) -> PrincipalMap {
        PrincipalMap(points: points.map { SIMD2($0.0, $0.1) }, shares: SIMD2(0.5, 0.25))
    }

    private let shape: [(Float, Float)] = [(3, 0), (-1, 2), (-1, -1), (-1, -1)]

    private func expectSame(
        _ found: PrincipalMap, _ expected: PrincipalMap, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(found.points.count == expected.points.count, sourceLocation: sourceLocation)
        for (a, b) in zip(found.points, expected.points) {
            expectClose(Double(a.x), Double(b.x), within: 1e-6, sourceLocation: sourceLocation)
            expectClose(Double(a.y), Double(b.y), within: 1e-6, sourceLocation: sourceLocation)
        }
    }

    /// Σ‖p‖² = 9 + 5 + 2 + 2 = 18 over 4 points.
    @Test func unitRMS() {
        let unit = map(shape).unitRMS
        expectClose(Double(unit.points[0].x), 3 / 4.5.squareRoot(), within: 1e-6)
        expectClose(unit.points.reduce(0) { $0 + Double(($1 * $1).sum()) }, 4, within: 1e-5)
    }

    @Test(arguments: [0.0, 0.3, 1.5707963, 3, -2.2], [false, true])
    func turnsMirrorsAndScalesAreUndone(angle: Double, isMirrored: Bool) {
        let (cosine, sine) = (Float(cos(angle)), Float(sin(angle)))
        let turned = shape.map { x, y in
            let y = isMirrored ? -y : y
            return (7 * (x * cosine - y * sine), 7 * (x * sine + y * cosine))
        }
        let target = map(shape).unitRMS
        let found = map(turned).aligned(to: target)
        expectSame(found, target)
        #expect(found.shares == SIMD2(0.5, 0.25))
    }

    /// No turn brings a map nearer than the one that is taken, by trial of many.
    @Test func noOtherTurnIsNearer() {
        var generator = SplitMix64(seed: 4)
        func random() -> PrincipalMap {
            map((0..<9).map { _ in (.random(in: -1...1, using: &generator), .random(in: -1...1, using: &generator)) })
        }
        func distance(_ a: [SIMD2<Float>], _ b: [SIMD2<Float>]) -> Double {
            zip(a, b).reduce(0) { $0 + Double((($1.0 - $1.1) * ($1.0 - $1.1)).sum()) }
        }
        for _ in 0..<20 {
            let (own, target) = (random().unitRMS, random().unitRMS)
            let best = distance(own.aligned(to: target).points, target.points)
            for step in 0..<200 {
                let (c, s) = (cos(Float(step) / 100 * .pi), sin(Float(step) / 100 * .pi))
                for mirror: Float in [1, -1] {
                    let other = own.points.map { SIMD2($0.x * c - mirror * $0.y * s, $0.x * s + mirror * $0.y * c) }
                    #expect(best <= distance(other, target.points) + 1e-5)
                }
            }
        }
    }

    @Test func nothingToTurnTo() {
        let none = map([(0, 0), (0, 0), (0, 0), (0, 0)])
        #expect(map(shape).aligned(to: none) == map(shape).unitRMS)
        #expect(none.aligned(to: map(shape)) == none)
        #expect(map([]).aligned(to: map(shape)) == map([]))
    }
}
