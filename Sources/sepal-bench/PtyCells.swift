import Cells

/// Follows the cursor through what a program writes to an xterm, and tells which cells it changes.
///
/// Only what ncurses sends is understood. Where cells are moved along a row, the first one counts alone.
struct PtyCells {
    private enum State {
        case ground, escape, control
        /// The byte after this one names a character set.
        case characterSet
    }

    private let size: Size
    private var place = Point(column: 0, row: 0)
    private var state = State.ground
    private var numbers: [Int] = []
    /// How often the terminal was asked for its status.
    private(set) var statusRequests = 0

    init(size: Size) { self.size = size }

    /// The cells that the bytes write on, in order; a cell twice where it is written twice.
    mutating func take(_ bytes: some Sequence<UInt8>) -> [Point] {
        var changed: [Point] = []
        for byte in bytes {
            switch state {
            case .ground: ground(byte, &changed)
            case .escape: escape(byte)
            case .control: control(byte, &changed)
            case .characterSet: state = .ground
            }
        }
        return changed
    }

    private mutating func ground(_ byte: UInt8, _ changed: inout [Point]) {
        switch byte {
        case 0x1B: state = .escape
        case 0x08: place.column = max(0, place.column - 1)
        case 0x0A: place.row = min(size.rows - 1, place.row + 1)
        case 0x0D: place.column = 0
        // Bytes of UTF-8 that continue a character, all of which take one cell.
        case 0x80..<0xC0: break
        case 0x20...: put(1, &changed)
        default: break
        }
    }

    private mutating func put(_ count: Int, _ changed: inout [Point]) {
        for _ in 0..<count {
            changed.append(place)
            place.column = min(size.columns - 1, place.column + 1)
        }
    }

    private mutating func escape(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "["): (state, numbers) = (.control, [0])
        case UInt8(ascii: "("), UInt8(ascii: ")"): state = .characterSet
        case UInt8(ascii: "M"): (state, place.row) = (.ground, max(0, place.row - 1))
        default: state = .ground
        }
    }

    private mutating func control(_ byte: UInt8, _ changed: inout [Point]) {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"):
            numbers[numbers.count - 1] = min(9999, numbers[numbers.count - 1] * 10 + Int(byte) - 48)
            return
        case UInt8(ascii: ";"): numbers.append(0)
        case 0x40...0x7E:
            state = .ground
            carryOut(byte, &changed)
        // Marks of private modes.
        default: break
        }
    }

    private mutating func carryOut(_ final: UInt8, _ changed: inout [Point]) {
        let first = max(1, numbers[0])
        switch Character(Unicode.Scalar(final)) {
        case "H": (place.row, place.column) = (first - 1, max(1, numbers.count > 1 ? numbers[1] : 1) - 1)
        case "d": place.row = first - 1
        case "G": place.column = first - 1
        case "A": place.row -= first
        case "B": place.row += first
        case "C": place.column += first
        case "D": place.column -= first
        case "n" where numbers == [5]: statusRequests += 1
        case "b": put(first, &changed)
        case "X": changed += (0..<first).map { Point(column: place.column + $0, row: place.row) }
        case "K", "P", "@": changed.append(place)
        case "J": changed += (place.row..<size.rows).map { Point(column: place.column, row: $0) }
        default: break
        }
        place.row = min(size.rows - 1, max(0, place.row))
        place.column = min(size.columns - 1, max(0, place.column))
    }
}
