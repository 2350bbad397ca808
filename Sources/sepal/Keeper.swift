import Explorer
import Figures
import Foundation
import Jobs
import RunStore

/// Keeps what the explorer is asked to keep: views with their runs, screens in files.
struct Keeper: Sendable {
    /// The file of each run, in the explorer's order; nil for one that is not in a file.
    var runFiles: [String?] = []
    /// How a run can be had in a file; nil: not at all.
    var advice: String? = "start with -o RUN.sepal"
    /// Where exports go.
    var folder = "."

    func save(_ view: SavedView, run: Int) -> Notice {
        guard runFiles.indices.contains(run), let path = runFiles[run] else {
            let advice = advice.map { " (\($0))" } ?? ""
            return Notice("the view can't be kept: this run is in no file\(advice)", isError: true)
        }
        do {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys]
            try RunStore.save(view: String(decoding: encoder.encode(view), as: UTF8.self), path: path)
            return Notice("view kept in \(path)")
        } catch {
            return Notice("view not kept: \(describe(error).1)", isError: true)
        }
    }

    /// Keeps what is taken out of a run's network; nothing where the run is in no file. Returns what went wrong.
    func keep(plan units: [String], run: Int) -> Notice? {
        guard runFiles.indices.contains(run), let path = runFiles[run] else { return nil }
        do {
            try RunStore.save(plan: StoredPlan(name: StoredPlan.explorer, units: units), path: path)
            return nil
        } catch {
            return Notice("the plan is not kept: \(describe(error).1)", isError: true)
        }
    }

    /// The view kept in a run file; nil where there is none, or none that this program understands.
    static func view(_ store: RunStore) -> SavedView? {
        guard let json = try? store.view() else { return nil }
        return try? JSONDecoder().decode(SavedView.self, from: Data(json.utf8))
    }

    /// Writes a picture and text under a name that isn't taken yet.
    func write(_ export: Export) -> Notice {
        guard let name = freeName(export.name) else {
            return Notice("not exported: \(export.name) and 999 more are there already", isError: true)
        }
        let text =
            export.cells.lines.map { String($0.reversed().drop { $0 == " " }.reversed()) }
            .joined(separator: "\n") + "\n"
        let picture = ScreenPicture.svg(
            export.cells, title: export.name, background: export.background, foreground: export.foreground)
        do {
            for file in [
                FigureFile(name: "\(name).svg", bytes: picture),
                FigureFile(name: "\(name).txt", bytes: Array(text.utf8)),
            ] {
                _ = try file.write(to: folder)
            }
            return Notice("written: \(name).svg and \(name).txt")
        } catch {
            return Notice("not exported: \(describe(error).1)", isError: true)
        }
    }

    private func freeName(_ name: String) -> String? {
        func isTaken(_ name: String) -> Bool {
            ["svg", "txt"].contains { FileManager.default.fileExists(atPath: "\(folder)/\(name).\($0)") }
        }
        if !isTaken(name) { return name }
        return (2...999).lazy.map { "\(name)-\($0)" }.first { !isTaken($0) }
    }
}
