/// Σ a·b, in float64 and in a fixed order.
func dot(_ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, count: Int) -> Double {
    typealias Lanes = SIMD8<Float>
    let (first, second) = (UnsafeRawPointer(a), UnsafeRawPointer(b))
    var sums = SIMD8<Double>.zero
    for chunk in 0..<count / Lanes.scalarCount {
        let offset = chunk * MemoryLayout<Lanes>.size
        sums +=
            SIMD8<Double>(first.loadUnaligned(fromByteOffset: offset, as: Lanes.self))
            * SIMD8<Double>(second.loadUnaligned(fromByteOffset: offset, as: Lanes.self))
    }
    var sum = sums.sum()
    for index in count / Lanes.scalarCount * Lanes.scalarCount..<count { sum += Double(a[index]) * Double(b[index]) }
    return sum
}

/// target += factor · source.
func add(_ source: UnsafePointer<Float>, times factor: Float, to target: UnsafeMutablePointer<Float>, count: Int) {
    for index in 0..<count { target[index] += factor * source[index] }
}

/// Σ (a − b)², likewise.
func squaredDistance(_ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, count: Int) -> Double {
    typealias Lanes = SIMD8<Float>
    let (first, second) = (UnsafeRawPointer(a), UnsafeRawPointer(b))
    var sums = SIMD8<Double>.zero
    for chunk in 0..<count / Lanes.scalarCount {
        let offset = chunk * MemoryLayout<Lanes>.size
        let difference =
            SIMD8<Double>(first.loadUnaligned(fromByteOffset: offset, as: Lanes.self))
            - SIMD8<Double>(second.loadUnaligned(fromByteOffset: offset, as: Lanes.self))
        sums += difference * difference
    }
    var sum = sums.sum()
    for index in count / Lanes.scalarCount * Lanes.scalarCount..<count {
        let difference = Double(a[index]) - Double(b[index])
        sum += difference * difference
    }
    return sum
}
