import Formats
import Foundation
import StateDictionaries
import Testing

/// `prune` on a network: the plan, and the files.
@Suite struct PruneCommandTests {
    let folder: ScratchFolder

    init() throws { folder = try ScratchFolder() }

    /// Runs what has to succeed.
    private func prune(_ arguments: [String]) throws -> Program.Outcome {
        let outcome = try Program.run(["prune"] + arguments, in: folder)
        try #require(outcome.end == .exited(0), "\(arguments): \(outcome)")
        return outcome
    }

    private func names() throws -> Set<String> {
        Set(
            try FileManager.default.contentsOfDirectory(atPath: folder.path)
                .filter { !$0.hasPrefix("output-") && !$0.hasPrefix("errors-") })
    }

    /// Networks as large as the paper's, and what their table says.
    struct Row: CustomTestStringConvertible, Sendable {
        var testDescription: String
        var cuts: [(names: String, percent: String)]
        var dictionary: @Sendable () -> StateDictionary
    }

    private static let usual = [64, 128, 256, 512]

    static let rows = [
        Row(testDescription: "resnet18", cuts: [("layer4.1", "42.25")]) {
            StateDictionary(widths: usual, counts: [2, 2, 2, 2], shortcut: "shortcut", isZero: true)
        },
        Row(
            testDescription: "resnet50",
            cuts: [("layer4.1,layer3.2", "23.72"), ("layer4.1,layer4.2,layer3.1,layer3.5", "47.45")]
        ) {
            StateDictionary(
                widths: usual, counts: [3, 4, 6, 3], isBottleneck: true, shortcut: "shortcut", isZero: true)
        },
        Row(
            testDescription: "resnet56",
            cuts: [
                (
                    "layer1.1,layer1.2,layer1.3,layer1.4,layer2.6,layer2.7,layer2.8,"
                        + "layer3.3,layer3.4,layer3.5,layer3.6,layer3.7,layer3.8", "60.76"
                ),
                (
                    "layer1.0,layer1.1,layer1.2,layer1.3,layer2.1,layer2.2,layer3.1,layer3.2,layer3.3,layer3.4", "41.24"
                ),
            ]
        ) { StateDictionary(widths: [16, 32, 64], counts: [9, 9, 9], isZero: true) },
        Row(testDescription: "vgg11_bn", cuts: [("features.18,features.25", "48.40")]) {
            .vgg([64, 0, 128, 0, 256, 256, 0, 512, 512, 0, 512, 512, 0], classifier: [1, 4, 6], isZero: true)
        },
        Row(
            testDescription: "vgg16_bn",
            cuts: [("features.17,features.27,features.30,features.34", "50.30"), ("features.37,features.40", "30.95")]
        ) {
            .vgg(
                [64, 64, 0, 128, 128, 0, 256, 256, 256, 0, 512, 512, 512, 0, 512, 512, 512, 0], classifier: [1, 4, 6],
                isZero: true)
        },
    ]

    @Test(arguments: rows) func savingsOfTheTableAreShown(row: Row) throws {
        let path = try folder.write(PruneInputs.bytes(row.dictionary()), as: "network.safetensors")
        for (names, percent) in row.cuts {
            let outcome = try prune([path, "--cut", names, "--dry-run", "--norm", "none"])
            #expect(outcome.output.hasPrefix("network.safetensors: \(row.testDescription)"), "\(outcome)")
            let saving = outcome.output.split(separator: "\n").first { $0.hasPrefix("Saves ") }
            #expect(saving?.contains(" parameters (\(percent) %) ") == true, "\(outcome)")
        }
    }

    @Test func thePlanIsPrinted() throws {
        let outcome = try prune(folder.writePruneNetwork() + ["--cut", "layer3.1, layer2.1 ", "--dry-run"])
        #expect(outcome.errors == "", "\(outcome)")
        let lines = outcome.output.split(separator: "\n").map(String.init)
        #expect(
            lines[0].hasPrefix("network.safetensors: resnet, blocks 1-2-2, option A · 10,790 parameters"), "\(outcome)")
        #expect(lines.contains("policy by name: cuts 2 of the 3 units that can be cut"), "\(outcome)")
        for unit in PruneInputs.units { #expect(lines.contains { $0.hasPrefix("\(unit) ") }, "\(unit): \(outcome)") }
        #expect(lines.contains("Cut: layer2.1, layer3.1."), "\(outcome)")
        // 2 · (8·8·9 + 16) and 2 · (16·16·9 + 32).
        #expect(lines.contains { $0.hasPrefix("Saves 5,856 of 10,790 parameters (54.27 %) and ") }, "\(outcome)")
        #expect(outcome.output.contains("changes 4×32×32 to 8×16×16") && outcome.output.contains("takes the image"))
        #expect(lines.allSatisfy { $0.count <= 100 }, "\(outcome)")
    }

