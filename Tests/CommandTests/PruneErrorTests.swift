import Foundation
import StateDictionaries
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// What `prune` can't do is said in one line, with the exit code of its kind; no file comes or goes, and none changes.
@Suite struct PruneErrorTests {
    struct Case: CustomTestStringConvertible, Sendable {
        var testDescription: String
        var code: Int32
        /// What the line has to speak of.
        var words: [String]
        /// Writes the files and returns the arguments behind `prune`.
        var arguments: @Sendable (ScratchFolder) throws -> [String]

        init(
            _ description: String, _ code: Int32, _ words: String...,
            arguments: @escaping @Sendable (ScratchFolder) throws -> [String]
        ) {
            (testDescription, self.code, self.words, self.arguments) = (description, code, words, arguments)
        }

        /// The small network, with where it is to go.
        static func network(_ description: String, _ code: Int32, _ words: [String], _ options: String...) -> Case {
            var result = Case(description, code) { folder in
                try folder.writePruneNetwork() + options + ["-o", folder("small.pth"), "--finetune", folder("tune.py")]
            }
            result.words = words
            return result
        }

        /// The small network without a block, to a place where nothing can be written.
        static func place(_ description: String, _ code: Int32, _ words: [String], _ options: String...) -> Case {
            var result = Case(description, code) { folder in
                try FileManager.default.createDirectory(atPath: folder("folder.pth"), withIntermediateDirectories: true)
                return try folder.writePruneNetwork() + ["--cut", "layer2.1"]
                    + options.map { $0.hasPrefix("-") ? $0 : folder($0) }
            }
            result.words = words
            return result
        }
    }

    static let units: [Case] = [
        .network("a block that halves the maps", 64, ["layer2.0", "changes 4×32×32 to 8×16×16"], "--cut", "layer2.0"),
        .network("the stem", 64, ["conv1", "takes the image"], "--cut", "conv1"),
        .network(
            "two that can't and one that can", 64, ["conv1 takes", "layer3.0 changes"], "--cut",
            "layer3.0,layer2.1,conv1"),
        .network("a stage that isn't there", 64, ["--cut layer9.0", "no such unit"], "--cut", "layer9.0"),
        .network("a block that isn't there", 64, ["--cut layer2.7", "no such unit", "layer2.1"], "--cut", "layer2.7"),
        .network("a layer of a block", 64, ["--cut layer2.1.conv1", "inside layer2.1"], "--cut", "layer2.1.conv1"),
        .network("the head", 64, ["--cut linear", "no such unit"], "--cut", "linear"),
        .network("no unit", 64, ["--cut", "name units"], "--cut", ""),
        .network("commas alone", 64, ["--cut", "name units"], "--cut", " , ,"),
        .network("more from the end than there are", 64, ["4 units", "3 at most"], "--policy", "tail", "4"),
        .network("more at random than there are", 64, ["9 units", "3 at most"], "--policy", "random", "9"),
        .network("all parameters", 64, ["100 % of the parameters", "at most"], "--policy", "tail", "100%"),
    ]

    static let policies: [Case] = [
        .network("a policy by curves without images", 64, ["--policy criterion", "--data"]),
        .network("Lu's without images", 64, ["--policy lu", "--data"], "--policy", "lu"),
        .network("a budget without images", 64, ["--policy budget 30 %", "--data"], "--policy", "budget", "30%"),
        .network("no amount", 64, ["--policy tail", "amount"], "--policy", "tail"),
        .network("none of an amount", 64, ["0", "number of units"], "--policy", "tail", "0"),
        .network("an amount in words", 64, ["many", "number of units"], "--policy", "random", "many"),
        .network("a budget beyond all", 64, ["budget 101", "100%"], "--policy", "budget", "101"),
        .network("a percentage beyond all", 64, ["101%", "to 100"], "--policy", "tail", "101%"),
        .network(
            "an amount for a policy without", 64, ["3", "tail, budget, random or measured"], "--policy", "criterion",
            "3"),
        .network("an amount for nothing", 64, ["3", "tail, budget, random or measured"], "--policy", "none", "3"),
        .network(
            "a checkpoint of a checkpoint", 64, ["--checkpoint", "run file"], "--cut", "layer2.1", "--checkpoint", "x"),
        Case("all parameters of a budget", 64, "100 % of the parameters", "at most") {
            [try $0.makePruneRun(), "--policy", "budget", "100%", "-o", $0("small.pth")]
        },
        Case("the same as a bare number", 64, "100 % of the parameters", "at most") {
            [try $0.makePruneRun(), "--policy", "budget", "100", "-o", $0("small.pth")]
        },
        Case("a criterion that flags nothing", 65, "nothing to cut", "--policy") {
            // Every block has a projection, or changes the shape.
            let network = StateDictionary(
                inputChannels: 1, widths: [4, 8], counts: [1, 1], isBottleneck: true, shortcut: "shortcut")
            return [try $0.makePruneRun(network), "-o", $0("small.pth")]
        },
        Case("a run of features", 64, "run.sepal is a run of features", "network") {
            let features = try $0.write(SmallFeatures().bytes, as: "features.npz")
            let outcome = try Program.run(["analyze", features, "-o", $0("run.sepal")], in: $0)
            try #require(outcome.end == .exited(0), "\(outcome)")
            return [$0("run.sepal"), "--policy", "tail", "1", "-o", $0("small.pth")]
        },
    ]

