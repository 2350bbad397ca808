import Cells

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// What keeps a program from running on a terminal of its own.
enum PtyError: Error, Equatable, CustomStringConvertible {
    case failed(call: String, code: Int32)
    /// The program ended, or left its terminal, while something was still expected of it.
    case ended(program: String)

    var description: String {
        switch self {
        case .failed(let call, let code): "\(call) failed: \(String(cString: strerror(code)))"
        case .ended(let program): "\(program) ended too early; run the same command by hand to see why"
        }
    }
}

/// A program on a terminal without a screen: what is typed here it reads, what it writes is read here.
final class PtyProcess {
    let identifier: pid_t
    private let program: String
    private let master: Int32

    /// - Parameters:
    ///   - program: the file to run.
    ///   - environment: all that it gets, as NAME=value.
    init(program: String, arguments: [String], environment: [String], size: Size) throws {
        var (master, slave) = (Int32(-1), Int32(-1))
        var window = winsize(
            ws_row: UInt16(size.rows), ws_col: UInt16(size.columns), ws_xpixel: 0, ws_ypixel: 0)
        guard openpty(&master, &slave, nil, nil, &window) == 0 else {
            throw PtyError.failed(call: "openpty", code: errno)
        }
        for end in [master, slave] { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        _ = fcntl(master, F_SETFL, O_NONBLOCK)
        defer { close(slave) }
        do {
            identifier = try Self.spawn(program, arguments, environment, terminal: slave)
        } catch {
            close(master)
            throw error
        }
        (self.program, self.master) = (program, master)
    }

    private static func spawn(
        _ program: String, _ arguments: [String], _ environment: [String], terminal: Int32
    ) throws -> pid_t {
        #if canImport(Glibc)
            var actions = posix_spawn_file_actions_t()
            var attributes = posix_spawnattr_t()
        #else
            var actions: posix_spawn_file_actions_t?
            var attributes: posix_spawnattr_t?
        #endif
        posix_spawn_file_actions_init(&actions)
        posix_spawnattr_init(&attributes)
        defer {
            posix_spawn_file_actions_destroy(&actions)
            posix_spawnattr_destroy(&attributes)
        }
        // The thread that spawns may have signals blocked, which the program would inherit.
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        for descriptor in 0...2 { posix_spawn_file_actions_adddup2(&actions, terminal, Int32(descriptor)) }
        let words = ([program] + arguments).map { strdup($0) }
        let settings = environment.map { strdup($0) }
        defer { (words + settings).forEach { free($0) } }
        var identifier = pid_t()
        let status = posix_spawn(&identifier, program, &actions, &attributes, words + [nil], settings + [nil])
        guard status == 0 else { throw PtyError.failed(call: "starting \(program)", code: status) }
        return identifier
    }

    func type(_ bytes: [UInt8]) throws {
        guard write(master, bytes, bytes.count) == bytes.count else {
            throw PtyError.failed(call: "typing", code: errno)
        }
    }

    /// The bytes at hand, after waiting for the first ones at most so long; none after that time.
    func output(within seconds: Double) throws -> [UInt8] {
        var request = pollfd(fd: master, events: Int16(POLLIN), revents: 0)
        // Rounded up, for a wait of zero turns the loop around it into a busy one, on processors that are to be measured.
        guard poll(&request, 1, Int32(max(0, (seconds * 1000).rounded(.up)))) > 0 else { return [] }
        return try withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 1 << 16) { buffer in
            let count = read(master, buffer.baseAddress, buffer.count)
            if count > 0 { return Array(buffer[..<count]) }
            if count < 0, errno == EAGAIN || errno == EINTR { return [] }
            throw PtyError.ended(program: program)
        }
    }

    /// Hangs up, which ends a program that still runs, and waits for its end.
    func end() {
        close(master)
        kill(identifier, SIGHUP)
        var status: Int32 = 0
        while waitpid(identifier, &status, 0) < 0, errno == EINTR {}
    }
}
