/// What a terminal says that is no key.
enum TerminalReply: Equatable {
    /// To ``FrameGate/request``.
    case status
    /// To ``SynchronizedOutput/question``.
    case synchronizedOutput(Int)
    /// What comes between the two is pasted.
    case pasteBegins, pasteEnds

    /// All of them, as they are sent.
    static let all: [(sequence: String, reply: TerminalReply)] =
        [("\u{1B}[0n", .status)]
        + SynchronizedOutput.answers.enumerated().map { ($1, .synchronizedOutput($0)) }
        + [("\u{1B}[200~", .pasteBegins), ("\u{1B}[201~", .pasteEnds)]
}

/// Takes the terminal's replies out of what it sends, so that none becomes a key.
///
/// A reply that comes in one piece is a code of ncurses' own. One that was cut on its way comes as single bytes; so while
/// one is expected, what looks like its beginning is held back for a moment.
struct ReplyFilter {
    /// What ncurses hands out for the replies, one after the other; its own codes are below.
    static let firstCode: Int32 = 0x7000
    /// The replies, and what ncurses is to hand out for them.
    static let codes = TerminalReply.all.enumerated().map { ($1.sequence, firstCode + Int32($0)) }
    /// Seconds that an escape alone is held back: it is a key as well.
    static let escapeWait = 0.1
    /// Seconds for more than that, which nobody types.
    static let wait = 1.0

    private static let known = TerminalReply.all.map { (bytes: $0.sequence.utf8.map(Int32.init), reply: $0.reply) }

    /// The beginning of a reply that has come, and how much of it was given out since the rest was late.
    private var held: [Int32] = []
    private var released = 0
    private var lastCode = 0.0

    struct Outcome: Equatable {
        var codes: [Int32] = []
        var reply: TerminalReply?
    }

    /// When what is held back has to be given out; nil: nothing is.
    var deadline: Double? {
        held.count == released ? nil : lastCode + (held.count == 1 ? Self.escapeWait : Self.wait)
    }

    /// What is to be done about a code (or byte) that came.
    mutating func take(_ code: Int32, at now: Double, isExpected: Bool) -> Outcome {
        let index = Int(code - Self.firstCode)
        if TerminalReply.all.indices.contains(index) {
            return Outcome(codes: release(), reply: TerminalReply.all[index].reply)
        }
        let longer = held + [code]
        if !held.isEmpty || isExpected, let found = Self.known.first(where: { $0.bytes.starts(with: longer) }) {
            (held, lastCode) = (longer, now)
            guard found.bytes.count == longer.count else { return Outcome() }
            (held, released) = ([], 0)
            return Outcome(reply: found.reply)
        }
        let given = release()
        guard isExpected, Self.known.contains(where: { $0.bytes.first == code }) else {
            return Outcome(codes: given + [code])
        }
        (held, lastCode) = ([code], now)
        return Outcome(codes: given)
    }

    /// What has been held back for too long. Should the rest come yet, it is still no key.
    mutating func expire(at now: Double, isExpected: Bool) -> [Int32] {
        guard let deadline, now >= deadline else { return [] }
        guard isExpected else { return release() }
        defer { released = held.count }
        return Array(held[released...])
    }

    private mutating func release() -> [Int32] {
        defer { (held, released) = ([], 0) }
        return Array(held[released...])
    }
}

/// Replies that may be on their way when the terminal is given back.
struct RepliesToCome {
    var count = 0
    /// Whether the answer to the question for synchronized output is the first of them.
    var includesAnswer = false
    /// Whether the end of a pasted text is one of them. What comes before it must not become the shell's.
    var isPasting = false
    /// What has come of the first of them.
    var filter = ReplyFilter()

    mutating func take(_ byte: UInt8) {
        switch filter.take(Int32(byte), at: 0, isExpected: true).reply {
        case .synchronizedOutput?: includesAnswer = false
        // Whoever answers at all does so in order.
        case .status?: (count, includesAnswer) = (count - 1, false)
        case .pasteBegins?: isPasting = true
        case .pasteEnds?: isPasting = false
        case nil: break
        }
    }

    /// Whether nothing is to come any more.
    var isOver: Bool { count <= 0 && !includesAnswer && !isPasting }
}
