import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Terminals that are slow, silent or restless.
@Suite struct TerminalStormTests {
    let folder: ScratchFolder

    init() throws { folder = try ScratchFolder() }

    private func session(
        columns: Int = 120, rows: Int = 40, answersStatus: Bool = true, synchronization: Int? = 2
    ) throws -> TerminalSession {
        let session = try TerminalSession(
            ["explore", try folder.makeRun()], columns: columns, rows: rows, in: folder)
        session.answersStatus = answersStatus
        session.synchronization = synchronization
        try session.wait("the first layer") { $0.isFilled && $0.shows("conv1", "layer 1/7") }
        return session
    }

    private func leave(_ session: TerminalSession) throws {
        session.type("q")
        #expect(try session.waitForEnd() == 0)
        #expect(session.leftBehind == [])
        #expect(session.errors == "")
        #expect(session.screen.unknown == [])
    }

    /// Leaves while the reader takes little or nothing; what has been sent is read afterwards.
    private func leaveUnread(_ session: TerminalSession) throws {
        session.type("q")
        let found: Bool? = Deadline().poll { session.hasEnded() ? true : nil }
        #expect(found == true)
        session.slowness = nil
        #expect(try session.waitForEnd() == 0)
        #expect(session.leftBehind == [])
        #expect(session.errors == "")
    }

    /// It is asked three times, and then left alone.
    @Test func aSilentTerminalWillDo() throws {
        let session = try session(answersStatus: false)
        for (key, name, place) in [
            ("l", "layer1.0.conv1", 2), ("l", "layer1.0.conv2", 3), ("h", "layer1.0.conv1", 2),
            ("G", "layer3.0.conv2", 7),
            ("h", "layer3.0.conv1", 6), ("gg", "conv1", 1),
        ] {
            session.type(key)
            try session.wait("\(name) after \(key)") { $0.shows(name, "layer \(place)/7") }
        }
        #expect(session.screen.statusRequests == 3)
        try leave(session)
    }

