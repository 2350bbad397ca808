import Foundation
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Every signal in every mode of the explorer: the terminal is as it was, nothing temporary is left, and the exit code says
/// what has happened.
@Suite struct SignalTests {
    enum Mode: CaseIterable {
        case live, saved, recorded, watching
    }

    private static let ending: [Int32] = {
        #if canImport(Glibc)
            // Power fails, a coprocessor's stack, the first and the last of those of real time.
            let others: [Int32] = [30, 16, 34, 64]
        #else
            let others: [Int32] = []
        #endif
        return [SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2, SIGALRM, SIGVTALRM, SIGPROF, SIGXCPU, SIGIO]
            + others
    }()
    private static let ignored = [SIGPIPE, SIGXFSZ]
    private static let faults = [SIGSEGV, SIGABRT, SIGILL, SIGTRAP, SIGBUS, SIGFPE, SIGSYS]

    /// All of them where nothing is at work, which is quick; of each kind some elsewhere.
    private static func some(_ signals: [Int32], in mode: Mode) -> ArraySlice<Int32> {
        signals.prefix(mode == .saved || TerminalSetting.isThorough ? signals.count : 2)
    }

    /// An explorer of that mode, and the folder that all its files are in.
    private func session(_ mode: Mode) throws -> (TerminalSession, ScratchFolder) {
        let folder = try ScratchFolder()
        for name in ["scratch", "runtime", "checkpoints"] {
            try FileManager.default.createDirectory(atPath: folder(name), withIntermediateDirectories: false)
        }
        let command =
            switch mode {
            case .live: try folder.writeInputs(SmallImages(count: 900)) + ["-o", folder("out.sepal")]
            case .saved: [try folder.makeRun()]
            case .recorded: [try folder.makeRun(), "--record", folder("talk.cast")]
            case .watching: ["--watch", folder("checkpoints"), "--data", try folder.writeInputs()[2]]
            }
        let session = try TerminalSession(
            ["explore"] + command, in: folder,
            environment: ["TMPDIR": folder("scratch"), "XDG_RUNTIME_DIR": folder("runtime")])
        try session.wait("something to see") {
            switch mode {
            case .live: $0.isFilled && $0.lines[0].contains(/layer [2-6] of 7/)
            case .saved, .recorded: $0.isFilled && $0.shows("conv1", "layer 1/7")
            case .watching: $0.text.contains("waiting for a checkpoint")
            }
        }
        return (session, folder)
    }

    /// Files that shouldn't be there any more.
    private func leftovers(in folder: ScratchFolder) -> [String] {
        let known: Set = [
            "scratch", "runtime", "sepal", "checkpoints", "status", "errors", "network.safetensors", "images.npz",
            "run.sepal", "out.sepal", "talk.cast",
        ]
        let names = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? []
        return names.filter { name in
            let name = URL(filePath: name).lastPathComponent
            return !known.contains(name) && !name.hasPrefix("output-") && !name.hasPrefix("errors-")
        }
    }

