import Foundation
import Jobs
import RunStore
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

@testable import sepal

/// The commands without a screen: what they print, and where.
@Suite struct WithoutScreenTests {
    let folder: ScratchFolder

    init() throws { folder = try ScratchFolder() }

    private func run(_ arguments: [String], in folder: ScratchFolder) throws -> Program.Outcome {
        try Program.run(arguments, in: folder)
    }

    /// Runs what has to succeed.
    private func result(_ arguments: [String]) throws -> Program.Outcome {
        let outcome = try Program.run(arguments, in: folder)
        try #require(outcome.end == .exited(0), "\(arguments): \(outcome)")
        return outcome
    }

    @Test func theDemoNeedsNoTerminal() throws {
        let outcome = try result(["demo", "--samples", "20"])
        #expect(outcome.output.hasPrefix("resnet32-signs.safetensors: resnet32, option A"), "\(outcome)")
        #expect(outcome.output.contains("layer3.4.conv2") && outcome.output.contains("N = 20 "), "\(outcome)")
        #expect(outcome.errorLines.count { $0.hasPrefix("layer ") } == 31, "\(outcome)")
        // Wide enough for eighty columns, and no control sequence anywhere.
        #expect(outcome.output.split(separator: "\n").allSatisfy { $0.count <= 80 }, "\(outcome)")
        #expect(!outcome.output.contains("\u{1B}") && !outcome.errors.contains("\u{1B}"))
    }

    /// As many classes as there may be, of which hardly any has a sample.
    @Test func manyClassesTakeNoLonger() throws {
        let labels = (0..<30).map { Int64($0 == 7 ? 99_999 : $0 % 3) }
        var numbers = Numbers(seed: 6)
        let layers = ["conv1", "conv2"].map { name in
            (
                name: name, type: "<f4", dims: [labels.count, 4],
                data: (0..<labels.count * 4).flatMap { _ in little(numbers.float(1).bitPattern) }
            )
        }
        let features = try folder.write(
            SmallImages.npz(layers + [("labels", "<i8", [labels.count], labels.flatMap { little($0) })]),
            as: "features.npz")
        let run = folder("run.sepal")
        _ = try result(["analyze", features, "-o", run])
        #expect(try result(["report", run]).output.contains("100,000 classes"))
        #expect(try result(["report", run, "--json"]).json()["classes"]?.elements.count == 100_000)
        #expect(try result(["report", run, "--csv"]).output.split(whereSeparator: \.isNewline).count == 3)
        #expect(try result(["report", run, "--html"]).output.hasSuffix("</html>\n"))
    }

    @Test func theJSONHasTheKeysPromised() throws {
        let report = try result(["analyze"] + folder.writeInputs() + ["--json"]).json()
        let keys: Set = [
            "checkpoint", "architecture", "parameters", "data", "classes", "order", "seed", "norm", "accuracy",
            "samples", "edges", "histogramSamples", "level", "normalization", "tolerance", "minLength", "k", "complete",
            "layers", "seconds", "peakMemoryBytes",
        ]
        #expect(keys.subtracting(report.names) == [])
        #expect(report["norm"]?.names == ["name", "mean", "std"])
        #expect(report["seconds"]?.names == ["load", "forward", "similarity", "statistics", "total"])
        #expect(report["complete"] == .bool(true))
        #expect(report["samples"] == .number(60) && report["edges"] == .number(600))
        let layers = report["layers"]?.elements ?? []
        #expect(layers.map { $0["name"]?.string } == SmallNetwork.layers)
        let ofLayer: Set = [
            "name", "shape", "parameters", "block", "histogram", "sameHistogram", "differentHistogram", "negative",
            "correct", "wrong", "r", "AQ", "EQ", "M", "Mse", "luQ", "gamma", "gammaMean", "minEdge", "maxEdge",
            "zeroRows", "flags", "flagSupport", "luFlags", "seconds",
        ]
        for layer in layers {
            #expect(ofLayer.subtracting(layer.names) == [], "\(layer)")
            let isBlock = SmallNetwork.blocks.contains(layer["name"]?.string ?? "")
            #expect(layer["block"] == .bool(isBlock), "\(layer)")
            #expect(layer.names.isSuperset(of: ["blockFlags", "blockLuFlags"]) == isBlock, "\(layer)")
            // All pairs of 60 are in the histogram, the 600 strongest are edges.
            let pairs = layer["histogram"]?.elements.compactMap(\.number).reduce(0, +)
            #expect(pairs == Double(60 * 59 / 2), "\(layer)")
            #expect([layer["correct"], layer["wrong"]].compactMap { $0?.number }.reduce(0, +) == 600, "\(layer)")
        }
    }

