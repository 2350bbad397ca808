import Foundation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A process started with an empty signal mask and all signals as the system has them; a thread of a test may have
/// blocked or ignored some, and a child would inherit that.
struct ChildProcess {
    /// What a descriptor of the child is opened on.
    struct Stream {
        var path: String
        var flags: Int32

        static let nothing = Stream(path: "/dev/null", flags: O_RDWR)
        static func file(_ path: String) -> Stream { Stream(path: path, flags: O_WRONLY | O_CREAT | O_TRUNC) }
        /// The controlling terminal of a child that leads a session.
        static func terminal(_ path: String) -> Stream { Stream(path: path, flags: O_RDWR) }
    }

    enum End: Equatable, CustomStringConvertible {
        case exited(Int32)
        case signalled(Int32)

        /// Of what waitpid(2) reports.
        init(status: Int32) {
            let signal = status & 0x7F
            self = signal == 0 ? .exited(status >> 8 & 0xFF) : .signalled(signal)
        }

        var description: String {
            switch self {
            case .exited(let code): "exit code \(code)"
            case .signalled(let number): "killed by signal \(number)"
            }
        }
    }

    let pid: pid_t

    /// Held while a descriptor is open that children would inherit.
    static let spawning = NSLock()

    #if canImport(Darwin)
        private static let newSession = Int32(POSIX_SPAWN_SETSID)
    #else
        /// POSIX_SPAWN_SETSID, which spawn.h has for GNU sources only.
        private static let newSession: Int32 = 0x80
    #endif

    /// - Parameters:
    ///   - streams: descriptors 0, 1, 2 of the child, in this order.
    ///   - leadsSession: whether the child gets a session of its own, so that a terminal it opens becomes its own.
    init(
        _ path: String, _ arguments: [String], environment: [String: String], streams: [Stream],
        leadsSession: Bool = false
    ) throws {
        #if canImport(Darwin)
            var actions: posix_spawn_file_actions_t?
            var attributes: posix_spawnattr_t?
        #else
            var actions = posix_spawn_file_actions_t()
            var attributes = posix_spawnattr_t()
        #endif
        posix_spawn_file_actions_init(&actions)
        posix_spawnattr_init(&attributes)
        defer {
            posix_spawn_file_actions_destroy(&actions)
            posix_spawnattr_destroy(&attributes)
        }
        for (descriptor, stream) in streams.enumerated() {
            posix_spawn_file_actions_addopen(&actions, Int32(descriptor), stream.path, stream.flags, 0o600)
        }
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        sigfillset(&signals)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        var flags = Int32(POSIX_SPAWN_SETSIGMASK) | Int32(POSIX_SPAWN_SETSIGDEF)
        if leadsSession { flags |= Self.newSession }
        posix_spawnattr_setflags(&attributes, Int16(flags))
        var argumentPointers = ([path] + arguments).map { strdup($0) } + [nil]
        var environmentPointers = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { (argumentPointers + environmentPointers).forEach { free($0) } }
        var pid: pid_t = 0
        let code = Self.spawning.withLock {
            posix_spawn(&pid, path, &actions, &attributes, &argumentPointers, &environmentPointers)
        }
        guard code == 0 else { throw Failure("\(path) cannot be started: \(String(cString: strerror(code)))") }
        self.pid = pid
    }

    /// How the child ended; nil while it runs.
    func end() -> End? {
        var status: Int32 = 0
        return waitpid(pid, &status, WNOHANG) == pid ? End(status: status) : nil
    }

    /// Ends it at once, whatever it does.
    func kill() {
        Self.signal(SIGKILL, to: pid)
        var status: Int32 = 0
        while waitpid(pid, &status, 0) < 0, errno == EINTR {}
    }

    static func signal(_ number: Int32, to pid: pid_t) {
        // Zero and below would mean whole groups.
        if pid > 1 { _ = Foundation.kill(pid, number) }
    }
}

/// What a test can't go on without, in words.
struct Failure: Error, CustomStringConvertible {
    var description: String
    init(_ description: String) { self.description = description }
}

/// A time after which something must be wrong: far longer than anything takes, on a busy machine too, and as many times
/// that as SEPAL_PATIENCE says, for programs that a sanitizer slows down.
struct Deadline {
    private static let patience = ProcessInfo.processInfo.environment["SEPAL_PATIENCE"].flatMap { Int($0) } ?? 1

    private let end: ContinuousClock.Instant

    init(seconds: Int = 90) { end = ContinuousClock.now + .seconds(seconds * Self.patience) }

    var hasPassed: Bool { ContinuousClock.now > end }

    /// Asks again and again until there is an answer.
    func poll<Answer>(_ question: () throws -> Answer?) rethrows -> Answer? {
        while true {
            if let answer = try question() { return answer }
            if hasPassed { return nil }
            _ = Foundation.poll(nil, 0, 5)
        }
    }
}

/// A folder of a test's own, removed with it.
final class ScratchFolder {
    let path: String

    init() throws {
        let name = "sepal-test-\(UUID().uuidString)"
        path = FileManager.default.temporaryDirectory.appending(path: name).path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func callAsFunction(_ name: String) -> String { path + "/" + name }

    /// Writes a file and returns its path.
    func write(_ bytes: [UInt8], as name: String) throws -> String {
        try Data(bytes).write(to: URL(filePath: self(name)))
        return self(name)
    }

    /// What is in a file; nothing where there is none.
    func text(of name: String) -> String {
        String(decoding: FileManager.default.contents(atPath: self(name)) ?? Data(), as: UTF8.self)
    }
}
