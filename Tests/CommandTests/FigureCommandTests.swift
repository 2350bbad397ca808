import Foundation
import RunStore
import Testing

/// `sepal figure`: files in a folder, and their paths on standard output.
@Suite struct FigureCommandTests {
    let folder: ScratchFolder
    let run: String

    init() throws {
        folder = try ScratchFolder()
        run = folder("run.sepal")
        let outcome = try Program.run(["analyze"] + folder.writeInputs() + ["-o", run], in: folder)
        try #require(outcome.end == .exited(0), "\(outcome)")
    }

    private func figure(_ arguments: String...) throws -> Program.Outcome {
        try Program.run(["figure"] + arguments, in: folder)
    }

    private func files(_ name: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder(name)).sorted()
    }

    @Test func figuresAreWrittenInAllFormats() throws {
        let outcome = try figure(run, "-o", folder("figures"))
        #expect(outcome.end == .exited(0) && outcome.errors == "", "\(outcome)")
        let names = ["histograms", "modularity-block", "modularity-conv", "rings"]
        let expected = names.flatMap { name in ["pdf", "png", "svg"].map { "\(name).\($0)" } }
        #expect(try files("figures") == expected)
        let paths = outcome.output.split(separator: "\n").map(String.init)
        #expect(paths.sorted() == expected.map { folder("figures/\($0)") }, "\(outcome)")
        // Again, and every byte is the same.
        let before = expected.map { FileManager.default.contents(atPath: folder("figures/\($0)")) }
        #expect(try figure(run, "-o", folder("figures")).end == .exited(0))
        #expect(expected.map { FileManager.default.contents(atPath: folder("figures/\($0)")) } == before)
    }

    /// What the figures say is what the report says.
    @Test func numbersAreThoseOfTheReport() throws {
        let outcome = try figure(run, "-o", folder("figures"), "--format", "svg")
        #expect(outcome.end == .exited(0), "\(outcome)")
        #expect(try files("figures").allSatisfy { $0.hasSuffix(".svg") })
        let report = try Program.run(["report", run, "--json"], in: folder).json()
        let rings = folder.text(of: "figures/rings.svg")
        let curve = folder.text(of: "figures/modularity-conv.svg")
        let histograms = folder.text(of: "figures/histograms.svg")
        for (index, layer) in (report["layers"]?.elements ?? []).enumerated() {
            func number(_ name: String) -> String {
                String(format: "%.4f", layer[name]?.number ?? .nan).replacingOccurrences(of: "-", with: "−")
            }
            let name = layer["name"]?.string ?? ""
            let modularity = "M \(number("M")) ± \(number("Mse"))"
            #expect(rings.contains(">r \(number("r"))   \(modularity)</text>"), "\(layer)")
            #expect(curve.contains("<title>\(index + 1)  \(name): \(modularity)</title>"), "\(layer)")
            #expect(curve.contains("<title>\(index + 1)  \(name): Q \(number("luQ"))</title>"), "\(layer)")
            let bins = layer["histogram"]?.elements.compactMap(\.number) ?? []
            let pairs = bins.reduce(0, +)
            for bin in bins where bin > 0 {
                #expect(histograms.contains(String(format: ">%.2f</text>", 100 * bin / pairs)), "\(layer)")
            }
        }
    }

    @Test func layersCanBeChosen() throws {
        let outcome = try figure(run, "-o", folder("chosen"), "--format", "svg,png", "--layers", "2,layer3.0.conv2")
        #expect(outcome.end == .exited(0), "\(outcome)")
        let rings = folder.text(of: "chosen/rings.svg")
        #expect(rings.contains("2  layer1.0.conv1: ring graph") && rings.contains("7  layer3.0.conv2: ring graph"))
        #expect(rings.components(separatedBy: ": ring graph").count == 3)
        for (words, code) in [("layer9", Int32(64)), ("0-3", 64), ("8", 64)] {
            let wrong = try figure(run, "-o", folder("nothing"), "--layers", words)
            #expect(wrong.end == .exited(code) && wrong.errorLines.count == 1, "\(wrong)")
            #expect(wrong.errors.contains("--layers") && wrong.output == "", "\(wrong)")
        }
        #expect(try figure(run, "-o", folder("nothing"), "--format", "gif").end == .exited(64))
        #expect(try figure(run).end == .exited(64))
        #expect(!FileManager.default.fileExists(atPath: folder("nothing")))
    }

    @Test func aRunWithoutFinishedLayersIsBadInput() throws {
        let store = try RunStore.open(path: run)
        let header = try store.header()
        store.close()
        try RunStore.create(path: folder("empty.sepal"), header: header).close()
        let outcome = try figure(folder("empty.sepal"), "-o", folder("nothing"))
        #expect(outcome.end == .exited(65) && outcome.errorLines.count == 1, "\(outcome)")
        #expect(outcome.errors.contains("empty.sepal: no layer is finished"), "\(outcome)")
        #expect(!FileManager.default.fileExists(atPath: folder("nothing")))
    }

    @Test func foreignFilesAreBadInput() throws {
        let notes = try folder.write(Array("text\n".utf8), as: "notes.txt")
        let outcome = try figure(notes, "-o", folder("nothing"))
        #expect(outcome.end == .exited(65) && outcome.errorLines.count == 1, "\(outcome)")
        #expect(outcome.errors.contains("notes.txt: not a run file"), "\(outcome)")
        #expect(try figure(folder("nowhere.sepal"), "-o", folder("nothing")).end == .exited(74))
    }

    /// A file in the folder's place; rights alone don't stop a superuser.
    @Test func aFolderThatCannotBeMadeIsAnOutputError() throws {
        let notes = try folder.write(Array("text\n".utf8), as: "notes.txt")
        for place in [notes, notes + "/figures"] {
            let outcome = try figure(run, "-o", place)
            #expect(outcome.end == .exited(74) && outcome.errorLines.count == 1, "\(outcome)")
            #expect(outcome.errors.contains("\(place): cannot be written") && outcome.output == "", "\(outcome)")
        }
        // A folder of a figure's name can't be replaced; nothing half-written stays.
        try FileManager.default.createDirectory(
            atPath: folder("taken/rings.svg/x"), withIntermediateDirectories: true)
        let outcome = try figure(run, "-o", folder("taken"), "--format", "svg")
        #expect(outcome.end == .exited(74) && outcome.errors.contains("rings.svg: cannot be written"), "\(outcome)")
        #expect(try files("taken") == ["histograms.svg", "rings.svg"])
    }
}
