import Foundation
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// What goes wrong is said in one line on standard error, and the exit code says of which kind it is.
@Suite struct WrongInputTests {
    /// A command that can't succeed.
    struct Case: CustomTestStringConvertible, Sendable {
        var testDescription: String
        /// What the line has to speak of.
        var words: [String]
        /// Writes the files and returns the arguments.
        var arguments: @Sendable (ScratchFolder) throws -> [String]

        init(
            _ description: String, _ words: String..., arguments: @escaping @Sendable (ScratchFolder) throws -> [String]
        ) {
            (testDescription, self.words, self.arguments) = (description, words, arguments)
        }

        /// `analyze` with a checkpoint that is changed in some way.
        static func checkpoint(
            _ description: String, _ words: String..., bytes: @escaping @Sendable () -> [UInt8]
        ) -> Case {
            var result = Case(description) { folder in
                let images = try folder.write(SmallImages().bytes, as: "images.npz")
                return ["analyze", try folder.write(bytes(), as: "network.pth"), "--data", images, "--norm", "none"]
            }
            result.words = words
            return result
        }

        /// The same with images.
        static func images(_ description: String, _ words: String..., bytes: @escaping @Sendable () -> [UInt8]) -> Case
        {
            var result = Case(description) { folder in
                let network = try folder.write(SmallNetwork().bytes, as: "network.safetensors")
                return ["analyze", network, "--data", try folder.write(bytes(), as: "images.npz")]
            }
            result.words = words
            return result
        }
    }

    private static func png() -> [UInt8] {
        [0x89] + Array("PNG\r\n\u{1A}\n\0\0\0\u{D}IHDR".utf8) + [0, 0, 0, 8, 0, 0, 0, 8, 8, 0, 0, 0, 0]
    }

    private static func changed(_ change: (inout SmallNetwork) -> Void) -> [UInt8] {
        var network = SmallNetwork()
        change(&network)
        return network.bytes
    }

    static let badData: [Case] = [
        .checkpoint("an empty checkpoint", "empty") { [] },
        .checkpoint("a truncated checkpoint") { SmallNetwork().bytes.dropLast(100) },
        .checkpoint("a checkpoint cut in its header") { Array(SmallNetwork().bytes.prefix(50)) },
        .checkpoint("a picture for a checkpoint", "image") { png() },
        .checkpoint("text for a checkpoint", "text") { Array("accuracy 0.92\n".utf8) },
        .checkpoint("images for a checkpoint", "npz", "--data") { SmallImages().bytes },
        .checkpoint("an unknown network", "network.pth", "supported") { changed { $0.rename { "encoder.\($0)" } } },
        .checkpoint("a network with a part missing", "layer2.1") {
            changed { $0.rename { $0 == "layer2.0.conv1.weight" ? "layer2.1.conv1.weight" : $0 } }
        },
        .checkpoint("NaN in a weight", "layer3.0.conv1.weight", "NaN") {
            changed { $0.spoil("layer3.0.conv1.weight", with: .nan) }
        },
        .checkpoint("infinity in a bias", "linear.bias", "infinite") {
            changed { $0.spoil("linear.bias", with: .infinity) }
        },
        .checkpoint("a negative variance", "bn1", "variance") { changed { $0.spoil("bn1.running_var", with: -1) } },
        .checkpoint("values that overflow", "layer ", "infinity") {
            changed { network in ["bn1.weight", "layer1.0.bn1.weight"].forEach { network.spoil($0, with: 3e38) } }
        },
        .images("an empty data file", "images.npz", "empty") { [] },
        .images("truncated images", "images.npz") { SmallImages().bytes.dropLast(200) },
        .images("a picture for data", "images.npz", "image") { png() },
        .images("text for data", "images.npz", "text") { Array("cat,dog\n1,2\n".utf8) },
        .images("a checkpoint for data", "images.npz") { SmallNetwork().bytes },
        .images("more labels than images", "60 images", "61 labels") { SmallImages(surplusLabels: 1).bytes },
        .images("a hundred classes", "10 classes", "100") { SmallImages(count: 200, classes: 100).bytes },
        .images("three channels", "1 channel", "3") { SmallImages(channels: 3).bytes },
        .images("one class", "class") { SmallImages(classes: 1).bytes },
        .images("one image", "1 image") { SmallImages(count: 1).bytes },
        Case("scores that overflow", "image 0", "infinity") {
            let network = Self.changed { network in
                ["linear.weight", "linear.bias"].forEach { network.spoil($0, with: 3e38) }
            }
            return try ["evaluate", $0.write(network, as: "network.pth")] + $0.writeInputs().dropFirst()
        },
        Case("a network evaluated on other classes", "10 classes", "4") {
            let images = try $0.write(SmallImages(classes: 4).bytes, as: "images.npz")
            return ["evaluate", try $0.write(SmallNetwork().bytes, as: "network.pth"), "--data", images]
        },
        Case("features to be evaluated", "features.npz") {
            let features = try $0.write(SmallFeatures().bytes, as: "features.npz")
            return ["evaluate", features, "--data", try $0.writeInputs()[2]]
        },
        Case("a key script that isn't one", "talk.keys:2", "press KEYS") {
            ["explore", $0("nowhere.sepal"), "--keys", try $0.write(Array("wait 1\njump\n".utf8), as: "talk.keys")]
        },
        Case("a report of something else", "notes.txt", "run file") {
            ["report", try $0.write(Array("text\n".utf8), as: "notes.txt")]
        },
        Case("the explorer on a checkpoint alone", "network.safetensors", "run file") {
            ["explore", try $0.writeInputs()[0]]
        },
        Case("features without labels", "features.npz", "'labels'", "--labels") {
            ["analyze", try $0.write(SmallFeatures(hasLabels: false).bytes, as: "features.npz")]
        },
        Case("images that are fewer than the features' rows", "images.npz", "20 labels", "30 rows") {
            let path = try $0.write(SmallFeatures(hasLabels: false).bytes, as: "features.npz")
            return ["check", path, "--data", try $0.write(SmallImages(count: 20).bytes, as: "images.npz")]
        },
        Case("another architecture than asked for", "resnet56", "resnet8") {
            try ["analyze"] + $0.writeInputs() + ["--arch", "resnet56"]
        },
        Case("means for other channels", "channel") {
            try ["analyze"] + $0.writeInputs().dropLast(2) + ["--mean", "0.5,0.5", "--std", "1,1"]
        },
    ]

