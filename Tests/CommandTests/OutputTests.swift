import Foundation
import Testing

/// What a command writes never goes onto what it reads, nor onto something else that it writes.
@Suite struct OutputTests {
    let folder: ScratchFolder
    private let network: String
    private let images: String
    private let features: String
    private let run: String

    init() throws {
        folder = try ScratchFolder()
        run = try folder.makeRun()
        (network, images) = (folder("network.safetensors"), folder("images.npz"))
        features = try folder.write(SmallFeatures().bytes, as: "features.npz")
        _ = try folder.write(Array("wait done\npress q\n".utf8), as: "keys")
        _ = try folder.write(Array("dwell = 2\n".utf8), as: "config.toml")
        let files = FileManager.default
        for name in ["run.sepal", "network.safetensors", "images.npz", "features.npz", "keys", "config.toml"] {
            try files.createSymbolicLink(atPath: folder("link-\(name)"), withDestinationPath: name)
            try files.linkItem(atPath: folder(name), toPath: folder("hard-\(name)"))
        }
    }

    /// Every way to name a file: as it is, over its folder, by a link of either kind.
    private func names(_ name: String) -> [String] {
        [folder(name), "\(folder.path)/./../\(URL(filePath: folder.path).lastPathComponent)/\(name)"]
            + ["link-\(name)", "hard-\(name)"].map { folder($0) }
    }

    private func contents() throws -> [String: Data] {
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        return Dictionary(
            uniqueKeysWithValues: names.filter { !$0.hasPrefix("output-") && !$0.hasPrefix("errors-") }.map {
                ($0, FileManager.default.contents(atPath: folder($0)) ?? Data())
            })
    }

    private func expectRefused(_ arguments: [String], sourceLocation: SourceLocation = #_sourceLocation) throws {
        let before = try contents()
        let outcome = try Program.run(arguments, in: folder)
        #expect(
            outcome.end == .exited(64) && outcome.errorLines.count == 1, "\(outcome)", sourceLocation: sourceLocation)
        #expect(try contents() == before, "\(arguments)", sourceLocation: sourceLocation)
    }

    @Test func nothingIsWrittenOntoAnInput() throws {
        for name in ["run.sepal", "keys", "config.toml"].flatMap(names) {
            try expectRefused(
                ["explore", run, "--keys", folder("keys"), "--config", folder("config.toml"), "--record", name])
        }
        // A saved run reads its network and images again to try cuts, and SQLite keeps files beside it.
        for name in [network, images, run + "-wal", run + "-shm", run + "-journal"] {
            try expectRefused(["explore", run, "--record", name])
        }
        for name in ["network.safetensors", "images.npz"].flatMap(names) {
            try expectRefused(["explore", network, "--data", images, "--record", name])
            try expectRefused(["analyze", network, "--data", images, "-o", name])
        }
        for name in names("features.npz") {
            try expectRefused(["explore", features, "--record", name])
            try expectRefused(["analyze", features, "-o", name])
        }
        for name in names("run.sepal") {
            try expectRefused(["merge", run, "-o", name])
            try expectRefused(["prune", run, "-o", name])
            try expectRefused(["prune", run, "-o", folder("small.pth"), "--finetune", name])
        }
        for name in names("network.safetensors") {
            try expectRefused(["prune", network, "--cut", "layer1.0", "-o", name])
        }
    }

    @Test func nothingIsWrittenIntoAFolderOfInputs() throws {
        let set = folder("set")
        try FileManager.default.createDirectory(atPath: set + "/deep", withIntermediateDirectories: true)
        try FileManager.default.copyItem(atPath: images, toPath: set + "/images.npz")
        _ = try folder.write([1], as: "set/deep/a.png")
        for name in ["/images.npz", "/deep/a.png"] {
            try expectRefused(["explore", network, "--data", set, "--record", set + name])
            try expectRefused(["explore", "--watch", set, "--data", images, "--record", set + name])
        }
    }

    @Test func nothingIsWrittenOntoAnotherOutput() throws {
        let new = folder("new")
        try FileManager.default.createSymbolicLink(atPath: folder("link-new"), withDestinationPath: "new")
        for other in [new, folder("./new"), folder("link-new")] {
            try expectRefused(["explore", features, "-o", new, "--record", other])
        }
        try expectRefused(["explore", features, "-o", new, "--record", new + "-wal"])
        try expectRefused(["compare", run, run, "-o", folder("a.svg"), "-o", folder("./a.svg")])
        try expectRefused(["prune", run, "-o", folder("a.pth"), "--finetune", folder("a.pth")])
    }

    /// A shell opens what it redirects into before the command can object; what it appends to is still there.
    @Test(arguments: [["report"], ["report", "--html"], ["check"], ["evaluate"], ["compare"], ["figure"]])
    func nothingIsAppendedToAnInput(command: [String]) throws {
        let before = try contents()
        let (name, inputs) =
            switch command[0] {
            case "check": (features, [features])
            case "evaluate": (network, [network, "--data", images])
            case "compare": (run, [run, run])
            case "figure": (run, [run, "-o", folder("figures")])
            default: (run, [run])
            }
        let arguments = [try Program.path()] + command.prefix(1) + inputs + command.dropFirst()
        let child = try ChildProcess(
            "/bin/sh", ["-c", "name=$1; shift; \"$@\" >>\"$name\"", "sh", name] + arguments,
            environment: Program.environment(folder), streams: [.nothing, .nothing, .nothing])
        #expect(Deadline().poll { child.end() } == .exited(64))
        try? FileManager.default.removeItem(atPath: folder("figures"))
        #expect(try contents() == before)
    }
}
