import Tensors

/// Damages files as transmission, disks and attackers do: flipped and overwritten bytes, cut ends, ranges that are
/// removed, doubled or made up, and length fields of two, four or eight bytes with extreme values in either byte order.
/// The same seed gives the same damage everywhere.
public struct Mutator {
    private var generator: SplitMix64

    public init(seed: UInt64) { generator = SplitMix64(seed: seed) }

    /// One to four mutations of a file. O(count).
    public mutating func mutate(_ bytes: [UInt8]) -> [UInt8] {
        var result = bytes
        for _ in 0..<Int.random(in: 1...4, using: &generator) {
            if result.isEmpty { break }
            damage(&result)
        }
        return result
    }

    private mutating func damage(_ bytes: inout [UInt8]) {
        let place = place(in: bytes)
        switch Int.random(in: 0..<10, using: &generator) {
        case 0, 1: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
        case 2: bytes[place] = UInt8.random(in: 0...255, using: &generator)
        case 3: bytes[place] = [0, 1, 0x7F, 0x80, 0xFF].randomElement(using: &generator) ?? 0
        case 4: bytes.removeSubrange(place...)
        case 5: bytes.removeSubrange(range(from: place, in: bytes))
        case 6: bytes.insert(contentsOf: Array(bytes[range(from: place, in: bytes)]), at: place)
        case 7:
            let length = Int.random(in: 1...16, using: &generator)
            bytes.insert(
                contentsOf: (0..<length).map { _ in UInt8.random(in: 0...255, using: &generator) }, at: place)
        default: overwriteLength(&bytes, at: place)
        }
    }

    /// Anywhere, but every other time within the first 64 bytes, where headers are.
    private mutating func place(in bytes: [UInt8]) -> Int {
        let reach = Bool.random(using: &generator) ? bytes.count : min(64, bytes.count)
        return Int.random(in: 0..<reach, using: &generator)
    }

    private mutating func range(from place: Int, in bytes: [UInt8]) -> Range<Int> {
        place..<min(bytes.count, place + Int.random(in: 1...32, using: &generator))
    }

    private mutating func overwriteLength(_ bytes: inout [UInt8], at place: Int) {
        let width = [2, 4, 8].randomElement(using: &generator) ?? 4
        let count = UInt64(bytes.count)
        let values: [UInt64] = [
            0, 1, 0x7F, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF, 0x7FFF_FFFF_FFFF_FFFF,
            0x8000_0000_0000_0000, .max, count, count - 1, count + 1, count / 2, .max - count,
        ]
        let value = values.randomElement(using: &generator) ?? 0
        let isLittle = Bool.random(using: &generator)
        for index in 0..<min(width, bytes.count - place) {
            let shift = 8 * (isLittle ? index : width - 1 - index)
            bytes[place + index] = UInt8(truncatingIfNeeded: value >> UInt64(shift))
        }
    }
}