    static let inputOutput: [Case] = [
        Case("a missing checkpoint", "nowhere.pth", "No such file") {
            ["analyze", $0("nowhere.pth"), "--data", $0("nowhere.npz")]
        },
        Case("missing features", "nowhere.npz", "No such file") { ["analyze", $0("nowhere.npz")] },
        Case("missing data", "nowhere.npz", "No such file") {
            ["check", try $0.writeInputs()[0], "--data", $0("nowhere.npz")]
        },
        Case("a missing checkpoint to be evaluated", "nowhere.pth", "No such file") {
            ["evaluate", $0("nowhere.pth"), "--data", $0("nowhere.npz")]
        },
        Case("missing data to be evaluated on", "nowhere.npz", "No such file") {
            ["evaluate", try $0.writeInputs()[0], "--data", $0("nowhere.npz")]
        },
        Case("a folder for a checkpoint", "folder") {
            ["analyze", $0.path, "--data", try $0.writeInputs()[2]]
        },
        Case("a named pipe for a checkpoint", "pipe.pth", "regular file") {
            guard mkfifo($0("pipe.pth"), 0o600) == 0 else { throw Failure("mkfifo: \(errno)") }
            return ["analyze", $0("pipe.pth"), "--data", try $0.writeInputs()[2]]
        },
        Case("a missing key script", "nowhere.keys", "key script") {
            ["explore", $0("nowhere.sepal"), "--keys", $0("nowhere.keys")]
        },
        Case("a missing run", "nowhere.sepal", "no such file") { ["report", $0("nowhere.sepal")] },
        Case("a run that can't be written", "nowhere/run.sepal", "folder") {
            try ["analyze"] + $0.writeInputs() + ["-o", $0("nowhere/run.sepal")]
        },
    ]

