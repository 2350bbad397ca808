import Cells

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// How a terminal is to be opened.
public struct TerminalOptions: Sendable {
    /// The colours asked for; nil takes what the terminal is known to have. More than it has is brought down to that.
    public var colors: ColorDepth?
    /// Where keys come from and where the screen is: file descriptors of a terminal. They stay the caller's.
    public var input: Int32
    public var output: Int32
    public var environment: TerminalEnvironment
    /// Seconds on a clock that never goes back.
    public var clock: @Sendable () -> Double

    public init(
        colors: ColorDepth? = nil, input: Int32 = 0, output: Int32 = 1, environment: TerminalEnvironment = .current,
        clock: @escaping @Sendable () -> Double = TerminalOptions.steadySeconds
    ) {
        self.colors = colors
        self.input = input
        self.output = output
        self.environment = environment
        self.clock = clock
    }

    private static let start = ContinuousClock.now

    /// Seconds since the first call.
    public static let steadySeconds: @Sendable () -> Double = { start.duration(to: .now) / .seconds(1) }
}

/// The environment variables that say something of the terminal.
public struct TerminalEnvironment: Sendable {
    /// TERM
    public var type: String
    /// COLORTERM says `truecolor` or `24bit`.
    public var announcesTruecolor: Bool
    /// NO_COLOR is set, and not empty.
    public var refusesColor: Bool
    /// ESCDELAY: milliseconds to wait for the rest of a key's sequence after an escape.
    public var escapeDelay: Int32

    public init(
        type: String, announcesTruecolor: Bool = false, refusesColor: Bool = false, escapeDelay: Int32 = 25
    ) {
        self.type = type
        self.announcesTruecolor = announcesTruecolor
        self.refusesColor = refusesColor
        self.escapeDelay = escapeDelay
    }

    /// That of this process.
    public static var current: TerminalEnvironment {
        func value(_ name: String) -> String { getenv(name).map { String(cString: $0) } ?? "" }
        return TerminalEnvironment(
            type: value("TERM"), announcesTruecolor: ["truecolor", "24bit"].contains(value("COLORTERM")),
            refusesColor: !value("NO_COLOR").isEmpty,
            escapeDelay: escapeDelay(of: value("ESCDELAY")))
    }

    /// What ESCDELAY says, where that is a wait that anybody can want.
    static func escapeDelay(of value: String) -> Int32 {
        Int32(value).flatMap { (0...10_000).contains($0) ? $0 : nil } ?? 25
    }
}
