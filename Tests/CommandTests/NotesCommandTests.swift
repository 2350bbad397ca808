import Foundation
import Jobs
import Testing

@testable import sepal

/// `sepal notes`, which follows an explorer in another terminal.
@Suite struct NotesCommandTests {
    let folder: ScratchFolder
    let run: String

    init() throws {
        folder = try ScratchFolder()
        run = try folder.makeRun()
        try FileManager.default.createDirectory(
            atPath: folder("runtime"), withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        _ = try folder.write(
            Array(
                """
                # A talk.
                conv1: Edges and colours.
                conv1: Nothing is apart yet.
                layer1.0.conv2: The first block.
                *: Go on.
                layer9: Not in this network.

                """.utf8), as: "run.notes")
    }

    private var environment: [String: String] { ["XDG_RUNTIME_DIR": folder("runtime")] }

    private func start(
        _ arguments: [String] = [], input: ChildProcess.Stream = .nothing
    ) throws -> ChildProcess {
        try ChildProcess(
            Program.path(), ["notes", run] + arguments,
            environment: Program.environment(folder).merging(environment) { $1 },
            streams: [input, .file(folder("pages")), .file(folder("complaints"))])
    }

    /// Waits for a page that holds some words, behind the pages before.
    private func wait(_ words: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
        let found: Bool? = Deadline().poll { folder.text(of: "pages").contains(words) ? true : nil }
        try #require(
            found == true, "\(words): \(folder.text(of: "pages"))\(folder.text(of: "complaints"))",
            sourceLocation: sourceLocation)
    }

    @Test func theNotesFollowTheExplorer() throws {
        let notes = try start()
        defer { notes.kill() }
        try wait("waiting for: sepal explore \(run)\n")
        let session = try TerminalSession(["explore", run], in: folder, environment: environment)
        try session.wait("the first layer") { $0.isFilled && $0.shows("conv1", "layer 1/7") }
        let report = try Program.run(["report", run, "--json"], in: folder).json()
        let layers = report["layers"]?.elements ?? []
        func number(_ layer: Int, _ name: String) -> String {
            String(format: "%.4f", layers[layer][name]?.number ?? .nan)
        }
        try wait("layer 1/7   conv1\nM \(number(0, "M")) ± \(number(0, "Mse"))\nflags: ")
        try wait("\n\n    Edges and colours.\n    Nothing is apart yet.\n\nnext: 2  layer1.0.conv1\n\n")
        session.press(.right)
        try wait("layer 2/7   layer1.0.conv1\nM \(number(1, "M")) ± \(number(1, "Mse"))   change ")
        try wait("    Go on.\n\nnext: 3  layer1.0.conv2\n")
        session.type("G")
        try wait("layer 7/7   layer3.0.conv2\n")
        try wait("next: none, this is the last one\n")
        session.type("b")
        try wait("block 4/4   layer3.0.conv2\n")
        session.press(.home)
        session.press(.right)
        try wait("block 2/4   layer1.0.conv2\n")
        try wait("    The first block.\n\nnext: 5  layer2.0.conv2\n")
        // What is one's own alone.
        let files = try FileManager.default.contentsOfDirectory(atPath: folder("runtime/sepal"))
        #expect(files.count == 1 && files.allSatisfy { $0.hasSuffix(".position") }, "\(files)")
        let rights = try FileManager.default.attributesOfItem(atPath: folder("runtime/sepal"))[.posixPermissions]
        #expect(rights as? Int == 0o700)
        session.type("q")
        #expect(try session.waitForEnd() == 0)
        #expect(session.errors == "" && session.leftBehind == [])
        try wait("the explorer is closed; waiting for it\n")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder("runtime/sepal")) == [])
        ChildProcess.signal(SIGINT, to: notes.pid)
        #expect(Deadline().poll { notes.end() } == .exited(130))
        #expect(folder.text(of: "complaints") == "sepal: \(folder("run.notes")):6: 'layer9' is no layer of this run\n")
        #expect(!folder.text(of: "pages").contains("\u{1B}"))
    }

    @Test func theEndOfInputEndsIt() throws {
        try #require(mkfifo(folder("input"), 0o600) == 0)
        let notes = try start(input: ChildProcess.Stream(path: folder("input"), flags: O_RDONLY | O_NONBLOCK))
        defer { notes.kill() }
        let writer = open(folder("input"), O_WRONLY | O_CLOEXEC)
        try #require(writer >= 0)
        try wait("waiting for: ")
        #expect(notes.end() == nil)
        close(writer)
        #expect(Deadline().poll { notes.end() } == .exited(0))
    }

    @Test func onATerminalThePageIsReplaced() throws {
        let session = try TerminalSession(["notes", run], columns: 60, rows: 12, in: folder, environment: environment)
        try session.wait("what it waits for") { $0.lines[0].hasPrefix("waiting for: sepal explore") }
        let positions = try #require(PositionFile(run: run, environment: environment))
        let position = Position(
            run: positions.run, layer: 2, level: .conv, tolerance: 0.02, minLength: 3, process: getpid())
        try positions.write(position)
        try session.wait("the third layer's page alone") {
            $0.lines[0] == "layer 3/7   layer1.0.conv2" && !$0.text.contains("waiting")
                && $0.text.contains("The first block.")
        }
        session.press(.interrupt)
        #expect(try session.waitForEnd() == 130)
    }

    @Test func whatIsWrongIsOneLine() throws {
        let bad = try folder.write(Array("conv1: a\nconv1 b\n".utf8), as: "bad.notes")
        let nowhere = folder("nowhere.notes")
        for (arguments, code, words) in [
            (["notes", run, "--file", bad], Int32(65), "bad.notes:2: expected LAYER: WORDS"),
            (["notes", run, "--file", nowhere], 74, "nowhere.notes: the notes can't be read"),
            (["notes", bad], 65, "not a run file"), (["notes", folder("nowhere.sepal")], 74, "nowhere.sepal"),
        ] {
            let outcome = try Program.run(arguments, in: folder)
            #expect(outcome.end == .exited(code) && outcome.errorLines.count == 1, "\(outcome)")
            #expect(outcome.errors.contains(words) && outcome.output == "", "\(outcome)")
        }
    }
}

