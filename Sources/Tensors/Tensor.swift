/// A dense row-major array of one element type, as it stood in a file: bytes are little-endian.
public struct Tensor: Sendable, Equatable {
    public let shape: Shape
    public let elementType: ElementType
    public let bytes: [UInt8]

    /// Fails where `bytes` is not exactly as long as shape and type ask for.
    public init?(shape: Shape, elementType: ElementType, bytes: [UInt8]) {
        let (size, overflow) = shape.count.multipliedReportingOverflow(by: elementType.size)
        guard !overflow, size == bytes.count else { return nil }
        self.shape = shape
        self.elementType = elementType
        self.bytes = bytes
    }

    /// A float32 tensor; fails where the count of values is not the shape's.
    public init?(shape: Shape, values: [Float]) {
        self.init(shape: shape, elementType: .float32, bytes: values.withUnsafeBytes(Array.init))
    }

    /// Values as near as a floating-point type holds them; fails for another type, for a count that is not the shape's, and
    /// where a finite value is beyond the type.
    public init?(shape: Shape, values: [Float], as elementType: ElementType) {
        var isHeld = true
        func stored<Stored: BitwiseCopyable>(_ convert: (Float) -> Stored) -> [UInt8] {
            values.map(convert).withUnsafeBytes(Array.init)
        }
        let bytes: [UInt8]
        switch elementType {
        case .float32: bytes = values.withUnsafeBytes(Array.init)
        case .float64: bytes = stored { Double($0) }
        case .float16:
            bytes = stored { value in
                let bits = value.halfBits
                if value.isFinite, !Float(halfBits: bits).isFinite { isHeld = false }
                return bits
            }
        case .bfloat16:
            bytes = stored { value in
                let bits = value.brainBits
                if value.isFinite, bits & 0x7F80 == 0x7F80 { isHeld = false }
                return bits
            }
        case .bool, .uint8, .int8, .int16, .int32, .int64: return nil
        }
        guard isHeld else { return nil }
        self.init(shape: shape, elementType: elementType, bytes: bytes)
    }

    /// The elements as float32, whatever they are stored as. O(count).
    public func floats() -> [Float] {
        switch elementType {
        case .float32:
            // Most weights are of this type, and there are many: a copy, not a conversion.
            [Float](unsafeUninitializedCapacity: shape.count) { floats, count in
                bytes.withUnsafeBytes { UnsafeMutableRawBufferPointer(floats).copyMemory(from: $0) }
                count = shape.count
            }
        case .float64: load(as: Double.self) { Float($0) }
        case .float16: load(as: UInt16.self) { Float(halfBits: $0) }
        case .bfloat16: load(as: UInt16.self) { Float(bitPattern: UInt32($0) << 16) }
        case .bool, .uint8: load(as: UInt8.self) { Float($0) }
        case .int8: load(as: Int8.self) { Float($0) }
        case .int16: load(as: Int16.self) { Float($0) }
        case .int32: load(as: Int32.self) { Float($0) }
        case .int64: load(as: Int64.self) { Float($0) }
        }
    }

    /// Whether an element is finite as it is stored, though it need not be as float32.
    public func isFinite(at index: Int) -> Bool {
        switch elementType {
        case .float64: load(as: Double.self, index..<index + 1, \.isFinite)[0]
        case .float32: load(as: Float.self, index..<index + 1, \.isFinite)[0]
        case .float16: load(as: UInt16.self, index..<index + 1) { Float(halfBits: $0).isFinite }[0]
        case .bfloat16: load(as: UInt16.self, index..<index + 1) { Float(bitPattern: UInt32($0) << 16).isFinite }[0]
        case .bool, .uint8, .int8, .int16, .int32, .int64: true
        }
    }

    /// The elements as whole numbers; nil where the type is a floating-point one. O(count).
    public func integers() -> [Int]? {
        switch elementType {
        case .bool, .uint8: load(as: UInt8.self) { Int($0) }
        case .int8: load(as: Int8.self) { Int($0) }
        case .int16: load(as: Int16.self) { Int($0) }
        case .int32: load(as: Int32.self) { Int($0) }
        case .int64: load(as: Int64.self) { Int($0) }
        case .float16, .bfloat16, .float32, .float64: nil
        }
    }

    private func load<Stored: BitwiseCopyable, Value>(
        as: Stored.Type, _ range: Range<Int>? = nil, _ convert: (Stored) -> Value
    ) -> [Value] {
        bytes.withUnsafeBytes { raw in
            (range ?? 0..<shape.count).map {
                convert(raw.loadUnaligned(fromByteOffset: $0 * MemoryLayout<Stored>.size, as: Stored.self))
            }
        }
    }
}
