import Cells

/// Keys and waits in the order in which they come: what drives a talk, a recording or a test.
///
/// A line is an instruction: `press` and keys, `type` and a text, `wait` and seconds, `wait done` for the end of the
/// analysis, `pace` and the seconds that pass after every key from there on. `#` begins a comment.
public struct KeyScript: Equatable, Sendable {
    public enum Instruction: Equatable, Sendable {
        case press(Key)
        /// Do nothing for so many seconds.
        case wait(seconds: Double)
        /// Go on when the analysis has ended.
        case waitUntilDone
    }

    public let instructions: [Instruction]

    /// Longest wait: a day.
    static let longestWait = 86_400.0

    /// - Parameter file: what errors call the text.
    /// - Throws: `SettingsError.script`.
    public init(_ text: String, file: String) throws(SettingsError) {
        var instructions: [Instruction] = []
        var pace = 0.0
        for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            func fault(_ message: String) -> SettingsError { .script(file: file, line: index + 1, message: message) }
            func seconds(_ word: Substring) throws(SettingsError) -> Double {
                guard let seconds = Double(word), seconds >= 0, seconds <= Self.longestWait else {
                    throw fault("'\(word)' is no number of seconds from 0 to 86400")
                }
                return seconds
            }
            func press(_ keys: [Key]) {
                for key in keys { instructions += [.press(key)] + (pace > 0 ? [.wait(seconds: pace)] : []) }
            }
            let line = line.drop(while: \.isWhitespace)
            let word = line.prefix { !$0.isWhitespace }
            let rest = line.dropFirst(word.count).drop(while: \.isWhitespace)
            let words = rest.split(whereSeparator: \.isWhitespace)
            switch word {
            case "": continue
            case _ where word.first == "#": continue
            case "type" where !rest.isEmpty: press(rest.map { Key.character($0) })
            case "press" where !words.isEmpty:
                press(
                    try words.map { word throws(SettingsError) in
                        guard let key = Key(named: word) else {
                            throw fault("'\(word)' is no key: a character, left, enter, esc, space, ctrl-c, f5, …")
                        }
                        return key
                    })
            case "wait" where words == ["done"]: instructions.append(.waitUntilDone)
            case "wait" where words.count == 1: instructions.append(.wait(seconds: try seconds(words[0])))
            case "pace" where words.count == 1: pace = try seconds(words[0])
            default: throw fault("expected press KEYS, type TEXT, wait SECONDS, wait done or pace SECONDS")
            }
        }
        self.instructions = instructions
    }
}

extension Key {
    private static let names: [String: Key] = [
        "left": .left, "right": .right, "up": .up, "down": .down, "home": .home, "end": .end, "pageup": .pageUp,
        "pagedown": .pageDown, "tab": .tab, "backtab": .backTab, "enter": .enter, "esc": .escape,
        "pgup": .pageUp, "pgdn": .pageDown, "shift-tab": .backTab, "backspace": .backspace, "delete": .delete,
        "insert": .insert, "space": .character(" "),
    ]

    /// Signs that the help and the table of keys have for keys that carry other ones.
    private static let signs: [String: Key] = ["←": .left, "→": .right, "↑": .up, "↓": .down, "−": .character("-")]

    /// A key by its character or, in small letters or capitals, by its name.
    init?(named name: some StringProtocol) {
        let lower = name.lowercased()
        if let key = Self.signs[lower] {
            self = key
        } else if name.count == 1, let character = name.first {
            self = .character(character)
        } else if let key = Self.names[lower] {
            self = key
        } else if lower.hasPrefix("ctrl-"), lower.count == 6, let letter = lower.last, letter.isASCII, letter.isLetter {
            self = .control(letter)
        } else if lower.hasPrefix("f"), let number = Int(lower.dropFirst()), (1...24).contains(number) {
            self = .function(number)
        } else {
            return nil
        }
    }
}
