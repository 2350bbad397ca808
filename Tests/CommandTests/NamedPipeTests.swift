import Foundation
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Where a command expects a file, what is none ends it at once: nobody is waited for.
@Suite struct NamedPipeTests {
    private let folder: ScratchFolder
    private let pipe: String

    init() throws {
        folder = try ScratchFolder()
        pipe = folder("pipe")
        guard mkfifo(pipe, 0o600) == 0 else { throw Failure("mkfifo: \(errno)") }
    }

    private func expectLine(
        _ arguments: [String], _ codes: Set<Int32>, _ words: String, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let outcome = try Program.run(arguments, in: folder)
        guard case .exited(let code) = outcome.end else {
            Issue.record("\(outcome)", sourceLocation: sourceLocation)
            return
        }
        #expect(
            codes.contains(code) && outcome.errorLines.count == 1, "\(arguments) \(outcome)",
            sourceLocation: sourceLocation)
        #expect(outcome.errors.contains(words), "\(arguments) \(outcome)", sourceLocation: sourceLocation)
    }

    @Test(arguments: ["pipe", "/dev/zero"]) func runFiles(name: String) throws {
        let path = name == "pipe" ? pipe : name
        let features = try folder.write(SmallFeatures().bytes, as: "features.npz")
        let found = name == "pipe" ? "not a run file, but a named pipe" : "not a run file, but a device"
        for arguments in [
            ["report", path], ["explore", path], ["figure", path, "-o", folder("figures")], ["compare", path, path],
            ["merge", path, "-o", folder("merged")], ["notes", path], ["prune", path, "--dry-run"],
            ["analyze", features, "-o", path], ["explore", features, "-o", path],
        ] { try expectLine(arguments, [65], found) }
    }

    @Test func checkpointsAndData() throws {
        let inputs = try folder.writeInputs()
        let features = try folder.write(SmallFeatures(hasLabels: false).bytes, as: "features.npz")
        for arguments in [
            ["analyze", pipe], ["analyze", pipe, "--data", inputs[2]], ["evaluate", pipe, "--data", inputs[2]],
            ["check", pipe], ["explore", pipe, "--data", inputs[2]], ["analyze", inputs[0], "--data", pipe],
            ["evaluate", inputs[0], "--data", pipe], ["analyze", features, "--labels", pipe],
            ["analyze", features, "--data", pipe], ["explore", "--watch", pipe, "--data", inputs[2]],
        ] { try expectLine(arguments, [64, 65, 74], "pipe") }
    }

    @Test func textFiles() throws {
        let run = try folder.makeRun()
        for arguments in [
            ["explore", run, "--keys", pipe], ["explore", run, "--config", pipe], ["notes", run, "--file", pipe],
            ["explore", run, "--keys", "/dev/zero"], ["explore", run, "--config", folder.path],
        ] { try expectLine(arguments, [65, 74], "can't be read") }
        try expectLine(["explore", run, "--theme", pipe], [65, 74], "a named pipe")
    }

    /// What a folder of pictures or of arrays holds beside them.
    @Test func insideFolders() throws {
        for name in ["pictures/a", "pictures/b", "arrays"] {
            try FileManager.default.createDirectory(atPath: folder(name), withIntermediateDirectories: true)
        }
        for path in ["pictures/a/0.png", "pictures/b/0.png", "arrays/layer.npy"] {
            guard mkfifo(folder(path), 0o600) == 0 else { throw Failure("mkfifo: \(errno)") }
        }
        let inputs = try folder.writeInputs()
        try expectLine(["evaluate", inputs[0], "--data", folder("pictures")], [65, 74], "named pipe")
        try expectLine(["analyze", folder("arrays")], [65, 74], "named pipe")
    }
}
