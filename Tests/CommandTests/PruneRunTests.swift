import Foundation
import Jobs
import Testing

@testable import sepal

/// `prune` on a saved run, whose network and images may be where they were, or elsewhere, or gone.
@Suite struct PruneRunTests {
    let folder: ScratchFolder
    let run: String

    init() throws {
        folder = try ScratchFolder()
        run = try folder.makePruneRun()
    }

    /// Runs what has to succeed.
    private func prune(_ arguments: String...) throws -> Program.Outcome {
        let outcome = try Program.run(["prune"] + arguments, in: folder)
        try #require(outcome.end == .exited(0), "\(arguments): \(outcome)")
        return outcome
    }

    private func expectError(_ arguments: String..., code: Int32, words: String...) throws {
        let outcome = try Program.run(["prune"] + arguments, in: folder)
        #expect(outcome.end == .exited(code), "\(outcome)")
        #expect(outcome.errorLines.count == 1 && outcome.errors.hasPrefix("sepal: "), "\(outcome)")
        for word in words { #expect(outcome.errors.contains(word), "\(word): \(outcome)") }
        #expect(!FileManager.default.fileExists(atPath: folder("small.pth")))
    }

    private func move(_ name: String, to other: String) throws {
        try FileManager.default.createDirectory(atPath: folder("moved"), withIntermediateDirectories: true)
        try FileManager.default.moveItem(atPath: folder(name), toPath: folder(other))
    }

    /// A plan by the run's curves is the one that analysing its network gives.
    @Test func theRunsPlanIsThatOfItsNetwork() throws {
        let ofRun = try prune(run, "--policy", "budget", "20%", "--json")
        #expect(ofRun.errors == "", "\(ofRun)")
        let ofNetwork = try prune(
            folder("network.safetensors"), "--norm", "none", "--data", folder("images.npz"), "--policy", "budget",
            "20%",
            "--json")
        #expect(try ofRun.json() == ofNetwork.json())
        let units = try ofRun.json()["units"]?.elements ?? []
        #expect(units.map { $0["name"]?.string } == PruneInputs.units)
        // The stem takes the image; across all others M changes.
        #expect(units.map { $0["deltaM"]?.number != nil } == [false, true, true, true, true, true])
        #expect(try ofRun.json()["accuracy"]?["cut"]?.number != nil)
    }

    @Test func theNetworkIsFoundWhereverItIs() throws {
        let plain = try prune(run, "--cut", "layer2.1", "--json").json()
        try move("network.safetensors", to: "moved/other.safetensors")
        // The plan needs no network.
        let without = try prune(run, "--cut", "layer2.1", "--json")
        #expect(try without.json()["accuracy"] == .null)
        #expect(try without.json().without("accuracy") == plain.without("accuracy"))
        #expect(without.errorLines.count == 1, "\(without)")
        #expect(
            without.errors.contains("network.safetensors is not where it was; give --checkpoint PATH"), "\(without)")
        try expectError(
            run, "--cut", "layer2.1", "-o", folder("small.pth"), code: 64,
            words: "network.safetensors is not where it was", "--checkpoint")

        let elsewhere = try prune(
            run, "--cut", "layer2.1", "-o", folder("small.pth"), "--checkpoint", folder("moved/other.safetensors"),
            "--json")
        #expect(elsewhere.errors == "", "\(elsewhere)")
        #expect(try elsewhere.json()["accuracy"] == plain["accuracy"])
        #expect(FileManager.default.fileExists(atPath: folder("small.pth")))
    }

    /// A run and its network moved together are together still.
    @Test func whatLiesBesideTheRunIsTried() throws {
        let plain = try prune(run, "--cut", "layer2.1", "--json").json()
        for name in ["run.sepal", "network.safetensors", "images.npz"] { try move(name, to: "moved/\(name)") }
        let moved = try prune(folder("moved/run.sepal"), "--cut", "layer2.1", "--json", "-o", folder("moved/small.pth"))
        #expect(moved.errors == "", "\(moved)")
        #expect(try moved.json()["accuracy"] == plain["accuracy"])
    }

    @Test func anotherNetworkIsRefused() throws {
        let other = try folder.write(SmallNetwork().bytes, as: "other.safetensors")
        try expectError(
            run, "--cut", "layer2.1", "-o", folder("small.pth"), "--checkpoint", other, code: 64,
            words: "other.safetensors", "not the network that the run was made of")
        try expectError(
            run, "--cut", "layer2.1", "--checkpoint", folder("nowhere.pth"), code: 74, words: "nowhere.pth",
            "No such file")
        // Nor is one that has taken its place.
        try FileManager.default.removeItem(atPath: folder("network.safetensors"))
        try FileManager.default.moveItem(atPath: other, toPath: folder("network.safetensors"))
        try expectError(
            run, "--cut", "layer2.1", "-o", folder("small.pth"), code: 64,
            words: "network.safetensors", "not the network that the run was made of")
    }

