import Foundation
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The program in a terminal of its own, started by a shell with job control as at a prompt: keys in, screen out.
///
/// The shell leads the terminal's session and outlives the program, so that one can see in what state that leaves the
/// terminal; and only below a shell can a process be stopped. What the shell has to say goes to files.
final class TerminalSession {
    private(set) var screen: VirtualScreen
    private let folder: ScratchFolder
    private let shell: ChildProcess
    private let command: String
    private var master: Int32
    /// Held open, for the modes of a terminal that nobody has open are lost.
    private let slave: Int32
    private let modesBefore: [String]
    /// Whether it says that it is well when asked, as terminals do.
    var answersStatus = true
    private var answers = 0
    /// What it says of holding frames back: 2 as terminals that can, 0 as those that have never heard of it; nil: nothing.
    var synchronization: Int? = 2
    private var synchronizationAnswers = 0
    /// The most that it takes at a time, and the seconds between two times; nil: all that there is, at once.
    var slowness: (bytes: Int, seconds: Double)?
    private var lastRead = ContinuousClock.now

    /// Waits for the program; `fg` goes on with a stopped one as soon as a line has been typed.
    private static let script = """
        ulimit -c 0
        ${SEPAL_TEST_SETUP:-:}
        cd "$SEPAL_TEST_FOLDER"
        $SEPAL_TEST_MODE
        trap : HUP
        printf 'typed before\\n'
        "$@" 2>"$SEPAL_TEST_FOLDER/errors"
        status=$?
        while [ $status -eq $SEPAL_TEST_STOPPED ]; do
            echo stopped >"$SEPAL_TEST_FOLDER/stopped"
            read line
            fg >/dev/null
            status=$?
        done
        echo $status >"$SEPAL_TEST_FOLDER/status"
        read line
        printf '%s\\n' "$line" >"$SEPAL_TEST_FOLDER/line"
        """

    init(
        _ arguments: [String], columns: Int = 120, rows: Int = 40, in folder: ScratchFolder,
        environment: [String: String] = [:], hasJobControl: Bool = true
    ) throws {
        self.folder = folder
        screen = VirtualScreen(columns: columns, rows: rows)
        command = (["sepal"] + arguments).joined(separator: " ")
        (master, slave) = try Self.open()
        Self.setSize(of: master, columns: columns, rows: rows)
        modesBefore = Self.modes(of: slave)
        let own = [
            "SEPAL_TEST_FOLDER": folder.path, "SEPAL_TEST_STOPPED": "\(128 + SIGTSTP)",
            "SEPAL_TEST_MODE": hasJobControl ? "set -m" : ":",
        ]
        shell = try ChildProcess(
            "/bin/sh", ["-c", Self.script, "sh", try Program.path()] + arguments,
            environment: Program.environment(folder).merging(own) { $1 }.merging(environment) { $1 },
            streams: Array(repeating: .terminal(try Self.name(of: slave)), count: 3), leadsSession: true)
    }

