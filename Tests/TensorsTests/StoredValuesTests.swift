import Testing

@testable import Tensors

/// Values put in the element types of a file.
@Suite struct StoredValuesTests {
    private let values: [Float] = [0, 1, -2.5, 0.1, 1000]

    @Test func everyFloatingPointTypeHoldsThem() throws {
        let shape = try #require(Shape([5]))
        for (type, relative) in [(ElementType.float32, 0), (.float64, 0), (.float16, 0x1p-11), (.bfloat16, 0x1p-8)] {
            let tensor = try #require(Tensor(shape: shape, values: values, as: type))
            #expect(tensor.elementType == type)
            for (found, value) in zip(tensor.floats(), values) {
                #expect(Double(abs(found - value)) <= relative * Double(abs(value)), "\(type): \(value)")
            }
        }
    }

    @Test func whatIsBeyondATypeIsNotHeld() throws {
        let shape = try #require(Shape([1]))
        #expect(Tensor(shape: shape, values: [65_520], as: .float16) == nil)
        #expect(Tensor(shape: shape, values: [65_504], as: .float16)?.floats() == [65_504])
        #expect(Tensor(shape: shape, values: [.greatestFiniteMagnitude], as: .bfloat16) == nil)
        #expect(Tensor(shape: shape, values: [1], as: .int32) == nil)
        #expect(Tensor(shape: shape, values: [1, 2], as: .float16) == nil)
        #expect(Tensor(shape: shape, values: [.nan], as: .bfloat16)?.floats().first?.isNaN == true)
    }

    /// Ties go to the even one of two neighbours.
    @Test func bfloat16IsTheNearest() {
        #expect(Float(bitPattern: 0x3F80_8000).brainBits == 0x3F80)
        #expect(Float(bitPattern: 0x3F81_8000).brainBits == 0x3F82)
        #expect(Float(bitPattern: 0x3F80_8001).brainBits == 0x3F81)
        #expect((-Float.infinity).brainBits == 0xFF80)
    }
}
