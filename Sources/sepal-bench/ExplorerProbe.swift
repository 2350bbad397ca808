import Cells

/// What a key press led to, seconds after it was typed.
struct KeyTimes {
    var group: ExplorerKey.Group
    /// The first bytes that answer it.
    var firstByte: Double
    /// The last byte of the frame.
    var frame: Double
    /// The last byte of the frame with the refined ring; nil where none came.
    var refined: Double?
    /// Bytes up to the end of the frame.
    var bytes: Int
}

/// The explorer under a pseudo-terminal, and a clock.
final class ExplorerProbe {
    /// Output that pauses for so long has come to the end of a frame.
    private static let endOfFrame = 0.005
    /// A key unanswered for so long counts as answered then.
    private static let patience = 2.0
    /// How long a refined ring is waited for: thrice what is required.
    private static let refinementWait = 0.3

    let process: PtyProcess
    private var cells: PtyCells
    private let start = ContinuousClock.now
    /// Whether the terminal says that it is well when asked, as terminals do.
    private let answersStatus: Bool
    private var answers = 0

    init(
        program: String, arguments: [String], environment: [String], size: Size, answersStatus: Bool = true
    ) throws {
        self.answersStatus = answersStatus
        process = try PtyProcess(
            program: program, arguments: arguments, environment: environment, size: size)
        cells = PtyCells(size: size)
    }

    private var now: Double { start.duration(to: .now) / .seconds(1) }

    /// Lets the program write for some time.
    /// - Returns: the bytes that came.
    @discardableResult
    func listen(seconds: Double) throws -> Int {
        let end = now + seconds
        var count = 0
        while now < end { count += try take(until: end).bytes }
        return count
    }

    /// Waits until nothing has been written for a while.
    func settle(seconds: Double = 0.4) throws {
        while try listen(seconds: seconds) > 0 {}
    }

    func type(_ text: String) throws { try process.type(Array(text.utf8)) }

    func press(_ planned: PlannedKey) throws -> KeyTimes {
        try drain()
        let typed = now
        try process.type(planned.key.bytes)
        var times = KeyTimes(group: planned.key.group, firstByte: Self.patience, frame: Self.patience, bytes: 0)
        guard
            let frame = try frame(
                changing: planned.answer, cells: planned.leastCells, until: typed + Self.patience)
        else { return times }
        (times.firstByte, times.frame) = (frame.first - typed, frame.last - typed)
        times.bytes = frame.bytes
        if planned.mayBeThinned {
            let end = now + Self.refinementWait
            let next = try self.frame(changing: planned.ring, cells: PlannedKey.leastRingCells, until: end)
            times.refined = next.map { $0.last - typed }
        }
        try listen(seconds: planned.pause)
        return times
    }

    private func drain() throws {
        while try take(until: now).bytes > 0 {}
    }

    /// What comes until a frame has changed so many cells of a rectangle, and has come to its end; nil if none does.
    /// Frames that change others, such as those that show progress, are passed over.
    private func frame(
        changing rect: Rect, cells least: Int, until deadline: Double
    ) throws -> (first: Double, last: Double, bytes: Int)? {
        var (changed, bytes) = (0, 0)
        var first: Double?
        while now < deadline {
            let part = try take(until: deadline)
            bytes += part.bytes
            changed += part.changed.count(where: rect.contains)
            if first == nil, changed > 0 { first = part.time }
            guard changed >= least, let first else { continue }
            var last = part.time
            while true {
                let more = try take(until: last + Self.endOfFrame)
                if more.bytes == 0, now >= last + Self.endOfFrame { return (first, last, bytes) }
                guard more.bytes > 0 else { continue }
                bytes += more.bytes
                last = more.time
            }
        }
        return nil
    }

    private func take(until deadline: Double) throws -> (bytes: Int, changed: [Point], time: Double) {
        let bytes = try process.output(within: max(0, deadline - now))
        let changed = cells.take(bytes)
        while answersStatus, answers < cells.statusRequests {
            answers += 1
            try type("\u{1B}[0n")
        }
        return (bytes.count, changed, now)
    }
}
