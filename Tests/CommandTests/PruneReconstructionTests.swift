import Formats
import Foundation
import StateDictionaries
import Tensors
import Testing

/// `prune` with the layers that are left fitted to the whole network.
@Suite struct PruneReconstructionTests {
    let folder: ScratchFolder
    let command: [String]

    init() throws {
        folder = try ScratchFolder()
        command = try folder.writePruneNetwork() + ["--cut", "layer2.1", "--json"]
    }

    private func prune(_ more: String...) throws -> Program.Outcome {
        let outcome = try Program.run(["prune"] + command + more, in: folder)
        try #require(outcome.end == .exited(0), "\(more): \(outcome)")
        return outcome
    }

    private func expectError(_ more: String..., code: Int32, words: String...) throws {
        let outcome = try Program.run(["prune"] + command + more, in: folder)
        #expect(outcome.end == .exited(code), "\(outcome)")
        for word in words { #expect(outcome.errors.contains(word), "\(word): \(outcome)") }
        #expect(outcome.output == "" && !FileManager.default.fileExists(atPath: folder("small.pth")))
    }

    private func others(count: Int = 40, seed: UInt64 = 5, channels: Int = 1) throws -> String {
        try folder.write(SmallImages(count: count, channels: channels, seed: seed).bytes, as: "others.npz")
    }

    @Test func otherImagesAreFittedOn() throws {
        let images = try folder.writePruneImages()
        let report = try prune("--data", images, "--calibrate", others(), "--calibrate-images", "30").json()
        #expect(report["accuracy"]?["images"] == .number(60))
        #expect(
            report["accuracy"]?["calibration"]
                == .object(["data": .string("others.npz"), "images": .number(30), "disjoint": .bool(true)]))
        #expect(report["accuracy"]?["reconstructed"]?.number != nil)
    }

    @Test func theReportSaysIt() throws {
        let images = try folder.writePruneImages()
        let table = command.filter { $0 != "--json" }
        let half = try Program.run(["prune"] + table + ["--data", images], in: folder)
        #expect(half.output.contains("Accuracy on 30 images of images.npz: "), "\(half)")
        #expect(half.output.contains(" reconstructed"), "\(half)")
        #expect(half.output.contains("Reconstructed on 30 other images of it, without their labels."), "\(half)")
        let apart = try Program.run(["prune"] + table + ["--data", images, "--calibrate", others()], in: folder)
        #expect(apart.output.contains("Reconstructed on 40 images of others.npz"), "\(apart)")
        let none = try Program.run(["prune"] + table + ["--data", images, "--no-reconstruct"], in: folder)
        #expect(none.output.contains("Accuracy on 60 images"), "\(none)")
        #expect(!none.output.lowercased().contains("reconstructed"), "\(none)")
    }

    /// No image is both fitted on and counted.
    @Test func imagesThatAreCountedAreLeftOut() throws {
        let images = try folder.writePruneImages()
        try expectError(
            "--data", images, "--calibrate", images, "-o", folder("small.pth"), code: 65, words: "images.npz",
            "accuracy is counted on all of its images")
        // Sixty of these are the others.
        let mixed = try folder.write(SmallImages(count: 90).bytes, as: "mixed.npz")
        let outcome = try prune("--data", images, "--calibrate", mixed)
        #expect(outcome.errors.contains("30 are left"), "\(outcome)")
        #expect(try outcome.json()["accuracy"]?["calibration"]?["images"] == .number(30))
    }

    @Test func imagesWithoutANetworksRunAreEnough() throws {
        let outcome = try prune("--calibrate", others(), "-o", folder("small.pth"))
        #expect(try outcome.json()["accuracy"] == .null && FileManager.default.fileExists(atPath: folder("small.pth")))
        let plain = try prune("-o", folder("plain.pth"))
        #expect(plain.errors.contains("give --calibrate PATH"), "\(plain)")
        #expect(
            try Data(contentsOf: URL(filePath: folder("small.pth")))
                != Data(contentsOf: URL(filePath: folder("plain.pth"))))
    }

    @Test func anyNumberOfThreadsWritesTheSameFile() throws {
        for threads in ["1", "2"] {
            _ = try prune("--calibrate", others(), "-o", folder("small\(threads).pth"), "--threads", threads)
        }
        #expect(
            try Data(contentsOf: URL(filePath: folder("small1.pth")))
                == Data(contentsOf: URL(filePath: folder("small2.pth"))))
    }

    /// What is told is of the numbers as they are written, in half precision too.
    @Test(arguments: [ElementType.float16, .bfloat16, .float64]) func otherTypesAreKept(type: ElementType) throws {
        let parameters = try PruneInputs.network.parameters.map { name, tensor in
            guard tensor.elementType == .float32 else { return (name: name, tensor: tensor) }
            return (
                name: name, tensor: try #require(Tensor(shape: tensor.shape, values: tensor.floats(), as: type))
            )
        }
        let network = try folder.write(
            stateDictBytes(try #require(StateDict(parameters)), as: .safetensors, file: "network"),
            as: "typed.safetensors")
        let images = try folder.writePruneImages()
        let path = folder("small.safetensors")
        let outcome = try Program.run(
            [
                "prune", network, "--norm", "none", "--cut", "layer2.1", "--data", images, "--calibrate", others(),
                "-o", path,
                "--json",
            ], in: folder)
        try #require(outcome.end == .exited(0), "\(outcome)")
        let state = try readStateDict(bytes: readFile(path), file: path)
        let floats = state.entries.filter { !$0.name.hasSuffix("num_batches_tracked") }
        #expect(floats.allSatisfy { $0.tensor.elementType == type })
        let again = try Program.run(["evaluate", path, "--data", images, "--norm", "none", "--json"], in: folder)
        #expect(try again.json()["accuracy"] == outcome.json()["accuracy"]?["reconstructed"], "\(again)")
    }

    @Test func whatCantBeDoneIsSaid() throws {
        let images = try folder.writePruneImages()
        let output = folder("small.pth")
        try expectError("--calibrate-images", "0", code: 64, words: "--calibrate-images 0: expected 1 or more")
        try expectError(
            "--no-reconstruct", "--calibrate", images, code: 64, words: "leave --calibrate and --calibrate-images out")
        try expectError("--reconstruct", code: 64, words: "--reconstruct needs images")
        try expectError(
            "--calibrate", try others(count: 10), "--calibrate-images", "5", "-o", output, code: 65,
            words: "5 calibration images are too few", "give 10 or more")
        try expectError(
            "--calibrate", try others(channels: 3), "-o", output, code: 65, words: "others.npz")
        try expectError("--calibrate", folder("nowhere.npz"), "-o", output, code: 74, words: "nowhere.npz")
        // By default too few images are only left alone.
        let few = try folder.write(SmallImages(count: 18).bytes, as: "few.npz")
        let outcome = try prune("--data", few)
        #expect(outcome.errors.contains("18 images are too few to fit layers on"), "\(outcome)")
        #expect(try outcome.json()["accuracy"]?["reconstructed"] == .null)
        #expect(try outcome.json()["accuracy"]?["images"] == .number(18))
    }
}
