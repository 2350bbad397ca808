import Foundation
import Synchronization
import Testing

@testable import sepal

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Text that is pasted, and keys that are held down.
@Suite struct PasteTests {
    let folder: ScratchFolder

    init() throws { folder = try ScratchFolder() }

    /// Every key that does something, controls and sequences among them.
    private static let text = String(
        repeating: "es1234567890p\rwuUq\tM:export\r/conv\n\u{1B}[A\u{1B}OPSe{}TK|rB z?\u{1B}e\u{4}é漢\u{7F}", count: 1800
    )

    private func session() throws -> TerminalSession {
        let session = try TerminalSession(["explore", try folder.makeRun()], in: folder)
        try session.wait("the first layer") { $0.isFilled && $0.shows("conv1", "layer 1/7") }
        return session
    }

    private func names() throws -> Set<String> { Set(try FileManager.default.contentsOfDirectory(atPath: folder.path)) }

    @Test func pastedTextDoesNothing() throws {
        let session = try session()
        #expect(session.screen.modes.contains(2004) && Self.text.utf8.count > 100_000)
        let before = (
            names: try names(), run: FileManager.default.contents(atPath: folder("run.sepal")),
            text: session.screen.text
        )
        session.typeAll("\u{1B}[200~\(Self.text)\u{1B}[201~")
        // What is typed behind it is taken.
        session.type("?")
        try session.wait("the help") { $0.text.contains("go to the layer before") }
        session.type("?")
        try session.wait("all as it was") { $0.text == before.text }
        #expect(try names() == before.names)
        #expect(FileManager.default.contents(atPath: folder("run.sepal")) == before.run)
        session.type("q")
        #expect(try session.waitForEnd() == 0)
        #expect(session.leftBehind == [] && session.errors == "")
    }

