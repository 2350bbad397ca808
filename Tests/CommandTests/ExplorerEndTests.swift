import Foundation
import RunStore
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Every way for the explorer to end or pause but `q`: the terminal has to be as it was.
@Suite struct ExplorerEndTests {
    let folder: ScratchFolder
    /// That of a command that was interrupted.
    private let codeAfterSignal: Int32 = 130

    init() throws { folder = try ScratchFolder() }

    /// An explorer on images enough to be at work for a while.
    private func busySession(hasJobControl: Bool = true) throws -> TerminalSession {
        let session = try TerminalSession(
            ["explore"] + folder.writeInputs(SmallImages(count: 900)) + ["-o", folder("other.sepal")], in: folder,
            hasJobControl: hasJobControl)
        try session.wait("a layer of the full pass") { $0.isFilled && $0.lines[0].contains(/layer [2-6] of 7/) }
        return session
    }

    /// What was finished is in the run file, which is closed properly.
    private func expectSomeLayers() throws {
        let store = try RunStore.open(path: folder("other.sepal"))
        defer { store.close() }
        let count = try store.finishedLayers().count
        #expect((1..<7).contains(count), "\(count) layers")
        #expect(try !store.isComplete())
    }

    /// An explorer on a saved run.
    private func idleSession() throws -> TerminalSession {
        let session = try TerminalSession(["explore", try folder.makeRun()], in: folder)
        try session.wait("the first layer") { $0.isFilled && $0.shows("conv1", "layer 1/7") }
        return session
    }

    @Test func itCanBeLeftAtWork() throws {
        let session = try busySession()
        session.type("q")
        #expect(try session.waitForEnd() == 0)
        #expect(session.leftBehind == [])
        #expect(session.errors == "")
        try expectSomeLayers()
    }

    @Test func aSignalEndsItAtWork() throws {
        let session = try busySession()
        ChildProcess.signal(SIGTERM, to: try #require(session.program))
        #expect(try session.waitForEnd() == codeAfterSignal)
        #expect(session.leftBehind == [])
        #expect(session.errors == "")
        try expectSomeLayers()
    }

    /// Without job control, which a shell can't do without a terminal.
    @Test func aLostTerminalEndsIt() throws {
        let session = try busySession(hasJobControl: false)
        session.hangUp()
        #expect(try session.waitForEnd() == codeAfterSignal)
        try expectSomeLayers()
    }

    @Test func controlCEndsIt() throws {
        let session = try idleSession()
        session.press(.interrupt)
        #expect(try session.waitForEnd() == codeAfterSignal)
        #expect(session.leftBehind == [])
        #expect(session.errors == "")
    }

    @Test func itStopsAndGoesOn() throws {
        let session = try TerminalSession(["explore"] + folder.writeInputs(), in: folder)
        try session.wait("the end of the analysis") { $0.isComplete && $0.isFilled }
        session.press(.stop)
        try session.waitForStop()
        #expect(session.leftBehind == [])
        // Changed meanwhile.
        session.resize(columns: 80, rows: 24)
        session.type("\n")
        try session.wait("the screen again") {
            $0.modes.contains(1049) && !$0.modes.contains(25) && $0.isFilled && $0.layer?.name == "layer3.0.conv2"
        }
        session.press(.left)
        try session.wait("the layer before") { $0.layer?.name == "layer3.0.conv1" }
        session.type("q")
        #expect(try session.waitForEnd() == 0)
        #expect(session.leftBehind == [])
        // Made-up weights guess, which is warned of once all is known.
        #expect(session.errors.hasPrefix("sepal: WARNING: accuracy") && session.errors.hasSuffix("order\n"))
    }
}