    @Test(arguments: Mode.allCases) func theyEndItInGoodOrder(mode: Mode) throws {
        for signal in Self.some(Self.ending, in: mode) {
            let (session, folder) = try session(mode)
            ChildProcess.signal(signal, to: try #require(session.program))
            #expect(try session.waitForEnd() == 130, "signal \(signal)")
            #expect(session.leftBehind == [], "signal \(signal)")
            #expect(session.errors == "", "signal \(signal)")
            #expect(leftovers(in: folder) == [], "signal \(signal)")
        }
    }

    /// What a write meets is for the write to say.
    @Test(arguments: Mode.allCases) func someMeanNothing(mode: Mode) throws {
        let (session, folder) = try session(mode)
        for signal in Self.ignored { ChildProcess.signal(signal, to: try #require(session.program)) }
        session.type("?")
        try session.wait("the help") { $0.text.contains("go to the layer before") }
        session.type("q")
        #expect(try session.waitForEnd() == 0)
        #expect(session.leftBehind == [])
        #expect(leftovers(in: folder) == [])
    }

    /// Nothing can be put in order then but the terminal. Layers that were finished are in a companion of the run file, from
    /// where they are taken when it is opened next.
    @Test(arguments: Mode.allCases) func crashesGiveTheTerminalBack(mode: Mode) throws {
        for signal in Self.some(Self.faults, in: mode) {
            let (session, folder) = try session(mode)
            ChildProcess.signal(signal, to: try #require(session.program))
            #expect(try session.waitForEnd() == 128 + signal, "signal \(signal)")
            #expect(session.leftBehind == [], "signal \(signal)")
            let left = leftovers(in: folder).filter { name in
                !["out.sepal-wal", "out.sepal-shm"].contains(name) && !name.hasSuffix(".position")
            }
            #expect(left == [], "signal \(signal)")
        }
    }

    /// The second one waits for nothing, not even for what the first has begun; the terminal is given back all the same, and
    /// nothing that is temporary stays.
    @Test func aSecondOneEndsItAtOnce() throws {
        for signals in [[SIGTERM, SIGTERM], [SIGINT, SIGTERM, SIGHUP], [SIGUSR1, SIGQUIT]] {
            let (session, folder) = try session(.live)
            session.type("eee")
            let program = try #require(session.program)
            for signal in signals { ChildProcess.signal(signal, to: program) }
            #expect(try session.waitForEnd() == 130, "\(signals)")
            #expect(session.leftBehind == [], "\(signals)")
            let left = leftovers(in: folder).filter { !$0.hasPrefix("out.sepal-") && !$0.hasSuffix(".position") }
            #expect(left.allSatisfy { $0.hasPrefix("sepal-") }, "\(signals): \(left)")
        }
    }

    /// Swift's runtime would ask what to do, and wait for half a minute.
    @Test func aCrashStartsNoConversation() throws {
        let folder = try ScratchFolder()
        let session = try TerminalSession(
            ["explore", try folder.makeRun()], in: folder, environment: ["SWIFT_BACKTRACE": ""])
        try session.wait("the first layer") { $0.isFilled && $0.shows("conv1", "layer 1/7") }
        ChildProcess.signal(SIGSEGV, to: try #require(session.program))
        #expect(try session.waitForEnd() == 128 + SIGSEGV)
        #expect(session.leftBehind == [])
        let said = session.errors + session.screen.text
        #expect(!said.contains("Press") && !said.contains("acktrac"), "\(said)")
    }

    /// Ended while it is stopped, as by `kill %1`: the terminal is the shell's then, and stays so.
    @Test func itEndsWhileStopped() throws {
        let (session, folder) = try session(.saved)
        let program = try #require(session.program)
        session.press(.stop)
        try session.waitForStop()
        // All that was written before has come once this has.
        session.write("the shell's")
        try session.wait("what the shell writes") { $0.text.contains("the shell's") }
        let read = session.bytesRead
        ChildProcess.signal(SIGTERM, to: program)
        ChildProcess.signal(SIGCONT, to: program)
        let hasEnded: Bool? = Deadline().poll {
            let state = try? String(contentsOfFile: "/proc/\(program)/stat", encoding: .utf8)
            return state?.contains(") Z ") ?? true ? true : nil
        }
        #expect(hasEnded == true)
        session.write("still")
        try session.wait("what the shell writes next") { $0.text.contains("still") }
        #expect(session.bytesRead == read + "still".utf8.count, "\(session.screen.asciiText)")
        #expect(!session.hasEnded(), "\(session.screen.asciiText)")
        #expect(session.leftBehind == [])
        // Where the terminal would stop it once more, it ends at once, and its position is for the next one to take away.
        #expect(leftovers(in: folder).filter { $0 != "stopped" && !$0.hasSuffix(".position") } == [])
    }

    /// Those by which the system stops what touches the terminal from the background stop it in good order as well.
    @Test(arguments: [SIGTSTP, SIGTTIN, SIGTTOU]) func itStopsAndGoesOn(signal: Int32) throws {
        let (session, _) = try session(.saved)
        ChildProcess.signal(signal, to: try #require(session.program))
        try session.waitForStop()
        #expect(session.leftBehind == [])
        session.type("\n")
        try session.wait("the screen again") {
            $0.modes.isSuperset(of: [1049, 2004]) && $0.shows("conv1", "layer 1/7")
        }
        session.type("q")
        #expect(try session.waitForEnd() == 0)
        #expect(session.leftBehind == [])
    }
}

/// Signals for commands without a screen.
@Suite struct InterruptionTests {
    let folder: ScratchFolder

    init() throws { folder = try ScratchFolder() }

    /// Starts a command whose standard error has room for so many bytes and is never read.
    private func start(_ arguments: [String], room: Int) throws -> (child: ChildProcess, pipe: Int32) {
        try #require(mkfifo(folder("clogged"), 0o600) == 0)
        let pipe = open(folder("clogged"), O_RDWR | O_NONBLOCK | O_CLOEXEC)
        try #require(pipe >= 0)
        // The least that there is: one page (F_SETPIPE_SZ, which Swift doesn't see).
        let size = Int(fcntl(pipe, 1031, 4096))
        try #require(size > room)
        let filling = [UInt8](repeating: 0, count: size - room)
        try #require(write(pipe, filling, filling.count) == filling.count)
        let child = try ChildProcess(
            Program.path(), arguments, environment: Program.environment(folder),
            streams: [.nothing, .nothing, ChildProcess.Stream(path: folder("clogged"), flags: O_WRONLY)])
        return (child, pipe)
    }

    #if canImport(Glibc)
        /// Until there is something to put in order, nothing is waited for: here it reads, and says so to nobody.
        @Test(arguments: [SIGINT, SIGTERM]) func whatLoadsEndsAtOnce(signal: Int32) throws {
            let path = try folder.write(SmallFeatures().bytes, as: "features.npz")
            let (child, pipe) = try start(["analyze", path, "-o", folder("run.sepal")], room: 0)
            defer {
                child.kill()
                close(pipe)
            }
            let isWaiting: Bool? = Deadline().poll { try? isInWrite(child.pid) ? true : nil }
            try #require(isWaiting == true)
            ChildProcess.signal(signal, to: child.pid)
            #expect(Deadline().poll { child.end() } == .exited(130))
            #expect(!FileManager.default.fileExists(atPath: folder("run.sepal")))
        }

        /// In the midst of its work it waits for somebody who never reads: the first signal can't be answered, the second
        /// needn't be.
        @Test(arguments: [1, 2]) func noHangIsForEver(signals: Int) throws {
            let path = try folder.write(SmallFeatures().bytes, as: "features.npz")
            // Room for what it says while it loads, not for its layers.
            let (child, pipe) = try start(["analyze", path, "-o", folder("run.sepal")], room: 200)
            defer {
                child.kill()
                close(pipe)
            }
            let isWaiting: Bool? = Deadline().poll {
                try? FileManager.default.fileExists(atPath: folder("run.sepal")) && isInWrite(child.pid) ? true : nil
            }
            try #require(isWaiting == true)
            for _ in 0..<signals { ChildProcess.signal(SIGTERM, to: child.pid) }
            #expect(Deadline().poll { child.end() } == .exited(130))
        }

        /// Whether a thread waits for room in a pipe.
        private func isInWrite(_ process: pid_t) throws -> Bool {
            try FileManager.default.contentsOfDirectory(atPath: "/proc/\(process)/task").contains { thread in
                let path = "/proc/\(process)/task/\(thread)/wchan"
                return try String(contentsOfFile: path, encoding: .utf8).contains("pipe_w")
            }
        }
    #endif

    /// Neither what was begun is left, nor is anything begun after it.
    @Test(arguments: [SIGINT, SIGTERM, SIGHUP, SIGUSR1]) func figuresAreWholeOrNotThere(signal: Int32) throws {
        let run = try folder.makeRun()
        var wasThere = false
        let outcome = try Program.run(["figure", run, "-o", folder("figures")], in: folder) { _, program in
            let names = (try? FileManager.default.contentsOfDirectory(atPath: folder("figures"))) ?? []
            if !names.isEmpty, !wasThere {
                wasThere = true
                ChildProcess.signal(signal, to: program)
            }
        }
        let names = try FileManager.default.contentsOfDirectory(atPath: folder("figures"))
        #expect(names.allSatisfy { !$0.hasPrefix(".") }, "\(names)")
        // Twelve files are written in a moment.
        #expect(wasThere && (outcome.end == .exited(130) || names.count == 12), "\(outcome), \(names)")
    }
}
