extension Float {
    /// The value of an IEEE 754 binary16 bit pattern, exactly. (`Float16` does not exist on every platform.)
    public init(halfBits bits: UInt16) {
        let sign: Float = bits & 0x8000 == 0 ? 1 : -1
        let exponent = Int(bits >> 10 & 0x1F)
        let fraction = Float(bits & 0x3FF) / 1024
        switch exponent {
        case 0: self = sign * fraction * 0x1p-14
        case 0x1F: self = fraction == 0 ? sign * .infinity : .nan
        default: self = sign * Float(sign: .plus, exponent: exponent - 15, significand: 1 + fraction)
        }
    }
}
