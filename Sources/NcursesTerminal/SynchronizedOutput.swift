/// Whether the terminal can be told to show a frame at once when it is whole (private mode 2026), so that nobody sees half
/// of one. It is asked so once; where no answer says that it can, it is never told.
///
/// The question goes ahead of the first request for the status, whose reply comes behind the answer: once that is here, no
/// answer is to come. Some terminals show the question's last letter, so it has to go ahead of what clears the screen too.
struct SynchronizedOutput {
    /// Asks for the mode (DECRQM); `ESC [ ? 2026 ; n $ y` is the answer.
    static let question = Array("\u{1B}[?2026$p".utf8)
    static let begin = Array("\u{1B}[?2026h".utf8)
    static let end = Array("\u{1B}[?2026l".utf8)

    /// All answers there are: the mode isn't known, set, reset, set for ever, reset for ever.
    static let answers = (0...4).map { "\u{1B}[?2026;\($0)$y" }

    /// Whether the answer of that number says that the mode can be set and reset.
    static func isAvailable(answer: Int) -> Bool { answer == 1 || answer == 2 }

    /// Whether frames are to be held together.
    private(set) var isOn = false
    private(set) var wasAsked = false
    /// When the question was asked that has no answer yet.
    private var asked: Double?

    mutating func takeQuestion(at now: Double) { (wasAsked, asked) = (true, now) }

    mutating func takeAnswer(_ answer: Int) { (isOn, asked) = (wasAsked && Self.isAvailable(answer: answer), nil) }

    /// No answer is to come any more; should one come yet, it counts.
    mutating func forget() { asked = nil }

    /// Whether an answer has to be reckoned with.
    func isExpected(at now: Double) -> Bool { asked.map { now < $0 + FrameGate.longestWait } ?? false }
}
