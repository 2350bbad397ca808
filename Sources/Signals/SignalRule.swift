#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// What the program makes of a signal. This is the one table of them.
public enum SignalRule: Hashable, Sendable {
    /// The write that it comes with fails as well, which is an error like any other.
    case ignored
    /// Asks the program to end: see ``OrderlyEnd``.
    case ending
    /// Something is broken. The terminal is given back, and the signal takes its course.
    case fault
    /// Stops the process. The terminal is given back for as long, where one is open.
    case stopping
    /// What a terminal shows may be lost. Without one it means nothing.
    case redrawing
    /// Left to the system.
    case untouched

    public init(_ number: Int32) {
        switch number {
        case SIGPIPE, SIGXFSZ: self = .ignored
        case SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGSEGV, SIGSYS: self = .fault
        case SIGTSTP, SIGTTIN, SIGTTOU: self = .stopping
        case SIGWINCH, SIGCONT: self = .redrawing
        case SIGKILL, SIGSTOP, SIGCHLD, SIGURG: self = .untouched
        #if canImport(Darwin)
            case SIGEMT: self = .fault
            case SIGINFO: self = .untouched
        #endif
        // SIGINT, SIGTERM, SIGHUP, SIGQUIT, timers, limits, those of users and of real time: whatever else would kill
        // the program as it stands.
        default: self = .ending
        }
    }

    /// All signals that the system may have.
    static let numbers: ClosedRange<Int32> = {
        #if canImport(Glibc)
            1...64
        #else
            1...31
        #endif
    }()

    /// Those that a rule is for.
    var numbers: [Int32] { Self.numbers.filter { SignalRule($0) == self } }
}