/// Where an explorer says that it is.
@Suite struct PositionFileTests {
    let folder: ScratchFolder
    let run: String

    init() throws {
        folder = try ScratchFolder()
        run = try folder.write([1], as: "run.sepal")
    }

    private func file(_ environment: [String: String]? = nil) throws -> PositionFile {
        try #require(PositionFile(run: run, environment: environment ?? ["TMPDIR": folder.path]))
    }

    private func position(_ file: PositionFile, process: Int32 = getpid()) -> Position {
        Position(run: file.run, layer: 3, level: .block, tolerance: 0.25, minLength: 4, process: process)
    }

    @Test func whatIsWrittenIsRead() throws {
        let file = try file()
        #expect(try file.read() == nil)
        try file.write(position(file))
        #expect(try file.read() == position(file))
        // By whatever name the run is called.
        try FileManager.default.createSymbolicLink(atPath: folder("link.sepal"), withDestinationPath: run)
        #expect(PositionFile(run: folder("link.sepal"), environment: ["TMPDIR": folder.path]) == file)
        file.remove(process: getpid() + 1)
        #expect(try file.read() != nil)
        file.remove(process: getpid())
        #expect(try file.read() == nil)
        #expect(PositionFile(run: folder("nowhere.sepal")) == nil)
    }

    @Test func theRuntimeFolderComesFirst() throws {
        try FileManager.default.createDirectory(atPath: folder("runtime"), withIntermediateDirectories: true)
        let all = ["XDG_RUNTIME_DIR": folder("runtime"), "TMPDIR": folder.path]
        #expect(try file(all).path.hasPrefix(folder("runtime/sepal/")))
        let missing = ["XDG_RUNTIME_DIR": folder("nowhere"), "TMPDIR": folder.path]
        #expect(try file(missing).path.hasPrefix(folder("sepal-\(getuid())/")))
    }

    /// A killed explorer leaves its file behind, and a stranger may leave anything.
    @Test func whatIsNoExplorersIsNotTaken() throws {
        let file = try file()
        try file.write(position(file, process: 0))
        #expect(try file.read() == nil)
        var other = position(file)
        other.run = "/another.sepal"
        try file.write(other)
        #expect(try file.read() == nil)
        for text in ["", "{", "[]", #"{"run": 3}"#] {
            try Data(text.utf8).write(to: URL(filePath: file.path))
            #expect(try file.read() == nil)
        }
    }

    @Test func aFolderThatIsOpenToOthersIsRefused() throws {
        let file = try file()
        try file.write(position(file))
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o755], ofItemAtPath: folder("sepal-\(getuid())"))
        #expect(throws: OutputError.self) { try file.read() }
        #expect(throws: OutputError.self) { try file.write(position(file)) }
        try FileManager.default.removeItem(atPath: folder("sepal-\(getuid())"))
        // A link could lead anywhere.
        try FileManager.default.createDirectory(
            atPath: folder("elsewhere"), withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        try FileManager.default.createSymbolicLink(
            atPath: folder("sepal-\(getuid())"), withDestinationPath: folder("elsewhere"))
        #expect(throws: OutputError.self) { try file.write(position(file)) }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder("elsewhere")) == [])
    }
}
