import Cells

/// What a key can ask for.
public enum Action: String, Sendable, CaseIterable {
    case previousLayer, nextLayer, firstLayer, lastLayer, previousFlag, nextFlag, find, nextMatch, previousMatch, play
    case previousRun, nextRun, contrast, split
    case nextPanel, previousPanel, zoom, open, ring, matrix, map, alignment, sample, table, headline
    case plan, suggest, undo, redo
    case previousItem, nextItem, stepBack, order, reveal, back
    case previousClass, nextClass, focusClass
    case filter, showAll, showCorrect, showWrong, raiseThreshold, lowerThreshold, chords
    case curve, logScale, level, raiseTolerance, lowerTolerance, raiseLength, lowerLength
    case theme, glyphs, mouse, save, export, command, help, quit
}

/// A line of the action table.
public struct ActionEntry: Equatable, Sendable {
    public let action: Action
    public let keys: [Key]
    /// Keys that ask for it one after the other; empty: none.
    public let sequence: [Key]
    /// Whether a number typed before it says something.
    public let takesCount: Bool
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

    init(
        _ action: Action, _ keys: [Key], sequence: [Key] = [], takesCount: Bool = false, _ help: String,
        hint: Hint? = nil
    ) {
        self.action = action
        self.keys = keys
        self.sequence = sequence
        self.takesCount = takesCount
        self.help = help
        self.hint = hint
    }

    /// The keys for people: `← h`; of many, as many as have room beside their words.
    public var keyText: String {
        var text = ""
        for label in labels {
            if !text.isEmpty, (text + " " + label).cellWidth > 10 { break }
            text += (text.isEmpty ? "" : " ") + label
        }
        return text
    }

    fileprivate var labels: [String] {
        keys.map(\.label) + (sequence.isEmpty ? [] : [sequence.map(\.label).joined()])
    }
}

/// The one table of keys: the keymap and with it the footer, the help screen and the README's table come from it.
public enum ActionTable {
    public static let entries: [ActionEntry] = [
        ActionEntry(
            .previousLayer, [.left, .character("h")], takesCount: true, "go to the layer before",
            hint: .init(keys: "←→", word: "layer", rank: 10)),
        ActionEntry(.nextLayer, [.right, .character("l")], takesCount: true, "go to the next layer"),
        ActionEntry(
            .firstLayer, [.home], sequence: [.character("g"), .character("g")], "go to the first layer"),
        ActionEntry(
            .lastLayer, [.end, .character("G")], takesCount: true, "go to the last layer, or a number's"),
        ActionEntry(
            .previousFlag, [.character("[")], "go to the flagged layer before",
            hint: .init(keys: "[ ]", word: "flag", rank: 6)),
        ActionEntry(.nextFlag, [.character("]")], "go to the next flagged layer"),
        ActionEntry(
            .find, [.character("/")], "find a layer by part of its name, * and ?",
            hint: .init(keys: "/", word: "find", rank: 5)),
        ActionEntry(.nextMatch, [.character("n")], "go to the next layer found"),
        ActionEntry(.previousMatch, [.character("N")], "go to the layer found before"),
        ActionEntry(
            .play, [.character(" ")], "play through the layers, or stop",
            hint: .init(keys: "space", word: "play", rank: 7)),
        ActionEntry(
            .previousRun, [.character("(")], takesCount: true, "go to the run, or epoch, before"),
        ActionEntry(.nextRun, [.character(")")], takesCount: true, "go to the next run, or epoch"),
        ActionEntry(.contrast, [.character("d")], "compare with the layer before or other run"),
        ActionEntry(.split, [.character("|")], "two runs side by side, or one"),
        ActionEntry(
            .nextPanel, [.tab], "move the focus to the next panel", hint: .init(keys: "tab", word: "panel", rank: 6)),
        ActionEntry(.previousPanel, [.backTab], "move the focus to the panel before"),
        ActionEntry(
            .zoom, [.character("z")], "zoom the panel, and back", hint: .init(keys: "z", word: "zoom", rank: 8)),
        ActionEntry(.open, [.enter], "open what is chosen, else zoom"),
        ActionEntry(.ring, [.character("R")], "show the ring of edges"),
        ActionEntry(
            .matrix, [.character("M")], "show the matrix of classes",
            hint: .init(keys: "R M P K S T", word: "views", rank: 4)),
        ActionEntry(.map, [.character("P")], "show the map of samples (principal axes)"),
        ActionEntry(.alignment, [.character("K")], "show how alike the layers are (CKA)"),
        ActionEntry(
            .sample, [.character("S")], takesCount: true, "one sample and its nearest, or a number's"),
        ActionEntry(.table, [.character("T")], "show the table of layers, or the figures"),
        ActionEntry(.headline, [.character("B")], "show M in big digits, or the figures"),
        ActionEntry(
            .plan, [.character("p")], "what if: take units out (Enter), and back",
            hint: .init(keys: "p", word: "what if", rank: 5)),
        ActionEntry(.suggest, [.character("w")], "what if: as M's flags say, as Q's, or whole"),
        ActionEntry(.undo, [.character("u")], "what if: undo"),
        ActionEntry(.redo, [.character("U")], "what if: redo"),
        ActionEntry(.previousItem, [.character(",")], "choose the column, sample or side before"),
        ActionEntry(.nextItem, [.character(".")], "choose the next column, sample or side"),
        ActionEntry(.stepBack, [.backspace], "go back to the sample before"),
        ActionEntry(
            .order, [.character("o")], takesCount: true, "sort another way; what if: cut by itself"),
        ActionEntry(.reveal, [.character("r")], "reveal the panels step by step"),
        ActionEntry(.back, [.escape], "leave help, sample, zoom, class, or playing"),
        ActionEntry(
            .previousClass, [.up, .character("k")], "look at the class before; in lists: go up",
            hint: .init(keys: "↑↓", word: "class", rank: 7)),
        ActionEntry(.nextClass, [.down, .character("j")], "look at the next class; in lists: go down"),
        ActionEntry(
            .focusClass, [.character("f")], takesCount: true, "look at a number's class, or at all"),
        ActionEntry(
            .filter, [.character("a")], "ring: all, correct, wrong edges in turn",
            hint: .init(keys: "a", word: "edges", rank: 3)),
        ActionEntry(.showAll, [.character("A")], "ring: all edges"),
        ActionEntry(.showCorrect, [.character("C")], "ring: correct edges only"),
        ActionEntry(.showWrong, [.character("W")], "ring: wrong edges only"),
        ActionEntry(.raiseThreshold, [.character("}")], "ring: leave out more of the weak edges"),
        ActionEntry(.lowerThreshold, [.character("{")], "ring: leave out fewer of them"),
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
        ActionEntry(.mouse, [.character("m")], "mouse: click a layer, wheel steps; or not"),
        ActionEntry(.save, [.character("s")], "keep this view; the run opens with it"),
        ActionEntry(.export, [.character("e")], "export screen or zoomed panel: SVG, text"),
        ActionEntry(.command, [.character(":")], "all commands by name"),
        ActionEntry(
            .help, [.character("?")], "this help, and back", hint: .init(keys: "?", word: "help", rank: 11)),
        ActionEntry(
            .quit, [.character("q"), .control("c")], "leave", hint: .init(keys: "q", word: "quit", rank: 12)),
    ]

    /// The key table as the README has it, in Markdown.
    public static func markdown() -> String {
        let rows = entries.map { entry in
            // A bar would end the cell.
            let keys = entry.labels.map { "`\($0.replacing("|", with: "\\|"))`" }.joined(separator: " ")
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
