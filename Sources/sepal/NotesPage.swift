import Cells
import Formats
import Plots
import Separation
import Settings

/// What a speaker reads while the explorer is at a layer.
struct NotesPage {
    let header: RunHeader
    let results: [LayerResult?]
    let notes: Notes

    static let unfinished = "not finished yet"

    /// - Parameter width: columns of the screen.
    func lines(_ position: Position, width: Int) -> [String] {
        guard header.layers.indices.contains(position.layer) else { return ["layer \(position.layer + 1) is unknown"] }
        let name = header.layers[position.layer].name
        let on = header.layers(on: position.level)
        let place = on.firstIndex(of: position.layer)
        let kind = position.level == .conv ? "layer" : "block"
        let number =
            place.map { "\(kind) \($0 + 1)/\(on.count)" } ?? "layer \(position.layer + 1)/\(header.layers.count)"
        let next = on.first { $0 > position.layer }
        let end = next.map { "next: \($0 + 1)  \(header.layers[$0].name)" } ?? "next: none, this is the last one"
        let words = notes.lines(for: name).flatMap { line in
            let lines = line.wrapped(toCells: max(20, width) - 4)
            // A blank line stays.
            return lines.isEmpty ? [""] : lines
        }
        return ["\(number)   \(name)"] + figures(position, before: on.last { $0 < position.layer }) + [""]
            + words.map { $0.isEmpty ? "" : "    \($0)" } + (words.isEmpty ? [] : [""]) + [end]
    }

    private func figures(_ position: Position, before: Int?) -> [String] {
        guard let result = results.indices.contains(position.layer) ? results[position.layer] : nil else {
            return [Self.unfinished]
        }
        let figures = result.figures
        func fixed(_ value: Double, _ decimals: Int) -> String {
            NumberText.fixed(value, decimals: decimals).replacing("-", with: "−")
        }
        var line = "M \(fixed(figures.modularity, 4)) ± \(fixed(figures.standardError, 4))"
        if let before, results.indices.contains(before), let earlier = results[before] {
            let change = figures.modularity - earlier.figures.modularity
            line += "   change \(change > 0 ? "+" : "")\(fixed(change, 4))"
        }
        let options = CriterionOptions(tolerance: position.tolerance, minLength: position.minLength)
        let curve = RunFlags(layers: header.layers, results: results, options: options)[position.level].modularity
        let flags = curve.flags[position.layer].flags.map { flag -> String in
            let support = curve.support[position.layer][flag].map { " (support \(fixed($0, 1)))" } ?? ""
            return flag.rawValue + support
        }
        return [line, "flags: " + (flags.isEmpty ? "none" : flags.joined(separator: ", "))]
    }

    /// What of a page goes on a screen: its head and its last three lines stay, notes between them give way.
    static func fitted(_ page: [String], rows: Int) -> [String] {
        // The cursor stands below.
        let room = max(1, rows - 1)
        guard page.count > room else { return page }
        let foot = Array(page.suffix(min(3, max(0, room - 2))))
        let head = page.prefix(max(1, room - foot.count - 1))
        return head + (room > head.count + foot.count ? ["    ..."] : []) + foot
    }
}
