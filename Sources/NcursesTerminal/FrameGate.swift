/// Says when the next frame may be sent, so that one is under way at a time: on a slow link frames would queue up else,
/// and every key would be answered behind all of them.
///
/// Behind a frame the terminal is asked for its status, and the next one waits for the reply, though not for ever: 250 ms
/// at first, and twice as long as the last reply took where that is more. A terminal that has answered none of the first
/// three requests isn't asked any more. Replies carry no number. Those to requests given up on are expected first, and
/// believed lost if no other one has come when the next wait is over.
///
/// Times are seconds on a clock that never goes back.
struct FrameGate {
    /// Asks for the status (DSR); `ESC [ 0 n` is the reply.
    static let request = Array("\u{1B}[5n".utf8)
    static let shortestWait = 0.25
    static let longestWait = 4.0
    /// Requests without any reply after which no more are made.
    static let trials = 3

    /// Whether the terminal's type knows the request.
    private let isKnown: Bool
    private var hasAnswered = false
    private var requests = 0
    private var wait = shortestWait
    /// When the request that the next frame waits for was made.
    private var asked: Double?
    /// Requests given up on whose replies may come yet.
    private var late = 0
    /// The last request or reply.
    private var lastSign = -Double.infinity
    /// Whether a reply to a late request came after the last request.
    private var hasHeard = false

    init(isKnown: Bool) { self.isKnown = isKnown }

    /// Whether the next frame should end in a request.
    var asks: Bool { isKnown && (hasAnswered || requests < Self.trials) }

    /// When the next frame may be sent whatever happens; nil: now.
    var opening: Double? { asked == nil || !asks ? nil : lastSign + wait }

    func isOpen(at now: Double) -> Bool { opening.map { now >= $0 } ?? true }

    /// Replies that have to be reckoned with.
    func expected(at now: Double) -> Int {
        asks && now < lastSign + Self.longestWait ? late + (asked == nil ? 0 : 1) : 0
    }

    /// Whether a terminal that answers does so too slowly to be waited for.
    func isOverdue(at now: Double) -> Bool { hasAnswered && asked.map { now > $0 + Self.shortestWait } ?? false }

    /// A frame was sent to its end, with a request behind it.
    mutating func takeRequest(at now: Double) {
        if asked != nil {
            if hasHeard {
                late = 0
            } else {
                late += 1
                if hasAnswered { wait = min(2 * wait, Self.longestWait) }
            }
        }
        requests = min(requests + 1, Self.trials)
        (asked, lastSign, hasHeard) = (now, now, false)
    }

    /// A reply came.
    mutating func takeReply(at now: Double) {
        (hasAnswered, lastSign) = (true, now)
        if late > 0 {
            late -= 1
            hasHeard = true
        } else if let start = asked {
            wait = min(max(Self.shortestWait, 2 * (now - start)), Self.longestWait)
            asked = nil
        }
    }

    /// Nothing is under way any more.
    mutating func forget() { (asked, late, hasHeard) = (nil, 0, false) }
}