    static let places: [Case] = [
        .place("a folder that isn't there", 74, ["nowhere/small.pth", "folder"], "-o", "nowhere/small.pth"),
        .place("a folder that is there", 74, ["folder.pth"], "-o", "folder.pth"),
        .place("a file for a folder", 74, ["network.safetensors/small.pth"], "-o", "network.safetensors/small.pth"),
        .place("an unknown ending", 64, ["small.bmp", ".safetensors"], "-o", "small.bmp"),
        .place("no ending", 64, ["small", ".safetensors"], "-o", "small"),
        .place("the network's own place", 64, ["network.safetensors", "reads that file"], "-o", "network.safetensors"),
        .place("a script without a network", 64, ["tune.py", "-o"], "--finetune", "tune.py"),
        .place("a script of an ONNX network", 64, ["tune.py", "-o"], "-o", "small.onnx", "--finetune", "tune.py"),
        .place(
            "a script in a folder that isn't there", 74, ["nowhere/tune.py", "folder"], "-o", "small.pth", "--finetune",
            "nowhere/tune.py"),
        .place(
            "a script in the network's place", 64, ["small.pth", "another file"], "-o", "small.pth", "--finetune",
            "small.pth"),
        .place("a dry run to no place", 74, ["nowhere/small.pth"], "--dry-run", "-o", "nowhere/small.pth"),
    ]

    static let lockedPlaces: [Case] = [
        Case("a folder that may not be written to", 74, "locked/small.pth") {
            try FileManager.default.createDirectory(atPath: $0("locked"), withIntermediateDirectories: true)
            chmod($0("locked"), 0o500)
            return try $0.writePruneNetwork() + ["--cut", "layer2.1", "-o", $0("locked/small.pth")]
        },
        Case("a file that may not be written to", 74, "locked.pth") {
            chmod(try $0.write([1, 2, 3], as: "locked.pth"), 0o400)
            return try $0.writePruneNetwork() + ["--cut", "layer2.1", "-o", $0("locked.pth")]
        },
    ]

    static let files: [Case] = [
        Case("a missing file", 74, "nowhere.pth", "No such file") { [$0("nowhere.pth"), "--cut", "layer2.1"] },
        Case("a folder", 74, "folder") { [$0.path, "--cut", "layer2.1"] },
        Case("text", 65, "notes.txt", "text") {
            [try $0.write(Array("text\n".utf8), as: "notes.txt"), "--cut", "layer2.1"]
        },
        Case("a run cut off", 65, "run.sepal") {
            let bytes = try Data(contentsOf: URL(filePath: $0.makePruneRun()))
            _ = try $0.write(Array(bytes.prefix(bytes.count / 2)), as: "run.sepal")
            return [$0("run.sepal"), "--cut", "layer2.1", "-o", $0("small.pth")]
        },
    ]

    @Test(arguments: units) func unitsThatCannotGo(wrong: Case) throws { try expectLine(wrong) }
    @Test(arguments: policies) func policiesThatCannotChoose(wrong: Case) throws { try expectLine(wrong) }
    @Test(arguments: places) func placesThatCannotBeWrittenTo(wrong: Case) throws { try expectLine(wrong) }
    @Test(.enabled(if: geteuid() != 0, "the superuser may write anywhere"), arguments: lockedPlaces)
    func placesThatMayNotBeWrittenTo(wrong: Case) throws { try expectLine(wrong) }
    @Test(arguments: files) func filesThatAreNoNetwork(wrong: Case) throws { try expectLine(wrong) }

    private func expectLine(_ wrong: Case) throws {
        let folder = try ScratchFolder()
        defer { chmod(folder("locked"), 0o700) }
        let arguments = try wrong.arguments(folder)
        // What was there already under the name that is asked for.
        if arguments.contains(folder("small.pth")) { _ = try folder.write([1, 2, 3], as: "small.pth") }
        let before = try contents(of: folder)
        let outcome = try Program.run(["prune"] + arguments, in: folder)
        #expect(outcome.end == .exited(wrong.code), "\(outcome)")
        #expect(outcome.output == "", "\(outcome)")
        #expect(outcome.errorLines.count == 1 && outcome.errors.hasSuffix("\n"), "\(outcome)")
        let line = outcome.errorLines.last ?? ""
        #expect(line.hasPrefix("sepal: "), "\(outcome)")
        for word in wrong.words { #expect(line.contains(word), "\(word): \(outcome)") }
        let after = try contents(of: folder)
        #expect(Set(after.keys) == Set(before.keys), "\(wrong.arguments)")
        #expect(after == before)
    }

    /// Every file's bytes, but what commands have said.
    private func contents(of folder: ScratchFolder) throws -> [String: Data?] {
        let names = try FileManager.default.subpathsOfDirectory(atPath: folder.path)
            .filter { !$0.hasPrefix("output-") && !$0.hasPrefix("errors-") }
        return Dictionary(uniqueKeysWithValues: names.map { ($0, FileManager.default.contents(atPath: folder($0))) })
    }
}