    private func expectLine(_ wrong: Case, _ code: Int32) throws {
        let folder = try ScratchFolder()
        let outcome = try Program.run(wrong.arguments(folder), in: folder)
        #expect(outcome.end == .exited(code), "\(outcome)")
        #expect(outcome.output == "", "\(outcome)")
        #expect(outcome.errors.hasPrefix("sepal: ") && outcome.errors.hasSuffix("\n"), "\(outcome)")
        #expect(outcome.errorLines.count == 1, "\(outcome)")
        let line = outcome.errorLines.last ?? ""
        for word in wrong.words { #expect(line.contains(word), "\(word): \(outcome)") }
        // What is wrong, and what to do.
        #expect(line.contains(";") || line.contains(": "), "\(outcome)")
    }

    @Test(arguments: badData) func badDataIsSaidInOneLine(wrong: Case) throws { try expectLine(wrong, 65) }

    /// What is there but can't be used as asked for.
    static let usage: [Case] = [
        Case("a network without images", "network.safetensors", "--data") {
            ["analyze", try $0.writeInputs()[0]]
        },
        Case("labels of a network", "network.safetensors", "--labels") {
            ["analyze", try $0.writeInputs()[0], "--labels", $0("labels.npy")]
        },
        Case("an architecture of features", "--arch", "features") {
            ["check", try $0.write(SmallFeatures().bytes, as: "features.npz"), "--arch", "resnet20"]
        },
        Case("a threshold for an accuracy that isn't known", "accuracy", "logits") {
            let path = try $0.write(SmallFeatures().bytes, as: "features.npz")
            return ["check", path, "--json", "--fail-if", "accuracy<0.9"]
        },
    ]

    @Test(arguments: usage) func useThatDoesNotFitIsSaidInOneLine(wrong: Case) throws {
        let folder = try ScratchFolder()
        let outcome = try Program.run(wrong.arguments(folder), in: folder)
        #expect(outcome.end == .exited(64), "\(outcome)")
        let line = outcome.errorLines.last ?? ""
        for word in wrong.words { #expect(line.contains(word), "\(word): \(outcome)") }
    }

    @Test(arguments: inputOutput) func inputAndOutputFailInOneLine(wrong: Case) throws { try expectLine(wrong, 74) }

    @Test(arguments: [
        ["analyze", "--data", "images.npz"], ["nonsense"], ["demo", "--nonsense"],
        ["demo", "--samples", "1"], ["demo", "--samples", "many"], ["demo", "--neighbors", "11"],
        ["demo", "--resize", "0"], ["demo", "--crop", "9000"],
        ["demo", "--tolerance", "2"], ["demo", "--level", "neuron"], ["demo", "--threads", "0"],
        ["demo", "--memory", "much"], ["demo", "--paper", "--samples", "10"], ["demo", "--mean", "0.5"],
        ["demo", "--norm", "cifar1000"], ["demo", "--color", "pink"], ["demo", "--glyphs", "runes"],
        ["demo", "--play", "0"], ["explore", "run.sepal", "-o", "other.sepal"],
        ["check", "network.pth", "--data", "images.npz", "--fail-if", "beauty<1"],
        ["check", "network.pth", "--data", "images.npz", "--fail-if", "accuracy"],
        ["check", "network.pth", "--data", "images.npz", "--fail-if", "accuracy<high"],
        ["evaluate", "network.pth"], ["evaluate", "--data", "images.npz"],
        ["evaluate", "network.pth", "--data", "images.npz", "--limit", "1"],
        ["evaluate", "network.pth", "--data", "images.npz", "--samples", "100"],
        ["evaluate", "network.pth", "--data", "images.npz", "--norm", "cifar1000"],
        ["evaluate", "network.pth", "--data", "images.npz", "--threads", "0"],
        ["report", "run.sepal", "--json", "--csv"], ["report", "run.sepal", "--min-length", "0"],
    ])
    func wrongUseIsSaid(arguments: [String]) throws {
        let folder = try ScratchFolder()
        let outcome = try Program.run(arguments, in: folder)
        #expect(outcome.end == .exited(64), "\(arguments): \(outcome)")
        #expect(outcome.output == "", "\(arguments): \(outcome)")
        #expect(!outcome.errors.isEmpty, "\(arguments)")
    }

    /// Without a terminal there is no explorer.
    @Test func theExplorerNeedsATerminal() throws {
        let folder = try ScratchFolder()
        let outcome = try Program.run(["explore"] + folder.writeInputs(), in: folder)
        #expect(outcome.end == .exited(1), "\(outcome)")
        #expect(outcome.errorLines.count == 1 && outcome.errors.contains("not a terminal"), "\(outcome)")
        #expect(outcome.output == "")
    }

    /// What could not be written must not pass for written.
    @Test func aFullDiskUnderStandardOutputIsSaid() throws {
        guard FileManager.default.fileExists(atPath: "/dev/full") else { return }
        let folder = try ScratchFolder()
        let run = try folder.makeRun()
        let evaluate = try ["evaluate"] + folder.writeInputs()
        for command in [["report", run], ["report", run, "--json"], ["report", run, "--csv"], evaluate] {
            let outcome = try Program.run(command, in: folder, sink: "/dev/full")
            #expect(outcome.end == .exited(74), "\(outcome)")
            // The small network is near chance, which evaluating it says besides.
            let lines = outcome.errorLines.filter { !$0.contains("near chance") }
            #expect(lines.count == 1 && outcome.errors.contains("standard output"), "\(outcome)")
        }
    }

    /// A truncated run file must not bring anything down.
    @Test func aDamagedRunIsSaidSo() throws {
        let folder = try ScratchFolder()
        let path = folder("run.sepal")
        let made = try Program.run(["analyze"] + folder.writeInputs() + ["-o", path], in: folder)
        try #require(made.end == .exited(0), "\(made)")
        let bytes = [UInt8](try Data(contentsOf: URL(filePath: path)))
        _ = try folder.write(Array(bytes.prefix(bytes.count / 2)), as: "run.sepal")
        for command in [["report", path], ["report", path, "--json"]] {
            let outcome = try Program.run(command, in: folder)
            #expect(outcome.end == .exited(65), "\(outcome)")
            #expect(outcome.errorLines.count == 1 && outcome.errors.contains("run.sepal"), "\(outcome)")
        }
    }
}
