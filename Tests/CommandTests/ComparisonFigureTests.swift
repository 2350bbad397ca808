import Foundation
import RunStore
import Separation
import Testing

/// `sepal compare -o`: two runs' curves in one frame.
@Suite struct ComparisonFigureTests {
    let folder: ScratchFolder
    let run: String

    init() throws {
        folder = try ScratchFolder()
        run = try folder.makeRun()
    }

    private func compare(_ arguments: String...) throws -> Program.Outcome {
        try Program.run(["compare"] + arguments, in: folder)
    }

    /// The run without some layers, as a network without them would give it.
    private func shortened(without gone: Set<Int>, as name: String, isStarted: Bool = true) throws -> String {
        let store = try RunStore.open(path: run)
        defer { store.close() }
        var header = try store.header()
        let kept = header.layers.indices.filter { !gone.contains($0) }
        header.layers = kept.map { header.layers[$0] }
        (header.parameters, header.accuracy, header.network) = (1234, 0.5, nil)
        let copy = try RunStore.create(path: folder(name), header: header)
        defer { copy.close() }
        let results = try store.results()
        for (layer, old) in kept.enumerated() where isStarted {
            if let result = results[old] { try copy.append(result, layer: layer) }
        }
        return folder(name)
    }

    private func figures(_ layer: JSONValue) -> [String] {
        func number(_ name: String) -> String {
            String(format: "%.4f", layer[name]?.number ?? .nan).replacingOccurrences(of: "-", with: "−")
        }
        return ["M \(number("M")) ± \(number("Mse"))", "Q \(number("luQ"))"]
    }

    /// What the figure says is what the reports say, and the runs' names are those of their files.
    @Test func numbersAreThoseOfTheReports() throws {
        let short = try shortened(without: [1, 2], as: "short.sepal")
        let outcome = try compare(run, short, "-o", folder("both.svg"))
        #expect(outcome.end == .exited(0) && outcome.errors == "", "\(outcome)")
        #expect(outcome.output.hasSuffix("\n\nWritten: \(folder("both.svg"))\n"), "\(outcome)")
        let svg = folder.text(of: "both.svg")
        for (name, path) in [("run", run), ("short", short)] {
            let layers = try Program.run(["report", path, "--json"], in: folder).json()["layers"]?.elements ?? []
            #expect(layers.count == (name == "run" ? 7 : 5))
            for (index, layer) in layers.enumerated() {
                for figure in figures(layer) {
                    let title = "<title>\(name), \(index + 1)  \(layer["name"]?.string ?? ""): \(figure)</title>"
                    #expect(svg.contains(title), "\(title)")
                }
            }
        }
        #expect(svg.contains(">short, 1,234 parameters, 50.0 %</text>") && svg.contains("layers aligned by name"))
        // The other way round the longer one gives the axis as well.
        #expect(try compare(short, run, "-o", folder("turned.svg")).end == .exited(0))
        #expect(folder.text(of: "turned.svg") == svg)
    }

    @Test func severalFormatsAreWrittenAtOnce() throws {
        let names = ["a.svg", "b.PDF", "c.png"]
        let arguments = names.flatMap { ["-o", folder($0)] }
        let outcome = try Program.run(["compare", run, run, "--json", "--level", "block"] + arguments, in: folder)
        #expect(outcome.end == .exited(0), "\(outcome)")
        // JSON alone.
        #expect(try outcome.json()["layers"]?.elements.count == SmallNetwork.blocks.count)
        let contents = names.map { FileManager.default.contents(atPath: folder($0)).map { [UInt8]($0) } ?? [] }
        for (content, start) in zip(contents, ["<?xml", "%PDF", "\u{89}PNG"]) {
            #expect(content.dropFirst(start == "\u{89}PNG" ? 1 : 0).starts(with: start.drop { $0 == "\u{89}" }.utf8))
        }
        #expect(folder.text(of: "a.svg").contains("stem and block outputs"))
        // Again, and every byte is the same.
        _ = try Program.run(["compare", run, run, "--level", "block"] + arguments, in: folder)
        #expect(names.map { FileManager.default.contents(atPath: folder($0)).map { [UInt8]($0) } ?? [] } == contents)
    }

    @Test func criterionCanBeChosen() throws {
        let outcome = try compare(run, run, "-o", folder("a.svg"), "--tolerance", "0.5", "--min-length", "2")
        #expect(outcome.end == .exited(0), "\(outcome)")
        #expect(folder.text(of: "a.svg").contains("τ 0.500 · L 2"))
        for arguments in [["--tolerance", "2"], ["--min-length", "0"]] {
            let wrong = try Program.run(["compare", run, run] + arguments, in: folder)
            #expect(wrong.end == .exited(64) && wrong.output == "", "\(wrong)")
        }
    }

    /// Before any run is read, and so with one line.
    @Test func wrongPlacesAreSaid() throws {
        for name in ["figure.gif", "figure", "svg"] {
            let outcome = try compare(folder("none.sepal"), run, "-o", folder("a.svg"), "-o", folder(name))
            #expect(outcome.end == .exited(64) && outcome.output == "", "\(outcome)")
            #expect(outcome.errors == "sepal: -o \(folder(name)): end it in .svg, .pdf or .png\n")
        }
        let notes = try folder.write(Array("text\n".utf8), as: "notes.txt")
        for place in [notes + "/a.svg", folder("nowhere/a.png")] {
            let outcome = try compare(folder("none.sepal"), run, "-o", folder("a.svg"), "-o", place)
            #expect(outcome.end == .exited(74) && outcome.errorLines.count == 1 && outcome.output == "", "\(outcome)")
            #expect(outcome.errors.contains("\(place): cannot be written"), "\(outcome)")
        }
        #expect(!FileManager.default.fileExists(atPath: folder("a.svg")))
    }

    @Test func aRunWithoutFinishedLayersIsBadInput() throws {
        let empty = try shortened(without: [], as: "empty.sepal", isStarted: false)
        let outcome = try compare(run, empty, "-o", folder("a.svg"))
        #expect(outcome.end == .exited(65) && outcome.errorLines.count == 1 && outcome.output == "", "\(outcome)")
        #expect(outcome.errors.contains("empty.sepal: no layer is finished"), "\(outcome)")
        #expect(!FileManager.default.fileExists(atPath: folder("a.svg")))
    }
}
