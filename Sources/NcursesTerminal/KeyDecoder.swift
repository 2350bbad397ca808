import CNcurses
import Cells

/// Makes keys of what ncurses hands out: bytes (0...255, of UTF-8) and codes of special keys (256 and up).
/// A character may arrive in pieces; its first bytes are kept until the rest has come.
struct KeyDecoder {
    private var bytes: [UInt8] = []

    /// The key that a byte or code completes; nil for an unfinished or malformed character and for unknown codes.
    mutating func decode(_ code: Int32) -> Key? {
        guard let byte = UInt8(exactly: code) else {
            bytes = []
            return Self.specialKey(code)
        }
        if byte < 0x80 {
            bytes = []
            return Self.asciiKey(byte)
        }
        if byte >= 0xC0 { bytes = [] }
        bytes.append(byte)
        guard let first = bytes.first, first >= 0xC2, first <= 0xF4 else {
            bytes = []
            return nil
        }
        let length = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4
        guard bytes.count == length else { return nil }
        defer { bytes = [] }
        guard let text = String(validating: bytes, as: UTF8.self), let scalar = text.unicodeScalars.first,
            !scalar.isControl
        else { return nil }
        return .character(Character(scalar))
    }

    private static func asciiKey(_ byte: UInt8) -> Key {
        switch byte {
        case 8, 127: .backspace
        case 9: .tab
        case 10, 13: .enter
        case 27: .escape
        // Control clears the two high bits of @, A–Z, [ \ ] ^ _.
        case 1...26: .control(Character(Unicode.Scalar(byte | 0x60)))
        case 0..<32: .control(Character(Unicode.Scalar(byte | 0x40)))
        default: .character(Character(Unicode.Scalar(byte)))
        }
    }

    private static func specialKey(_ code: Int32) -> Key? {
        switch code {
        case KEY_LEFT: return .left
        case KEY_RIGHT: return .right
        case KEY_UP: return .up
        case KEY_DOWN: return .down
        case KEY_HOME: return .home
        case KEY_END: return .end
        case KEY_PPAGE: return .pageUp
        case KEY_NPAGE: return .pageDown
        case KEY_BTAB: return .backTab
        case KEY_ENTER: return .enter
        case KEY_BACKSPACE: return .backspace
        case KEY_DC: return .delete
        case KEY_IC: return .insert
        default:
            let number = code - sepal_key_function(0)
            return (1...12).contains(number) ? .function(Int(number)) : nil
        }
    }
}

/// The sequences that terminals send whatever terminfo says of them. Made known to ncurses, so that on a type that
/// lacks a key (vt100 has no Page Up) it doesn't fall apart into an escape and characters that mean something else.
/// Arrows with Shift, Alt or Control count as plain ones.
enum KeySequences {
    static let all: [(sequence: String, code: Int32)] = {
        var all: [(String, Int32)] = [
            ("\u{1B}[1~", KEY_HOME), ("\u{1B}[2~", KEY_IC), ("\u{1B}[3~", KEY_DC), ("\u{1B}[4~", KEY_END),
            ("\u{1B}[5~", KEY_PPAGE), ("\u{1B}[6~", KEY_NPAGE), ("\u{1B}[Z", KEY_BTAB),
        ]
        let letters = [
            ("A", KEY_UP), ("B", KEY_DOWN), ("C", KEY_RIGHT), ("D", KEY_LEFT), ("H", KEY_HOME), ("F", KEY_END),
        ]
        for (letter, code) in letters {
            all += [("\u{1B}[" + letter, code), ("\u{1B}O" + letter, code)]
            all += (2...8).map { ("\u{1B}[1;\($0)" + letter, code) }
        }
        // F1…F12; the gaps are the terminal's (VT220).
        for (index, number) in [11, 12, 13, 14, 15, 17, 18, 19, 20, 21, 23, 24].enumerated() {
            all.append(("\u{1B}[\(number)~", sepal_key_function(Int32(index + 1))))
        }
        for (index, letter) in ["P", "Q", "R", "S"].enumerated() {
            all.append(("\u{1B}O" + letter, sepal_key_function(Int32(index + 1))))
        }
        return all
    }()
}
