/// Cuts what is sent to a terminal into characters, controls and sequences.
struct EscapeParser {
    enum Piece {
        case character(Unicode.Scalar)
        case control(UInt8)
        /// An escape that begins no control sequence, without the escape itself.
        case escape(String)
        case sequence(Sequence)
    }

    /// A control sequence: `CSI ? 25 h` is named `?h`.
    struct Sequence: CustomStringConvertible {
        var name: String
        var numbers: [Int]
        var description: String

        func number(_ index: Int, else standard: Int) -> Int {
            numbers.indices.contains(index) ? numbers[index] : standard
        }
        /// The first number, which counts as 1 where it is missing.
        var count: Int { max(1, number(0, else: 1)) }
    }

    private enum State {
        case text
        case escape([UInt8])
        case sequence([UInt8])
        /// For the terminal itself, its title or palette: until a bell, or an escape and a backslash.
        case command(length: Int)
        /// A character of several bytes.
        case character([UInt8], length: Int)
    }

    private var state = State.text

    /// What the byte completes.
    mutating func take(_ byte: UInt8) -> Piece? {
        // Cancels what has begun.
        if byte == 0x18 {
            state = .text
            return nil
        }
        switch state {
        case .text: return begin(byte)
        case .escape(let bytes): return continueEscape(bytes + [byte])
        case .sequence(let bytes): return continueSequence(bytes + [byte])
        case .command(let length):
            // The Linux console's palette: the one command without an end.
            if byte == 7 || length == 0 && byte == UInt8(ascii: "R") {
                state = .text
                return nil
            }
            state = .command(length: length + 1)
            if byte == 0x1B { state = .escape([]) }
            return nil
        case .character(let bytes, let length):
            guard bytes.count + 1 == length else {
                state = .character(bytes + [byte], length: length)
                return nil
            }
            state = .text
            return String(decoding: bytes + [byte], as: UTF8.self).unicodeScalars.first.map { .character($0) }
        }
    }

    private mutating func begin(_ byte: UInt8) -> Piece? {
        switch byte {
        case 0x1B: state = .escape([])
        case 0..<0x20, 0x7F: return .control(byte)
        case 0x20..<0x7F: return .character(Unicode.Scalar(byte))
        default: state = .character([byte], length: byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4)
        }
        return nil
    }

    private mutating func continueEscape(_ bytes: [UInt8]) -> Piece? {
        if bytes == Array("[".utf8) {
            state = .sequence([])
            return nil
        }
        if bytes == Array("]".utf8) {
            state = .command(length: 0)
            return nil
        }
        // Intermediate bytes come before the final one.
        if let last = bytes.last, 0x20..<0x30 ~= last {
            state = .escape(bytes)
            return nil
        }
        state = .text
        return .escape(String(decoding: bytes, as: UTF8.self))
    }

    private mutating func continueSequence(_ bytes: [UInt8]) -> Piece? {
        guard let last = bytes.last, 0x40..<0x7F ~= last else {
            state = .sequence(bytes)
            return nil
        }
        state = .text
        let text = String(decoding: bytes, as: UTF8.self)
        let numbers = text.dropLast().drop { !$0.isNumber && $0 != ";" }
            .split(separator: ";", omittingEmptySubsequences: false).map { Int($0) ?? 0 }
        let name = text.filter { !$0.isNumber && $0 != ";" && $0 != ":" }
        return .sequence(Sequence(name: name, numbers: text.count == name.count ? [] : numbers, description: text))
    }
}