    /// Both ends, which no child inherits: it opens the terminal by its name.
    private static func open() throws -> (master: Int32, slave: Int32) {
        try ChildProcess.spawning.withLock {
            var (master, slave): (Int32, Int32) = (-1, -1)
            guard openpty(&master, &slave, nil, nil, nil) == 0 else {
                throw Failure("no pseudo-terminal: \(String(cString: strerror(errno)))")
            }
            for end in [master, slave] { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
            return (master, slave)
        }
    }

    /// The path by which another process opens it.
    private static func name(of terminal: Int32) throws -> String {
        var name = [CChar](repeating: 0, count: 256)
        guard ttyname_r(terminal, &name, name.count) == 0 else { throw Failure("a terminal without a name") }
        return name.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } ?? "" }
    }

    deinit {
        if let program { ChildProcess.signal(SIGKILL, to: program) }
        // The shell's own group, in which the program is where there is no job control.
        _ = Foundation.kill(-shell.pid, SIGKILL)
        shell.kill()
        hangUp()
        close(slave)
    }

    // MARK: In

    /// Types text as a keyboard sends it.
    func type(_ text: String) { _ = Foundation.write(master, text, text.utf8.count) }

    /// Types more than the line holds at a time, as fast as it is taken.
    func typeAll(_ text: String) {
        var rest = Array(text.utf8)[...]
        let isTyped: Bool? = Deadline().poll {
            var request = pollfd(fd: master, events: Int16(POLLOUT), revents: 0)
            if poll(&request, 1, 0) > 0 {
                let part = Array(rest.prefix(512))
                rest = rest.dropFirst(max(0, Foundation.write(master, part, part.count)))
            }
            return rest.isEmpty || hasEnded() ? true : nil
        }
        if isTyped == nil { Issue.record("the text isn't taken") }
    }

    /// Keys as xterm sends them in its application mode.
    enum Key: String {
        case right = "\u{1B}OC"
        case left = "\u{1B}OD"
        case home = "\u{1B}OH"
        case end = "\u{1B}OF"
        case escape = "\u{1B}"
        case tab = "\t"
        case interrupt = "\u{3}"
        case stop = "\u{1A}"
    }

    func press(_ key: Key) { type(key.rawValue) }

    /// Gives the terminal another size; the system tells the program.
    func resize(columns: Int, rows: Int) {
        screen.resize(columns: columns, rows: rows)
        Self.setSize(of: master, columns: columns, rows: rows)
    }

    /// Puts text on the screen as another program does, a shell among them.
    func write(_ text: String) { _ = Foundation.write(slave, text, text.utf8.count) }

    /// Whether the line takes no more of what is sent.
    var isClogged: Bool {
        var request = pollfd(fd: slave, events: Int16(POLLOUT), revents: 0)
        return Foundation.poll(&request, 1, 0) == 0
    }

    /// Closes the terminal's other end, as a lost connection does.
    func hangUp() {
        if master >= 0 { close(master) }
        master = -1
    }

    /// The group in the foreground: the program, as long as it isn't the shell's turn.
    var program: pid_t? {
        let group = tcgetpgrp(master)
        return group > 1 && group != shell.pid ? group : nil
    }

    // MARK: Out

    /// Waits until the screen is as expected.
    /// - Throws: with the screen as it is, where it never comes so.
    func wait(
        _ expectation: String, sourceLocation: SourceLocation = #_sourceLocation, until isMet: (VirtualScreen) -> Bool
    ) throws {
        var isNew = true
        let found: Bool? = Deadline().poll {
            let hasEnded = status != nil
            isNew = readScreen() || isNew
            defer { isNew = false }
            return isNew && isMet(screen) ? true : hasEnded ? false : nil
        }
        if found != true {
            throw failure("\(found == nil ? "never" : "ended without"): \(expectation)", sourceLocation)
        }
    }

    /// Takes in what has been sent, and says whether the program has ended.
    func hasEnded() -> Bool {
        readScreen()
        return status != nil
    }

    /// Waits until the program has ended; its exit code as the shell has it.
    func waitForEnd(sourceLocation: SourceLocation = #_sourceLocation) throws -> Int32 {
        let found: Int32? = Deadline().poll {
            readScreen()
            return status
        }
        guard let found else { throw failure("it doesn't end", sourceLocation) }
        readScreen()
        return found
    }

    /// Waits until the shell sees the program stopped.
    func waitForStop(sourceLocation: SourceLocation = #_sourceLocation) throws {
        let found: Bool? = Deadline().poll {
            readScreen()
            return folder.text(of: "stopped").hasSuffix("\n") ? true : nil
        }
        if found == nil { throw failure("it doesn't stop", sourceLocation) }
        // It may stop once more.
        try? FileManager.default.removeItem(atPath: folder("stopped"))
        readScreen()
    }

    /// What the shell reads as its next line once the program has ended and Enter was pressed.
    func lineForTheShell(sourceLocation: SourceLocation = #_sourceLocation) throws -> String {
        type("\n")
        let found: Substring? = Deadline().poll {
            let text = folder.text(of: "line")
            return text.hasSuffix("\n") ? text.dropLast() : nil
        }
        guard let found else { throw failure("the shell reads nothing", sourceLocation) }
        return String(found)
    }

    /// What the program wrote on standard error.
    var errors: String { folder.text(of: "errors") }

    /// Bytes that are no ASCII among those that were sent.
    private(set) var bytesBeyondASCII = 0
    /// All that were read.
    private(set) var bytesRead = 0

    /// In how far the terminal isn't as it was found: nothing, if all is well.
    var leftBehind: [String] { leftBehind(hasAlternateScreen: true) }

    /// The same for a terminal type that may have but one screen.
    func leftBehind(hasAlternateScreen: Bool) -> [String] {
        var problems: [String] = []
        if Self.modes(of: slave) != modesBefore { problems.append("modes: \(Self.modes(of: slave)), \(modesBefore)") }
        if screen.modes.contains(1049) { problems.append("the alternate screen is still shown") }
        if !screen.modes.contains(25) { problems.append("the cursor is hidden") }
        if screen.modes.contains(1) || screen.hasApplicationKeypad { problems.append("keys are in application mode") }
        if screen.modes.contains(2026) { problems.append("frames are held back") }
        if screen.modes.contains(2004) { problems.append("pasted text is marked") }
        if screen.hasStyle { problems.append("a style is in force") }
        let start = screen.lines.prefix(2)
        if hasAlternateScreen, start.first != "typed before" { problems.append("the primary screen begins: \(start)") }
        return problems
    }

    func failure(_ text: String, _ location: SourceLocation = #_sourceLocation) -> Failure {
        Failure(
            """
            \(command), line \(location.line): \(text)
            screen of \(screen.columns) × \(screen.rows):
            \(screen.asciiText)
            standard error: \(errors)
            not understood: \(screen.unknown)
            """)
    }

    /// Exit code of the program once it has ended.
    private var status: Int32? {
        let text = folder.text(of: "status")
        return text.hasSuffix("\n") ? Int32(text.dropLast()) : nil
    }

    /// Takes in what has been sent, waiting a moment for it; whether there was any.
    @discardableResult
    private func readScreen() -> Bool {
        var hasRead = false
        var request = pollfd(fd: master, events: Int16(POLLIN), revents: 0)
        var buffer = [UInt8](repeating: 0, count: slowness?.bytes ?? 1 << 14)
        if let slowness, lastRead.duration(to: .now) < .seconds(slowness.seconds) { return false }
        // Not for ever: the question waits for an answer.
        for _ in 0..<(slowness == nil ? 100 : 1) where master >= 0 {
            guard poll(&request, 1, 5) > 0, Int32(request.revents) & POLLIN != 0 else { break }
            let count = read(master, &buffer, buffer.count)
            if count <= 0 { break }
            screen.feed(buffer[..<count])
            bytesBeyondASCII += buffer[..<count].count { $0 >= 0x80 }
            bytesRead += count
            hasRead = true
            lastRead = .now
            if answersStatus { answer() }
        }
        return hasRead
    }

    /// Answers what it was asked and hasn't answered yet.
    func answer() {
        while synchronizationAnswers < screen.synchronizationRequests {
            synchronizationAnswers += 1
            if let synchronization { type("\u{1B}[?2026;\(synchronization)$y") }
        }
        while answers < screen.statusRequests {
            answers += 1
            type("\u{1B}[0n")
        }
    }

    private static func setSize(of terminal: Int32, columns: Int, rows: Int) {
        var window = winsize(ws_row: UInt16(rows), ws_col: UInt16(columns), ws_xpixel: 0, ws_ypixel: 0)
        _ = ioctl(terminal, UInt(TIOCSWINSZ), &window)
    }

    /// Field by field, as structures aren't comparable.
    private static func modes(of terminal: Int32) -> [String] {
        var modes = termios()
        guard tcgetattr(terminal, &modes) == 0 else { return ["none"] }
        return ["\(modes.c_iflag) \(modes.c_oflag) \(modes.c_cflag) \(modes.c_lflag)", "\(modes.c_cc)"]
    }
}
