import Cells
import Foundation
import Separation

/// A line that is being typed at the bottom of the screen.
public struct Prompt: Equatable, Sendable {
    public enum Kind: Sendable {
        /// A layer's name, or part of it; the cursor goes along.
        case find
        /// What an action is called.
        case command
    }

    public let kind: Kind
    public internal(set) var text = ""
    /// The line chosen of the commands that fit.
    public internal(set) var selection = 0
    /// Where to go back to.
    let cursor: Int?

    init(_ kind: Kind, cursor: Int?) {
        self.kind = kind
        self.cursor = cursor
    }

    /// Actions whose name or help has all words of the text, in the order of the table.
    var commands: [ActionEntry] {
        let words = text.lowercased().split(separator: " ")
        return ActionTable.entries.filter { entry in
            let name = "\(entry.action.rawValue) \(entry.help)".lowercased()
            return entry.action != .command && words.allSatisfy { name.contains($0) }
        }
    }
}

extension Prompt {
    /// Puts text behind what is there, as far as there is room.
    fileprivate mutating func append(_ more: String) {
        text += more.prefix(max(0, 200 - text.count))
        selection = 0
    }
}

extension ExplorerModel {
    /// Text for the line that is typed; nothing where none is.
    mutating func typeIntoPrompt(_ text: String) {
        guard var prompt else { return }
        prompt.append(text)
        take(prompt)
    }

    /// A key while a line is typed.
    mutating func takeIntoPrompt(_ key: Key) -> [Effect] {
        guard var prompt else { return [] }
        switch key {
        case .escape:
            if prompt.kind == .find, let place = prompt.cursor, run.isKnown(place) { cursor = place }
            self.prompt = nil
            return []
        case .enter:
            self.prompt = nil
            return accept(prompt)
        case .up: prompt.selection = max(0, prompt.selection - 1)
        case .down: prompt.selection = min(max(0, prompt.commands.count - 1), prompt.selection + 1)
        case .backspace:
            // Nothing left to take away: that's leaving, as in an editor.
            if prompt.text.isEmpty { return takeIntoPrompt(.escape) }
            prompt.text.removeLast()
            prompt.selection = 0
        case .character(let character): prompt.append(String(character))
        default: return []
        }
        take(prompt)
        return []
    }

    /// Goes along with what is typed.
    private mutating func take(_ prompt: Prompt) {
        self.prompt = prompt
        guard prompt.kind == .find else { return }
        isFollowing = false
        if let place = prompt.cursor, run.isKnown(place) { cursor = place }
        pattern = prompt.text
        if !matches.contains(cursor ?? -1) { find(after: cursor, forwards: true) }
    }

    private mutating func accept(_ prompt: Prompt) -> [Effect] {
        guard prompt.kind == .command, prompt.commands.indices.contains(prompt.selection) else { return [] }
        return perform(prompt.commands[prompt.selection].action)
    }

    /// Known layers of the level that the pattern fits, ascending.
    var matches: [Int] {
        guard !pattern.isEmpty else { return [] }
        return run.known(on: level).filter { Self.fits(run.layers[$0].name, pattern) }
    }

    /// To the next match, round the ends.
    mutating func find(after place: Int?, forwards: Bool) {
        let matches = matches
        let next =
            forwards
            ? matches.first { $0 > place ?? -1 } ?? matches.first : matches.last { $0 < place ?? .max } ?? matches.last
        cursor = next ?? cursor
    }

    /// Whether a name contains a text or, where it has `*` or `?`, is of that form; small and capital letters alike.
    static func fits(_ name: String, _ pattern: String) -> Bool {
        let (name, pattern) = (name.lowercased(), pattern.lowercased())
        guard pattern.contains(where: { "*?".contains($0) }) else { return name.contains(pattern) }
        return fnmatch(pattern, name, 0) == 0
    }
}

/// The commands that fit what is typed, above the line.
struct PaletteView {
    let model: ExplorerModel
    let prompt: Prompt

    func draw(into painter: inout Painter, above footer: Rect) {
        let commands = prompt.commands
        let room = max(1, min(12, footer.minRow - 4))
        let shown = min(max(1, commands.count), room)
        let rect = Rect(
            column: footer.minColumn, row: footer.minRow - shown - 2, columns: footer.columns, rows: shown + 2)
        painter.buffer.fill(rect)
        painter.panel(
            rect, isFocused: true, titles: [[painter.title("Commands", isFocused: true)]],
            notes: [[painter.span("↑↓ choose · Enter does it · Esc leaves", .muted)]])
        let inner = rect.inset(columns: 2, rows: 1)
        guard !commands.isEmpty else {
            painter.write([[painter.span("no command has these words", .muted)]], in: inner)
            return
        }
        let first = max(0, min(prompt.selection - room / 2, commands.count - room))
        let lines = commands.enumerated().dropFirst(first).prefix(room).map { index, entry in
            let isChosen = index == prompt.selection
            let keyText = model.keymap.entry(of: entry.action)?.keyText ?? ""
            let keys = painter.span(
                keyText + String(repeating: " ", count: max(1, 12 - keyText.cellWidth)), .key)
            return [painter.span(isChosen ? "▸ " : "  ", .accent), keys]
                + painter.fitting(
                    [[painter.span(entry.help, isChosen ? .text : .muted)]], width: inner.columns - 2 - keys.width)
        }
        painter.write(lines, in: inner)
    }
}