    /// Each frame asks, and nothing does in between.
    @Test func aTerminalAtRestIsNotAsked() throws {
        let session = try session()
        session.type("l")
        try session.wait("the next layer") { $0.shows("layer1.0.conv1", "layer 2/7") }
        // Rings of the layers beside may still come, and are not shown.
        let asked = session.screen.statusRequests
        #expect(asked > 0)
        for _ in 0..<40 { #expect(!session.hasEnded()) }
        #expect(session.screen.statusRequests <= asked + 1)
        try leave(session)
    }

    /// The kernel keeps some 64 KB of what isn't read; what a screen of this size needs is more.
    @Test(arguments: [false, true]) func nobodyReads(answersStatus: Bool) throws {
        let session = try session(columns: 300, rows: 100, answersStatus: answersStatus)
        session.slowness = (bytes: 1, seconds: 3600)
        for _ in 0..<40 { session.type("zlMRt") }
        // It leaves though nobody reads, and nothing waits for the frames that nobody has seen.
        try leaveUnread(session)
    }

    /// Neither does what ends it from outside, nor a crash.
    @Test(arguments: [(SIGTERM, 130), (SIGSEGV, 128 + SIGSEGV)] as [(Int32, Int32)])
    func signalsWhileNobodyReads(signal: Int32, code: Int32) throws {
        let session = try session(columns: 300, rows: 100, answersStatus: false)
        session.slowness = (bytes: 1, seconds: 3600)
        for _ in 0..<40 { session.type("zlMRt") }
        ChildProcess.signal(signal, to: try #require(session.program))
        let found: Bool? = Deadline().poll { session.hasEnded() ? true : nil }
        #expect(found == true)
        session.slowness = nil
        #expect(try session.waitForEnd() == code)
        #expect(session.leftBehind == [])
    }

    /// Keys are taken as they come, and what they lead to is shown in the end, but not everything on the way there.
    @Test(arguments: [false, true]) func aSlowReaderSeesTheLast(answersStatus: Bool) throws {
        let session = try session(answersStatus: answersStatus)
        let shown = session.screen.statusRequests
        session.slowness = TerminalSetting.isThorough ? (bytes: 1000, seconds: 1) : (bytes: 1000, seconds: 0.01)
        for _ in 0..<10 {
            for _ in 0..<8 { session.type("lhlhl") }
            _ = session.hasEnded()
        }
        session.type("Gh")
        try session.wait("the layer before the last") { $0.shows("layer3.0.conv1", "layer 6/7") && $0.isFilled }
        #expect(session.screen.statusRequests - shown < 200)
        try leaveUnread(session)
    }

    /// It is asked once whether it can hold frames back, and where it can, every later one is.
    @Test(arguments: [2, 0, nil] as [Int?]) func framesAreWhole(synchronization: Int?) throws {
        let session = try session(synchronization: synchronization)
        for (key, name, place) in [("l", "layer1.0.conv1", 2), ("l", "layer1.0.conv2", 3), ("gg", "conv1", 1)] {
            session.type(key)
            try session.wait("\(name) after \(key)") { $0.shows(name, "layer \(place)/7") }
        }
        #expect(session.screen.synchronizationRequests == 1)
        #expect(session.screen.heldFrames >= 3 || synchronization != 2)
        #expect(session.screen.heldFrames == 0 || synchronization == 2)
        try leave(session)
        #expect(try session.lineForTheShell() == "")
    }

    /// Stopped while a frame is on its way: what the shell writes then is read as text, and afterwards the screen is whole.
    @Test(arguments: [false, true]) func itStopsWhileAFrameIsHalfSent(answersStatus: Bool) throws {
        let session = try session(columns: 300, rows: 100, answersStatus: answersStatus)
        let texts = try textsAtRest(session)
        session.slowness = (bytes: 1, seconds: 3600)
        let found: Bool? = Deadline().poll {
            session.type("z")
            return session.isClogged ? true : nil
        }
        #expect(found == true)
        session.slowness = (bytes: 997, seconds: 0.01)
        try expectToStopAndGoOn(session, showing: texts)
        try leaveUnread(session)
    }

    /// The frame itself is sent, but on its way for seconds yet. What the line has of it then it drops at the key.
    @Test(arguments: [false, true]) func itStopsWhileAFrameIsHalfRead(answersStatus: Bool) throws {
        let session = try session(answersStatus: answersStatus)
        let texts = try textsAtRest(session)
        for step in 1...(TerminalSetting.isThorough ? 5 : 3) {
            session.slowness = TerminalSetting.isThorough ? (bytes: 1000, seconds: 1) : (bytes: 97, seconds: 0.001)
            session.type("z")
            let start = session.bytesRead
            try session.wait("a part of a frame") { _ in session.bytesRead > start + 150 * step }
            try expectToStopAndGoOn(session, showing: texts)
        }
        try leaveUnread(session)
    }

    /// What the screen shows with the ring alone, and with all panels.
    private func textsAtRest(_ session: TerminalSession) throws -> [String] {
        try session.wait("the first layer's ring") { $0.dots(columns: 0..<58, rows: 2..<28) > 100 }
        session.type("z")
        try session.wait("the ring alone") { $0.isFilled && !$0.text.contains("Similarity") }
        // To the frame's last byte.
        for _ in 0..<40 { _ = session.hasEnded() }
        let ring = session.screen.text
        session.type("z")
        try session.wait("all panels") { $0.isFilled && $0.text.contains("Similarity") }
        for _ in 0..<40 { _ = session.hasEnded() }
        return [ring, session.screen.text]
    }

    private func expectToStopAndGoOn(_ session: TerminalSession, showing texts: [String]) throws {
        session.press(.stop)
        try session.waitForStop()
        let slowness = session.slowness
        session.slowness = nil
        session.write("[1] + Stopped\r\n$ ")
        try session.wait("the shell's words") { $0.text.contains("[1] + Stopped\n$") }
        #expect(session.leftBehind == [])
        session.slowness = slowness
        session.type("\n")
        // Keys that nobody had taken the line has dropped as well, so it may be either.
        try session.wait("the whole screen") { $0.modes.contains(1049) && texts.contains($0.text) }
        session.slowness = nil
    }

    @Test func aStormOfSizes() throws {
        let session = try session()
        var numbers = Numbers(seed: 5)
        let program = try #require(session.program)
        for step in 0..<200 {
            session.resize(columns: 1 + Int(numbers.next() % 300), rows: 1 + Int(numbers.next() % 100))
            ChildProcess.signal(SIGWINCH, to: program)
            if step % 20 == 0 { session.type("l") }
        }
        session.resize(columns: 100, rows: 30)
        try session.wait("the last size") { $0.isFilled }
        session.type("G")
        try session.wait("the last layer at the last size") { $0.isFilled && $0.shows("layer3.0.conv2", "7/7") }
        session.type("q")
        #expect(try session.waitForEnd() == 0)
        // What was on the primary screen has been cut with it.
        #expect(session.leftBehind(hasAlternateScreen: false) == [] && !session.screen.modes.contains(1049))
        #expect(session.errors == "" && session.screen.unknown == [])
    }

    /// Keys of all kinds, what is no key, and sizes, faster than anybody has them.
    @Test(.enabled(if: TerminalSetting.isThorough, "needs SEPAL_THOROUGH")) func twoThousandKeys() throws {
        var numbers = Numbers(seed: 6)
        var session = try session()
        for step in 0..<2000 {
            session.type(randomKey(&numbers))
            if step % 50 == 49 {
                session.resize(columns: 1 + Int(numbers.next() % 200), rows: 1 + Int(numbers.next() % 70))
            }
            // A command typed by chance may be that to leave.
            if step % 10 == 9, session.hasEnded() {
                #expect(try session.waitForEnd() == 0 && session.errors == "")
                #expect(session.leftBehind(hasAlternateScreen: false) == [])
                session = try self.session()
            }
        }
        session.resize(columns: 120, rows: 40)
        session.press(.escape)
        try session.wait("an escape alone") { _ in true }
        session.type("xx")
        session.press(.escape)
        try session.wait("a whole screen") { $0.rows == 40 && $0.lines[39].contains("q quit") }
        #expect(session.errors == "")
        ChildProcess.signal(SIGTERM, to: try #require(session.program))
        #expect(try session.waitForEnd() == 130)
        // Small sizes have cut what was on the primary screen.
        #expect(session.leftBehind(hasAlternateScreen: false) == [] && !session.screen.modes.contains(1049))
        #expect(session.errors == "")
    }

    private func randomKey(_ numbers: inout Numbers) -> String {
        let keys = Array("hlgG[]/nN zRMPKTokjfaAcCWvyb+=-_><tx:?0123456789\t\r\u{7F}\u{1}\u{5}").map(String.init)
        let sequences = [
            "\u{1B}OA", "\u{1B}OB", "\u{1B}OC", "\u{1B}OD", "\u{1B}OH", "\u{1B}OF", "\u{1B}[Z", "\u{1B}[5~",
            "\u{1B}[15~",
            // No keys, or keys cut short.
            "\u{1B}", "\u{1B}[", "\u{1B}[0", "\u{1B}[0n", "\u{1B}[1;", "\u{1B}]0;x\u{7}", "\u{1B}[<0;3;4M",
            "\u{1B}[M !!",
            "\u{1B}[200~", "é", "漢", "\u{FFFD}", "\u{0}",
        ]
        let kinds = numbers.next() % 4
        let choices = kinds == 0 ? sequences : keys
        return choices[Int(numbers.next() % UInt64(choices.count))]
    }
}