    /// The marks may be cut on their way.
    @Test func aCutMarkStillEndsIt() throws {
        let session = try session()
        session.type("\u{1B}[200~sqe\u{1B}[2")
        for _ in 0..<30 { #expect(!session.hasEnded()) }
        session.type("01~l")
        try session.wait("the next layer") { $0.shows("layer1.0.conv1", "layer 2/7") }
        session.type("q")
        #expect(try session.waitForEnd() == 0)
        #expect(session.leftBehind == [])
    }

    @Test func aPromptTakesIt() throws {
        let session = try session()
        session.type("/")
        session.type("\u{1B}[200~layer2\r\n\u{1B}[A.0.conv2\n\u{1B}[201~")
        try session.wait("the layer that was looked for") { $0.shows("layer2.0.conv2", "layer 5/7") }
        #expect(session.screen.text.contains("/layer2.0.conv2"))
        session.type("\r")
        session.type("q")
        #expect(try session.waitForEnd() == 0)
    }

    /// A text that is pasted while the program leaves must not become the shell's.
    @Test func theShellGetsNoneOfIt() throws {
        let session = try session()
        session.type("\u{1B}[200~touch ")
        for _ in 0..<10 { #expect(!session.hasEnded()) }
        ChildProcess.signal(SIGTERM, to: try #require(session.program))
        session.type("evil\n\u{1B}[201~")
        #expect(try session.waitForEnd() == 130)
        #expect(try session.lineForTheShell() == "")
        #expect(session.leftBehind == [])
    }

    /// Where nothing marks what is pasted, or a key is held down: what is under way is finished, and the rest is overtaken.
    @Test(arguments: ["q", "\u{3}"]) func heldKeysDoNotPileUp(leaving: String) throws {
        let session = try session()
        let before = try names()
        session.typeAll(String(repeating: "e", count: 500) + leaving)
        #expect(try session.waitForEnd() == (leaving == "q" ? 0 : 130))
        let written = try names().subtracting(before).subtracting(["status"])
        #expect(written.count <= 8 && written.allSatisfy { $0.hasPrefix("sepal-conv1-screen") }, "\(written.sorted())")
        #expect(written.count { $0.hasSuffix(".svg") } == written.count { $0.hasSuffix(".txt") }, "\(written.sorted())")
        #expect(session.leftBehind == [])
    }

    @Test func onlyTheNewestWishWaits() {
        let queue = KeepingQueue()
        let (begun, mayGoOn) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
        let done = Mutex<[String]>([])
        let note = { @Sendable (text: String) in done.withLock { $0.append(text) } }
        queue.ask(.export) {
            begun.signal()
            mayGoOn.wait()
            note("first")
        }
        begun.wait()
        for number in 1...500 {
            queue.ask(.export) { note("export \(number)") }
            queue.ask(.plan(run: 0)) { note("plan \(number)") }
            queue.ask(.view(run: number % 2)) { note("view \(number)") }
        }
        let last = DispatchSemaphore(value: 0)
        queue.ask(.view(run: 2)) { last.signal() }
        mayGoOn.signal()
        last.wait()
        #expect(done.withLock { $0 } == ["first", "view 499", "export 500", "plan 500", "view 500"])
        // When the program is left.
        queue.ask(.export) {
            begun.signal()
            mayGoOn.wait()
            note("begun")
        }
        begun.wait()
        queue.ask(.export) { note("left out") }
        queue.ask(.view(run: 0)) { note("view") }
        queue.leaveOut(.export)
        mayGoOn.signal()
        queue.finish()
        #expect(done.withLock { $0.suffix(2) } == ["begun", "view"])
    }
}

/// Pasted by another program than these tests.
@Suite struct TmuxTests {
    private static let path = ["/usr/bin/tmux", "/usr/local/bin/tmux", "/opt/homebrew/bin/tmux"].first {
        FileManager.default.isExecutableFile(atPath: $0)
    }

    @Test(.enabled(if: path != nil, "needs tmux")) func aPasteOfTmuxDoesNothing() throws {
        let folder = try ScratchFolder()
        let run = try folder.makeRun()
        let socket = folder("tmux")
        func tmux(_ arguments: String...) throws -> String {
            let child = try ChildProcess(
                Self.path ?? "", ["-S", socket, "-f", "/dev/null"] + arguments,
                environment: Program.environment(folder).merging(["SHELL": "/bin/sh"]) { $1 },
                streams: [.nothing, .file(folder("said")), .nothing])
            _ = Deadline().poll { child.end() }
            return folder.text(of: "said")
        }
        defer { _ = try? tmux("kill-server") }
        func wait(_ word: String) throws -> String {
            let found: String? = try Deadline().poll {
                let text = try tmux("capture-pane", "-p", "-t", "0")
                return text.contains(word) ? text : nil
            }
            guard let found else { throw Failure("never \(word): \(try tmux("capture-pane", "-p", "-t", "0"))") }
            return found
        }
        let text = try folder.write(Array(String(repeating: "es q\tp\rwe\n", count: 10_000).utf8), as: "text")
        _ = try tmux(
            "new-session", "-d", "-x", "120", "-y", "40",
            "cd '\(folder.path)'; '\(try Program.path())' explore '\(run)'; echo ended with $?; exec cat")
        _ = try wait("layer 1/7")
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
        _ = try tmux("load-buffer", text)
        _ = try tmux("paste-buffer", "-p", "-t", "0")
        _ = try tmux("send-keys", "-t", "0", "?")
        _ = try wait("go to the layer before")
        _ = try tmux("send-keys", "-t", "0", "?")
        _ = try wait("layer 1/7")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == names)
        // An open prompt takes it.
        _ = try tmux("set-buffer", "layer3.0.conv2\n")
        _ = try tmux("send-keys", "-t", "0", "/")
        _ = try tmux("paste-buffer", "-p", "-t", "0")
        #expect(try wait("layer 7/7").contains("/layer3.0.conv2"))
        _ = try tmux("send-keys", "-t", "0", "Enter", "q")
        _ = try wait("ended with 0")
    }
}
