import Foundation
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Outputs that take nothing more: full disks, limits of files, readers that have gone. They are errors like any other.
@Suite struct ClosedOutputTests {
    let folder: ScratchFolder
    let run: String

    init() throws {
        folder = try ScratchFolder()
        run = try folder.makeRun()
    }

    /// Runs a command by a shell that has set up its outputs.
    private func run(_ arguments: [String], _ setup: String) throws -> Program.Outcome {
        let child = try ChildProcess(
            "/bin/sh", ["-c", "cd '\(folder.path)'; \(setup)\nexec \"$@\"", "sh", Program.path()] + arguments,
            environment: Program.environment(folder),
            streams: [.nothing, .file(folder("printed")), .file(folder("said"))])
        guard let end = Deadline().poll({ child.end() }) else {
            child.kill()
            throw Failure("\(arguments) doesn't end")
        }
        return Program.Outcome(end: end, output: folder.text(of: "printed"), errors: folder.text(of: "said"))
    }

    /// The end of a pipe whose other end is closed.
    private static let nobodyReads = "mkfifo p; exec 3<>p 4>p 3<&-; rm p; exec >&4"

    @Test func nobodyReads() throws {
        let features = try folder.write(SmallFeatures().bytes, as: "features.npz")
        for command in [
            ["report", run], ["report", run, "--json"], ["report", run, "--html"], ["analyze", features],
            ["compare", run, run], ["capture"], ["--help"], ["figure", run, "-o", folder("figures")],
        ] {
            let outcome = try run(command, Self.nobodyReads)
            #expect(outcome.end == .exited(74), "\(command): \(outcome)")
            #expect(!outcome.errors.contains("standard output"), "whoever left needn't be told: \(outcome)")
        }
    }

    /// What the parser of the command line prints is checked like everything else.
    @Test(.enabled(if: FileManager.default.fileExists(atPath: "/dev/full")))
    func theDiskIsFull() throws {
        for command in [
            ["--help"], ["--version"], ["--generate-completion-script", "bash"], ["help", "explore"],
            ["analyze", "--help"], ["--experimental-dump-help"], ["capture"], ["report", run, "--html"],
        ] {
            let outcome = try Program.run(command, in: folder, sink: "/dev/full")
            #expect(outcome.end == .exited(74), "\(command): \(outcome)")
            #expect(outcome.errorLines.count == 1 && outcome.errors.contains("No space left"), "\(command): \(outcome)")
        }
    }

    /// The system would kill who writes more than files may have.
    @Test(.enabled(if: !Program.isSanitized, "sanitizers write longer files"))
    func filesAreLimited() throws {
        let network = folder("network.safetensors")
        for (command, file) in [
            (
                ["analyze", network, "--data", folder("images.npz"), "--norm", "none", "-o", folder("new.sepal")],
                "new.sepal"
            ),
            (["figure", run, "-o", folder("figures")], "histograms"),
            (["prune", run, "--policy", "none", "-o", folder("small.pth")], "small.pth"),
            (["prune", run, "--policy", "none", "-o", folder("small.onnx")], "small.onnx"),
            (["compare", run, run, "-o", folder("curves.svg")], "curves.svg"),
        ] {
            let outcome = try run(command, "ulimit -f 4")
            #expect(outcome.end == .exited(74), "\(command): \(outcome)")
            #expect(outcome.errorLines.last?.contains(file) == true, "\(command): \(outcome)")
            let names = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? []
            #expect(names.allSatisfy { !$0.contains(".sepal-") && !$0.contains(".new-") }, "\(command): \(names)")
        }
        let outcome = try run(["report", run, "--html"], "ulimit -f 4")
        #expect(outcome.end == .exited(74) && outcome.errorLines.count == 1, "\(outcome)")
    }

    /// In the explorer a wish that can't be had is said, and nothing else happens.
    @Test(.enabled(if: !Program.isSanitized, "sanitizers write longer files"))
    func filesAreLimitedInTheExplorer() throws {
        let session = try TerminalSession(
            ["explore", run], columns: 150, in: folder, environment: ["SEPAL_TEST_MODE": "ulimit -f 4"])
        try session.wait("the first layer") { $0.isFilled && $0.shows("conv1", "layer 1/7") }
        session.type("e")
        try session.wait("that it isn't exported") { $0.text.contains("not exported: ./sepal-conv1-screen") }
        session.type("s")
        try session.wait("that the view isn't kept") { $0.text.contains("view not kept: ") }
        session.type("q")
        #expect(try session.waitForEnd() == 0)
        #expect(session.leftBehind == [])
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        #expect(names.allSatisfy { !$0.hasPrefix(".sepal-") && !$0.contains("screen") }, "\(names)")
        #expect(try run(["report", run], ":").end == .exited(0))
    }

    /// On a disk of two pages, which hold what is there.
    @Test(.enabled(if: Program.canMount, "takes a user who can mount file systems"))
    func aCutNetworkFindsNoRoom() throws {
        for command in [["-o", "disk/small.pth"], ["-o", "small.pth", "--finetune", "disk/small.py"]] {
            let outcome = try Program.run(
                ["prune", run, "--policy", "none"] + command, in: folder,
                by: Program.mounting(
                    """
                    cd '\(folder.path)'; mkdir -p disk; mount -t tmpfs -o size=8k none disk
                    echo before >disk/small.pth; cp disk/small.pth disk/small.py
                    "$0" "$@"; status=$?
                    grep -c before disk/small.*; ls -A disk | wc -l; exit $status
                    """))
            #expect(outcome.end == .exited(74), "\(outcome)")
            #expect(outcome.errorLines.last?.contains("No space left on device") == true, "\(outcome)")
            // What was there is there, and nothing else.
            #expect(outcome.output == "disk/small.pth:1\ndisk/small.py:1\n2\n", "\(outcome)")
        }
    }

    @Test(.enabled(if: !Program.isSanitized, "sanitizers write longer files"))
    func aRecordingThatCannotGoOnEndsTheExplorer() throws {
        let session = try TerminalSession(
            ["explore", run, "--record", folder("talk.cast")], in: folder,
            environment: ["SEPAL_TEST_MODE": "ulimit -f 4"])
        #expect(try session.waitForEnd() == 74)
        #expect(session.leftBehind == [])
        #expect(session.errors.hasPrefix("sepal: ") && session.errors.contains("talk.cast"), "\(session.errors)")
    }
}
