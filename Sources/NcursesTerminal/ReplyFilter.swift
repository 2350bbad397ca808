/// Takes the terminal's replies out of what it sends, so that none becomes a key.
///
/// A reply that comes in one piece is a code of ncurses' own. One that was cut on its way comes as single bytes; so while
/// one is expected, what looks like its beginning is held back for a moment.
struct ReplyFilter {
    /// The reply to ``FrameGate/request``.
    static let reply = "\u{1B}[0n"
    /// What ncurses hands out for it; its own codes are below.
    static let code: Int32 = 0x7000
    /// Seconds that an escape alone is held back: it is a key as well.
    static let escapeWait = 0.1
    /// Seconds for more than that, which nobody types.
    static let wait = 1.0

    private static let codes = reply.utf8.map(Int32.init)

    /// Codes of the reply that have come, and how many of them were given out since the rest was late.
    private var matched = 0
    private var released = 0
    private var lastCode = 0.0

    struct Outcome: Equatable {
        var codes: [Int32] = []
        var isReply = false
    }

    /// When what is held back has to be given out; nil: nothing is.
    var deadline: Double? {
        matched == released ? nil : lastCode + (matched == 1 ? Self.escapeWait : Self.wait)
    }

    /// What is to be done about a code (or byte) that came.
    mutating func take(_ code: Int32, at now: Double, isExpected: Bool) -> Outcome {
        if code == Self.code { return Outcome(codes: release(), isReply: true) }
        if matched > 0 || isExpected, code == Self.codes[matched] {
            lastCode = now
            matched += 1
            guard matched == Self.codes.count else { return Outcome() }
            (matched, released) = (0, 0)
            return Outcome(isReply: true)
        }
        let held = release()
        guard isExpected, code == Self.codes[0] else { return Outcome(codes: held + [code]) }
        (matched, lastCode) = (1, now)
        return Outcome(codes: held)
    }

    /// What has been held back for too long. Should the rest come yet, it is still no key.
    mutating func expire(at now: Double, isExpected: Bool) -> [Int32] {
        guard let deadline, now >= deadline else { return [] }
        guard isExpected else { return release() }
        defer { released = matched }
        return Array(Self.codes[released..<matched])
    }

    private mutating func release() -> [Int32] {
        defer { (matched, released) = (0, 0) }
        return Array(Self.codes[released..<matched])
    }
}
