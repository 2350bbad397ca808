import Testing

@testable import Tensors

@Suite struct TensorTests {
    @Test func shapesCountAndRefuse() {
        #expect(Shape([2, 3, 4])?.count == 24)
        #expect(Shape([])?.count == 1)
        #expect(Shape([5, 0])?.count == 0)
        #expect(Shape([2, -1]) == nil)
        #expect(Shape([.max, 2]) == nil)
        #expect(Shape([64, 3, 3, 3])?.description == "64×3×3×3")
    }

    @Test func bytesMustFitTheShape() throws {
        let shape = try #require(Shape([2]))
        #expect(Tensor(shape: shape, elementType: .int16, bytes: [1, 0, 2, 0]) != nil)
        #expect(Tensor(shape: shape, elementType: .int16, bytes: [1, 0, 2]) == nil)
        #expect(Tensor(shape: shape, values: [1, 2, 3]) == nil)
        let huge = try #require(Shape([.max]))
        #expect(Tensor(shape: huge, elementType: .float64, bytes: []) == nil)
    }

    /// Each type's bytes for −2, by its definition; unsigned and boolean ones hold 1 instead.
    @Test(
        arguments: [
            (ElementType.float32, [0, 0, 0, 0xC0], -2), (.float64, [0, 0, 0, 0, 0, 0, 0, 0xC0], -2),
            (.float16, [0, 0xC0], -2), (.bfloat16, [0, 0xC0], -2), (.int8, [0xFE], -2), (.int16, [0xFE, 0xFF], -2),
            (.int32, [0xFE, 0xFF, 0xFF, 0xFF], -2), (.int64, [0xFE, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF], -2),
            (.uint8, [1], 1), (.bool, [1], 1),
        ] as [(ElementType, [UInt8], Float)])
    func everyTypeIsRead(type: ElementType, bytes: [UInt8], value: Float) throws {
        let shape = try #require(Shape([1]))
        let tensor = try #require(Tensor(shape: shape, elementType: type, bytes: bytes))
        #expect(tensor.floats() == [value])
        let isWhole = ![.float16, .bfloat16, .float32, .float64].contains(type)
        #expect(tensor.integers() == (isWhole ? [Int(value)] : nil))
    }

    /// Values of IEEE 754's table of binary16.
    @Test(
        arguments: [
            (0x0000, 0), (0x8000, -0.0), (0x0001, 0x1p-24), (0x03FF, 0x1.ff8p-15), (0x0400, 0x1p-14),
            (0x3555, 0x1.554p-2),
            (0x3C00, 1), (0xC000, -2), (0x7BFF, 65504), (0x7C00, .infinity), (0xFC00, -.infinity),
        ] as [(UInt16, Float)])
    func halfFloats(bits: UInt16, value: Float) { #expect(Float(halfBits: bits).bitPattern == value.bitPattern) }

    /// Every finite half is its own nearest; halfway between two neighbours the even one is taken, beside it the nearer.
    @Test func nearestHalf() {
        for bits: UInt16 in 0..<0x7C00 {
            let (value, next) = (Float(halfBits: bits), bits == 0x7BFF ? 65_536 : Float(halfBits: bits + 1))
            let middle = (value + next) / 2
            #expect(value.halfBits == bits && (-value).halfBits == bits | 0x8000)
            #expect(middle.halfBits == (bits & 1 == 0 ? bits : bits + 1))
            #expect(middle.nextDown.halfBits == bits && middle.nextUp.halfBits == bits + 1)
        }
        #expect(Float.infinity.halfBits == 0x7C00 && (-Float.greatestFiniteMagnitude).halfBits == 0xFC00)
        #expect(Float.leastNonzeroMagnitude.halfBits == 0 && Float.nan.halfBits == 0x7E00)
    }

    @Test func halfFloatNaN() { #expect(Float(halfBits: 0x7E00).isNaN) }

    /// The first outputs for seed 1234567, as published with the algorithm's reference implementation.
    @Test func splitMix64() {
        var generator = SplitMix64(seed: 1_234_567)
        #expect(generator.next() == 6_457_827_717_110_365_317)
        #expect(generator.next() == 3_203_168_211_198_807_973)
        #expect(generator.next() == 9_817_491_932_198_370_423)
    }
}