    @Test func aDryRunWritesNothing() throws {
        let command = try folder.writePruneNetwork() + ["--cut", "layer2.1"]
        let before = try names()
        let outcome = try prune(command + ["--dry-run", "-o", folder("small.pth"), "--finetune", folder("tune.py")])
        #expect(!outcome.output.contains("Written"), "\(outcome)")
        #expect(try names() == before)
        // Nor does one that names no place.
        _ = try prune(command)
        #expect(try names() == before)
    }

    @Test func theJSONHasTheKeysPromised() throws {
        let command = try folder.writePruneNetwork() + ["--data", folder.writePruneImages(), "--json"]
        let output = folder("small.pth")
        let report = try prune(command + ["--policy", "budget", "1%", "-o", output]).json()
        #expect(
            report.names == [
                "checkpoint", "architecture", "policy", "cut", "parameters", "multiplyAdds", "saved",
                "savedParameterShare", "savedMultiplyAddShare", "accuracy", "units", "written",
            ])
        #expect(report["checkpoint"] == .string("network.safetensors") && report["policy"] == .string("budget 1 %"))
        #expect(report["written"] == .array([.string(output)]))
        #expect(report["accuracy"]?.names == ["data", "images", "whole", "cut", "reconstructed", "calibration"])
        // One half of the images is fitted on, the other one counted.
        #expect(report["accuracy"]?["images"] == .number(30))
        #expect(
            report["accuracy"]?["calibration"]
                == .object(["data": .string("images.npz"), "images": .number(30), "disjoint": .bool(true)]))
        let ofUnit: Set = [
            "name", "cut", "parameters", "savedParameterShare", "multiplyAdds", "savedMultiplyAddShare", "deltaM",
            "deltaQ", "measuredLoss", "flags", "flagSupport", "luFlags", "obstacle",
        ]
        let units = try #require(report["units"]?.elements)
        #expect(units.map { $0["name"]?.string } == PruneInputs.units)
        #expect(units.allSatisfy { $0.names == ofUnit }, "\(units)")
        #expect(units.map { $0["obstacle"] == .null } == PruneInputs.units.map(PruneInputs.cuttable.contains))
        let cut = units.filter { $0["cut"] == .bool(true) }
        #expect(!cut.isEmpty && report["cut"] == .array(cut.compactMap { $0["name"] }))
        let saved = cut.compactMap { $0["parameters"]?.number }.reduce(0, +)
        #expect(report["saved"]?["parameters"] == .number(saved))
        #expect(report["savedParameterShare"] == .number(saved / (report["parameters"]?.number ?? 0)))

        // Without images there are no curves and no accuracy.
        let bare = try prune(folder.writePruneNetwork() + ["--cut", "layer2.1", "--json"]).json()
        #expect(bare["accuracy"] == .null && bare["written"] == .array([]))
        let ofBareUnit = ofUnit.subtracting(["flags", "flagSupport", "luFlags"])
        #expect(bare["units"]?.elements.allSatisfy { $0.names == ofBareUnit && $0["deltaM"] == .null } == true)
    }

    /// What is written is read again as the network without the units, under the names of one with fewer blocks, and gets
    /// as many images right as was said.
    @Test(arguments: ["pth", "pt", "th", "safetensors", "onnx", "PTH"]) func whatIsWrittenIsTheSmallerNetwork(
        ending: String
    ) throws {
        let images = try folder.writePruneImages()
        let path = folder("small.\(ending)")
        let others = try folder.write(SmallImages(count: 40, seed: 5).bytes, as: "others.npz")
        let command =
            try folder.writePruneNetwork() + ["--cut", "layer2.1", "--data", images, "--json", "-o", path]
            + ["--calibrate", others]
        let report = try prune(command).json()
        let saved = try #require(report["saved"]?["parameters"]?.number)
        let parameters = try #require(report["parameters"]?.number)

        let again = try prune([path, "--policy", "none", "--data", images, "--norm", "none", "--json"]).json()
        #expect(again["parameters"] == .number(parameters - saved))
        #expect(report["accuracy"]?["images"] == .number(60))
        #expect(again["accuracy"]?["whole"] == report["accuracy"]?["reconstructed"])
        #expect(again["cut"] == .array([]) && again["policy"] == .string("none"))
        if ending == "onnx" {
            #expect(again["units"]?.elements.count == PruneInputs.units.count - 1)
        } else {
            let smaller = StateDictionary(inputChannels: 1, widths: [4, 8, 16], counts: [1, 1, 2])
            let state = try readStateDict(bytes: readFile(path), file: path)
            #expect(state.names == smaller.parameters.map(\.name))
            #expect(
                again["units"]?.elements.map { $0["name"]?.string } == PruneInputs.units.filter { $0 != "layer2.1" })
            if ending == "safetensors" {
                #expect(state.metadata == ["mean": "0.0", "std": "1.0", "cut": "layer2.1"])
            }
        }
    }

    /// The same bytes every time, and a file that is there is replaced.
    @Test func filesAreTheSameEveryTime() throws {
        let command = try folder.writePruneNetwork() + ["--policy", "random", "1", "--seed", "3"]
        var found: [Data] = []
        for _ in 0..<2 {
            _ = try prune(command + ["-o", folder("small.pth")])
            found.append(try Data(contentsOf: URL(filePath: folder("small.pth"))))
        }
        #expect(found[0] == found[1])
    }

    @Test func theScriptNamesTheNetworkBesideIt() throws {
        let command = try folder.writePruneNetwork() + ["--cut", "layer2.1", "-o", folder("small.pth")]
        let outcome = try prune(command + ["--finetune", folder("tune.py")])
        let written = outcome.output.split(separator: "\n").filter { $0.hasPrefix("Written: ") }.map(String.init)
        #expect(written.count == 2 && outcome.output.contains("tune.py"), "\(outcome)")
        let text = folder.text(of: "tune.py")
        #expect(
            text.contains("\nCHECKPOINT = \"small.pth\"\n") && text.contains("\nSHAPE = (1, 32, 32)"),
            "\(text.prefix(500))")
        #expect(
            text.contains("tune.py --data") && text.contains("\"layer2.0.conv1\"")
                && text.contains("\nCUT = \"layer2.1\""))
        #expect(!text.contains("\"layer2.1."))

        // In another folder, by its path.
        try FileManager.default.createDirectory(atPath: folder("scripts"), withIntermediateDirectories: true)
        _ = try prune(command + ["--finetune", folder("scripts/tune.py")])
        #expect(folder.text(of: "scripts/tune.py").contains("\nCHECKPOINT = \"\(folder("small.pth"))\"\n"))
    }

    /// The whole network with its script, as a control.
    @Test func nothingCutIsACopy() throws {
        let command = try folder.writePruneNetwork() + ["--policy", "none", "-o", folder("same.safetensors")]
        let outcome = try prune(command + ["--finetune", folder("tune.py")])
        #expect(outcome.output.contains("Nothing is cut."), "\(outcome)")
        let state = try readStateDict(bytes: readFile(folder("same.safetensors")), file: "same")
        let whole = PruneInputs.network.parameters
        #expect(state.names == whole.map(\.name) && state.entries.map(\.tensor) == whole.map(\.tensor))
    }

    /// All that can be cut, of the first stage too; then there is nothing more.
    @Test func everythingThatCanBeCutMayGo() throws {
        let images = try folder.writePruneImages()
        let command =
            try folder.writePruneNetwork() + ["--policy", "tail", "3", "--data", images, "--json"] + [
                "--no-reconstruct"
            ]
        let report = try prune(command + ["-o", folder("least.pth")]).json()
        #expect(report["cut"] == .array(PruneInputs.cuttable.map(JSONValue.string)))
        let again = ["prune", folder("least.pth"), "--norm", "none"]
        let plan = try prune(again.dropFirst() + ["--policy", "none", "--data", images, "--json"]).json()
        #expect(plan["units"]?.elements.map { $0["name"]?.string } == ["conv1", "layer2.0", "layer3.0"])
        #expect(plan["accuracy"]?["whole"] == report["accuracy"]?["cut"])
        let more = try Program.run(again + ["--policy", "tail", "1"], in: folder)
        #expect(more.end == .exited(64), "\(more)")
        #expect(more.errors == "sepal: 1 unit can't be cut: there is 0 at most\n")
    }

    @Test func theAmountMayComeBeforeTheFile() throws {
        let network = try folder.writePruneNetwork()
        let first = try prune(["--policy", "tail", "2"] + network + ["--json"])
        #expect(try first.json()["cut"] == .array([.string("layer2.1"), .string("layer3.1")]))
        #expect(try prune(network + ["--policy", "tail", "2", "--json"]).output == first.output)
    }
}
