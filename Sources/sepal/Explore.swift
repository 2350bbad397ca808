import Analysis
import Cells
import Explorer
import Formats
import Foundation
import Jobs
import Kernels
import NcursesTerminal
import RunStore
import Separation
import Settings
import Signals
import Synchronization

/// Opens the explorer on a job that runs beside it.
func explore(_ job: Job, _ screen: ScreenArguments) throws {
    var job = job
    job.isInteractive = true
    let settled = try screen.settled()
    try Outputs([("-o", job.output), ("--record", screen.record)]).check(reading: job.source.paths + settled.files)
    let cancellation = Cancellation.bySignal()
    // Read on the ordinary screen while there is something to wait for, and found there again afterwards.
    let prepared = try job.prepare(cancellation: cancellation) { printError($0) }
    let companions = (prepared.job.source as? AnalysisInput)?.companions ?? []
    try Outputs([("--record", screen.record)]).check(reading: companions)
    let header = prepared.job.header
    let outcome = Outcome()
    try withExplorer(settled, header: header, arguments: job.arguments) { session, mailbox in
        session.keeper.runFiles = [job.output]
        session.picture = { _, sample in prepared.job.source.thumbnail(sample) }
        let trials = try CutTrials(mailbox, job.arguments.network) { _, _, _, _ in
            guard let input = prepared.job.source as? AnalysisInput else {
                throw UsageError("features come without their network")
            }
            return try CutTrials.Base(input: input, options: prepared.job.options)
        }
        defer { trials.close() }
        session.trials = trials
        let work: @Sendable () -> Void = {
            do {
                outcome.succeed(try prepared.run { mailbox.post(Message($0)) })
                mailbox.post(.jobFinished)
            } catch {
                outcome.fail(error)
                if (error as? KernelError) != .cancelled { mailbox.post(.jobFailed(describe(error).1)) }
            }
        }
        try withEngine(cancellation, work) { try session.run(first: settled.firstMessages) }
    }
    if let error = outcome.error { throw error }
    if let warning = outcome.header?.warning { printError(warning) }
}

/// Has work done on a thread of its own as long as the body lasts, and cancels it then.
/// - Throws: `KernelError.thread`, and what the body throws.
func withEngine(
    _ cancellation: Cancellation, _ work: @escaping @Sendable () -> Void, body: () throws -> Void
) throws {
    let ended = DispatchSemaphore(value: 0)
    try startThread(named: "sepal-engine") {
        work()
        ended.signal()
    }
    defer {
        cancellation.cancel()
        // Finished layers are safe already; a job that hangs must not keep the terminal.
        _ = ended.wait(timeout: .now() + 2)
    }
    try body()
}

/// Opens the explorer on saved runs: one, or several to be compared.
func explore(runFiles: [String], _ arguments: AnalysisArguments, _ screen: ScreenArguments) throws {
    let settled = try screen.settled()
    var messages: [Message] = []
    var headers: [RunHeader] = []
    var view: SavedView?
    for (run, path) in runFiles.enumerated() {
        let store = try RunStore.open(path: path)
        defer { store.close() }
        let header = try store.header()
        if let first = headers.first { try Comparison.check(first, header) }
        headers.append(header)
        if run == 0 { view = Keeper.view(store) }
        messages += [.opened(run: run, title: title(of: run, among: runFiles)), .of(run: run, .header(header))]
        for case (let index, let result?) in try store.results().enumerated() {
            messages.append(.of(run: run, .layer(index: index, result, isPreview: false)))
        }
        if try store.isComplete() { messages.append(.of(run: run, .jobFinished)) }
        let plans = (try? store.plans()) ?? []
        let chosen = plans.first { $0.name == StoredPlan.explorer }?.units ?? []
        messages.append(.plans(run: run, chosen: chosen, all: plans.map(\.units)))
    }
    messages.append(.perform(.firstLayer))
    let files = zip(headers, runFiles).map { RunFiles(header: $0, path: $1) }
    try Outputs([("--record", screen.record)]).check(reading: runFiles + files.flatMap(\.sources) + settled.files)
    var kept: SavedView?
    if var view, let header = headers.first {
        // What is asked for, by options or in the configuration file, comes before what was kept.
        view.level = arguments.level ?? settled.level ?? view.level
        let tolerance = view.tolerance.isFinite ? view.tolerance : header.tolerance
        view.tolerance = arguments.tolerance ?? settled.configuration.tolerance ?? tolerance
        view.minLength = arguments.minLength ?? settled.configuration.minLength ?? view.minLength
        kept = view
    }
    try withExplorer(settled, header: headers.first, arguments: arguments) { session, mailbox in
        // Reading maps and reckoning CKA takes a second where there are many layers.
        DispatchQueue.global(qos: .utility).async {
            for (run, path) in runFiles.enumerated() { tellGeometry(runFile: path, run: run, to: mailbox) }
        }
        session.isLive = false
        let pictures = runFiles.map(SavedPictures.init(path:))
        defer { pictures.forEach { $0.close() } }
        session.picture = { run, sample in pictures.indices.contains(run) ? pictures[run][sample] : nil }
        session.keeper.runFiles = runFiles
        let trials = try CutTrials(mailbox, arguments.network) { run, pool, _, cancellation in
            try files[run].base(pool, cancellation)
        }
        defer { trials.close() }
        session.trials = trials
        // Not held beside the explorer's own copy, which lets go of some.
        messages.forEach(session.take)
        messages = []
        if let kept {
            // Without colours, only a theme that does without them will do.
            session.take(.view(kept, takesTheme: session.hasColors && !settled.choosesTheme))
        }
        try session.run(first: settled.firstMessages)
    }
}

