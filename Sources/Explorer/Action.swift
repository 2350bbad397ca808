import Cells

/// What a key can ask for.
public enum Action: String, Sendable, CaseIterable {
    case previousLayer, nextLayer, firstLayer, lastLayer, previousFlag, nextFlag, play
    case nextPanel, previousPanel, zoom, back
    case filter, showAll, showCorrect, showWrong, chords
    case curve, logScale, level, raiseTolerance, lowerTolerance, raiseLength, lowerLength
    case theme, glyphs, help, quit
}

/// A line of the action table.
public struct ActionEntry: Equatable, Sendable {
    public let action: Action
    public let keys: [Key]
    /// What the help says.
    public let help: String
    /// The footer's words for it, with the keys as shown there; nil: not in the footer. An action whose neighbour's hint
    /// names its key too has none.
    public let hint: Hint?

    /// Words in the footer; those of the greatest rank stay longest as the screen gets narrower.
    public struct Hint: Equatable, Sendable {
        public let keys: String
        public let word: String
        public let rank: Int
    }

    init(_ action: Action, _ keys: [Key], _ help: String, hint: Hint? = nil) {
        self.action = action
        self.keys = keys
        self.help = help
        self.hint = hint
    }

    /// The keys for people: `← h`.
    public var keyText: String { keys.map(\.label).joined(separator: " ") }
}

/// The one table of keys: the keymap, the footer, the help screen and the README's table come from it.
public enum ActionTable {
    public static let entries: [ActionEntry] = [
        ActionEntry(
            .previousLayer, [.left, .character("h")], "go to the layer before",
            hint: .init(keys: "←→", word: "layer", rank: 10)),
        ActionEntry(.nextLayer, [.right, .character("l")], "go to the next layer"),
        ActionEntry(.firstLayer, [.home], "go to the first layer"),
        ActionEntry(.lastLayer, [.end], "go to the last layer"),
        ActionEntry(
            .previousFlag, [.character("[")], "go to the flagged layer before",
            hint: .init(keys: "[ ]", word: "flag", rank: 6)),
        ActionEntry(.nextFlag, [.character("]")], "go to the next flagged layer"),
        ActionEntry(
            .play, [.character(" ")], "play through the layers, or stop",
            hint: .init(keys: "space", word: "play", rank: 7)),
        ActionEntry(
            .nextPanel, [.tab], "move the focus to the next panel", hint: .init(keys: "tab", word: "panel", rank: 5)),
        ActionEntry(.previousPanel, [.backTab], "move the focus to the panel before"),
        ActionEntry(
            .zoom, [.character("z"), .enter], "zoom the panel, and back",
            hint: .init(keys: "z", word: "zoom", rank: 8)),
        ActionEntry(.back, [.escape], "leave help or zoom, or stop playing"),
        ActionEntry(
            .filter, [.character("a")], "ring: all, correct, wrong edges in turn",
            hint: .init(keys: "a", word: "all/correct/wrong", rank: 3)),
        ActionEntry(.showAll, [.character("A")], "ring: all edges"),
        ActionEntry(.showCorrect, [.character("C")], "ring: correct edges only"),
        ActionEntry(.showWrong, [.character("W")], "ring: wrong edges only"),
        ActionEntry(.chords, [.character("c")], "ring: bundled or straight chords"),
        ActionEntry(
            .curve, [.character("v")], "curve: M and Q, AQ and EQ, r, γ, Q in turn",
            hint: .init(keys: "v", word: "curve", rank: 4)),
        ActionEntry(.logScale, [.character("y")], "curve: logarithmic or linear scale"),
        ActionEntry(
            .level, [.character("b")], "level: all layers, or stem and blocks only",
            hint: .init(keys: "b", word: "blocks", rank: 2)),
        ActionEntry(
            .raiseTolerance, [.character("+"), .character("=")], "raise the tolerance τ of the flags",
            hint: .init(keys: "+ −", word: "tolerance", rank: 1)),
        ActionEntry(.lowerTolerance, [.character("-"), .character("_")], "lower the tolerance τ"),
        ActionEntry(.raiseLength, [.character(">")], "raise the least length L of a plateau"),
        ActionEntry(.lowerLength, [.character("<")], "lower the least length L"),
        ActionEntry(.theme, [.character("t")], "next theme", hint: .init(keys: "t", word: "theme", rank: 0)),
        ActionEntry(.glyphs, [.character("x")], "characters: braille, blocks, ASCII in turn"),
        ActionEntry(
            .help, [.character("?")], "this help, and back", hint: .init(keys: "?", word: "help", rank: 11)),
        ActionEntry(
            .quit, [.character("q"), .control("c")], "leave", hint: .init(keys: "q", word: "quit", rank: 12)),
    ]

    private static let actions = Dictionary(
        entries.flatMap { entry in entry.keys.map { ($0, entry.action) } }, uniquingKeysWith: { first, _ in first })

    /// What a key asks for; nil for a key without meaning.
    public static func action(for key: Key) -> Action? { actions[key] }

    /// The key table as the README has it, in Markdown.
    public static func markdown() -> String {
        let rows = entries.map { entry in
            let keys = entry.keys.map { "`\($0.label)`" }.joined(separator: " ")
            return "| \(keys) | \(entry.help) |"
        }
        return (["| key | what it does |", "|---|---|"] + rows).joined(separator: "\n") + "\n"
    }
}

extension Key {
    /// The key's name for people.
    var label: String {
        switch self {
        case .character(" "): "Space"
        case .character("-"): "−"
        case .character(let character): String(character)
        case .left: "←"
        case .right: "→"
        case .up: "↑"
        case .down: "↓"
        case .home: "Home"
        case .end: "End"
        case .pageUp: "PgUp"
        case .pageDown: "PgDn"
        case .tab: "Tab"
        case .backTab: "Shift-Tab"
        case .enter: "Enter"
        case .escape: "Esc"
        case .backspace: "Backspace"
        case .delete: "Delete"
        case .insert: "Insert"
        case .function(let number): "F\(number)"
        case .control(let character): "Ctrl-\(character.uppercased())"
        }
    }
}
