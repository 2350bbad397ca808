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

    /// The bit pattern of the nearest binary16 value, ties to even; infinity from 65,520 on, and a quiet NaN for NaN.
    public var halfBits: UInt16 {
        let sign = UInt16(truncatingIfNeeded: bitPattern >> 16) & 0x8000
        let size = magnitude
        guard size < 65_520 else { return sign | (isNaN ? 0x7E00 : 0x7C00) }
        // Below 2⁻¹⁴ halves are multiples of 2⁻²⁴, and the pattern is which one.
        guard size >= 0x1p-14 else { return sign | UInt16((size * 0x1p24).rounded(.toNearestOrEven)) }
        let bits = size.bitPattern &- (112 << 23)
        return sign | UInt16(truncatingIfNeeded: (bits &+ 0xFFF &+ (bits >> 13 & 1)) >> 13)
    }

    /// The bit pattern of the nearest bfloat16 value, ties to even; a quiet NaN for NaN.
    public var brainBits: UInt16 {
        isNaN ? 0x7FC0 : UInt16(truncatingIfNeeded: (bitPattern &+ 0x7FFF &+ (bitPattern >> 16 & 1)) >> 16)
    }
}