/// A run file's name without its extension; its path where another one is called the same.
func title(of run: Int, among paths: [String]) -> String {
    func name(_ path: String) -> String { URL(filePath: path).deletingPathExtension().lastPathComponent }
    let own = name(paths[run])
    return paths.count { name($0) == own } > 1 ? paths[run] : own
}

/// Posts how the layers of a saved run lie. What can't be read is left out: the figures are there without it.
private func tellGeometry(runFile: String, run: Int, to mailbox: Mailbox) {
    guard let store = try? RunStore.open(path: runFile), let count = (try? store.header())?.layers.count else { return }
    defer { store.close() }
    for layer in 0..<count {
        guard let map = try? store.map(layer: layer) else { continue }
        mailbox.post(.of(run: run, .geometry(layer: layer, map, alignments: [])))
    }
    guard let alignment = try? store.alignment() else { return }
    for layer in 0..<count {
        mailbox.post(.of(run: run, .geometry(layer: layer, nil, alignments: alignment.row(layer))))
    }
}

/// Opens the terminal, hands out a session on it, and gives the terminal back whatever happens.
func withExplorer(
    _ screen: Screen, header: RunHeader?, arguments: AnalysisArguments,
    followsRuns: Bool = false,
    _ body: (ExplorerSession, Mailbox) throws -> Void
) throws {
    // Until the terminal is given back and what was asked for is kept.
    let hold = OrderlyEnd()
    // As many as the queues of the explorer take, beside the engine's.
    try checkThreads(8)
    let freedMemory = FreedMemoryReturn()
    defer { withExtendedLifetime((hold, freedMemory)) {} }
    let environment = ProcessInfo.processInfo.environment
    var catalog = try ThemeCatalog(
        folder: ThemeCatalog.userFolder(environment: environment), files: .system)
    let chosen = try screen.theme(in: &catalog)
    let recording = try screen.arguments.record.map { path throws(FormatError) in try Recording(path: path) }
    guard let mailbox = Mailbox() else { throw TerminalError.failed(call: "pipe", code: errno) }
    let terminal = try NcursesTerminal(options: TerminalOptions(colors: screen.color))
    defer {
        terminal.restore()
        for problem in catalog.problems { printError(problem.description) }
        if let hint = terminal.hint { printError(hint) }
    }
    if let recording {
        guard terminal.hasFrames else {
            throw FormatError.unwritable(
                file: screen.arguments.record ?? "", reason: String(cString: strerror(EFBIG)))
        }
        recording.begin(size: terminal.size, terminal: terminal.type)
        terminal.onFrame = recording.show
    }
    let glyphs: GlyphSet = terminal.isUnicode ? (terminal.type == "linux" ? .blocks : .braille) : .ascii
    let options = ExplorerOptions(
        themes: catalog.themes, theme: chosen?.name ?? (terminal.colorDepth == .never ? "mono" : "dusk"),
        glyphs: screen.glyphs ?? glyphs, paintsBackground: screen.paintsBackground,
        level: arguments.level ?? screen.level ?? header?.level ?? .conv,
        criterion: CriterionOptions(
            tolerance: arguments.tolerance ?? screen.configuration.tolerance ?? header?.tolerance
                ?? CriterionOptions().tolerance,
            minLength: arguments.minLength ?? screen.configuration.minLength ?? header?.minLength
                ?? CriterionOptions().minLength),
        dwellSeconds: screen.dwellSeconds, loops: screen.loops, hasMotion: screen.hasMotion, followsRuns: followsRuns,
        hasPictureColors: [.ansi256, .truecolor].contains(terminal.colorDepth), keymap: screen.keymap)
    let session = ExplorerSession(terminal: terminal, mailbox: mailbox, options: options)
    session.script = screen.script.instructions[...]
    session.recording = recording
    defer {
        // Once the terminal is as it was.
        if let problem = session.positionProblem { printError("sepal notes can't follow: \(problem)") }
    }
    do { try body(session, mailbox) } catch {
        // What was shown until then is kept all the same.
        terminal.restore()
        do { try recording?.finish() } catch { printError(error.description) }
        throw error
    }
    try recording?.finish()
}

/// How a job beside the explorer ended.
private final class Outcome: Sendable {
    private let state = Mutex<Result<RunHeader, any Error>?>(nil)

    func succeed(_ header: RunHeader) { state.withLock { $0 = .success(header) } }
    func fail(_ error: any Error) { state.withLock { $0 = .failure(error) } }

    var header: RunHeader? { state.withLock { try? $0?.get() } }

    /// What went wrong, unless it was only that the user left.
    var error: (any Error)? {
        state.withLock { result in
            guard case .failure(let error) = result, (error as? KernelError) != .cancelled else { return nil }
            return error
        }
    }
}

extension Message {
    init(_ event: AnalysisEvent) {
        switch event {
        case .header(let header): self = .header(header)
        case .progress(let progress): self = .progress(progress)
        case .layer(let index, let result, let isPreview): self = .layer(index: index, result, isPreview: isPreview)
        case .geometry(let layer, let map, let row): self = .geometry(layer: layer, map, alignments: row)
        }
    }
}
