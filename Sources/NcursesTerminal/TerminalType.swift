import CNcurses
import Cells

/// A terminal type as terminfo knows it.
struct TerminalType: Equatable {
    var name: String
    /// Colours it can name at a time; below 8 it counts as monochrome.
    var colors: Int
    /// Colour numbers are RGB values, not indices of a palette.
    var isDirect: Bool
    var canPosition = true
    /// Answers when asked for its status.
    var answers = false

    /// Looks a name up; nil where terminfo lacks it.
    typealias LookUp = (String) -> TerminalType?

    static func inTerminfo(_ name: String, descriptor: Int32) -> TerminalType? {
        let found = sepal_look_up(name, descriptor)
        guard found.exists else { return nil }
        return TerminalType(
            name: name, colors: Int(max(0, found.colors)), isDirect: found.is_direct, canPosition: found.can_position,
            // The console is beside the machine, and needn't be asked.
            answers: found.answers && stem(of: name) != "linux")
    }

    /// The type to open: the one named, a sibling of it with the colours asked for, or a simpler one where terminfo
    /// doesn't know it; then `hint` says so in one line.
    static func choose(
        named name: String, colors: ColorDepth?, announcesTruecolor: Bool, lookUp: LookUp
    ) throws -> (type: TerminalType, hint: String?) {
        let names = [name] + simplerNames(than: name)
        guard let known = first(of: names, lookUp: lookUp, where: { _ in true }) else {
            throw TerminalError.unknownType(name)
        }
        if known.name != name, lookUp(name) != nil { throw TerminalError.cannotPosition(name) }
        let depth = colors ?? (announcesTruecolor ? .truecolor : nil)
        var type = sibling(of: known, with: depth, lookUp: lookUp)
        if known.name == name { return (type, nil) }
        // What the terminal really is, and what it would make of a question, isn't known.
        type.answers = false
        let problem = name.isEmpty ? "TERM is not set" : "the terminal type '\(name)' is not in terminfo"
        return (type, "\(problem): using '\(type.name)'; set TERM, or install ncurses-term, for more")
    }

    /// The type itself if it has such colours, else the richest sibling up to them, else the type itself.
    private static func sibling(of type: TerminalType, with depth: ColorDepth?, lookUp: LookUp) -> TerminalType {
        let base = stem(of: type.name)
        switch depth {
        case nil, .never: return type
        case .truecolor:
            if type.isDirect { return type }
            return first(of: [base + "-direct"], lookUp: lookUp) { $0.isDirect }
                ?? sibling(of: type, with: .ansi256, lookUp: lookUp)
        case .ansi256:
            if !type.isDirect && type.colors >= 256 { return type }
            return first(of: [base + "-256color", base], lookUp: lookUp) { !$0.isDirect && $0.colors >= 256 } ?? type
        case .ansi16:
            if !type.isDirect { return type }
            let names = [base + "-256color", base + "-16color", base]
            return first(of: names, lookUp: lookUp) { !$0.isDirect && $0.colors >= 8 } ?? type
        }
    }

    /// The first of the names that terminfo knows, that can carry a screen, and that is fit for the purpose.
    private static func first(
        of names: [String], lookUp: LookUp, where isFit: (TerminalType) -> Bool
    ) -> TerminalType? {
        for name in names where !name.isEmpty {
            if let type = lookUp(name), type.canPosition, isFit(type) { return type }
        }
        return nil
    }

    /// `xterm-256color` → `xterm`
    static func stem(of name: String) -> String {
        let endings = ["-256color", "-88color", "-16color", "-color", "-direct256", "-direct16", "-direct2", "-direct"]
        let ending = endings.first { name.hasSuffix($0) && name.count > $0.count }
        return String(name.dropLast(ending?.count ?? 0))
    }

    /// What to try for an unknown name: `a-b.c` → `a-b`, `a`, then the common ancestors.
    static func simplerNames(than name: String) -> [String] {
        var names: [String] = []
        var rest = Substring(name)
        while let cut = rest.lastIndex(where: { $0 == "-" || $0 == "." || $0 == "+" }) {
            rest = rest[..<cut]
            names.append(String(rest))
        }
        return names + ["xterm", "ansi", "vt100"]
    }
}