    @Test func imagesAreFoundOrAccuracyIsUnknown() throws {
        let plain = try prune(run, "--cut", "layer2.1", "--json").json()
        #expect(plain["accuracy"]?["images"] == .number(30))
        try move("images.npz", to: "moved/pictures.npz")
        let without = try prune(run, "--cut", "layer2.1", "-o", folder("small.pth"), "--json")
        #expect(try without.json()["accuracy"] == .null && FileManager.default.fileExists(atPath: folder("small.pth")))
        #expect(without.errorLines.count == 2, "\(without)")
        #expect(without.errors.contains("what is left is not fitted") && without.errors.contains("--calibrate"))
        #expect(
            without.errors.contains("accuracy after the cut unknown") && without.errors.contains("--data"), "\(without)"
        )

        let elsewhere = try prune(run, "--cut", "layer2.1", "--data", folder("moved/pictures.npz"), "--json")
        #expect(elsewhere.errors == "", "\(elsewhere)")
        for value in ["images", "whole", "cut", "reconstructed"] {
            #expect(try elsewhere.json()["accuracy"]?[value] == plain["accuracy"]?[value], "\(value)")
        }
    }

    @Test func otherImagesAreRefused() throws {
        let other = try folder.write(SmallImages(classes: 5).bytes, as: "other.npz")
        try expectError(
            run, "--cut", "layer2.1", "--data", other, "-o", folder("small.pth"), code: 64, words: "other.npz",
            "does not hold the images of the run")
        try expectError(
            run, "--cut", "layer2.1", "--data", folder("nowhere.npz"), code: 74, words: "nowhere.npz", "No such file")
    }

    /// τ and L are the run's unless told otherwise.
    @Test func criterionsNumbersCanBeTurned() throws {
        func flags(_ more: String...) throws -> [JSONValue?] {
            let outcome = try Program.run(["prune", run, "--policy", "none", "--json"] + more, in: folder)
            return try outcome.json()["units"]?.elements.map { $0["flags"] } ?? []
        }
        // Everything is one plateau.
        #expect(
            try flags("--tolerance", "1", "--min-length", "2").allSatisfy {
                $0?.elements.contains(.string("plateau")) == true
            })
        #expect(try flags("--min-length", "100").allSatisfy { $0?.elements.contains(.string("plateau")) == false })
    }

    @Test func anUnfinishedRunHasNoCurves() throws {
        let path = folder("half.sepal")
        _ = try folder.write(SmallImages(count: 800).bytes, as: "many.npz")
        let command = [
            "analyze", folder("network.safetensors"), "--norm", "none", "--data", folder("many.npz"), "-o", path,
        ]
        let stopped = try Program.run(command, in: folder) { errors, program in
            if errors.contains("layer 1/") { ChildProcess.signal(SIGINT, to: program) }
        }
        try #require(stopped.end == .exited(130), "\(stopped)")
        try expectError(path, code: 64, words: "--policy criterion", "isn't finished")
        let named = try prune(path, "--cut", "layer2.1", "--json").json()
        #expect(named["cut"] == .array([.string("layer2.1")]))
    }

    /// The demo's network and images are built in, and need not be anywhere.
    @Test func aRunOfTheDemoNeedsNoFiles() throws {
        let network = try folder.write(Demo.checkpoint, as: "signs.safetensors")
        let images = try folder.write(Demo.images, as: "signs.npz")
        let path = folder("demo.sepal")
        let made = try Program.run(
            ["analyze", network, "--data", images, "--samples", "60", "--resize", "8", "-o", path], in: folder)
        try #require(made.end == .exited(0), "\(made)")
        let plain = try prune(path, "--cut", "layer3.2", "--json").json()
        for file in [network, images] { try FileManager.default.removeItem(atPath: file) }
        let bare = try prune(path, "--cut", "layer3.2", "--json", "-o", folder("small.pth")).json()
        #expect(bare["accuracy"] == plain["accuracy"] && plain["accuracy"]?["cut"]?.number != nil)
        #expect(FileManager.default.fileExists(atPath: folder("small.pth")))
    }
}