    /// Features stand for network and images both; what only a network could tell is null or nothing.
    @Test func featuresNeedNoNetwork() throws {
        let path = try folder.write(SmallFeatures().bytes, as: "features.npz")
        let report = try result(["analyze", path, "--json"]).json()
        #expect(report["architecture"] == .string("features") && report["parameters"] == .number(0))
        #expect(report["accuracy"] == .null && report["checkpoint"] == .string("features.npz"))
        #expect(report["norm"]?["mean"] == .array([]) && report["classes"]?.elements.count == 3)
        let layers = report["layers"]?.elements ?? []
        #expect(layers.map { $0["name"]?.string } == SmallFeatures.layers)
        #expect(layers.allSatisfy { $0["shape"] == .array([.number(3), .number(2), .number(2)]) })
        #expect(layers.allSatisfy { $0["block"] == .bool(true) && $0["parameters"] == .number(0) })
        let text = try result(["analyze", path])
        #expect(
            text.output.hasPrefix("features.npz: features\nfeatures.npz: 3 classes · order file · accuracy unknown\n"))
        let verdict = try result(["check", path])
        #expect(verdict.output.hasPrefix("features.npz: features\naccuracy unknown on features.npz, N = 30"))

        // With logits the accuracy is known; a saved run goes on, and opens.
        let known = try folder.write(SmallFeatures(hasLogits: true).bytes, as: "logits.npz")
        let run = folder("features.sepal")
        let first = try result(["analyze", known, "--json", "-o", run]).json()
        #expect(first["accuracy"] == .number(1))
        let again = try result(["analyze", known, "--json", "-o", run])
        #expect(again.errors.contains("3 of 3 layers are there already"), "\(again)")
        #expect(try result(["report", run, "--json"]).json()["layers"] == first["layers"])
    }

    /// What is printed is the source file, byte for byte.
    @Test func captureIsPrintedWhole() throws {
        let source = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Sources/sepal/sepal_capture.py")
        let outcome = try result(["capture"])
        #expect(try outcome.output == String(contentsOf: source, encoding: .utf8) && outcome.errors == "")
    }

    @Test func aSavedRunReportsTheSameFigures() throws {
        let run = folder("run.sepal")
        let fresh = try result(["analyze"] + folder.writeInputs() + ["--json", "-o", run])
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        #expect(files.filter { $0.contains(".sepal") } == ["run.sepal"])
        // To the last digit, and everything: times and memory come from the file.
        let beside = try result(["compare", run, run])
        #expect(beside.output.contains("Layers are aligned by name.") && !beside.output.contains("Warning"))
        let saved = try result(["report", run, "--json"])
        #expect(saved.output == fresh.output)
        #expect(saved.errors == "")
        let text = try result(["report", run]).output
        for name in SmallNetwork.layers { #expect(text.contains(name)) }

        let rows = try result(["report", run, "--csv"]).output.split(separator: "\r\n").map {
            $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        }
        let layers = try fresh.json()["layers"]?.elements ?? []
        try #require(rows.count == SmallNetwork.layers.count + 1 && layers.count == SmallNetwork.layers.count)
        for (row, layer) in zip(rows.dropFirst(), layers) {
            let columns = Dictionary(zip(rows[0], row)) { first, _ in first }
            #expect(columns["name"] == layer["name"]?.string)
            let figures = [
                "r", "AQ", "EQ", "M", "Mse", "luQ", "gamma", "gammaMean", "minEdge", "maxEdge", "seconds", "correct",
                "wrong", "zeroRows", "negative", "parameters",
            ]
            for figure in figures {
                let value = try #require(columns[figure].flatMap(Double.init), "\(figure)")
                #expect(value == layer[figure]?.number, "\(figure) of \(layer)")
            }
            for histogram in ["histogram", "sameHistogram", "differentHistogram"] {
                let bins = (0..<10).map { columns["\(histogram)\($0)"].flatMap(Double.init) }
                #expect(bins == layer[histogram]?.elements.map(\.number), "\(layer)")
            }
        }
    }

    /// The seconds of each layer are the file's: nothing was computed again.
    @Test func aFinishedRunIsNotRepeated() throws {
        let command = try ["analyze"] + folder.writeInputs() + ["--json", "-o", folder("run.sepal")]
        let first = try result(command).json()
        let second = try result(command)
        #expect(first["layers"]?.elements.count == 7)
        #expect(try second.json()["layers"] == first["layers"])
        #expect(try second.json()["accuracy"] == first["accuracy"])
        #expect(second.errors.contains("7 of 7 layers are there already"), "\(second)")
    }

    @Test func aRunOfOtherOptionsIsNotMixedIn() throws {
        let command = try ["analyze"] + folder.writeInputs() + ["-o", folder("run.sepal")]
        _ = try result(command)
        let other = try run(command + ["--samples", "50"], in: folder)
        #expect(other.end == .exited(65), "\(other)")
        #expect(other.errors.contains("holds another run") && other.errors.contains("samples"), "\(other)")
    }

    /// Five hundred and twenty samples make several tiles and batches, which two threads share in whatever order.
    @Test func threadsDoNotChangeAnything() throws {
        let inputs = try folder.writeInputs(SmallImages(count: 520))
        var reports: [[JSONValue]] = []
        var stores: [RunStore] = []
        defer { stores.forEach { $0.close() } }
        for threads in ["1", "2"] {
            let path = folder("\(threads).sepal")
            let outcome = try result(["analyze"] + inputs + ["--json", "--threads", threads, "-o", path])
            reports.append(try outcome.json()["layers"]?.elements.map { $0.without("seconds") } ?? [])
            stores.append(try RunStore.open(path: path))
        }
        try #require(reports[0].count == SmallNetwork.layers.count)
        #expect(reports[0] == reports[1])
        for layer in SmallNetwork.layers.indices {
            let edges = try stores[0].edges(layer: layer)
            #expect(edges.count == 5200)
            #expect(try edges == stores[1].edges(layer: layer), "\(SmallNetwork.layers[layer])")
        }
    }

    @Test func aCheckFailsByItsThresholds() throws {
        let command = try ["check"] + folder.writeInputs()
        let passed = try run(command + ["--fail-if", "layers<7", "--fail-if", "peakQ>=1"], in: folder)
        #expect(passed.end == .exited(0), "\(passed)")
        #expect(passed.output.contains("network.safetensors: resnet8, option A"), "\(passed)")
        #expect(passed.output.contains("flags ") && passed.output.split(separator: "\n").count < 24, "\(passed)")
        let failed = try run(command + ["--fail-if", "layers<7", "--fail-if", "layers <= 7", "--json"], in: folder)
        #expect(failed.end == .exited(2), "\(failed)")
        #expect(failed.errorLines.last == "sepal: check failed: layers <= 7.0 (it is 7.0000)", "\(failed)")
        #expect(try failed.json()["layers"]?.elements.count == 7)
    }

    /// A job is interrupted after its first layer. What it had found is kept, and the same command goes on from there.
    @Test(arguments: [SIGINT, SIGTERM]) func anInterruptedRunKeepsItsLayers(signal: Int32) throws {
        let run = folder("run.sepal")
        let command = try ["analyze"] + folder.writeInputs(SmallImages(count: 800)) + ["--json", "-o", run]
        let stopped = try Program.run(command, in: folder) { errors, program in
            if errors.contains("layer 1/7") { ChildProcess.signal(signal, to: program) }
        }
        #expect(stopped.end == .exited(130), "\(stopped)")
        #expect(stopped.output == "", "\(stopped)")
        let store = try RunStore.open(path: run)
        let kept = try store.finishedLayers()
        #expect(try !store.isComplete())
        store.close()
        #expect(kept == Array(0..<kept.count) && (1..<7).contains(kept.count), "\(kept), \(stopped)")
        let report = try result(["report", run, "--json"]).json()
        #expect(report["complete"] == .bool(false))
        let layers = report["layers"]?.elements ?? []
        #expect(layers.count == kept.count)

        let whole = try result(command)
        #expect(whole.errors.contains("\(kept.count) of 7 layers are there already"), "\(whole)")
        #expect(try whole.json()["complete"] == .bool(true))
        let repeated = try whole.json()["layers"]?.elements ?? []
        #expect(repeated.prefix(kept.count).map { $0["seconds"] } == layers.map { $0["seconds"] })
        #expect(repeated.map { $0["name"]?.string } == SmallNetwork.layers)
    }
}
