import Cells

/// Which keys ask for what: those of the action table, or a user's own in their place. Keys, footer and help come from it.
public struct Keymap: Equatable, Sendable {
    /// The action table with the keys as they are here.
    public let entries: [ActionEntry]
    /// The footer's words, in the order of the table.
    let hints: [ActionEntry.Hint]
    private let actions: [Key: Action]

    /// The keys that can't be bound to something else: they leave and suspend whatever happens.
    public static let fixedKeys: [Key] = [.control("c"), .control("z")]

    /// The action table's own keys.
    public static let standard = Keymap()

    /// - Parameter bindings: Keys of actions, in the place of all those that the table gives them; none: the action is
    ///   left to the list of commands. A key that the table gives to another action is taken from that one.
    public init(_ bindings: [Action: [Key]] = [:]) {
        let taken = Set(bindings.values.joined())
        entries = ActionTable.entries.map { entry in
            if let own = bindings[entry.action] {
                // Ctrl-C leaves in any case, and the help is to say so.
                let fixed = entry.keys.filter { Self.fixedKeys.contains($0) && !own.contains($0) }
                return entry.with(keys: own + fixed, sequence: [])
            }
            // A sequence would keep its first key from meaning anything by itself.
            let isFree = entry.sequence.first.map { !taken.contains($0) } ?? true
            return entry.with(
                keys: entry.keys.filter { !taken.contains($0) }, sequence: isFree ? entry.sequence : [])
        }
        let pairs = entries.flatMap { entry in entry.keys.map { ($0, entry.action) } }
        let actions = Dictionary(pairs, uniquingKeysWith: { first, _ in first })
        self.actions = actions
        let entries = entries
        hints = entries.compactMap(\.hint).compactMap { hint in
            Self.adapted(hint) { key, action in
                actions[key] == action ? key : entries.first { $0.action == action }?.keys.first
            }
        }
    }

    /// What keys typed one after the other ask for; nil for keys without meaning.
    func action(for keys: [Key]) -> Action? {
        keys.count == 1 ? actions[keys[0]] : entries.first { !$0.sequence.isEmpty && $0.sequence == keys }?.action
    }

    /// What a key asks for.
    public func action(for key: Key) -> Action? { actions[key] }

    /// Whether more keys may make a sequence of them.
    func isBeginning(_ keys: [Key]) -> Bool {
        entries.contains { $0.sequence.count > keys.count && $0.sequence.starts(with: keys) }
    }

    func entry(of action: Action) -> ActionEntry? { entries.first { $0.action == action } }

    /// The first key of an action as people read it; nil where it has none.
    func label(of action: Action) -> String? { entry(of: action)?.keys.first?.label }

    /// A hint with the keys that ask for the same things here; nil where none is left.
    ///
    /// - Parameter key: The key of an action, given the table's.
    private static func adapted(
        _ hint: ActionEntry.Hint, key: (Key, Action) -> Key?
    ) -> ActionEntry.Hint? {
        let parts = pieces(of: hint.keys)
        var isChanged = false
        let labels = parts.compactMap { piece -> String? in
            guard let (own, action) = standardBinding(of: piece) else { return piece }
            guard let found = key(own, action) else {
                isChanged = true
                return nil
            }
            if found == own { return piece }
            isChanged = true
            return found.label
        }
        if !isChanged { return hint }
        return labels.isEmpty ? nil : .init(keys: labels.joined(separator: " "), word: hint.word, rank: hint.rank)
    }

    /// The keys that a hint names: words, or signs that stand together as `←→` do.
    private static func pieces(of keys: String) -> [String] {
        let words = keys.split(separator: " ").map(String.init)
        return words.flatMap { word in standardBinding(of: word) == nil ? word.map(String.init) : [word] }
    }

    /// The key of the action table that a label names, and its action.
    private static func standardBinding(of label: String) -> (Key, Action)? {
        for entry in ActionTable.entries {
            // A letter is another key as a capital; a word isn't.
            let key = entry.keys.first {
                label.count > 1 ? $0.label.lowercased() == label.lowercased() : $0.label == label
            }
            if let key { return (key, entry.action) }
        }
        return nil
    }
}

extension ActionEntry {
    fileprivate func with(keys: [Key], sequence: [Key]) -> ActionEntry {
        ActionEntry(action, keys, sequence: sequence, takesCount: takesCount, help, hint: hint)
    }
}
