import Cells
import Dispatch
import Explorer
import Jobs
import Kernels
import NcursesTerminal
import Separation
import Settings

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The loop that lets terminal, model and engine meet. It owns the main thread; everything slow happens elsewhere and comes
/// back as a message.
final class ExplorerSession {
    /// Least seconds between two frames that no key has asked for.
    private static let frameInterval = 1.0 / 30

    private let terminal: NcursesTerminal
    private let mailbox: Mailbox
    private var model: ExplorerModel
    private let rings = DispatchQueue(label: "sepal.rings", qos: .userInitiated)
    private let files = KeepingQueue()
    /// Reads pictures, one at a time.
    private let pictureQueue = DispatchQueue(label: "sepal.pictures", qos: .userInitiated)
    private let start = ContinuousClock.now
    private var shownRevision: Int?
    private var lastFrame = -Double.infinity
    /// Whether somebody waits for the next frame.
    private var isAnswerDue = false
    private var wakes: [Double] = []
    /// Keys that come by themselves, and when the next of them is due.
    var script: ArraySlice<KeyScript.Instruction> = []
    private var scriptDue = 0.0
    /// Where all that is shown is kept as well.
    var recording: Recording?
    /// Tells `sepal notes` where one is.
    private let publisher = PositionPublisher()
    /// Where views and exports go.
    var keeper = Keeper()
    /// Gives the picture of a run's sample, called from another thread; nil where it has none.
    var picture: @Sendable (Int, Int) -> Thumbnail? = { _, _ in nil }
    /// Tries cuts of the runs' networks.
    var trials: CutTrials?
    /// Whether an analysis runs beside, whose end can be waited for.
    var isLive = true
    private var isDone = false
    private var isInterrupted = false

    init(terminal: NcursesTerminal, mailbox: Mailbox, options: ExplorerOptions) {
        self.terminal = terminal
        self.mailbox = mailbox
        model = ExplorerModel(size: terminal.size, options: options)
    }

    /// Shows and answers until the user leaves or the terminal goes away.
    /// - Parameter first: messages to begin with.
    /// - Throws: `TerminalError`; `FormatError` where it can't be recorded any more; `KernelError.cancelled` where a signal or
    ///   a lost terminal ended it.
    func run(first: [Message] = []) throws {
        defer {
            // Whoever leaves isn't kept waiting for what has yet to be written.
            terminal.restore()
            files.finish()
            publisher.withdraw()
        }
        first.forEach(take)
        while !isDone {
            for event in try terminal.pendingEvents() {
                take(.terminal(event))
                isAnswerDue = true
            }
            mailbox.take().forEach(take)
            let now = seconds
            if let key = scriptedKey(at: now) {
                take(.terminal(.key(key)))
                isAnswerDue = true
            }
            if let due = wakes.first, due <= now {
                wakes.removeAll { $0 <= now }
                take(.tick(nowSeconds: now))
                isAnswerDue = true
            }
            if isDone { break }
            publisher.publish(model, runFiles: keeper.runFiles)
            try draw()
            if let problem = recording?.problem { throw problem }
            if !isDone { wait() }
        }
        if isInterrupted { throw KernelError.cancelled }
    }

    var hasColors: Bool { terminal.colorDepth != .never }

    /// Why `sepal notes` can't follow; nil where it can.
    var positionProblem: OutputError? { publisher.problem }

    private var seconds: Double { start.duration(to: .now) / .seconds(1) }

    /// Whether the model has changed since the last frame.
    private var wantsFrame: Bool { model.revision != shownRevision }

    /// The script's next key if it is due: one at a time, so that every one of them gets a frame.
    private func scriptedKey(at now: Double) -> Key? {
        while !wantsFrame, let next = script.first, now >= scriptDue {
            switch next {
            case .waitUntilDone where isLive && !model.run.isFinished && model.run.failure == nil: return nil
            case .waitUntilDone: script.removeFirst()
            case .wait(let pause):
                scriptDue = max(now, scriptDue) + pause
                script.removeFirst()
            case .press(let key):
                script.removeFirst()
                return key
            }
        }
        return nil
    }

    /// When the script wants to be looked at again; nil: not by itself.
    private var scriptWake: Double? {
        guard !wantsFrame, let next = script.first else { return nil }
        if case .waitUntilDone = next, isLive, !model.run.isFinished, model.run.failure == nil { return nil }
        return scriptDue
    }

    func take(_ message: Message) {
        if case .terminal(.resized(let size)) = message { recording?.resize(size) }
        for effect in update(&model, message) {
            switch effect {
            case .quit: isDone = true
            case .leaveInterrupted: (isDone, isInterrupted) = (true, true)
            // Delivered to this very process, and carried out when the terminal looks at its signals.
            case .suspend: raise(SIGTSTP)
            case .wake(let delay): wakes = (wakes + [seconds + delay]).sorted()
            case .readPicture(let run, let sample):
                pictureQueue.async { [mailbox, picture] in
                    mailbox.post(.picture(run: run, sample: sample, picture(run, sample)))
                }
            case .computeRing(let job): rings.async { [mailbox] in mailbox.post(job.message()) }
            case .computeMotion(let job): rings.async { [mailbox] in mailbox.post(job.message()) }
            case .mouse(let isOn):
                terminal.isMouseOn = isOn
                mailbox.post(.mouse(isOn: terminal.isMouseOn))
            case .save(let view, let run):
                files.ask(.view(run: run)) { [mailbox, keeper] in mailbox.post(.notice(keeper.save(view, run: run))) }
            case .tryCut(let run, let cut): trials?.attempt(.cut(cut), run: run)
            case .cutAutomatically(let run, let points): trials?.attempt(.automatic(points: points), run: run)
            case .stopTrial: trials?.stop()
            case .keepPlan(let units, let run):
                files.ask(.plan(run: run)) { [mailbox, keeper] in
                    keeper.keep(plan: units, run: run).map { mailbox.post(.notice($0)) }
                }
            case .export(let export):
                files.ask(.export) { [mailbox, keeper] in mailbox.post(.notice(keeper.write(export))) }
            }
        }
    }

    /// Draws what is new once the terminal can take it. What changes until then is in the same frame.
    private func draw() throws {
        guard wantsFrame else {
            isAnswerDue = false
            return
        }
        guard isAnswerDue || seconds - lastFrame >= Self.frameInterval, terminal.isReady else { return }
        shownRevision = model.revision
        isAnswerDue = false
        do { try terminal.present(view(model)) } catch TerminalError.hungUp { take(.terminal(.hangUp)) }
        lastFrame = seconds
    }

    /// Sleeps until a key, a signal, a message, a wake, room for more output or a frame that is due.
    private func wait() {
        let now = seconds
        let frame = wantsFrame && terminal.isReady ? isAnswerDue ? now : lastFrame + Self.frameInterval : nil
        let pause = terminal.pause(forFrame: wantsFrame).map { now + $0 }
        let due = [wakes.first, scriptWake, frame, pause].compactMap(\.self).min()
        let milliseconds = due.map { Int32(max(0, min(60_000, (($0 - now) * 1000).rounded(.up)))) } ?? -1
        var descriptors = [terminal.inputDescriptor, terminal.signalDescriptor, mailbox.readEnd].map {
            pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
        }
        if terminal.awaitsRoom(forFrame: wantsFrame) {
            descriptors.append(pollfd(fd: terminal.outputDescriptor, events: Int16(POLLOUT), revents: 0))
        }
        // An interrupted poll only means that the loop looks again.
        _ = poll(&descriptors, nfds_t(descriptors.count), milliseconds)
    }
}
