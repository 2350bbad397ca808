/// The XXH64 hash, seed 0 (Y. Collet, xxHash fast digest algorithm, specification 0.1.1), fed piece by piece.
///
/// It tells files apart, at several gigabytes a second; it is no protection against forgery.
public struct ContentHash: Sendable {
    private static let prime1: UInt64 = 0x9E37_79B1_85EB_CA87
    private static let prime2: UInt64 = 0xC2B2_AE3D_27D4_EB4F
    private static let prime3: UInt64 = 0x1656_67B1_9E37_79F9
    private static let prime4: UInt64 = 0x85EB_CA77_C2B2_AE63
    private static let prime5: UInt64 = 0x27D4_EB2F_1656_67C5

    private var lanes = SIMD4<UInt64>(prime1 &+ prime2, prime2, 0, 0 &- prime1)
    /// What has not filled a block of 32 bytes yet.
    private var pending: [UInt8] = []
    private var length: UInt64 = 0

    public init() {}

    /// Takes in more content. O(count).
    public mutating func update(_ bytes: UnsafeRawBufferPointer) {
        length &+= UInt64(bytes.count)
        var rest = bytes[...]
        if !pending.isEmpty {
            let missing = rest.prefix(32 - pending.count)
            pending.append(contentsOf: missing)
            rest = rest.dropFirst(missing.count)
            guard pending.count == 32 else { return }
            pending.withUnsafeBytes { Self.mix($0, into: &lanes) }
            pending.removeAll(keepingCapacity: true)
        }
        let whole = rest.count & ~31
        Self.mix(UnsafeRawBufferPointer(rebasing: rest.prefix(whole)), into: &lanes)
        pending.append(contentsOf: rest.dropFirst(whole))
    }

    /// 16 hexadecimal digits for all that was taken in so far.
    public var hexadecimal: String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    private var value: UInt64 {
        var hash = Self.prime5
        if length >= 32 {
            hash = Self.rotate(lanes[0], 1) &+ Self.rotate(lanes[1], 7)
            hash &+= Self.rotate(lanes[2], 12) &+ Self.rotate(lanes[3], 18)
            for lane in 0..<4 {
                hash = (hash ^ Self.round(0, lanes[lane])) &* Self.prime1 &+ Self.prime4
            }
        }
        hash &+= length
        pending.withUnsafeBytes { tail in
            var offset = 0
            while tail.count - offset >= 8 {
                hash ^= Self.round(0, UInt64(littleEndian: tail.loadUnaligned(fromByteOffset: offset, as: UInt64.self)))
                hash = Self.rotate(hash, 27) &* Self.prime1 &+ Self.prime4
                offset += 8
            }
            if tail.count - offset >= 4 {
                let word = UInt32(littleEndian: tail.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
                hash ^= UInt64(word) &* Self.prime1
                hash = Self.rotate(hash, 23) &* Self.prime2 &+ Self.prime3
                offset += 4
            }
            for byte in tail[offset...] {
                hash ^= UInt64(byte) &* Self.prime5
                hash = Self.rotate(hash, 11) &* Self.prime1
            }
        }
        hash = (hash ^ (hash >> 33)) &* Self.prime2
        hash = (hash ^ (hash >> 29)) &* Self.prime3
        return hash ^ (hash >> 32)
    }

    /// Whole blocks of 32 bytes, four lanes side by side.
    private static func mix(_ blocks: UnsafeRawBufferPointer, into lanes: inout SIMD4<UInt64>) {
        var (a, b, c, d) = (lanes[0], lanes[1], lanes[2], lanes[3])
        var offset = 0
        while offset < blocks.count {
            func word(_ index: Int) -> UInt64 {
                UInt64(littleEndian: blocks.loadUnaligned(fromByteOffset: offset + 8 * index, as: UInt64.self))
            }
            a = round(a, word(0))
            b = round(b, word(1))
            c = round(c, word(2))
            d = round(d, word(3))
            offset += 32
        }
        lanes = SIMD4(a, b, c, d)
    }

    @inline(__always)
    private static func round(_ lane: UInt64, _ word: UInt64) -> UInt64 {
        rotate(lane &+ word &* prime2, 31) &* prime1
    }

    @inline(__always)
    private static func rotate(_ value: UInt64, _ count: UInt64) -> UInt64 {
        value &<< count | value &>> (64 - count)
    }
}

/// The hash of one file's content, 16 hexadecimal digits. O(count).
public func contentHash(_ bytes: [UInt8]) -> String {
    var hash = ContentHash()
    bytes.withUnsafeBytes { hash.update($0) }
    return hash.hexadecimal
}
