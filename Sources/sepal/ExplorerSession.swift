import Cells
import Dispatch
import Explorer
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
    private let files = DispatchQueue(label: "sepal.files", qos: .utility)
    private let start = ContinuousClock.now
    private var shownRevision: Int?
    private var lastFrame = -Double.infinity
    private var wakes: [Double] = []
    /// Keys that come by themselves, and when the next of them is due.
    var script: ArraySlice<KeyScript.Instruction> = []
    private var scriptDue = 0.0
    /// Where all that is shown is kept as well.
    var recording: Recording?
    /// Where views and exports go.
    var keeper = Keeper()
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
    /// - Throws: `TerminalError`; `KernelError.cancelled` where a signal or a lost terminal ended it.
    func run(first: [Message] = []) throws {
        first.forEach(take)
        while !isDone {
            var isAnswer = false
            for event in try terminal.pendingEvents() {
                take(.terminal(event))
                isAnswer = true
            }
            mailbox.take().forEach(take)
            let now = seconds
            if let key = scriptedKey(at: now) {
                take(.terminal(.key(key)))
                isAnswer = true
            }
            if let due = wakes.first, due <= now {
                wakes.removeAll { $0 <= now }
                take(.tick(nowSeconds: now))
                isAnswer = true
            }
            if isDone { break }
            try draw(isAnswer: isAnswer)
            wait()
        }
        // What was asked for is written before the program ends.
        files.sync {}
        if isInterrupted { throw KernelError.cancelled }
    }

    private var seconds: Double { start.duration(to: .now) / .seconds(1) }

    /// The script's next key if it is due: one at a time, so that every one of them gets a frame.
    private func scriptedKey(at now: Double) -> Key? {
        while let next = script.first, now >= scriptDue {
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
        guard let next = script.first else { return nil }
        if case .waitUntilDone = next, isLive, !model.run.isFinished, model.run.failure == nil { return nil }
        return scriptDue
    }

    private func take(_ message: Message) {
        if case .terminal(.resized(let size)) = message { recording?.resize(size) }
        for effect in update(&model, message) {
            switch effect {
            case .quit: isDone = true
            case .leaveInterrupted: (isDone, isInterrupted) = (true, true)
            // Delivered to this very process, and carried out when the terminal looks at its signals.
            case .suspend: raise(SIGTSTP)
            case .wake(let delay): wakes = (wakes + [seconds + delay]).sorted()
            case .computeRing(let job): rings.async { [mailbox] in mailbox.post(job.message()) }
            case .computeMotion(let job): rings.async { [mailbox] in mailbox.post(job.message()) }
            case .save(let view, let run):
                let keeper = keeper
                files.async { [mailbox] in mailbox.post(.notice(keeper.save(view, run: run))) }
            case .export(let export):
                let keeper = keeper
                files.async { [mailbox] in mailbox.post(.notice(keeper.write(export))) }
            }
        }
    }

    private func draw(isAnswer: Bool) throws {
        guard model.revision != shownRevision, isAnswer || seconds - lastFrame >= Self.frameInterval else { return }
        shownRevision = model.revision
        try terminal.present(view(model))
        lastFrame = seconds
    }

    /// Sleeps until a key, a signal, a message, a wake or a frame that is due.
    private func wait() {
        var due = [wakes.first, scriptWake].compactMap(\.self).min()
        if model.revision != shownRevision { due = min(due ?? .infinity, lastFrame + Self.frameInterval) }
        let milliseconds = due.map { Int32(max(0, min(60_000, (($0 - seconds) * 1000).rounded(.up)))) } ?? -1
        var descriptors = [terminal.inputDescriptor, terminal.signalDescriptor, mailbox.readEnd].map {
            pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
        }
        // An interrupted poll only means that the loop looks again.
        _ = poll(&descriptors, nfds_t(descriptors.count), milliseconds)
    }
}
